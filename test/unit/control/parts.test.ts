import { describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { foreignHold, holdFor } from '../../../main/control/holds.ts';
import { leaseFor, originOfLease, whoOfLease } from '../../../main/control/leases.ts';
import { createDeviceLocks } from '../../../main/control/locks.ts';
import { deepFreeze } from '../../../main/control/snapshot.ts';
import { ontoStep } from '../../../main/control/stages-permission.ts';
import { measuredSince, within } from '../../../main/control/wire.ts';
import { sayPower, saySpan } from '../../../main/control/words.ts';
import { deviceId } from '../../../main/ids.ts';
import { ok } from '../../../main/result.ts';
import { DEFAULT_SETTINGS } from '../../../preload/contract/house.ts';
import { proposalOf } from '../../support/control/snapshots.ts';

const never = new AbortController().signal;

describe('locks', () => {
  it('let one command at a time on a device, in order, and never hold up another device', async () => {
    const locks = createDeviceLocks();
    const order: string[] = [];
    const first = await locks.acquire(deviceId('a'), never);
    const second = locks.acquire(deviceId('a'), never).then((release) => {
      order.push('second');
      return release;
    });
    (await locks.acquire(deviceId('b'), never))?.();
    order.push('other device');
    first?.();
    (await second)?.();
    expect(order).toEqual(['other device', 'second']);
  });

  it('give up a place in the queue when the wish is broken off, without letting the next one jump it', async () => {
    const locks = createDeviceLocks();
    const first = await locks.acquire(deviceId('a'), never);
    const broken = new AbortController();
    const second = locks.acquire(deviceId('a'), broken.signal);
    let third = false;
    const waiting = locks.acquire(deviceId('a'), never).then((release) => {
      third = true;
      return release;
    });
    broken.abort();
    expect(await second).toBeNull();
    expect(third).toBe(false);
    first?.();
    (await waiting)?.();
    expect(third).toBe(true);
  });
});

describe('the wire', () => {
  it('gives up on a device that never answers and ignores its signal', async () => {
    const clock = replayClock(0);
    const asked = within({ clock }, 5_000, never, () => new Promise(() => undefined));
    await clock.advance(5_000);
    expect(await asked).toMatchObject({ ok: false, error: { code: 'device.no-answer', kind: 'temporary' } });
    expect(clock.pendingTimers()).toBe(0);
  });

  it('turns an exception of a driver into a failure', async () => {
    const clock = replayClock(0);
    const thrown = await within({ clock }, 5_000, never, () => Promise.reject(new Error('bug')));
    expect(thrown).toMatchObject({ ok: false, error: { code: 'device.fault' } });
    expect((await within({ clock }, 5_000, never, async () => ok(1))).ok).toBe(true);
  });

  it('compares ages, so that a clock that jumps proves nothing', async () => {
    const clock = replayClock(10_000_000);
    const writtenMs = clock.monotonicMs();
    await clock.advance(1_000);
    expect(measuredSince(clock, clock.now(), writtenMs)).toBe(true);
    expect(measuredSince(clock, clock.now() - 5_000, writtenMs)).toBe(false);
    clock.jump(-3_600_000);
    expect(measuredSince(clock, clock.now(), writtenMs)).toBe(true);
  });
});

describe('holds and leases', () => {
  it('last as long as the site says for a person, and not at all for a stop', () => {
    expect(holdFor(proposalOf({ origin: 'manual', who: 'Ada' }), DEFAULT_SETTINGS, 0)?.until).toBe(
      DEFAULT_SETTINGS.manualHoldMs,
    );
    expect(holdFor(proposalOf({ holdMs: 0 }), DEFAULT_SETTINGS, 0)).toBeNull();
    expect(holdFor(proposalOf({ origin: 'stop' }), DEFAULT_SETTINGS, 0)).toBeNull();
    expect(foreignHold({ ...DEFAULT_SETTINGS, manualHoldMs: 0 }, null, 0)).toBeNull();
    const asked = holdFor(proposalOf({ origin: 'manual', who: 'Ada', holdMs: 7_200_000 }), DEFAULT_SETTINGS, 0);
    expect(foreignHold(DEFAULT_SETTINGS, asked, 0)?.until).toBe(7_200_000);
    expect(foreignHold(DEFAULT_SETTINGS, asked && { ...asked, origin: 'rule' }, 0)?.until).toBe(
      DEFAULT_SETTINGS.manualHoldMs,
    );
  });

  it('name their origin so that a later run can give them back', () => {
    const lease = leaseFor(proposalOf({ origin: 'plan', who: 'plan' }), 900_000, 5);
    expect(lease).toMatchObject({ owner: 'plan: plan', expiresAt: 900_005 });
    expect(lease && [originOfLease(lease), whoOfLease(lease)]).toEqual(['plan', 'plan']);
    const guard = leaseFor(proposalOf({ origin: 'safety', who: 'Safety guard', leaseMs: 60_000 }), 900_000, 5);
    expect(guard && [originOfLease(guard), whoOfLease(guard)]).toEqual(['safety', 'Safety guard']);
    expect(leaseFor(proposalOf({ origin: 'safety', leaseMs: null }), 900_000, 5)).toBeNull();
    expect(leaseFor(proposalOf({ origin: 'manual' }), 900_000, 5)).toBeNull();
    expect(leaseFor(proposalOf({ origin: 'manual', leaseMs: 60_000 }), 900_000, 5)?.expiresAt).toBe(60_005);
  });
});

describe('small parts', () => {
  it('round onto the steps of a device, never asking for more', () => {
    const battery = { kind: 'number' as const, unit: 'W', minimum: -5000, maximum: 5000, step: 50 };
    expect([-2120, 2120, 99, -99, 1e9].map((value) => ontoStep(value, battery))).toEqual([-2100, 2100, 50, -50, 5000]);
    expect(ontoStep(0.3, { kind: 'number', unit: 'A', minimum: 0, maximum: 1, step: 0.1 })).toBe(0.3);
  });

  it('freeze deeply and speak plainly', () => {
    const frozen = deepFreeze({ a: [{ b: 1 }] });
    expect(Object.isFrozen(frozen.a[0])).toBe(true);
    expect([sayPower(850), sayPower(-3200), saySpan(61_000), saySpan(7_500_000)]).toEqual([
      '850 W',
      '-3.2 kW',
      '61 s',
      '3 h',
    ]);
  });
});
