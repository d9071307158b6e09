import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import type { Action } from '../../../preload/contract/control.ts';
import type { Backup } from '../../../preload/contract/house.ts';
import { askFolder } from '../../support/e2e/ask-folder.ts';
import { answerName, cardOf, openPage, openWindow, PERSON } from '../../support/e2e/journeys.ts';
import { type RunningServe, startServe } from '../../support/e2e/running-serve.ts';
import type { Ask } from '../../support/e2e/world.ts';

let folder = '';
let serve: RunningServe;
let ask: Ask;

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serve-keyboard-'));
  serve = await startServe(folder);
  ask = askFolder(folder);
});
test.afterAll(async () => {
  await serve.close();
  rmSync(folder, { recursive: true, force: true });
});
test.beforeEach(async ({ page }) => {
  await openWindow(page, ask);
  await expect(page.getByText('This is a demo home.')).toBeVisible();
});

const isOn = async (page: Page, name: string): Promise<void> =>
  expect(page.getByRole('heading', { level: 1, name })).toBeAttached();

/** Opens the palette, types, and presses Enter on the best match. */
const run = async (page: Page, text: string, best: string): Promise<void> => {
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Search or run' });
  await expect(palette.getByRole('combobox')).toBeFocused();
  await page.keyboard.type(text);
  await expect(palette.getByRole('option').first()).toContainText(best);
  await page.keyboard.press('Enter');
  await expect(palette).toBeHidden();
};

test('digits change the page, except where a person types', async ({ page }) => {
  for (const [key, name] of [
    ['2', 'History'],
    ['3', 'Forecast'],
    ['4', 'Plan'],
    ['5', 'Control'],
    ['6', 'Automation'],
    ['7', 'Approvals'],
    ['8', 'Models'],
    ['9', 'Health'],
    ['1', 'Overview'],
  ] as const) {
    await page.keyboard.press(key);
    await isOn(page, name);
  }
  await openPage(page, 'Settings');
  await isOn(page, 'Settings');
  const target = page.getByLabel('Target charge');
  await target.click();
  await page.keyboard.press('End');
  await page.keyboard.press('1');
  await isOn(page, 'Settings');
  await page.getByRole('textbox', { name: 'Your name' }).click();
  await page.keyboard.type('24');
  await isOn(page, 'Settings');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('3');
  await expect(page.getByRole('dialog', { name: 'Search or run' }).getByRole('combobox')).toHaveValue('3');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await isOn(page, 'Settings');
});

test('the palette pauses a miner, writes a backup and opens a page', async ({ page }) => {
  await openPage(page, 'Control');
  await expect(cardOf(page, 'Miner B').getByRole('switch')).toHaveAttribute('aria-checked', 'true', {
    timeout: 30_000,
  });
  await run(page, 'pause b', 'Pause Miner B');
  await answerName(page);
  await expect
    .poll(async () =>
      (await ask<Action[]>('query', 'control.actions', { siteId: 'demo' })).filter(
        ({ deviceName, asked, surface, who }) =>
          deviceName === 'Miner B' && asked === false && surface === 'palette' && who === PERSON,
      ),
    )
    .toHaveLength(1);
  await expect(page.getByRole('row').filter({ hasText: 'Miner B' }).first()).toContainText(PERSON);

  await run(page, 'back', 'Back up now');
  await expect(page.getByText(/Backup written and checked/)).toBeVisible({ timeout: 20_000 });
  const kept = await ask<Backup[]>('query', 'backups.list', {});
  expect(kept.filter(({ ok }) => ok).length).toBeGreaterThan(0);

  await run(page, 'hist', 'History');
  await isOn(page, 'History');
  await run(page, 'dark', 'Dark look');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
});
