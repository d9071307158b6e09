import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import type { Action } from '../../../preload/contract/control.ts';
import type { CenterStatus } from '../../../preload/contract/site.ts';
import { askFolder } from '../../support/e2e/ask-folder.ts';
import { hurryMiners, wantMiners } from '../../support/e2e/demo-miners.ts';
import { answerName, cardOf, openPage, openWindow, PERSON } from '../../support/e2e/journeys.ts';
import { type RunningServe, startServe } from '../../support/e2e/running-serve.ts';
import type { Ask } from '../../support/e2e/world.ts';

const MINERS = ['Miner A', 'Miner B'] as const;
let folder = '';
let serve: RunningServe;
let ask: Ask;
let siteId = '';

const actionsOf = async (name: string): Promise<readonly Action[]> =>
  (await ask<Action[]>('query', 'control.actions', { siteId, limit: 100 })).filter(
    (action) => action.deviceName === name,
  );
const proposalFor = (page: Page, name: string): Locator => cardOf(page, `Proposal for ${name}`);

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serve-suggest-'));
  serve = await startServe(folder);
  ask = askFolder(folder);
  siteId = (await ask<CenterStatus>('query', 'center.status', {})).activeSiteId;
  await hurryMiners(ask, siteId);
});
test.afterAll(async () => {
  await serve.close();
  rmSync(folder, { recursive: true, force: true });
});

test('in Suggest the rule asks, and a person answers: yes once, and no', async ({ page }) => {
  test.setTimeout(90_000);
  await openWindow(page, ask);
  await openPage(page, 'Control');
  for (const name of MINERS)
    await expect(cardOf(page, name).getByRole('switch')).toHaveAttribute('aria-checked', 'true', { timeout: 30_000 });
  await page.getByRole('banner').getByText('Suggest', { exact: true }).click();
  await answerName(page);
  await expect(page.getByRole('banner').getByRole('radio', { name: 'Suggest' })).toBeChecked();
  await wantMiners(ask, siteId, false);

  const yes = proposalFor(page, 'Miner A');
  const no = proposalFor(page, 'Miner B');
  await expect(yes).toBeVisible({ timeout: 20_000 });
  await expect(no).toBeVisible();
  await expect(yes).toContainText('Miner A off');
  await expect(yes).toContainText('Proposed by: rule');
  await expect(yes).toContainText('below the pause at 98 %');
  await expect(yes).toContainText('Inside the envelope');
  const left = yes.getByRole('timer');
  await expect(left).toHaveAccessibleName(/Time left 4:\d\d/);
  const before = await left.getAttribute('aria-label');
  await expect(left).not.toHaveAttribute('aria-label', before ?? '');
  await expect(page.getByRole('banner')).toContainText('Approvals2');
  expect((await actionsOf('Miner A')).filter((action) => action.asked === false)).toHaveLength(0);

  await yes.getByRole('button', { name: 'Approve' }).dblclick();
  await expect(yes).toBeHidden();
  await expect(cardOf(page, 'Miner A').getByRole('switch')).toHaveAttribute('aria-checked', 'false', {
    timeout: 30_000,
  });
  const row = page.getByRole('row').filter({ hasText: 'Miner A' }).first();
  await expect(row).toContainText('Confirmed', { timeout: 30_000 });
  await row.getByRole('button', { name: 'Miner A, details' }).click();
  await expect(page.getByRole('dialog')).toContainText(PERSON);
  await page.keyboard.press('Escape');
  expect((await actionsOf('Miner A')).filter((action) => action.asked === false)).toHaveLength(1);
  await expect(page.getByText('already been answered')).toBeHidden();

  await no.getByRole('button', { name: 'Deny' }).click();
  await expect(no).toBeHidden();
  await expect(cardOf(page, 'Miner B').getByRole('switch')).toHaveAttribute('aria-checked', 'true');
  await expect(page.getByRole('banner')).not.toContainText('Approvals');
  expect((await actionsOf('Miner B')).filter((action) => action.asked === false && action.sentAt !== null)).toEqual([]);
});
