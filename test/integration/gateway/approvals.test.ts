import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../../main/clock.ts';
import { createRemoteApprovals } from '../../../main/control/approvals/remote.ts';
import { createRequests } from '../../../main/desktop/requests.ts';
import type { DesktopCenter } from '../../../main/desktop/types.ts';
import { createGateway } from '../../../main/gateway/gateway.ts';
import { controlCommandHandlers, controlQueryHandlers } from '../../../main/gateway/handlers/control.ts';
import { type HttpHost, startHttpHost } from '../../../main/gateway/http-host.ts';
import { createHttpSessions } from '../../../main/gateway/http-session.ts';
import type { Rooms } from '../../../main/gateway/rooms.ts';
import type { Gateway } from '../../../main/gateway/types.ts';
import { siteId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { PendingProposal } from '../../../preload/contract/control.ts';
import { DEFAULT_MESSAGE_SETTINGS } from '../../../preload/contract/messages.ts';
import { createHouse, type House } from '../../support/control/house.ts';
import { createTestMessenger, messengersOf } from '../../support/control/messenger.ts';
import { HOME } from '../../support/control/snapshots.ts';
import { handlersWith } from '../../support/gateway/stub-rooms.ts';

let house: House;
let gateway: Gateway;
const endings: (() => unknown)[] = [];

beforeEach(async () => {
  house = await createHouse([{ id: 'miner', config: { name: 'Miner A' } }], { mode: 'suggest' });
  await house.start();
  endings.push(() => house.close());
  // The rooms that questions need; what else there is would not be asked.
  const rooms = { store: house.store(), commander: house.commander() } as unknown as Rooms;
  gateway = createGateway({
    ...handlersWith({ ...controlQueryHandlers(rooms), ...controlCommandHandlers(rooms) }),
    idempotency: house.store().idempotency,
    clock: house.clock,
    log: createLog(memorySink(), house.clock),
  });
});
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const ask = async (): Promise<PendingProposal> => {
  const asked = house.wish('miner');
  if (!asked.ok || !('pending' in asked.value)) throw new Error('It was not asked.');
  await house.clock.advance(0);
  return asked.value.pending;
};
const desktop = () => {
  const center = { handle: gateway.handle, status: () => ({ activeSiteId: HOME }) } as unknown as DesktopCenter;
  return createRequests(center, 'ann', createLog(memorySink(), house.clock));
};

it('the tray and a notification are one way: the first answer stands, a late click hears it', async () => {
  const proposal = await ask();
  const requests = desktop();
  expect(
    await Promise.all([
      requests.answer(proposal, 'approve', 'notification'),
      requests.answer(proposal, 'approve', 'notification'),
      requests.answer(proposal, 'approve', 'tray'),
      requests.answer(proposal, 'deny', 'tray'),
    ]),
  ).toEqual([
    null,
    null,
    'ann approved this in the notification at 13:00.',
    'ann approved this in the notification at 13:00. Nothing was changed by this answer.',
  ]);
  await house.clock.advance(5_000);
  expect(house.wire).toHaveLength(1);
  expect(await requests.answer(proposal, 'deny', 'notification')).toMatch(/^ann approved this/);
});

it('a yes that the safety layer refuses after all says so', async () => {
  const proposal = await ask();
  house.meters.meters.socPct = 15;
  house.meters.poll();
  expect(await desktop().answer(proposal, 'approve', 'tray')).toMatch(/^Approved, but not done\. /);
});

it('settled questions are listed, and a question of another home is none of this one’s', async () => {
  const { id } = await ask();
  const input = { siteId: HOME, proposalId: id, who: 'Ann', surface: 'window' };
  const command = (name: string, change: object = {}) =>
    gateway.handle(
      { kind: 'command', name, input: { ...input, ...change }, key: `key-${Math.random()}` },
      { surface: 'window' },
    );
  const other = siteId('other');
  expect(await command('control.deny', { siteId: other })).toMatchObject({
    problem: { code: 'control.unknown-proposal' },
  });
  expect(await command('control.approve', { siteId: other })).toMatchObject({
    problem: { code: 'control.unknown-proposal' },
  });
  expect(await command('control.deny')).toMatchObject({ ok: true });
  const settled = { kind: 'query', name: 'control.settledProposals', input: { siteId: HOME } };
  expect(await gateway.handle(settled, { surface: 'window' })).toMatchObject({
    ok: true,
    value: [{ proposal: { id }, state: 'denied', who: 'Ann', surface: 'window' }],
  });
});

it('all are cancelled by one command', async () => {
  await ask();
  const request = { kind: 'command', name: 'control.cancelQuestions', key: 'cancel-all-1' };
  const input = { siteId: HOME, who: 'Ann', surface: 'window' };
  expect(await gateway.handle({ ...request, input }, { surface: 'window' })).toEqual({
    ok: true,
    value: { cancelled: 1 },
  });
  expect(house.commander().pending(HOME)).toEqual([]);
});

const serve = async (): Promise<HttpHost> => {
  const folder = mkdtempSync(join(tmpdir(), 'approvals-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>x</title>');
  const clock = systemClock();
  const log = createLog(memorySink(), clock);
  const sessions = createHttpSessions(house.store().state, clock);
  const host = await startHttpHost({ gateway, bus: house.bus, clock, log, sessions, pageFolder: folder, port: 0 });
  if (!host.ok) throw new Error(host.error.message);
  endings.push(async () => {
    await host.value.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return host.value;
};

it('a GET never decides, whatever stands in it, signed in or not', async () => {
  const telegram = createTestMessenger('telegram');
  const remote = createRemoteApprovals({
    messengers: messengersOf(telegram),
    approvals: house.commander(),
    store: house.store(),
    clock: house.clock,
    log: createLog(memorySink(), house.clock),
    bus: house.bus,
    siteIds: () => [HOME],
    settingsOf: () => ({ ...DEFAULT_MESSAGE_SETTINGS, quiet: null }),
  });
  remote.start(new AbortController().signal);
  endings.push(() => remote.stop());
  const { id } = await ask();
  const { approveToken, text, title } = telegram.last();
  // A message carries no address at all: there is nothing that a scanner could open.
  expect(`${title} ${text}`).not.toMatch(/https?:/);

  const host = await serve();
  const origin = `http://127.0.0.1:${host.port}`;
  const signedIn = await fetch(host.address(), { redirect: 'manual' });
  const cookie = (signedIn.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  expect(cookie).not.toBe('');
  const request = encodeURIComponent(
    JSON.stringify({
      kind: 'command',
      name: 'control.approve',
      input: { siteId: HOME, proposalId: id, who: 'Ann', surface: 'http' },
      key: 'from-a-get-1',
    }),
  );
  const paths = [
    `/?token=${approveToken}`,
    `/?approve=${id}&token=${approveToken}`,
    `/approve/${id}?token=${approveToken}`,
    `/approvals?id=${id}&decision=approve&token=${approveToken}`,
    `/request?${request}`,
    `/request/control.approve?proposalId=${id}`,
    `/#/approvals`,
  ];
  for (const path of paths)
    for (const method of ['GET', 'HEAD'])
      for (const headers of [{}, { cookie }, { cookie, origin }])
        await fetch(`${origin}${path}`, { method, headers, redirect: 'manual' }).then((answer) => answer.text());
  expect(house.store().proposals.get(id)?.settlement).toBeNull();
  expect(house.commander().pending(HOME)).toHaveLength(1);
  expect(house.wire).toEqual([]);
  expect(await telegram.press('approve')).toMatch(/^Approved/);
});
