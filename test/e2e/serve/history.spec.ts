import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import type { HistoryView } from '../../../preload/contract/insight.ts';
import { askFolder } from '../../support/e2e/ask-folder.ts';
import { cardOf, openPage, openWindow } from '../../support/e2e/journeys.ts';
import { type RunningServe, startServe } from '../../support/e2e/running-serve.ts';
import type { Ask } from '../../support/e2e/world.ts';

const QUARTER = 900_000;
/** Two decimals, and a breath for the floating point. */
const ROUNDED = 0.0051;
let folder = '';
let serve: RunningServe;
let ask: Ask;

test.use({ locale: 'en-GB' });
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serve-history-'));
  serve = await startServe(folder);
  ask = askFolder(folder);
});
test.afterAll(async () => {
  await serve.close();
  rmSync(folder, { recursive: true, force: true });
});
test.beforeEach(async ({ page }) => {
  await openWindow(page, ask);
  await openPage(page, 'History');
});

const choose = (page: Page, group: string, name: string) =>
  page.getByRole('radiogroup', { name: group }).getByText(name, { exact: true }).click();

interface Shown {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}
const tableOf = async (page: Page): Promise<Shown> => {
  const table = page.getByRole('main').locator('.history-card').getByRole('table');
  await expect(table.getByRole('row').nth(1)).toBeVisible();
  return table.evaluate((node) => {
    const textOf = (cell: Element): string => cell.textContent ?? '';
    const [head, ...rows] = [...node.querySelectorAll('tr')].map((row) => [...row.children].map(textOf));
    return { head: head ?? [], rows };
  });
};

/** What the center answers for the span that the page named last. */
const spanAsked = (page: Page): (() => { from: number; to: number; step: HistoryView['step'] }) => {
  const asked: { from: number; to: number; step: HistoryView['step'] }[] = [];
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const { request } = JSON.parse(String(payload));
      if (request.name === 'history.get' && !request.input.channels) asked.push(request.input);
    }),
  );
  return () => asked.at(-1) ?? { from: 0, to: 0, step: 'hour' };
};

test('yesterday: chart, table and file hold the numbers that the center has, and the demo says whose they are', async ({
  page,
}) => {
  const lastAsked = spanAsked(page);
  await page.reload();
  await expect(page.getByText('Measured in another year, shown on this calendar')).toBeVisible();
  await page.getByRole('button', { name: 'The day before' }).click();
  await expect(page.getByRole('slider', { name: /Power in kW/ })).toBeVisible();
  await expect.poll(() => lastAsked().to).toBeLessThanOrEqual(Date.now());
  const { from, to, step } = lastAsked();
  const view = await ask<HistoryView>('query', 'history.get', { siteId: 'demo', from, to, step });

  await page.getByRole('button', { name: 'Table' }).click();
  const { head, rows } = await tableOf(page);
  expect(head).toEqual(['Time', 'Solar, kW', 'Load, kW', 'Battery, kW', 'Grid, kW']);
  expect(rows).toHaveLength(view.at.length);
  const column = (name: 'pv' | 'load' | 'battery' | 'grid') => view.series[name] ?? [];
  const shown = rows.map((row) => row.slice(1).map((text) => Number(text.replace('−', '-'))));
  const kept = view.at.map((_, index) =>
    (['pv', 'load', 'battery', 'grid'] as const).map((name) => (column(name)[index] ?? 0) / 1000),
  );
  for (const [index, row] of kept.entries())
    for (const [at, value] of row.entries())
      expect(Math.abs((shown[index]?.[at] ?? Number.NaN) - value)).toBeLessThan(ROUNDED);

  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()]);
  const lines = readFileSync(await file.path(), 'utf8')
    .trim()
    .split('\r\n');
  expect(file.suggestedFilename()).toMatch(/^power-\d{4}-\d\d-\d\d-day\.csv$/);
  expect(lines[0]).toBe('time_utc,Solar (kW),Load (kW),Battery (kW),Grid (kW)');
  expect(lines).toHaveLength(rows.length + 1);
  const written = lines.slice(1).map((line) => line.split(','));
  expect(written.map(([time]) => Date.parse(time ?? ''))).toEqual(view.at);
  for (const [index, cells] of written.entries())
    for (const [at, cell] of cells.slice(1).entries())
      expect(Math.abs(Number(cell) - (kept[index]?.[at] ?? Number.NaN))).toBeLessThan(ROUNDED);

  const sums = cardOf(page, 'Sums');
  const kwh = (value: number | null) => `${(value ?? 0).toFixed(1)}kWh`;
  await expect(sums).toContainText(`Solar${kwh(view.totals.pvKwh)}`);
  await expect(sums).toContainText(`Bought${kwh(view.totals.importKwh)}`);
  await expect(sums).toContainText(`Discharged${kwh(view.totals.dischargeKwh)}`);
  const sumOf = column('load').reduce<number>((sum, value) => sum + (value ?? 0), 0) / 4000;
  expect(view.totals.loadKwh ?? 0).toBeCloseTo(sumOf, 0);
});

test('today: no row stands for a time that has not come', async ({ page }) => {
  const lastAsked = spanAsked(page);
  await page.reload();
  await page.getByRole('button', { name: 'Table' }).click();
  const { rows } = await tableOf(page);
  const { from, to } = lastAsked();
  expect(to).toBeGreaterThan(Date.now());
  expect(rows.length).toBeLessThanOrEqual(Math.ceil((Date.now() - from) / QUARTER));
});

test('day, week, month and year, and the one before each', async ({ page }) => {
  const card = page.getByRole('main').locator('.history-card');
  for (const span of ['Week', 'Month', 'Year', 'Day']) {
    await choose(page, 'Span', span);
    await expect(page.getByRole('slider', { name: /Power in kW/ })).toBeVisible();
    const title = await card.getAttribute('aria-label');
    const sums = await cardOf(page, 'Sums').textContent();
    await expect(page.getByRole('button', { name: `The ${span.toLowerCase()} after` })).toBeDisabled();
    await page.getByRole('button', { name: `The ${span.toLowerCase()} before` }).click();
    await expect(card).not.toHaveAttribute('aria-label', title ?? '');
    await expect(cardOf(page, 'Sums')).not.toHaveText(sums ?? '');
    await expect(page.getByRole('slider', { name: /Power in kW/ })).toBeVisible();
    await page.getByRole('button', { name: `The ${span.toLowerCase()} after` }).click();
    await expect(card).toHaveAttribute('aria-label', title ?? '');
  }
});

test('energy by the day, charge in per cent, and a span that holds nothing', async ({ page }) => {
  await choose(page, 'Span', 'Month');
  await choose(page, 'Quantity', 'Energy');
  await page.getByRole('button', { name: 'The month before' }).click();
  await page.getByRole('button', { name: 'Table' }).click();
  const { head, rows } = await tableOf(page);
  expect(head).toEqual(['Time', 'Solar, kWh', 'Load, kWh', 'Grid, kWh']);
  expect(rows.length).toBeGreaterThanOrEqual(28);
  await choose(page, 'Quantity', 'Charge');
  await expect.poll(async () => (await tableOf(page)).head).toEqual(['Time', 'State of charge, %']);

  await choose(page, 'Span', 'Year');
  for (let back = 0; back < 4; back += 1) await page.getByRole('button', { name: 'The year before' }).click();
  await expect(page.getByRole('main')).toContainText('No data in this span');
  await expect(page.getByRole('button', { name: 'CSV' })).toBeDisabled();
  await expect(cardOf(page, 'Sums')).toContainText('SolarNo value');
  await expect(page.getByText('Measured in another year')).toBeHidden();
});
