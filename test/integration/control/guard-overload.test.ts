import { afterEach, describe, expect, it } from 'vitest';
import { createGuardedHouse, type GuardedHouse } from '../../support/control/guarded-house.ts';
import { HOME } from '../../support/control/snapshots.ts';

let house: GuardedHouse;
const build = async (...args: Parameters<typeof createGuardedHouse>): Promise<void> => {
  house = await createGuardedHouse(...args);
  house.store().settings.set(HOME, { maxGridImportW: 8_000 }, 'Ada', house.clock.now());
  house.meters.meters.pvW = 0;
  house.meters.meters.householdW = 1_000;
  await house.start();
  await house.seconds(5);
};
afterEach(() => house.close());
const load = (id: string, powerW: number, priority: number) => ({
  id,
  value: true,
  powerW,
  config: { priority, ratedPowerW: powerW, name: id },
});
const guards = () => house.actions.filter(({ origin, outcome }) => origin === 'safety' && outcome === 'confirmed');
/** Until the guard's first command has ended, at most so many seconds. */
const until = async (done: () => boolean, atMost: number): Promise<number> => {
  for (let second = 0; second < atMost; second += 1) {
    if (done()) return second;
    await house.seconds(1);
  }
  return atMost;
};

describe('import above the limit', () => {
  it('sheds what is needed and no more, the least important first, after the time that a fuse bears it', async () => {
    await build([load('a', 3_000, 1), load('b', 2_000, 5), load('c', 2_000, 9)]);
    house.meters.meters.householdW = 1_800;
    await house.seconds(6);
    expect(house.wire).toEqual([]);
    await house.seconds(20);
    expect(house.device('c').value()).toBe(false);
    expect(house.device('b').value()).toBe(true);
    expect(guards()[0]).toMatchObject({ reasonCode: 'IMPORT_OVERLOAD' });
    expect(guards()[0]?.reason).toBe('The house draws 8.8 kW from the grid, more than its 8.0 kW. c goes off.');
    // A breaker does not ask who wished it: nobody takes the guard's hold away.
    const { id, channel } = house.device('c');
    expect(house.commander().releaseHold(HOME, id, channel, 'Ada')).toMatchObject({
      ok: false,
      error: { code: 'control.guard-holds' },
    });
    expect(house.commander().view(id, channel).hold?.origin).toBe('safety');
  });

  it('acts at once far above it', async () => {
    await build([load('a', 3_000, 1), load('b', 3_000, 9)]);
    house.meters.meters.householdW = 6_500;
    expect(await until(() => guards().length > 0, 30)).toBeLessThan(6);
  });

  it('does nothing for a spike of a single sample, and nothing for one that cannot be', async () => {
    await build([load('a', 3_000, 9)]);
    for (const spikeW of [20_000, 4_000_000]) {
      house.meters.meters.householdW = spikeW;
      await house.seconds(1);
      house.meters.meters.householdW = 1_000;
      await house.seconds(30);
    }
    expect(guards()).toEqual([]);
  });

  it('is not hidden by zeros between the samples', async () => {
    await build([load('a', 3_000, 9)]);
    await house.seconds(25, (second) => {
      house.meters.meters.householdW = second % 4 === 3 ? -3_000 : 7_000;
    });
    expect(house.device('a').value()).toBe(false);
  });

  it('waits for what it has cut already, before it cuts another', async () => {
    await build([load('a', 3_000, 1), load('b', 2_000, 5), load('c', 2_000, 9)]);
    house.device('c').behave('late');
    house.meters.meters.householdW = 1_800;
    await house.seconds(50);
    expect(house.device('c').value()).toBe(false);
    expect(house.device('b').value()).toBe(true);
    expect(house.device('a').value()).toBe(true);
  });

  it('makes no loop: what automation starts again is held off for longer each time', async () => {
    await build([load('a', 3_000, 9)]);
    const starts: number[] = [];
    house.meters.meters.householdW = 7_000;
    for (let minute = 0; minute < 120; minute += 1) {
      // The prediction is blind here: the house takes its power only once the load runs.
      house.meters.meters.householdW = house.device('a').value() ? 7_000 : 1_000;
      await house.seconds(30);
      if (!house.device('a').value()) {
        const started = await house.act('a', { setpoint: true });
        if (started.outcome === 'confirmed') starts.push(minute);
      }
      house.meters.meters.householdW = house.device('a').value() ? 7_000 : 1_000;
      await house.seconds(30);
    }
    expect(starts.length).toBeLessThanOrEqual(5);
    const gaps = starts.slice(1).map((minute, index) => minute - (starts[index] ?? 0));
    expect(gaps.toSorted((a, b) => a - b)).toEqual(gaps);
  }, 30_000);

  it('turns a charger down before anything stops', async () => {
    await build([
      load('a', 2_000, 9),
      {
        id: 'car',
        value: 6_000,
        spec: {
          control: { kind: 'number', unit: 'W', minimum: 1_400, maximum: 11_000, step: 100 },
          defaultSafeState: 1_400,
          effect: { kind: 'none', because: 'the car decides' },
        },
        config: { role: 'ev', safeState: 1_400, priority: 1, name: 'car', ratedPowerW: null },
      },
    ]);
    house.meters.meters.householdW = 2_000;
    await house.seconds(30);
    expect(house.device('a').value()).toBe(true);
    expect(house.device('car').value()).toBeLessThanOrEqual(4_000);
    expect(house.device('car').value()).toBeGreaterThanOrEqual(3_500);
  });
});

describe('what the guard took away', () => {
  it('is not brought back when the device fell silent over it', async () => {
    await build([load('a', 3_000, 9)], {
      onWrite: ({ deviceId, value }) => {
        // It took the command and never said so.
        house.device(deviceId).byHand(value);
        house.device(deviceId).behave('offline');
      },
    });
    house.meters.meters.householdW = 7_000;
    await house.seconds(20);
    house.meters.meters.householdW = 1_000;
    expect(house.device('a').value()).toBe(false);
    house.device('a').behave('obedient');
    await house.seconds(600);
    expect(house.wire.filter(({ value }) => value === true)).toEqual([]);
    expect(house.device('a').value()).toBe(false);
  });

  it('is not answered by a roll-back to more', async () => {
    await build([
      {
        id: 'car',
        value: 6_000,
        spec: {
          control: { kind: 'number', unit: 'W', minimum: 0, maximum: 11_000, step: 100 },
          defaultSafeState: 0,
          effect: { kind: 'none', because: 'the car decides' },
        },
        config: { role: 'ev', safeState: 0, name: 'car', ratedPowerW: null },
      },
    ]);
    house.device('car').behave('deaf');
    house.meters.meters.householdW = 4_000;
    await house.seconds(60);
    expect(house.wire.length).toBeGreaterThan(0);
    expect(house.wire.every(({ value }) => typeof value === 'number' && value < 6_000)).toBe(true);
  });
});

describe('one phase above its fuse', () => {
  const PHASES = { phases: 3 as const, fuseA: 16, voltageV: 230 };
  const amperes = (one: number, two: number, three: number): void => {
    house.read('meter', 'grid', 'powerW', (one + two + three) * 230);
    for (const [index, value] of [one, two, three].entries())
      house.read('meter', `grid:l${index + 1}`, 'powerW', value * 230);
  };

  it('sheds on that phase only: a load on another one goes on', async () => {
    await build([load('on-one', 2_000, 1), load('on-two', 2_000, 9), load('on-all', 1_500, 2)], {
      safety: {
        ...PHASES,
        channelPhases: [
          { channel: { deviceId: 'on-one' as never, channelId: 'switch:0' as never }, phase: 1 },
          { channel: { deviceId: 'on-two' as never, channelId: 'switch:0' as never }, phase: 2 },
        ],
      },
    });
    await house.seconds(20, () => amperes(house.device('on-one').value() ? 18 : 9, 4, 4));
    expect(house.device('on-two').value()).toBe(true);
    expect(house.device('on-one').value()).toBe(false);
    expect(house.device('on-all').value()).toBe(true);
    expect(guards()[0]).toMatchObject({ reasonCode: 'PHASE_OVERLOAD' });
  });

  it('sheds nothing when no load of ours is on it', async () => {
    await build([load('on-two', 2_000, 9)], {
      safety: {
        ...PHASES,
        channelPhases: [{ channel: { deviceId: 'on-two' as never, channelId: 'switch:0' as never }, phase: 2 }],
      },
    });
    await house.seconds(40, () => amperes(25, 4, 4));
    expect(house.device('on-two').value()).toBe(true);
    expect(house.notices.map(({ title }) => title)).toEqual(['Phase 1 is overloaded']);
  });

  it('does not count what goes out', async () => {
    await build([load('a', 2_000, 9)], { safety: PHASES });
    await house.seconds(30, () => {
      amperes(-25, -25, -25);
      // A clamp without a sign beside it.
      house.read('meter', 'grid:l1', 'currentA', 25);
    });
    expect(house.device('a').value()).toBe(true);
  });
});
