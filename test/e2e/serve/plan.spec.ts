import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import type { BacktestView } from '../../../preload/contract/backtest.ts';
import type { Action } from '../../../preload/contract/control.ts';
import type { PlannableLoad, PlanView, Recommendation } from '../../../preload/contract/plan.ts';
import type { PlanSettings } from '../../../preload/contract/plan-settings.ts';
import { isAccessible } from '../../support/e2e/accessible.ts';
import { askFolder } from '../../support/e2e/ask-folder.ts';
import { answerName, cardOf, openPage, openWindow, PERSON } from '../../support/e2e/journeys.ts';
import { type RunningServe, startServe } from '../../support/e2e/running-serve.ts';
import type { Ask } from '../../support/e2e/world.ts';

const SITE = { siteId: 'demo' };
const PLAN_MS = 90_000;

let folder = '';
let serve: RunningServe;
let ask: Ask;

test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serve-plan-'));
  serve = await startServe(folder);
  ask = askFolder(folder);
});
test.afterAll(async () => {
  await serve.close();
  rmSync(folder, { recursive: true, force: true });
});
test.beforeEach(async ({ page }) => {
  await openWindow(page, ask);
  await openPage(page, 'Plan');
});

const view = (): Promise<PlanView> => ask<PlanView>('query', 'plan.get', SITE);
const settings = (): Promise<{ settings: PlanSettings; loads: PlannableLoad[] }> => ask('query', 'plan.settings', SITE);
const timeline = (page: Page): Locator => cardOf(page, 'Timeline');
const side = (page: Page): Locator => page.getByRole('complementary', { name: 'Reasons and what if' });
const blocks = (page: Page): Locator => timeline(page).getByRole('button');

/** The plan is there and none is being made, so that blocks keep their names while they are looked at. */
const planned = async (): Promise<PlanView> => {
  await expect
    .poll(
      async () => {
        const { blocks: found, planning } = await view();
        return found.length > 0 && !planning;
      },
      { timeout: PLAN_MS, intervals: [1000] },
    )
    .toBe(true);
  return view();
};

test('a plan is shown with what it comes to, its lanes and its blocks, as a picture and as a table', async ({
  page,
}) => {
  test.setTimeout(PLAN_MS + 60_000);
  const { lanes, totals } = await planned();
  await expect(blocks(page).first()).toBeVisible({ timeout: 30_000 });
  const sums = cardOf(page, 'What the plan comes to');
  await expect(sums).toContainText(`Cost, next ${Math.round(totals?.hours ?? 0)} h`);
  await expect(sums).toContainText('if nothing is done');
  for (const { name } of lanes) await expect(timeline(page).getByRole('group', { name }).first()).toBeVisible();
  await isAccessible(page);

  await page.getByRole('button', { name: 'Table' }).click();
  const table = timeline(page).getByRole('table', { name: /What each thing does/ });
  await expect(table.getByRole('row')).not.toHaveCount(1);
  await expect(timeline(page).getByRole('table', { name: /Mean power of each step/ })).toContainText('kW');
  await isAccessible(page);
  await page.getByRole('button', { name: 'Timeline' }).click();
  await expect(blocks(page).first()).toBeVisible();
});

test('a block opens by keyboard with its reason and what else it could be, and Escape closes it', async ({ page }) => {
  const { blocks: found } = await planned();
  await expect(blocks(page).first()).toBeVisible({ timeout: 30_000 });
  const stop = timeline(page).locator('button[tabindex="0"]');
  await expect(stop).toHaveCount(1);
  await stop.focus();
  await page.keyboard.press('Home');
  const first = page.locator(':focus');
  await page.keyboard.press('Enter');
  await expect(first).toHaveAttribute('aria-pressed', 'true');
  const id = await first.getAttribute('data-block');
  const opened = found.find((block) => block.id === id);
  expect(opened, `no block ${id}`).toBeTruthy();
  const why = side(page).getByRole('region', { name: /^Why:/ });
  await expect(why).toContainText(opened?.sentence ?? '');
  await expect(why).toContainText(opened?.code ?? '');
  for (const { label } of opened?.alternatives ?? [])
    await expect(side(page).getByRole('row').filter({ hasText: label })).toContainText(/\d/);
  await isAccessible(page);
  await page.keyboard.press('Escape');
  await expect(why).toBeHidden();
  await expect(side(page)).toContainText('Choose a step');
});

test('what if moves the numbers and not the house', async ({ page }) => {
  test.setTimeout(120_000);
  const before = await planned();
  const actions = (await ask<Action[]>('query', 'control.actions', { ...SITE, limit: 100 })).filter(
    ({ origin }) => origin === 'manual',
  );
  const sums = cardOf(page, 'What the plan comes to');
  await expect(sums).toContainText('if nothing is done', { timeout: 30_000 });
  const cost = sums.locator('.v').first();
  const asPlanned = (await cost.textContent()) ?? '';
  const price = side(page).getByRole('slider', { name: 'Price', exact: true });
  await price.focus();
  for (let step = 0; step < 10; step += 1) await page.keyboard.press('ArrowRight');
  await expect(price).toHaveAttribute('aria-valuetext', '+100 %');
  await expect(sums).toContainText('as planned', { timeout: 60_000 });
  await expect(cost).not.toHaveText(asPlanned);
  await expect(page.getByText('What if, tried on screen only')).toBeVisible();
  await expect(cardOf(page, 'What if').getByRole('status')).toContainText(/next \d+ h/);
  await isAccessible(page);
  // The plan in force is its own, and nobody switched anything by hand.
  expect((await view()).totals?.hours).toBe(before.totals?.hours);
  expect(
    (await ask<Action[]>('query', 'control.actions', { ...SITE, limit: 100 })).filter(
      ({ origin }) => origin === 'manual',
    ),
  ).toHaveLength(actions.length);
  await side(page).getByRole('button', { name: 'As planned' }).click();
  await expect(sums).toContainText('if nothing is done');
  await expect(price).toHaveAttribute('aria-valuetext', 'as is');
});

test('wishes are validated field by field, saved, and reach the plan', async ({ page }) => {
  test.setTimeout(PLAN_MS + 60_000);
  const { loads } = await settings();
  const load = loads[0];
  expect(load, 'The demo home has a load that can be planned.').toBeTruthy();
  await page.getByRole('button', { name: 'Wishes' }).click();
  const dialog = page.getByRole('dialog', { name: 'What the plan is for' });
  await dialog.getByLabel('Kept while charging').fill('20');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await answerName(page);
  await expect(dialog.getByRole('alert').first()).toBeVisible();
  await expect(dialog.getByLabel('Kept while charging')).toHaveAccessibleDescription(/50/);
  await isAccessible(page);
  await dialog.getByLabel('Kept while charging').fill('96');

  const wish = dialog.getByRole('group', { name: load?.name ?? '', exact: true });
  await wish.getByLabel('What it does').click();
  await page.getByRole('option', { name: 'Runs for a time' }).click();
  await wish.getByLabel('How long').fill('60');
  await wish.getByLabel('From', { exact: true }).fill('00:00');
  await wish.getByLabel('To', { exact: true }).fill('23:45');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden({ timeout: 20_000 });
  const kept = (await settings()).settings;
  expect(kept.battery.chargeEfficiencyPct).toBe(96);
  const wished = kept.loads.find(
    ({ deviceId, channelId }) => deviceId === load?.deviceId && channelId === load?.channelId,
  );
  expect(wished).toMatchObject({ wish: { kind: 'run', minutes: 60 } });
  await expect
    .poll(
      async () => {
        const found = await view();
        const lane = found.lanes.find(
          ({ deviceId, channelId }) => deviceId === load?.deviceId && channelId === load?.channelId,
        );
        return found.blocks.some(({ laneId, does }) => laneId === lane?.id && does === 'run');
      },
      { timeout: PLAN_MS, intervals: [1000] },
    )
    .toBe(true);
});

test('a step is skipped, stays in sight, and is given back to the plan', async ({ page }) => {
  test.setTimeout(PLAN_MS + 60_000);
  const found = await planned();
  const loads = found.lanes.filter(({ role }) => role !== 'battery').map(({ id }) => id);
  const block = found.blocks.find(
    ({ laneId, does, to, code }) =>
      loads.includes(laneId) && does === 'run' && to > Date.now() + 3_600_000 && !code.startsWith('HEAT_'),
  );
  if (!block) throw new Error('No load is planned.');
  const button = timeline(page).locator(`[data-block="${block.id}"]`);
  const far = page.getByRole('radiogroup', { name: 'How far' }).getByRole('radio').last();
  await expect(blocks(page).first()).toBeVisible({ timeout: 30_000 });
  if ((await button.count()) === 0) await far.click();
  await button.click();
  await side(page).getByRole('button', { name: 'Skip' }).click();
  await answerName(page);
  await expect
    .poll(
      async () => (await view()).blocks.some(({ laneId, pinned }) => laneId === block.laneId && pinned === 'skip'),
      {
        timeout: PLAN_MS,
      },
    )
    .toBe(true);
  await planned();
  await timeline(page)
    .getByRole('button', { name: /left out by a person/ })
    .first()
    .click();
  await side(page).getByRole('button', { name: 'Let the plan decide' }).click();
  await answerName(page);
  await expect
    .poll(async () => (await view()).blocks.every(({ pinned }) => pinned === null), { timeout: PLAN_MS })
    .toBe(true);
});

test('advice is looked for, dismissed, and kept with who answered', async ({ page }) => {
  test.setTimeout(90_000);
  const card = cardOf(page, 'Advice');
  await card.getByRole('button', { name: 'Look now' }).click();
  await answerName(page);
  await expect(page.getByText(/found that would save|would save anything was found/)).toBeVisible({ timeout: 30_000 });
  const list = await ask<Recommendation[]>('query', 'plan.recommendations', SITE);
  const open = list.filter(({ status, endAt }) => status === 'pending' && endAt > Date.now());
  const [first] = open;
  if (!first) {
    await expect(card).toContainText('Nothing to do by hand');
    return;
  }
  await expect(card).toContainText(first.title);
  await expect(card).toContainText(/\d+\s%\ssure/);
  await card
    .getByRole('button', { name: `Dismiss: ${first.title}` })
    .first()
    .click();
  await answerName(page);
  await expect
    .poll(async () =>
      (await ask<Recommendation[]>('query', 'plan.recommendations', SITE)).find(({ id }) => id === first.id),
    )
    .toMatchObject({ status: 'dismissed', answeredBy: PERSON });
  await card.getByText('Earlier advice').click();
  await expect(card).toContainText(`dismissed by ${PERSON}`);
  await isAccessible(page);
});

test('a week is played again with progress, and policies stand beside each other', async ({ page }) => {
  test.setTimeout(400_000);
  await page.getByRole('button', { name: 'Backtest' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Backtest' })).toBeVisible();
  expect(page.url()).toContain('#/plan/backtest');
  const form = cardOf(page, 'Ask');
  const given = await form.getByLabel('First day').inputValue();
  await form.getByLabel('First day').fill('');
  await form.getByRole('button', { name: 'Run the backtest' }).click();
  await expect(form).toContainText('Choose both days.');
  await form.getByLabel('First day').fill(given);
  await isAccessible(page);

  await form.getByRole('button', { name: 'Run the backtest' }).click();
  await answerName(page);
  await expect(form.getByRole('progressbar')).toBeVisible({ timeout: 30_000 });
  await form.getByRole('button', { name: 'Cancel' }).click();
  await answerName(page);
  await expect(cardOf(page, 'Result')).toContainText('cancelled', { timeout: 30_000 });

  await form.getByRole('button', { name: 'Run the backtest' }).click();
  await expect(form.getByRole('progressbar')).toBeVisible({ timeout: 30_000 });
  await expect
    .poll(async () => (await ask<BacktestView>('query', 'backtest.get', SITE)).state, {
      timeout: 300_000,
      intervals: [2000],
    })
    .toBe('done');
  const result = cardOf(page, 'Result');
  await expect(result).toContainText('The plan would have cost', { timeout: 20_000 });
  const table = result.getByRole('table', { name: /What each policy/ });
  for (const name of ['No battery', 'Self-consumption only', 'The plan', 'Perfect foresight'])
    await expect(table.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) })).toContainText(/\d/);
  await result.getByRole('button', { name: 'Table' }).click();
  await expect(result.getByRole('region', { name: 'Month by month' })).toContainText(/\d/);
  await expect(cardOf(page, 'Learnt policy')).toContainText(
    /Not trained yet|In training|Rejected|Only looks on|Serves/,
  );
  await isAccessible(page);
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: 'Plan' })).toBeVisible();
});

test('what days saved is told on the overview and listed in the history', async ({ page }) => {
  await openPage(page, 'Overview');
  await expect(page.getByRole('main')).toContainText(/Yesterday/, { timeout: 30_000 });
  await openPage(page, 'History');
  const card = cardOf(page, 'Savings');
  await expect(card).toContainText(/self-consumption only|No day is settled yet/, { timeout: 30_000 });
});

test('a stop is said on the plan, and nothing can be pinned meanwhile', async ({ page }) => {
  await planned();
  await expect(blocks(page).first()).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press('Control+.');
  await expect(page.getByText('Nothing of this plan is carried out')).toBeVisible();
  await expect(side(page).getByRole('button', { name: 'Keep' })).toHaveCount(0);
  await isAccessible(page);
});
