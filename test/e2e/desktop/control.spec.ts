import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import type { Action, SettledProposal } from '../../../preload/contract/control.ts';
import type { MessageSettings } from '../../../preload/contract/messages.ts';
import type { Drill } from '../../../preload/contract/safety.ts';
import type { CenterStatus } from '../../../preload/contract/site.ts';
import { type DesktopRun, isBuilt, runDesktop } from '../../support/desktop/run.ts';
import { askFolder } from '../../support/e2e/ask-folder.ts';
import { hurryMiners, minersRunAtRest, wantMiners } from '../../support/e2e/demo-miners.ts';
import { answerName, cardOf, openPage, reEnables } from '../../support/e2e/journeys.ts';
import type { Ask } from '../../support/e2e/world.ts';

// Approvals, STOP and drill from the desktop's own surfaces, with the real center on the demo home, in the stand-in:
// nobody can press a real tray from outside.
test.skip(!isBuilt(), 'out/ is missing: build first');

let run: DesktopRun;
let page: Page;
let ask: Ask;
let siteId = '';

const status = (): Promise<CenterStatus> => ask('query', 'center.status', {});
const settled = (): Promise<SettledProposal[]> => ask('query', 'control.settledProposals', { siteId });
const offActions = async (name: string): Promise<readonly Action[]> =>
  (await ask<Action[]>('query', 'control.actions', { siteId, limit: 100 })).filter(
    ({ deviceName, asked, outcome }) => deviceName === name && asked === false && outcome !== 'refused',
  );
const trayLabels = (): Promise<string[]> =>
  run.record((record) => record.trays[0]?.menu?.items.map(({ label }) => label) ?? []);
const clickTray = (id: string): Promise<void> =>
  run.evaluate((_electron, item: string) => {
    const { trays } = Reflect.get(globalThis, 'standInRecord') as {
      trays: { menu: { getMenuItemById(id: string): { click(): void } | null } | null }[];
    };
    trays[0]?.menu?.getMenuItemById(item)?.click();
  }, id);
const said = (): Promise<string[]> =>
  run.record((record) => record.notifications.map(({ title, body }) => `${title} ${body}`));

/** Both miners run, the house is in Suggest, and the rule wants both off: two questions. */
const beginAsking = async (changes: { readonly approvalExpiresMs?: number } = {}): Promise<void> => {
  await hurryMiners(ask, siteId);
  const { settings } = await ask<{ settings: MessageSettings }>('query', 'messages.get', { siteId });
  await ask('command', 'messages.set', { siteId, who: 'Test', settings: { ...settings, quiet: null } });
  await ask('command', 'settings.set', { siteId, who: 'Test', changes });
  await openPage(page, 'Control');
  await expect.poll(() => minersRunAtRest(ask, siteId), { timeout: 30_000 }).toBe(true);
  await clickTray('mode-suggest');
  await expect.poll(async () => (await status()).mode).toBe('suggest');
  await wantMiners(ask, siteId, false);
  await expect.poll(trayLabels, { timeout: 20_000 }).toContain('Open approvals (2)');
  await expect.poll(said).toHaveLength(2);
};

test.beforeEach(async () => {
  test.setTimeout(120_000);
  run = await runDesktop('built', { runtime: 'stand-in' });
  page = await run.page();
  ask = askFolder(join(run.folder, 'data'));
  siteId = (await status()).activeSiteId;
});
test.afterEach(async () => {
  expect(await run.close()).toEqual([]);
});

test('a question is approved in its notification: two clicks are one action, and the other one opens the page', async () => {
  await beginAsking();
  await run.record((record) => {
    const card = record.notifications.find(({ title }) => title === 'Approve: Miner A off?');
    card?.press(0);
    card?.press(0);
    card?.press(1);
  });
  await expect.poll(async () => (await offActions('Miner A')).length, { timeout: 20_000 }).toBe(1);
  await expect(cardOf(page, 'Miner A').getByRole('switch')).toHaveAttribute('aria-checked', 'false', {
    timeout: 30_000,
  });
  expect((await settled())[0]).toMatchObject({ state: 'approved', surface: 'notification' });
  expect(await offActions('Miner A')).toHaveLength(1);

  await run.record((record) => {
    record.notifications.find(({ title }) => title === 'Approve: Miner B off?')?.emit('click', {});
  });
  await expect(page.getByRole('heading', { level: 1, name: 'Approvals' })).toBeVisible();
  const question = cardOf(page, 'Proposal for Miner B');
  await question.getByRole('button', { name: 'Deny' }).click();
  await answerName(page);
  await expect(question).toBeHidden();
  // The notification is old now: pressed all the same, it says what was decided, by whom, and changes nothing.
  await run.record((record) => {
    record.notifications.find(({ title }) => title === 'Approve: Miner B off?')?.press(0);
  });
  await expect
    .poll(async () => (await said()).at(-1))
    .toMatch(/^Miner B Mara denied this in the window at \d\d:\d\d\./);
  expect(await offActions('Miner B')).toEqual([]);
});

test('questions are approved and denied in the tray, and their notifications go', async () => {
  await beginAsking();
  const pending = await ask<{ id: string; deviceName: string }[]>('query', 'control.proposals', { siteId });
  const idOf = (name: string): string => pending.find(({ deviceName }) => deviceName === name)?.id ?? '';
  await clickTray(`approve-${idOf('Miner A')}`);
  await expect.poll(async () => (await offActions('Miner A')).length, { timeout: 20_000 }).toBe(1);
  await clickTray(`deny-${idOf('Miner B')}`);
  await expect.poll(trayLabels).toContain('Open approvals');
  await expect.poll(() => run.record((record) => record.notifications.every(({ closed }) => closed))).toBe(true);
  const ended = await settled();
  expect(ended.map(({ state, surface }) => `${state} ${surface}`).sort()).toEqual(['approved tray', 'denied tray']);
  expect(await offActions('Miner B')).toEqual([]);
  await clickTray('approvals');
  await expect(page.getByRole('heading', { level: 1, name: 'Approvals' })).toBeVisible();
});

test('a question that nobody answers ends as a no, in the notification and in the tray', async () => {
  await beginAsking({ approvalExpiresMs: 10_000 });
  const ids = (await ask<{ id: string }[]>('query', 'control.proposals', { siteId })).map(({ id }) => id);
  await expect
    .poll(() => run.record((record) => record.notifications.slice(0, 2).every(({ closed }) => closed)), {
      timeout: 25_000,
    })
    .toBe(true);
  const ended = (await settled()).filter(({ proposal }) => ids.includes(proposal.id));
  expect(ended.map(({ state }) => state)).toEqual(['expired', 'expired']);
  await run.record((record) => record.notifications[0]?.press(0));
  await expect.poll(async () => (await said()).join('\n')).toContain('Nobody answered by');
  expect([...(await offActions('Miner A')), ...(await offActions('Miner B'))]).toEqual([]);
});

test('STOP works from everywhere, and only a person in the window ends it', async () => {
  await run.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('shortcut')?.click());
  const ways: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['tray', () => clickTray('stop')],
    ['window', () => page.getByRole('button', { name: /^STOP/ }).first().click()],
    ['keyboard', () => page.keyboard.press('Control+.')],
    ['keyboard', () => run.record((record) => [...record.shortcuts.values()][0]?.())],
    ['keyboard', () => run.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('stop')?.click())],
    [
      'palette',
      async () => {
        await page.keyboard.press('Control+k');
        await page.getByRole('combobox', { name: 'Search or run' }).fill('stop everything');
        await page.keyboard.press('Enter');
      },
    ],
  ];
  for (const [surface, stop] of ways) {
    await stop();
    await expect.poll(async () => (await status()).stop?.surface).toBe(surface);
    await expect(page.getByText('STOPPED').first()).toBeVisible();
    await expect.poll(async () => (await trayLabels())[0]).toContain('STOPPED');
    await reEnables(page);
    await expect.poll(async () => (await trayLabels())[0]).toMatch(/: Watch$/);
  }
});

test('a drill from the palette goes through STOP and switches nothing', async () => {
  const before = (await ask<Action[]>('query', 'control.actions', { siteId, limit: 100 })).length;
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search or run' }).fill('drill');
  await page.keyboard.press('Enter');
  await answerName(page);
  await expect(page.getByText(/answered within .* would be safe/)).toBeVisible();
  const { lastDrill } = await ask<{ lastDrill: Drill | null }>('query', 'safety.get', { siteId });
  expect(lastDrill).toMatchObject({ surface: 'palette' });
  expect(lastDrill?.devices.length).toBeGreaterThan(0);
  expect((await status()).stop).toBeNull();
  const after = await ask<Action[]>('query', 'control.actions', { siteId, limit: 100 });
  expect(after.filter(({ origin }) => origin === 'stop')).toEqual([]);
  expect(after.length).toBeGreaterThanOrEqual(before);
});

test('rules run dry from the tray, the window says so, and the palette ends it', async () => {
  await clickTray('test-mode');
  await expect.poll(async () => (await status()).testMode).toBe(true);
  await expect.poll(async () => (await trayLabels())[0]).toContain('rules in test');
  await expect(page.getByRole('banner').getByText('Test', { exact: true })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search or run' }).fill('let rules act');
  await page.keyboard.press('Enter');
  await answerName(page);
  await expect.poll(async () => (await status()).testMode).toBe(false);
  await expect.poll(async () => (await trayLabels())[0]).not.toContain('rules in test');
});
