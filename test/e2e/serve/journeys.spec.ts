import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { askFolder } from '../../support/e2e/ask-folder.ts';
import {
  isToldOfTheLyingPlug,
  openPage,
  pressesStop,
  reEnables,
  seesForecast,
  seesLiveValuesChange,
  seesTheAbsentPlug,
  switchesHonestPlug,
  waitsForTheSlowPlug,
} from '../../support/e2e/journeys.ts';
import { type RunningServe, startServe } from '../../support/e2e/running-serve.ts';
import { startWorld, type World } from '../../support/e2e/world.ts';

test.describe('on the demo home', () => {
  let folder = '';
  let serve: RunningServe;
  test.beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'serve-demo-'));
    serve = await startServe(folder);
  });
  test.afterAll(async () => {
    expect(await serve.close()).toBe(0);
    rmSync(folder, { recursive: true, force: true });
  });

  test('live values change, and sun and load are forecast', async ({ page }) => {
    test.setTimeout(120_000);
    await page.goto(serve.address);
    await expect(page.getByText('This is a demo home.')).toBeVisible();
    await seesLiveValuesChange(page);
    await seesForecast(page);
  });
});

test.describe('on a home with honest, lying, slow and absent plugs', () => {
  let folder = '';
  let serve: RunningServe;
  let world: World;
  test.beforeEach(async ({ page }) => {
    test.setTimeout(240_000);
    folder = mkdtempSync(join(tmpdir(), 'serve-home-'));
    world = await startWorld();
    serve = await startServe(folder, ['--no-demo']);
    await world.addTo(askFolder(folder));
    await page.goto(serve.address);
  });
  test.afterEach(async () => {
    await serve.close();
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a switch is confirmed only when relay, power and log agree', async ({ page }) => {
    await switchesHonestPlug(page, world);
    await isToldOfTheLyingPlug(page, world);
    await waitsForTheSlowPlug(page, world);
    await seesTheAbsentPlug(page, world);
  });

  test('STOP stops all loads, survives kill -9, and only a person ends it', async ({ page }) => {
    await switchesHonestPlug(page, world);
    await pressesStop(page);
    await expect.poll(() => world.isOn('honest')).toBe(false);
    await serve.kill();
    world.house.switchLoad('honest', true);
    serve = await startServe(folder, ['--no-demo']);
    await expect.poll(() => world.isOn('honest'), { timeout: 20_000 }).toBe(false);
    await page.goto(serve.address);
    await expect(page.getByText('STOPPED').first()).toBeVisible();
    await openPage(page, 'Control');
    await expect(page.getByRole('switch', { name: /Honest plug/ })).toBeDisabled();
    await reEnables(page);
    await openPage(page, 'Control');
    await expect(page.getByRole('switch', { name: /Honest plug/ })).toBeEnabled();
  });

  test('STOP by keyboard, from any page', async ({ page }) => {
    await openPage(page, 'Health');
    await page.keyboard.press('Control+.');
    await expect(page.getByText('STOPPED').first()).toBeVisible();
  });
});
