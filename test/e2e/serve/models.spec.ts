import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import type { ModelList, TrainingState } from '../../../preload/contract/models.ts';
import { isAccessible } from '../../support/e2e/accessible.ts';
import { askFolder } from '../../support/e2e/ask-folder.ts';
import { answerName, cardOf, openPage, openWindow } from '../../support/e2e/journeys.ts';
import { type RunningServe, startServe } from '../../support/e2e/running-serve.ts';
import type { Ask } from '../../support/e2e/world.ts';

const SITE = { siteId: 'demo' };

let folder = '';
let serve: RunningServe;
let ask: Ask;

test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serve-models-'));
  serve = await startServe(folder);
  ask = askFolder(folder);
});
test.afterAll(async () => {
  await serve.close();
  rmSync(folder, { recursive: true, force: true });
});
test.beforeEach(async ({ page }) => {
  await openWindow(page, ask);
  await openPage(page, 'Models');
});

const training = (): Promise<TrainingState> => ask<TrainingState>('query', 'models.training', SITE);
const solarVersions = async (): Promise<number> => {
  const { kinds } = await ask<ModelList>('query', 'models.list', SITE);
  const solar = kinds.find(({ kind }) => kind === 'solar');
  if (!solar) return 0;
  return [solar.production, solar.shadow].filter(Boolean).length + solar.candidates.length + solar.archived.length;
};
const solar = (page: Page): Locator => cardOf(page, 'Solar model');

test('a training is followed, cancelled, and started again', async ({ page }) => {
  test.setTimeout(180_000);
  const strip = cardOf(page, 'Training');
  if ((await training()).running === null) {
    await solar(page).getByRole('button', { name: 'Train now' }).click();
    await answerName(page);
  }
  await expect(strip.getByRole('progressbar')).toBeVisible({ timeout: 30_000 });
  await strip.getByRole('button', { name: 'Cancel' }).click();
  await answerName(page);
  // The first training of a home goes through its kinds one by one: none of them is begun any more.
  await expect(strip).toBeHidden({ timeout: 30_000 });
  expect(await training()).toMatchObject({ running: null, queued: [] });
  expect(await solarVersions()).toBe(0);
  await expect(solar(page)).toContainText(/days measured so far/);
  await solar(page).getByRole('button', { name: 'Train now' }).click();
  await answerName(page);
  await expect(solar(page).getByRole('progressbar')).toBeVisible({ timeout: 20_000 });
});

test('what was learnt is shown beside simple forecasts, without a reload', async ({ page }) => {
  test.setTimeout(360_000);
  const card = solar(page);
  await expect.poll(solarVersions, { timeout: 300_000, intervals: [2000] }).toBeGreaterThan(0);
  await expect(card.getByRole('row', { name: /^RMSE/ })).toContainText(/\d/, { timeout: 20_000 });
  await expect(card).toContainText('Learnt from');
  await expect(card).toContainText('aim 77 to 83');
  await expect(card.getByRole('list', { name: /by hours ahead/ })).toBeVisible();
  await expect(card.getByRole('list', { name: 'The inputs that matter most' }).getByRole('listitem')).not.toHaveCount(
    0,
  );
  await card.getByRole('button', { name: /^All \d+ inputs$/ }).click();
  const inputs = page.getByRole('dialog', { name: /Inputs of/ });
  await expect(inputs.getByRole('row')).not.toHaveCount(1);
  await isAccessible(page);
  await page.keyboard.press('Escape');
  await expect(inputs).toBeHidden();
  await expect(cardOf(page, 'Experiments').getByRole('row').filter({ hasText: 'Training, solar' })).not.toHaveCount(0);
});

test('every part opens by keyboard and is accessible, and a promotion says what it does', async ({ page }) => {
  test.setTimeout(120_000);
  const card = solar(page);
  for (const name of ['Since it serves', 'Against simple forecasts', 'Search for better settings', /^Versions/]) {
    const button = card.getByRole('button', { name });
    await button.focus();
    await page.keyboard.press('Enter');
    await expect(button).toHaveAttribute('aria-expanded', 'true');
    await expect(card.locator('.waiting')).toHaveCount(0);
    await isAccessible(page);
  }
  await card.getByRole('button', { name: 'RMSE' }).first().focus();
  await expect(page.getByRole('tooltip').filter({ hasText: 'Less is better' }).first()).toBeVisible();
  const promote = card.getByRole('button', { name: 'Promote' });
  if ((await promote.count()) > 0) {
    await promote.first().click();
    const dialog = page.getByRole('dialog', { name: /^Promote solar/ });
    await expect(dialog).toContainText('it still has to win');
    await isAccessible(page);
    await dialog.getByRole('button', { name: 'Leave it' }).click();
    await expect(dialog).toBeHidden();
  }
});

test('an evaluation is refused with a reason, started, followed and cancelled', async ({ page }) => {
  test.setTimeout(120_000);
  const card = cardOf(page, 'Evaluation');
  const first = card.getByLabel('First day');
  const given = await first.inputValue();
  await first.fill('');
  await card.getByRole('button', { name: 'Evaluate' }).click();
  await expect(card).toContainText('Choose both days.');
  await first.fill(given);
  await card.getByRole('button', { name: 'Evaluate' }).click();
  await answerName(page);
  await expect(card.getByRole('progressbar')).toBeVisible({ timeout: 20_000 });
  await card.getByRole('button', { name: 'Cancel' }).click();
  await answerName(page);
  await expect(card.getByRole('button', { name: 'Evaluate' })).toBeVisible({ timeout: 30_000 });
});

test('the forecast says why, hour by hour, up to 72 h and for the price too', async ({ page }) => {
  await openPage(page, 'Forecast');
  await page.getByRole('radio', { name: '72 h' }).click();
  await expect(page.getByRole('region', { name: 'Price forecast' })).toContainText('/kWh', { timeout: 30_000 });
  const load = page.getByRole('region', { name: 'Load forecast' });
  await load.getByRole('button', { name: 'Why?' }).click();
  const why = load.getByRole('region', { name: /^Why,/ });
  await expect(why.locator('p').first()).toContainText(/\w/, { timeout: 30_000 });
  const title = await why.getByRole('heading').textContent();
  await why.getByRole('button', { name: 'The hour after' }).click();
  await expect(why.getByRole('heading')).not.toHaveText(title ?? '');
  await expect(why.locator('.waiting')).toHaveCount(0, { timeout: 30_000 });
  await isAccessible(page);
  await why.getByRole('button', { name: 'Close the reasons' }).click();
  await expect(why).toBeHidden();
});
