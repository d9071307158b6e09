import { afterEach, describe, expect, it } from 'vitest';
import type { Proposal } from '../../../main/control/types.ts';
import type { PendingProposal } from '../../../preload/contract/control.ts';
import type { ApprovalPolicy } from '../../../preload/contract/safety.ts';
import { createHouse, type House, type LoadOptions } from '../../support/control/house.ts';
import { HOME } from '../../support/control/snapshots.ts';

const MINUTE = 60_000;
let house: House;
afterEach(() => house.close());

const LOADS: readonly LoadOptions[] = [{ id: 'miner', config: { name: 'Miner A' } }];
const begin = async (options: Parameters<typeof createHouse>[1] = { mode: 'suggest' }, loads = LOADS) => {
  house = await createHouse(loads, options);
  await house.start();
};
const ask = (change: Partial<Proposal> = {}, id = 'miner'): PendingProposal => {
  const asked = house.wish(id, change);
  if (!asked.ok || !('pending' in asked.value)) throw new Error('It was not asked.');
  return asked.value.pending;
};
const goes = (change: Partial<Proposal> = {}, id = 'miner'): boolean => {
  const asked = house.wish(id, change);
  return asked.ok && 'action' in asked.value;
};
const approve = (id: string, who = 'Ada') => house.commander().approve(id, who, 'window');
const deny = (id: string, who = 'Bob') => house.commander().deny(id, who, 'tray');
const endOf = (id: string) => house.store().proposals.get(id)?.settlement;

describe('a decision', () => {
  it('twice is the same action and one write; a contrary one hears who decided what, where and when', async () => {
    await begin();
    const { id } = ask();
    const first = approve(id);
    const again = approve(id, 'Bob');
    if (!first.ok || !again.ok) throw new Error('not approved');
    expect(again.value.action.id).toBe(first.value.action.id);
    // The one that runs, not a promise of the past.
    expect(again.value.done).toBe(first.value.done);
    const action = await house.play(again.value.done);
    expect(action).toMatchObject({ outcome: 'confirmed', who: 'Sunny miner, approved by Ada', surface: 'window' });
    const late = approve(id);
    expect(late.ok && late.value.action).toMatchObject({ id: action.id, outcome: 'confirmed' });
    expect(deny(id)).toMatchObject({
      ok: false,
      error: { code: 'control.proposal-settled', message: 'Ada approved this in the window at 13:00.' },
    });
    expect(house.wire).toHaveLength(1);
    expect(house.store().actions.list(HOME, 10)).toHaveLength(1);
  });

  it('no twice is no once; a later yes is refused, and nothing is written', async () => {
    await begin();
    const { id } = ask();
    expect([deny(id).ok, deny(id, 'Cem').ok]).toEqual([true, true]);
    expect(approve(id)).toMatchObject({ ok: false, error: { message: 'Bob denied this in the tray at 13:00.' } });
    expect(house.wire).toEqual([]);
    expect(house.store().actions.list(HOME, 10)).toEqual([]);
  });

  it('is kept with its question: who, where, when, which action', async () => {
    await begin();
    const pending = ask();
    const approved = approve(pending.id);
    if (!approved.ok) throw new Error('not approved');
    await house.play(approved.value.done);
    expect(house.commander().settled(HOME, 5)).toEqual([
      {
        proposal: pending,
        state: 'approved',
        settledAt: pending.createdAt,
        who: 'Ada',
        surface: 'window',
        sentence: 'Ada approved this in the window at 13:00.',
        actionId: approved.value.action.id,
      },
    ]);
  });

  it('permits and does not force: what is unsafe meanwhile is refused with the reason, and settled as approved', async () => {
    await begin();
    const { id } = ask();
    house.meters.meters.socPct = 15;
    house.meters.poll();
    const approved = approve(id);
    expect(approved.ok && approved.value.action).toMatchObject({ outcome: 'refused' });
    expect(endOf(id)).toMatchObject({ state: 'approved' });
    expect(approve(id).ok).toBe(true);
    expect(house.wire).toEqual([]);
  });

  it('of a device that is away leaves the question open', async () => {
    await begin();
    const { id } = ask();
    const record = house.store().devices.get(house.device('miner').id);
    if (!record) throw new Error('no device');
    house.store().devices.update({ ...record, channels: [] });
    expect(approve(id)).toMatchObject({ ok: false, error: { code: 'control.unknown-channel' } });
    expect(house.commander().pending(HOME)).toHaveLength(1);
    house.store().devices.update(record);
    expect(approve(id).ok).toBe(true);
  });

  it('that cannot be stored changes nothing, and the question stays', async () => {
    await begin();
    const { id } = ask();
    const { actions } = house.store();
    const insert = actions.insert;
    Object.assign(actions, {
      insert: () => {
        throw new Error('The disk is full.');
      },
    });
    expect(approve(id)).toMatchObject({ ok: false, error: { code: 'control.not-logged' } });
    expect(endOf(id)).toBeNull();
    Object.assign(actions, { insert });
    expect(approve(id).ok).toBe(true);
    await house.clock.advance(2_000);
    expect(house.wire).toHaveLength(1);
  });

  it('on a question that nobody asked says so', async () => {
    await begin();
    expect(approve('prop_x')).toMatchObject({ ok: false, error: { code: 'control.unknown-proposal' } });
    expect(deny('prop_x')).toMatchObject({ ok: false, error: { code: 'control.unknown-proposal' } });
  });
});

describe('no answer', () => {
  it('is a no, at its time and for good', async () => {
    await begin();
    const { id } = ask();
    await house.pass(5 * MINUTE);
    expect(endOf(id)).toMatchObject({
      state: 'expired',
      who: null,
      sentence: 'Nobody answered by 13:05, so nothing was done.',
    });
    expect(approve(id).ok).toBe(false);
    expect(deny(id).ok).toBe(false);
    expect(house.wire).toEqual([]);
  });

  it('is a no also where the clock was set back, or the application was away when the time came', async () => {
    await begin();
    const first = ask();
    house.clock.jump(-3 * 3_600_000);
    await house.pass(5 * MINUTE);
    expect(endOf(first.id)).toMatchObject({ state: 'expired' });
    await house.pass(MINUTE);
    const second = ask();
    await house.kill();
    house.clock.jump(6 * MINUTE);
    await house.start();
    expect(endOf(second.id)).toMatchObject({ state: 'expired' });
    expect(approve(second.id).ok).toBe(false);
  });

  it('is a no at its time also after a restart on a clock that was set back', async () => {
    await begin();
    const { id } = ask();
    await house.kill();
    house.clock.jump(-3 * 3_600_000);
    await house.start();
    await house.pass(6 * MINUTE);
    expect(endOf(id)).toMatchObject({ state: 'expired' });
  });

  it('is a no after a sleep, as soon as the machine wakes', async () => {
    await begin();
    const { id } = ask();
    house.clock.jump(6 * MINUTE);
    house.bus.emit('timeJump', { spanMs: 6 * MINUTE });
    expect(endOf(id)).toMatchObject({ state: 'expired' });
  });

  it('is a no even where its end cannot be stored', async () => {
    await begin();
    const { id } = ask();
    const { proposals } = house.store();
    const settle = proposals.settle;
    Object.assign(proposals, {
      settle: () => {
        throw new Error('The disk is full.');
      },
    });
    await house.pass(6 * MINUTE);
    Object.assign(proposals, { settle });
    expect(endOf(id)).toBeNull();
    expect(house.commander().pending(HOME)).toEqual([]);
    expect(approve(id).ok).toBe(false);
    expect(endOf(id)).toMatchObject({ state: 'expired' });
  });
});

describe('a question is cancelled', () => {
  it('when its rule wants it no more, and only by that rule', async () => {
    await begin();
    const { id, siteId, deviceId, channelId } = ask();
    const wish = { siteId, deviceId, channelId, origin: 'rule' as const };
    house.commander().withdraw({ ...wish, who: 'Another rule' }, 'It is no longer wanted.');
    house.commander().withdraw({ ...wish, origin: 'plan', who: 'Sunny miner' }, 'It is no longer wanted.');
    expect(endOf(id)).toBeNull();
    house.commander().withdraw({ ...wish, who: 'Sunny miner' }, 'It is no longer wanted.');
    expect(endOf(id)).toMatchObject({
      state: 'cancelled',
      sentence: 'It is no longer wanted. So this was cancelled at 13:00.',
    });
    expect(approve(id).ok).toBe(false);
    expect(ask().id).not.toBe(id);
  });

  it('when another value is asked for, unless by somebody lower', async () => {
    const number = {
      control: { kind: 'number', unit: 'W', minimum: 0, maximum: 3_000, step: 100 },
      effect: { kind: 'none', because: 'It has no meter.' },
    } as const;
    await begin({ mode: 'suggest' }, [
      {
        id: 'heater',
        spec: { ...number, defaultSafeState: 0 },
        value: 0,
        config: { role: 'water-heater', safeState: 0 },
      },
    ]);
    const first = ask({ setpoint: 1_000, origin: 'plan', who: 'plan' }, 'heater');
    const second = ask({ setpoint: 2_000 }, 'heater');
    expect(endOf(first.id)).toMatchObject({ state: 'cancelled' });
    expect(house.wish('heater', { setpoint: 500, origin: 'plan', who: 'plan' })).toMatchObject({
      ok: false,
      error: { code: 'control.question-open' },
    });
    expect(
      house
        .commander()
        .pending(HOME)
        .map(({ id }) => id),
    ).toEqual([second.id]);
  });

  const causes: readonly (readonly [string, () => void, RegExp])[] = [
    ['a person sets it', () => void house.wish('miner', { origin: 'manual', who: 'Ada', setpoint: true }), /^Ada set /],
    ['somebody is at the device', () => house.device('miner').byHand(true), /^Somebody at the device set /],
    ['Watch is chosen', () => void house.commander().setMode(HOME, 'watch', 'Ada'), /^The mode is Watch now\./],
    ['the house is stopped', () => void house.stop().activate(HOME, 'Ada', 'tray', null), /^The house was stopped\./],
    ['all are cancelled', () => void house.commander().cancelQuestions(HOME, 'Ada', 'window'), /^Ada cancelled all/],
  ];
  it.each(causes)('when %s', async (_when, happens, why) => {
    await begin();
    const { id } = ask();
    happens();
    await house.pass(MINUTE);
    expect(endOf(id)).toMatchObject({ state: 'cancelled', sentence: expect.stringMatching(why) });
    const before = house.wire.length;
    expect(approve(id).ok).toBe(false);
    expect(house.wire).toHaveLength(before);
  });

  it('but not by a person whose own wish was refused', async () => {
    await begin();
    const { id } = ask();
    house.wish('miner', { origin: 'manual', who: 'Ada', setpoint: 12 });
    expect(endOf(id)).toBeNull();
  });
});

describe('Automate', () => {
  const policy = (change: Partial<ApprovalPolicy>): void => {
    const { store, device } = house;
    const channel = { deviceId: device('miner').id, channelId: device('miner').channel };
    const approvals = [{ channel, ask: 'sometimes' as const, firstTime: false, abovePowerW: null, ...change }];
    store().safety.set(HOME, { ...store().safety.get(HOME), approvals }, 'Ada', house.clock.now());
  };

  it('asks where the stored policy says so, and acts where it does not', async () => {
    await begin({ mode: 'automate' });
    policy({ ask: 'always' });
    expect(ask()).toMatchObject({ askedBecause: 'always', powerW: 3_000 });
    house.commander().cancelQuestions(HOME, 'Ada', 'window');
    policy({ abovePowerW: 2_999 });
    expect(ask({ origin: 'plan', who: 'plan', setpoint: true }).askedBecause).toBe('above-power');
  });

  it('acts at once where nobody wishes to be asked, and the question before it is moot', async () => {
    await begin({ mode: 'automate' });
    policy({ ask: 'always' });
    const { id } = ask();
    policy({ ask: 'never' });
    expect(goes()).toBe(true);
    expect(endOf(id)).toMatchObject({ state: 'cancelled' });
  });

  it('asks the first time only, and remembers it over a restart', async () => {
    await begin({ mode: 'automate' });
    policy({ firstTime: true });
    const { id, askedBecause } = ask();
    expect(askedBecause).toBe('first-time');
    const approved = approve(id);
    if (!approved.ok) throw new Error('not approved');
    await house.play(approved.value.done);
    await house.pass(10 * MINUTE);
    expect(ask({ setpoint: false }).askedBecause).toBe('first-time');
    house.commander().cancelQuestions(HOME, 'Ada', 'window');
    // What was borrowed is given back on the way; that was nobody's wish to switch off.
    await house.kill();
    await house.start();
    await house.pass(10 * MINUTE);
    expect(house.device('miner').value()).toBe(false);
    expect(goes()).toBe(true);
    await house.pass(10 * MINUTE);
    expect(ask({ setpoint: false }).askedBecause).toBe('first-time');
  });

  it('never asks a person or the guard, and always asks for the advisor', async () => {
    await begin({ mode: 'automate' });
    policy({ ask: 'always' });
    expect(goes({ origin: 'manual', who: 'Ada', holdMs: 0 })).toBe(true);
    await house.pass(10 * MINUTE);
    expect(goes({ origin: 'safety', who: 'Guard', setpoint: false })).toBe(true);
    await house.pass(20 * MINUTE);
    policy({ ask: 'never' });
    expect(ask({ origin: 'advisor', who: 'Advisor' }).askedBecause).toBe('always');
  });

  it('asks about everything where the policy cannot be read', async () => {
    await begin({ mode: 'automate', approvalPolicyOf: () => null });
    expect(ask().askedBecause).toBe('always');
  });
});

describe('a crash', () => {
  it('after the yes and before the device is a check of the state, never a second command', async () => {
    await begin();
    const { id } = ask();
    const approved = approve(id);
    if (!approved.ok) throw new Error('not approved');
    // The row and the decision are on disk together; the device has not been asked for anything.
    expect(house.wire).toEqual([]);
    await house.kill();
    const reads = house.device('miner').reads();
    await house.start();
    await house.pass(2 * MINUTE);
    expect(house.wire).toEqual([]);
    expect(house.device('miner').reads()).toBeGreaterThan(reads);
    expect(endOf(id)).toMatchObject({ state: 'approved', actionId: approved.value.action.id });
    const again = approve(id);
    expect(again.ok && again.value.action).toMatchObject({ id: approved.value.action.id, outcome: 'interrupted' });
    await house.pass(MINUTE);
    expect(house.wire).toEqual([]);
  });

  it('while it waits loses nothing of the wish: its name, its hold and its lease', async () => {
    await begin();
    const { id } = ask({ leaseMs: 3 * MINUTE, holdMs: 4 * MINUTE });
    await house.kill();
    await house.start();
    const approved = approve(id);
    if (!approved.ok) throw new Error('not approved');
    const at = house.clock.now();
    expect(await house.play(approved.value.done)).toMatchObject({ who: 'Sunny miner, approved by Ada' });
    const device = house.device('miner');
    const record = house.store().channelControl.get(device.id, device.channel);
    expect(record?.lease?.owner).toBe('rule: Sunny miner');
    expect((record?.lease?.expiresAt ?? 0) - at).toBe(3 * MINUTE);
    expect(Math.abs((record?.hold?.until ?? 0) - at - 4 * MINUTE)).toBeLessThan(MINUTE);
  });
});
