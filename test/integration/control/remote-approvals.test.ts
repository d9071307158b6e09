import { afterEach, describe, expect, it } from 'vitest';
import { createRemoteApprovals } from '../../../main/control/approvals/remote.ts';
import type { RemoteApprovals } from '../../../main/control/approvals/remote-types.ts';
import type { Proposal } from '../../../main/control/types.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { PendingProposal } from '../../../preload/contract/control.ts';
import { DEFAULT_MESSAGE_SETTINGS, type MessageSettings } from '../../../preload/contract/messages.ts';
import { createHouse, type House, type LoadOptions } from '../../support/control/house.ts';
import { createTestMessenger, messengersOf, type TestMessenger } from '../../support/control/messenger.ts';
import { HOME } from '../../support/control/snapshots.ts';

const MINUTE = 60_000;
const LOADS: readonly LoadOptions[] = [
  { id: 'miner', config: { name: 'Miner A' } },
  { id: 'heater', config: { name: 'Heater', role: 'water-heater', ratedPowerW: 1_500 } },
  { id: 'pump', config: { name: 'Pump', role: 'load' } },
];
const ALL: MessageSettings = {
  ...DEFAULT_MESSAGE_SETTINGS,
  email: { ...DEFAULT_MESSAGE_SETTINGS.email, mayApprove: true, approvesUpToW: 2_000 },
  sms: { ...DEFAULT_MESSAGE_SETTINGS.sms, mayApprove: true, approvesUpToW: 2_000 },
  quiet: null,
  routes: {
    ntfy: { from: 'attention', approvals: true },
    telegram: { from: 'attention', approvals: true },
    email: { from: 'attention', approvals: true },
    sms: { from: 'attention', approvals: true },
  },
};

let house: House;
let remote: RemoteApprovals;
let settings: MessageSettings;
let telegram: TestMessenger;
let sms: TestMessenger;
let desk: ReturnType<typeof messengersOf>;

const startRemote = (questionsAnHour?: number): void => {
  remote = createRemoteApprovals({
    messengers: desk,
    approvals: house.commander(),
    store: house.store(),
    clock: house.clock,
    log: createLog(memorySink(), house.clock),
    bus: house.bus,
    siteIds: () => [HOME],
    settingsOf: () => settings,
    ...(questionsAnHour === undefined ? {} : { questionsAnHour }),
  });
  remote.start(new AbortController().signal);
};
const begin = async (questionsAnHour?: number): Promise<void> => {
  settings = ALL;
  telegram = createTestMessenger('telegram');
  sms = createTestMessenger('sms');
  desk = messengersOf(telegram, sms);
  house = await createHouse(LOADS, { mode: 'suggest' });
  await house.start();
  startRemote(questionsAnHour);
};
afterEach(async () => {
  await remote.stop();
  house.close();
});

/** Lets what was sent arrive. */
const settle = () => house.clock.advance(0);
const ask = async (id = 'heater', change: Partial<Proposal> = {}): Promise<PendingProposal> => {
  const asked = house.wish(id, change);
  if (!asked.ok || !('pending' in asked.value)) throw new Error('It was not asked.');
  await settle();
  return asked.value.pending;
};
const endOf = (id: string) => house.store().proposals.get(id)?.settlement;
const questions = () => house.store().remoteQuestions;

describe('a question by messenger', () => {
  it('is answered by a button once; the same press, the other button and the other way change nothing', async () => {
    await begin();
    const { id } = await ask();
    expect(telegram.last()).toMatchObject({ id, title: 'Approve: Heater on?', expiresAt: expect.any(Number) });
    expect(telegram.last().text).toContain('If nobody answers by 13:05: The miner stays off.');
    expect(await telegram.press('approve')).toMatch(/^Approved\. /);
    await house.clock.advance(5_000);
    expect(house.wire).toHaveLength(1);
    expect(endOf(id)).toMatchObject({ state: 'approved', who: 'Ada', surface: 'telegram' });
    const said = 'Ada approved this by Telegram at 13:00. Your answer changed nothing.';
    expect(await telegram.press('approve')).toBe(said);
    expect(await telegram.press('deny')).toBe(said);
    expect(await sms.type('deny')).toBe(said);
    expect(house.store().actions.list(HOME, 10)).toHaveLength(1);
    expect(house.wire).toHaveLength(1);
  });

  it('that was decided elsewhere is closed with the outcome on every way', async () => {
    await begin();
    const { id } = await ask();
    house.commander().deny(id, 'Bob', 'window');
    await settle();
    for (const way of [telegram, sms])
      expect(way.closed).toEqual([{ id, outcome: 'Bob denied this in the window at 13:00.' }]);
    expect(await telegram.press('approve')).toBe(
      'Bob denied this in the window at 13:00. Your answer changed nothing.',
    );
    expect(house.wire).toEqual([]);
  });

  it('that nobody answers is closed as a no', async () => {
    await begin();
    const { id } = await ask();
    await house.pass(5 * MINUTE);
    expect(sms.closed).toEqual([{ id, outcome: 'Nobody answered by 13:05, so nothing was done.' }]);
    expect(await sms.type('approve')).toMatch(/^Nobody answered/);
    expect(house.wire).toEqual([]);
  });

  it('says so where the yes was not done after all', async () => {
    await begin();
    await ask();
    house.meters.meters.socPct = 15;
    house.meters.poll();
    expect(await telegram.press('approve')).toMatch(/^Approved, but not done\. /);
    await settle();
    expect(sms.closed[0]?.outcome).toMatch(/by Telegram at 13:00\. It was not done: /);
    expect(house.wire).toEqual([]);
  });

  it('keeps every answer: who, way, message, time, exact action, outcome', async () => {
    await begin();
    const { id } = await ask();
    await telegram.send('deny', { token: telegram.last().denyToken }, { from: 'Bob', messageId: 'update-7' });
    expect(questions().answers(HOME, 5)).toEqual([
      {
        messenger: 'telegram',
        messageId: 'update-7',
        siteId: HOME,
        proposalId: id,
        who: 'Bob',
        decision: 'deny',
        receivedAt: 0,
        actionText: 'Set Heater to on (about 1.5 kW)',
        outcome: 'Denied. Nothing is switched.',
      },
    ]);
  });
});

describe('a secret', () => {
  it('is nowhere in the database', async () => {
    await begin();
    await ask();
    const { approveToken, denyToken, code } = telegram.last();
    const kept = JSON.stringify(questions().since(HOME, 0));
    for (const secret of [approveToken, denyToken, code]) expect(kept).not.toContain(secret);
    expect(code).not.toBe(sms.last().code);
  });

  it('of one way, meaning or question proves nothing elsewhere', async () => {
    await begin();
    const first = await ask();
    const { approveToken, denyToken } = telegram.last();
    expect(await sms.send('approve', { token: approveToken })).toMatch(/belongs to no question/);
    expect(await telegram.send('approve', { token: denyToken })).toMatch(/belongs to no question/);
    expect(await telegram.send('deny', { token: approveToken })).toMatch(/belongs to no question/);
    expect(await sms.type('approve', telegram.last().code)).toMatch(/belongs to no question/);
    for (const token of ['', approveToken.slice(1), `${approveToken}=`, 'x'.repeat(5_000)])
      expect(await telegram.send('approve', { token })).toMatch(/belongs to no question/);
    expect(endOf(first.id)).toBeNull();
    expect(house.wire).toEqual([]);
  });

  it('is void once the wish changes: the old message decides nothing about the new one', async () => {
    await begin();
    const first = await ask();
    const old = telegram.last();
    house.commander().withdraw({ ...first, who: 'Sunny miner' }, 'It is no longer wanted.');
    const second = await ask();
    expect(await telegram.press('approve', old)).toMatch(/^It is no longer wanted\./);
    expect(endOf(second.id)).toBeNull();
    expect(house.wire).toEqual([]);
  });

  it('works after a restart, and only once', async () => {
    await begin();
    const { id } = await ask();
    await remote.stop();
    await house.kill();
    await house.start();
    startRemote();
    await settle();
    expect(telegram.asked).toHaveLength(1);
    expect(await telegram.press('approve')).toMatch(/^Approved\. /);
    expect(endOf(id)).toMatchObject({ state: 'approved' });
    expect(await telegram.press('approve')).toMatch(/changed nothing/);
  });

  it('of a message that a killed run had not got away is void, and the question is asked anew', async () => {
    await begin();
    telegram.holdUntil(new Promise(() => undefined));
    const { id } = await ask();
    const lost = telegram.last();
    telegram.holdUntil(Promise.resolve());
    remote = { ...remote, stop: async () => undefined };
    await house.kill();
    await house.start();
    startRemote();
    await settle();
    expect(telegram.asked.map((question) => question.id)).toEqual([id, id]);
    expect(await telegram.press('approve', lost)).toMatch(/belongs to no question/);
    expect(await telegram.press('approve')).toMatch(/^Approved/);
  });

  it('a message read twice is one answer', async () => {
    await begin();
    await ask();
    const wrong = () => sms.send('approve', { code: '000000x' }, { messageId: 'SM1' });
    await Promise.all([wrong(), wrong(), wrong(), wrong(), wrong(), wrong()]);
    expect(
      questions()
        .since(HOME, 0)
        .find(({ messenger }) => messenger === 'sms')?.wrongTries,
    ).toBe(1);
    expect(await sms.type('approve')).toMatch(/^Approved/);
  });
});

describe('wrong codes', () => {
  const wrongCode = (): string => (sms.last().code === '111111' ? '222222' : '111111');

  it('five of them end the question on that way, with a notice; other ways still decide', async () => {
    await begin();
    const notices: string[] = [];
    house.bus.on('notice', ({ title }) => void notices.push(title));
    const { id } = await ask();
    for (let tries = 0; tries < 4; tries += 1) await sms.type('approve', wrongCode());
    expect(sms.closed).toEqual([]);
    await sms.type('approve', wrongCode());
    await settle();
    expect(sms.closed).toEqual([{ id, outcome: expect.stringContaining('Too many wrong codes') }]);
    expect(notices).toEqual(['Too many wrong codes']);
    expect(house.store().events.list(HOME, 5)).toEqual([expect.objectContaining({ kind: 'approval' })]);
    expect(await sms.type('approve')).toMatch(/cannot be answered by SMS any more/);
    expect(endOf(id)).toBeNull();
    expect(await telegram.press('approve')).toMatch(/^Approved/);
    await settle();
    expect(sms.closed).toHaveLength(1);
  });

  it('count at every open question of the way, and tokens do not count', async () => {
    await begin();
    await ask('heater');
    await ask('miner', { setpoint: true });
    for (let tries = 0; tries < 9; tries += 1) await telegram.send('approve', { token: `wrong-${tries}` });
    const tries = () =>
      questions()
        .since(HOME, 0)
        .filter(({ messenger }) => messenger === 'telegram')
        .map(({ wrongTries }) => wrongTries);
    expect(tries()).toEqual([0, 0]);
    await telegram.send('deny', { code: '12' });
    expect(tries()).toEqual([1, 1]);
  });
});

describe('which way is asked', () => {
  it('by SMS only small movable loads, and it is checked again when the answer comes', async () => {
    await begin();
    await ask('miner');
    await ask('pump');
    expect(telegram.asked).toHaveLength(2);
    expect(sms.asked).toEqual([]);
    const { id } = await ask('heater');
    expect(sms.asked).toHaveLength(1);
    settings = { ...ALL, sms: { ...ALL.sms, mayApprove: false } };
    expect(await sms.type('approve')).toMatch(/cannot be answered by SMS any more/);
    expect(endOf(id)).toBeNull();
  });

  it('none whose route is off, nobody in quiet hours', async () => {
    await begin();
    settings = { ...ALL, routes: { ...ALL.routes, telegram: { from: 'info', approvals: false } } };
    await ask();
    expect([telegram.asked.length, sms.asked.length]).toEqual([0, 1]);
    settings = { ...ALL, quiet: { from: '22:00', to: '13:30' } };
    await ask('miner');
    expect([telegram.asked.length, sms.asked.length]).toEqual([0, 1]);
  });

  it('a way that is set up later is asked what still waits; one that is gone is not listened to', async () => {
    await begin();
    desk.change(sms);
    await settle();
    expect(telegram.listens()).toBe(false);
    await ask();
    expect(telegram.asked).toEqual([]);
    desk.change(telegram);
    await settle();
    expect([telegram.listens(), sms.listens()]).toEqual([true, false]);
    expect(telegram.asked).toHaveLength(1);
  });

  it('more than the hour takes are told in one message', async () => {
    await begin(1);
    await ask('heater');
    await ask('miner');
    await ask('pump');
    expect(telegram.asked).toHaveLength(1);
    await house.pass(60_000);
    expect(telegram.told).toEqual([expect.objectContaining({ title: '2 more actions wait', level: 'attention' })]);
    house.commander().cancelQuestions(HOME, 'Ada', 'window');
    await ask('miner');
    await house.pass(2 * MINUTE);
    expect(telegram.told).toHaveLength(1);
  });
});

describe('an end from outside', () => {
  it('STOP voids what was sent', async () => {
    await begin();
    const { id } = await ask();
    await house.stop().activate(HOME, 'Ada', 'tray', null);
    const writes = house.wire.length;
    await settle();
    expect(telegram.closed).toEqual([{ id, outcome: expect.stringMatching(/^The house was stopped\./) }]);
    expect(
      questions()
        .since(HOME, 0)
        .every(({ open }) => !open),
    ).toBe(true);
    expect(await telegram.press('approve')).toMatch(/changed nothing/);
    expect(house.wire).toHaveLength(writes);
  });

  it('all are cancelled at once by a person', async () => {
    await begin();
    await ask('heater');
    await ask('miner');
    expect(remote.cancelAll(HOME, 'Ada', 'window')).toBe(2);
    await settle();
    expect(telegram.closed).toHaveLength(2);
    expect(house.commander().pending(HOME)).toEqual([]);
  });

  it('a decision while the question is on its way closes it when it has arrived', async () => {
    await begin();
    const gate = Promise.withResolvers<void>();
    telegram.holdUntil(gate.promise);
    const { id } = await ask();
    house.commander().deny(id, 'Bob', 'tray');
    await settle();
    expect(telegram.closed).toEqual([]);
    gate.resolve();
    await settle();
    expect(telegram.closed).toHaveLength(1);
  });

  it('a way that cannot send does not keep the others from asking; nothing is left running at the end', async () => {
    await begin();
    telegram.goDown();
    await ask();
    expect(sms.asked).toHaveLength(1);
    expect(await sms.type('approve')).toMatch(/^Approved/);
    const before = house.bus.listenerCount();
    await remote.stop();
    expect(telegram.listens() || sms.listens()).toBe(false);
    expect(house.bus.listenerCount()).toBe(before - 1);
  });
});
