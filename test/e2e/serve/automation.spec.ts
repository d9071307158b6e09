import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import type { Action, SettledProposal } from '../../../preload/contract/control.ts';
import type { DeviceView } from '../../../preload/contract/devices.ts';
import type { RuleFiring } from '../../../preload/contract/rules.ts';
import type { CenterStatus } from '../../../preload/contract/site.ts';
import { askFolder } from '../../support/e2e/ask-folder.ts';
import { answerName, cardOf, openPage, openWindow, PERSON } from '../../support/e2e/journeys.ts';
import { type RunningServe, startServe } from '../../support/e2e/running-serve.ts';
import { type Ask, startWorld, type World } from '../../support/e2e/world.ts';

const PLUG = 'Honest plug';
let world: World;
let folder = '';
let serve: RunningServe;
let ask: Ask;
let siteId = '';

const plug = async () => {
  const devices = await ask<DeviceView[]>('query', 'devices.list', { siteId });
  for (const device of devices)
    for (const channel of device.channels) if (channel.name === PLUG) return { device, channel };
  throw new Error('The plug was not added.');
};

const pick = async (page: Page, field: ReturnType<Page['getByLabel']>, option: string): Promise<void> => {
  await field.click();
  await page.getByRole('option', { name: option, exact: true }).click();
};

const plugActions = async (): Promise<readonly Action[]> =>
  (await ask<Action[]>('query', 'control.actions', { siteId, limit: 100 })).filter(
    ({ deviceName, origin }) => deviceName === PLUG && origin === 'rule',
  );

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serve-automation-'));
  world = await startWorld();
  serve = await startServe(folder);
  ask = askFolder(folder);
  siteId = (await ask<CenterStatus>('query', 'center.status', {})).activeSiteId;
  await ask('command', 'settings.set', { siteId, who: 'Test', changes: { criticalSocPct: 0, minimumSocPct: 0 } });
  await world.addPlug(ask, 'honest');
});
test.afterAll(async () => {
  await serve.close();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});
test.describe.configure({ mode: 'serial' });

/** Opens the builder on a rule that holds by day and night, with its name. */
const buildTimeRule = async (page: Page, name: string): Promise<void> => {
  await openPage(page, 'Automation');
  await cardOf(page, 'Rules').getByRole('button', { name: 'Rule', exact: true }).click();
  const form = page.getByRole('form', { name: 'New rule' });
  await form.getByLabel('Name').fill(name);
  const named = page.getByRole('form', { name });
  await pick(page, named.getByLabel('Looks at').first(), 'Time of day');
  await named.getByLabel('From', { exact: true }).fill('00:00');
  await named.getByLabel('To', { exact: true }).fill('23:59');
  await named.getByLabel('For at least').fill('0');
  await pick(page, named.getByLabel('Device', { exact: true }), PLUG);
};

test('a rule is built, checked, tried on the past, tested, switched on, and fires once', async ({ page }) => {
  test.setTimeout(150_000);
  await openWindow(page, ask);
  await buildTimeRule(page, 'Plug all day');
  const form = page.getByRole('form', { name: 'Plug all day' });
  const check = page.getByRole('region', { name: 'Check' });
  await expect(check).toContainText('switch Honest plug on', { timeout: 30_000 });
  await expect(check).toContainText(/held \d+/);

  // What conflicts is said before it is saved.
  await form.getByRole('group', { name: 'Otherwise' }).getByRole('button', { name: 'Action' }).click();
  await pick(page, form.getByRole('group', { name: 'Otherwise' }).getByLabel('Device', { exact: true }), PLUG);
  await expect(check.getByRole('listitem').filter({ hasText: 'Otherwise 1' })).toBeVisible({ timeout: 30_000 });
  await form.getByRole('group', { name: 'Otherwise' }).getByRole('button', { name: 'Remove this action' }).click();
  await expect(check.getByRole('listitem').filter({ hasText: 'Otherwise 1' })).toBeHidden({ timeout: 30_000 });

  await check.getByRole('button', { name: 'Try it on the last 7 days' }).click();
  await expect(check).toContainText('Charge at the end', { timeout: 60_000 });

  // In test it only writes down what it would do.
  await check.getByRole('button', { name: /^Save/ }).click();
  await answerName(page);
  const row = cardOf(page, 'Rules').getByRole('listitem', { name: 'Plug all day' });
  await expect(row).toContainText('Holds now', { timeout: 30_000 });
  await expect(row).toContainText('in test');
  await expect(cardOf(page, 'What rules did')).toContainText('in test', { timeout: 30_000 });
  expect(await plugActions()).toEqual([]);

  await row.getByRole('radio', { name: 'On' }).click();
  await expect.poll(async () => (await plugActions())[0]?.outcome, { timeout: 40_000 }).toBe('confirmed');
  const [action] = await plugActions();
  expect(action).toMatchObject({ who: 'Plug all day', asked: true });
  await expect.poll(async () => (await plug()).channel.setpoint, { timeout: 20_000 }).toBe(true);
  const firings = await ask<RuleFiring[]>('query', 'rules.firings', { siteId });
  expect(firings.filter(({ how }) => how === 'asked')).toHaveLength(1);

  // Switched off, it gives back what it borrowed.
  await row.getByRole('radio', { name: 'Off' }).click();
  await expect.poll(async () => (await plug()).channel.setpoint, { timeout: 40_000 }).toBe(false);
});

test('versions are kept, taken up again, exported and imported', async ({ page }) => {
  await openWindow(page, ask);
  await openPage(page, 'Automation');
  const row = cardOf(page, 'Rules').getByRole('listitem', { name: 'Plug all day' });
  await row.getByRole('button', { name: 'Versions' }).click();
  const dialog = page.getByRole('dialog', { name: 'Versions of Plug all day' });
  await expect(dialog).toContainText('Version 3');
  await expect(dialog).toContainText(PERSON);
  await dialog.getByRole('listitem').filter({ hasText: 'Version 1' }).getByRole('button').click();
  await answerName(page);
  await expect(row).toContainText('version 4');
  await expect(row).toContainText('in test');
  const { json } = await ask<{ json: string }>('query', 'rules.export', { siteId });
  await row.getByRole('button', { name: 'Versions' }).click();
  await page.getByRole('button', { name: 'Remove the rule' }).click();
  await expect(row).toBeHidden();
  await cardOf(page, 'Rules').getByRole('button', { name: 'Import' }).click();
  await page.getByLabel('Rules as JSON').fill('{"nonsense": 1}');
  await page.getByRole('dialog').getByRole('button', { name: 'Import' }).click();
  await expect(page.getByRole('dialog').getByRole('alert')).toBeVisible();
  await page.getByLabel('Rules as JSON').fill(json);
  await page.getByRole('dialog').getByRole('button', { name: 'Import' }).click();
  await expect(row.getByRole('radio', { name: 'Off' })).toBeChecked();
});

test('a common wish opens in the builder, and a schedule and a workflow do what they say', async ({ page }) => {
  test.setTimeout(150_000);
  await openWindow(page, ask);
  await openPage(page, 'Automation');
  await cardOf(page, 'Rules').getByRole('button', { name: 'Common wishes' }).click();
  await page.getByRole('listitem').filter({ hasText: 'Solar surplus to the water heater' }).getByRole('button').click();
  await expect(page.getByRole('region', { name: 'Check' })).toContainText('surplus', { timeout: 30_000 });
  await page.getByRole('button', { name: 'Leave it' }).click();

  await page.getByRole('radio', { name: 'Workflows' }).click();
  await page.getByRole('button', { name: 'Workflow', exact: true }).first().click();
  const form = page.getByRole('form', { name: 'New workflow' });
  await form.getByLabel('Name').fill('Plug once');
  const named = page.getByRole('form', { name: 'Plug once' });
  await pick(page, named.getByLabel('Device', { exact: true }), PLUG);
  await named.getByRole('button', { name: 'Save' }).click();
  await answerName(page);
  const list = cardOf(page, 'Workflows');
  await list.getByRole('button', { name: 'Run' }).click();
  await expect(cardOf(page, 'Runs').getByRole('listitem', { name: 'Run of Plug once' })).toContainText('done', {
    timeout: 40_000,
  });
  expect((await plugActions())[0]).toMatchObject({ who: 'Workflow: Plug once', outcome: 'confirmed' });

  await page.getByRole('radio', { name: 'Schedules' }).click();
  await page.getByRole('button', { name: 'Schedule', exact: true }).first().click();
  const schedule = page.getByRole('form', { name: 'New schedule' });
  await schedule.getByLabel('Name').fill('Hot water at noon');
  await page.getByRole('form', { name: 'Hot water at noon' }).getByRole('button', { name: 'Save' }).click();
  const planned = cardOf(page, 'Schedules').getByRole('listitem', { name: 'Hot water at noon' });
  await expect(planned).toContainText('Every day at');
  await expect(planned).toContainText('next');
});

test('the envelope is edited, unsafe values are refused, and a drill switches nothing', async ({ page }) => {
  await openWindow(page, ask);
  await openPage(page, 'Settings');
  const safety = cardOf(page, 'Safety');
  await safety.getByRole('button', { name: 'Change' }).click();
  const dialog = page.getByRole('dialog', { name: 'Safety' });
  await dialog.getByLabel('Main fuse').fill('10');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await answerName(page);
  await expect(dialog.getByRole('alert')).toBeVisible();
  await dialog.getByLabel('Main fuse').fill('63');
  await dialog.getByRole('group', { name: 'When you are asked' }).getByRole('button', { name: 'Device' }).click();
  await pick(page, dialog.getByRole('group', { name: 'When you are asked' }).getByLabel('Device'), PLUG);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(safety).toContainText('63 A');
  await expect(page.getByRole('region', { name: 'Changes' })).toContainText(/fuse/i);

  const before = (await ask<Action[]>('query', 'control.actions', { siteId, limit: 100 })).length;
  await safety.getByRole('button', { name: 'Drill' }).click();
  await expect(safety).toContainText('Last drill', { timeout: 20_000 });
  expect((await ask<Action[]>('query', 'control.actions', { siteId, limit: 100 })).length).toBe(before);
  expect((await ask<CenterStatus>('query', 'center.status', {})).stop).toBeNull();
});

test('in Automate a device that is always asked about waits for a person: yes, two clicks, too late, and no', async ({
  page,
}) => {
  test.setTimeout(150_000);
  await openWindow(page, ask);
  await openPage(page, 'Automation');
  await page.getByRole('radio', { name: 'Workflows' }).click();
  const run = async (): Promise<void> => {
    await openPage(page, 'Automation');
    await page.getByRole('radio', { name: 'Workflows' }).click();
    await cardOf(page, 'Workflows').getByRole('button', { name: 'Run' }).click();
    await answerName(page);
    await openPage(page, 'Approvals');
  };
  const { device, channel } = await plug();
  /** It rests for a second before it may be switched again. */
  const rested = async (): Promise<void> => {
    await expect
      .poll(async () => Date.now() - ((await plug()).channel.setpointSince ?? Date.now()), { timeout: 10_000 })
      .toBeGreaterThan(1_500);
  };
  const off = async (): Promise<void> => {
    if ((await plug()).channel.setpoint === false) return;
    await rested();
    const target = { siteId, deviceId: device.id, channelId: channel.channelId };
    await ask('command', 'control.set', { ...target, value: false, who: 'Test', surface: 'cli', holdMs: 0 });
    await expect.poll(async () => (await plug()).channel.setpoint, { timeout: 20_000 }).toBe(false);
    await ask('command', 'control.releaseHold', { ...target, who: 'Test' });
    await rested();
  };
  await off();
  const before = (await plugActions()).length;
  await run();
  const question = cardOf(page, `Proposal for ${PLUG}`);
  await expect(question).toBeVisible({ timeout: 20_000 });
  await question.getByRole('button', { name: 'Approve' }).dblclick();
  await expect(question).toBeHidden();
  await expect(cardOf(page, 'Answered')).toContainText('Approved', { timeout: 20_000 });
  await expect.poll(async () => (await plugActions()).length, { timeout: 20_000 }).toBe(before + 1);
  await expect.poll(async () => (await plug()).channel.setpoint, { timeout: 20_000 }).toBe(true);

  // Nobody answers: that is a no.
  await ask('command', 'settings.set', { siteId, who: 'Test', changes: { approvalExpiresMs: 15_000 } });
  await off();
  await run();
  await expect(question).toBeVisible({ timeout: 14_000 });
  await expect(cardOf(page, 'Answered')).toContainText('Expired', { timeout: 30_000 });

  await ask('command', 'settings.set', { siteId, who: 'Test', changes: { approvalExpiresMs: 300_000 } });
  await run();
  await expect(question).toBeVisible({ timeout: 20_000 });
  await question.getByRole('button', { name: 'Deny' }).click();
  await expect(cardOf(page, 'Answered')).toContainText('Denied');
  const settled = await ask<SettledProposal[]>('query', 'control.settledProposals', { siteId });
  expect(settled.map(({ state }) => state)).toEqual(['denied', 'expired', 'approved']);
  expect((await plug()).channel.setpoint).toBe(false);
});
