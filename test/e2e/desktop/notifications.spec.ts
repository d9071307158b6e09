import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { type DesktopRun, runDesktop } from '../../support/desktop/run.ts';

// Approvals and notices outside the window, around a fake house, in the stand-in.
let run: DesktopRun;
const begin = async (options: Parameters<typeof runDesktop>[1] = {}): Promise<void> => {
  run = await runDesktop('house', options);
  await run.page();
};
const names = (): Promise<string[]> => run.house((house) => house.asked.map(({ name }) => name));

const prepared: string[] = [];
test.afterEach(async () => {
  expect(await run.close()).toEqual([]);
  for (const folder of prepared.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test('an approval is one notification, and two presses are one outcome', async () => {
  await begin();
  await run.house((house) => house.propose());
  await expect.poll(() => run.record((record) => record.notifications.length)).toBe(1);
  const card = await run.record((record) => record.notifications[0]?.options);
  expect(card?.actions).toMatchObject([{ text: 'Approve' }, { text: 'Deny' }]);
  expect(Buffer.byteLength(`${card?.title}${card?.body}`)).toBeLessThanOrEqual(200);
  await run.record((record) => {
    record.notifications[0]?.press(0);
    record.notifications[0]?.press(0);
    record.notifications[0]?.press(1);
  });
  await expect.poll(names).toEqual(['control.approve']);
  await run.record((record) => record.notifications[0]?.press(0));
  expect(await names()).toEqual(['control.approve']);
});

test('an approval can be answered in the tray, and then its notification goes', async () => {
  await begin();
  await run.house((house) => house.propose());
  const item = (): Promise<string | null> =>
    run.record((record) => record.trays[0]?.menu?.getMenuItemById('deny-proposal_1')?.label ?? null);
  await expect.poll(item).toBe('Deny');
  await expect.poll(() => run.record((record) => record.notifications.length)).toBe(1);
  await run.record((record) => record.trays[0]?.menu?.getMenuItemById('deny-proposal_1')?.click());
  await expect.poll(names).toEqual(['control.deny']);
  await expect.poll(item).toBeNull();
  await expect.poll(() => run.record((record) => record.notifications[0]?.closed)).toBe(true);
});

for (const [when, quietHours, shown] of [
  ['in quiet hours only what is critical is shown', { fromMinute: 0, toMinute: 1439 }, ['critical']],
  ['otherwise all that needs attention is shown', null, ['attention', 'critical']],
] as const)
  test(when, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'commandcenter-quiet-'));
    prepared.push(folder);
    mkdirSync(join(folder, 'electron'));
    writeFileSync(join(folder, 'electron', 'machine.json'), JSON.stringify({ quietHours }));
    await begin({ folder });
    await run.house((house) => {
      for (const level of ['info', 'attention', 'critical'] as const)
        house.bus.emit('told', { id: level, at: 0, level, title: level, text: 'text' });
    });
    expect(await run.record((record) => record.notifications.map(({ title }) => title))).toEqual(shown);
  });

test('in the quiet hours of the house no question disturbs, and the tray has it all the same', async () => {
  await begin();
  await run.house((house) => {
    house.hush();
    house.propose();
  });
  await expect
    .poll(() => run.record((record) => record.trays[0]?.menu?.getMenuItemById('approvals')?.label))
    .toBe('Open approvals (1)');
  expect(await run.record((record) => record.notifications.length)).toBe(0);
});

test('an answer that was given elsewhere is told with its name', async () => {
  await begin();
  await run.house((house) => house.propose());
  await expect.poll(() => run.record((record) => record.notifications.length)).toBe(1);
  await run.house((house) => house.decideElsewhere('approved'));
  await expect.poll(() => run.record((record) => record.notifications[0]?.closed)).toBe(true);
  await run.record((record) => record.notifications[0]?.press(0));
  await expect
    .poll(() => run.record((record) => record.notifications.map(({ title, body }) => `${title}: ${body}`).at(-1)))
    .toBe('Miner A: Mara approved this by ntfy at 12:01.');
});

test('a question that nobody answers leaves the notification and the tray', async () => {
  await begin();
  await run.house((house) => house.propose());
  await expect.poll(() => run.record((record) => record.notifications.length)).toBe(1);
  await run.house((house) => house.expire());
  await expect.poll(() => run.record((record) => record.notifications[0]?.closed)).toBe(true);
  const menu = (): Promise<string[]> =>
    run.record((record) => record.trays[0]?.menu?.items.map(({ label }) => label) ?? []);
  await expect.poll(menu).toContain('Open approvals');
  expect((await menu()).some((label) => label.startsWith('Approve'))).toBe(false);
  await run.record((record) => record.notifications[0]?.press(0));
  await expect
    .poll(() => run.record((record) => record.notifications.at(-1)?.body))
    .toContain('Nobody answered by 12:05');
});

test('what is critical can be answered with STOP', async () => {
  await begin();
  await run.house((house) => {
    house.bus.emit('told', { id: 'fuse', at: 0, level: 'critical', title: 'Phase 1 is overloaded', text: 'text' });
  });
  await run.record((record) => record.notifications[0]?.press(0));
  await expect.poll(names).toEqual(['stop.activate']);
  expect(await run.house((house) => house.asked.map(({ surface }) => surface))).toEqual(['notification']);
});

test('an old notification decides nothing, and says what became of it', async () => {
  await begin();
  await run.house((house) => house.propose());
  await expect.poll(() => run.record((record) => record.notifications.length)).toBe(1);
  await run.house((house) => house.withdraw());
  await expect.poll(() => run.record((record) => record.notifications[0]?.closed)).toBe(true);
  await run.record((record) => record.notifications[0]?.press(0));
  await expect.poll(() => run.record((record) => record.notifications[1]?.body)).toContain('cancelled');
  expect(await names()).toEqual(['control.approve']);
});
