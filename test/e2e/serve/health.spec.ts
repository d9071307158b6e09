import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import type { Backup, FlowRun } from '../../../preload/contract/house.ts';
import { askFolder } from '../../support/e2e/ask-folder.ts';
import { answerName, cardOf, openPage, openWindow } from '../../support/e2e/journeys.ts';
import { type RunningServe, startServe } from '../../support/e2e/running-serve.ts';
import type { Ask } from '../../support/e2e/world.ts';

let folder = '';
let serve: RunningServe;
let ask: Ask;

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serve-health-'));
  serve = await startServe(folder);
  ask = askFolder(folder);
});
test.afterAll(async () => {
  await serve.close();
  rmSync(folder, { recursive: true, force: true });
});
test.beforeEach(async ({ page }) => {
  await openWindow(page, ask);
  await openPage(page, 'Health');
});

const jobOf = (page: Page, name: string): Locator =>
  cardOf(page, 'Jobs')
    .getByRole('listitem')
    .filter({ has: page.getByText(name, { exact: true }) });
const runsOf = (flow: string): Promise<FlowRun[]> => ask<FlowRun[]>('query', 'flows.runs', { siteId: 'demo', flow });

test('a job is run by hand, and says what it did', async ({ page }) => {
  const job = jobOf(page, 'Clean-up');
  await expect(job).toContainText('never ran');
  await job.getByRole('button', { name: 'Run now' }).click();
  await answerName(page);
  await expect(job).toContainText(/done \d/, { timeout: 20_000 });
  await job.getByRole('button', { name: 'Report' }).click();
  await expect(job).toContainText(/Removed \d+ raw values, \d+ quarters, \d+ hours and \d+ old forecasts\./);
  await expect
    .poll(async () => (await runsOf('clean-up')).map(({ trigger, state }) => `${trigger} ${state}`))
    .toEqual(['hand succeeded']);
});

test('a backup is written, checked and listed', async ({ page }) => {
  const card = cardOf(page, 'Backups');
  await expect(card).toContainText('No backup yet');
  await card.getByRole('button', { name: 'Back up now' }).click();
  await answerName(page);
  await expect(page.getByText(/Backup written and checked/)).toBeVisible({ timeout: 20_000 });
  const [newest] = await ask<Backup[]>('query', 'backups.list', {});
  expect(newest?.ok).toBe(true);
  await expect(card).toContainText(newest?.file ?? 'a file');
  await expect(cardOf(page, 'Machine')).toContainText('opened and checked');
});

test('a training that runs is cancelled, and says so', async ({ page }) => {
  const job = jobOf(page, 'Training');
  await expect(
    job.getByRole('button', { name: 'Cancel' }).or(job.getByRole('button', { name: 'Run now' })),
  ).toBeVisible();
  if (await job.getByRole('button', { name: 'Run now' }).isVisible()) {
    await job.getByRole('button', { name: 'Run now' }).click();
    await answerName(page);
  }
  await expect(job).toContainText(/runs for/);
  await job.getByRole('button', { name: 'Cancel' }).click();
  await answerName(page);
  await expect(job).toContainText('cancelled', { timeout: 20_000 });
  await expect(job.getByRole('button', { name: 'Run now' })).toBeVisible();
  const [last] = await runsOf('training');
  expect(last?.state).toBe('cancelled');
});
