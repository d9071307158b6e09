import { afterEach, describe, expect, it } from 'vitest';
import type { ReplayClock } from '../../../main/clock.ts';
import { createDriverDeps } from '../../../main/devices/driver-deps.ts';
import { type SolarkSimulator, startSolarkSimulator } from '../../../main/devices/simulator/solark-server.ts';
import type { SettingQuirks } from '../../../main/devices/simulator/solark-settings.ts';
import type { SimulatedHouse } from '../../../main/devices/simulator/types.ts';
import { solark } from '../../../main/devices/solark/driver.ts';
import type { ChannelActuator } from '../../../main/devices/types.ts';
import { createHouse, type House } from '../../support/control/house.ts';
import { quietLog, testHouse } from '../../support/simulated-house.ts';

/**
 * "Written" is not "done": a real commander drives the real driver against an inverter that lags, answers from a stale
 * cache, clamps in silence or does nothing. Each command must end as confirmed or as an alarm, never as a false success.
 */
const ALARMS = ['not-confirmed', 'rolled-back', 'rollback-failed', 'unreachable'];
const FOUND = ['00:00', '04:00', '08:00', '12:00', '16:00', '20:00'].map((at) => `${at} 8000W 20%`).join('; ');
/** Charges from the grid from 03:00 to 05:30, which crosses the border of the slots that were found. */
const NIGHT =
  '00:00 5000W 30%; 03:00 5000W 90% grid; 05:30 5000W 30%; 12:00 5000W 30%; 16:00 5000W 30%; 20:00 5000W 30%';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const setUp = async (
  channel: string,
  options: {
    readonly quirks?: SettingQuirks;
    readonly deviceClass?: number;
    readonly framing?: 'tcp' | 'rtu';
    readonly timeZone?: string;
    readonly settings?: Readonly<Record<number, number>>;
  } = {},
) => {
  const made: { simulator?: SolarkSimulator; physics?: SimulatedHouse } = {};
  const actuator = async (clock: ReplayClock): Promise<ChannelActuator> => {
    const physics = testHouse(clock, { startSocPct: 40, profile: { ...NIGHTLY, outdoorTempC: () => 15 } });
    const simulator = await startSolarkSimulator({ house: physics, clock, ...options });
    const device = solark.open(
      {
        connection: {
          host: simulator.host,
          port: simulator.port,
          options: { framing: options.framing ?? 'tcp' },
        },
        secret: null,
      },
      createDriverDeps({ clock, log: quietLog(clock) }),
    );
    closers.push(
      () => simulator.close(),
      () => device.close(),
    );
    made.simulator = simulator;
    made.physics = physics;
    const found = device.actuators.find(({ channelId }) => channelId === channel);
    if (!found) throw new Error(`no ${channel}`);
    return found;
  };
  const house: House = await createHouse([
    { id: 'inverter', actuator, config: { role: 'battery', safeState: null, ratedPowerW: null, rules: null } },
  ]);
  closers.push(() => house.close());
  await house.start();
  const { simulator, physics } = made;
  if (!simulator || !physics) throw new Error('nothing was started');
  const ask = (setpoint: string | number | boolean) =>
    house.act('inverter', { setpoint, origin: 'manual', who: 'Ada', holdMs: 0 });
  return { house, simulator, physics, ask };
};
const NIGHTLY = { pvW: () => 0, householdW: () => 600 };

/** What the inverter itself holds, whatever it shows: written words by register. */
const wordsWritten = ({ writes }: SolarkSimulator): ReadonlyMap<number, number> =>
  new Map(writes.flatMap(({ start, values }) => values.map((word, at): [number, number] => [start + at, word])));

describe('a time-of-use table', () => {
  it('is confirmed as a whole: what differs is written once, flags keep their mode, volts and the rest are untouched', async () => {
    const { ask, simulator } = await setUp('time-of-use');
    const action = await ask(NIGHT);
    expect(action).toMatchObject({ outcome: 'confirmed', before: `off; ${FOUND}` });
    const words = wordsWritten(simulator);
    // 03:00 and 05:30 differ, the other starts are right already.
    expect(simulator.writes.filter(({ start }) => start >= 250 && start <= 255)).toEqual([
      { start: 251, values: [300, 530] },
    ]);
    expect(words.get(269)).toBe(90);
    expect(words.get(275)).toBe(4 | 1);
    expect([...words.keys()].filter((address) => address >= 262 && address <= 267)).toEqual([]);
    expect(words.has(274)).toBe(false);
    // In force only once the slots stand.
    expect(simulator.writes.at(-1)).toEqual({ start: 248, values: [1] });
  });

  it('is not written again when it stands already', async () => {
    const { ask, simulator } = await setUp('time-of-use');
    await ask(NIGHT);
    const before = simulator.writes.length;
    expect(await ask(NIGHT)).toMatchObject({ outcome: 'unchanged' });
    expect(simulator.writes).toHaveLength(before);
  });

  it('goes back to what was found, out of force', async () => {
    const { ask, simulator } = await setUp('time-of-use', {
      settings: Object.fromEntries([268, 269, 270, 271, 272, 273].map((address) => [address, 30])),
    });
    const found = `off; ${FOUND.replaceAll('20%', '30%')}`;
    await ask(NIGHT);
    const from = simulator.writes.length;
    expect(await ask(found)).toMatchObject({ outcome: 'confirmed' });
    expect(simulator.writes[from]).toEqual({ start: 248, values: [0] });
  });

  it.each([
    ['a lag of 3 s', { lagMs: 3_000 }, 'confirmed'],
    ['a lag of 20 s', { lagMs: 20_000 }, 'confirmed'],
    ['a cache of 10 s', { cacheMs: 10_000 }, 'confirmed'],
    ['a lag of 10 minutes', { lagMs: 600_000 }, 'alarm'],
    ['a cache that is never renewed', { cacheMs: 10_000_000 }, 'alarm'],
    ['a silent clamp of one slot’s power', { clamp: { 257: 3_000 } }, 'alarm'],
    ['a silent clamp of one level', { clamp: { 269: 80 } }, 'alarm'],
    ['a start that is never taken', { clamp: { 251: 0 } }, 'alarm'],
  ] as const)('over %s ends as it is', async (_, quirks, expected) => {
    const { ask, simulator } = await setUp('time-of-use', { quirks });
    const action = await ask(NIGHT);
    if (expected === 'confirmed') expect(action.outcome).toBe('confirmed');
    else expect(ALARMS).toContain(action.outcome);
    const stands = new Map(wordsWritten(simulator));
    // After an alarm the last word for every register that was touched is what was found.
    if (expected === 'alarm') expect([stands.get(251), stands.get(269), stands.get(275)]).toEqual([400, 20, 4]);
  });

  it('of an inverter that accepts and does nothing ends as an alarm', async () => {
    const { ask, simulator } = await setUp('time-of-use');
    simulator.setFault('lie');
    expect(ALARMS).toContain((await ask(NIGHT)).outcome);
  });

  it('that breaks off in the middle is put right or ends as an alarm', async () => {
    const { ask, simulator, house } = await setUp('time-of-use');
    const done = ask(NIGHT);
    await expect.poll(() => simulator.writes.length).toBeGreaterThan(1);
    simulator.setFault('offline');
    await house.clock.advance(200);
    simulator.setFault('none');
    const { outcome } = await done;
    expect(['confirmed', ...ALARMS]).toContain(outcome);
    if (outcome === 'confirmed') expect(wordsWritten(simulator).get(248)).toBe(1);
  });

  it.each([
    ['five slots', NIGHT.split('; ').slice(1).join('; ')],
    ['starts that fall', NIGHT.replace('05:30', '02:00')],
    ['more than the inverter can do', NIGHT.replace('03:00 5000W', '03:00 13000W')],
    ['a level that is none', NIGHT.replace('90%', '190%')],
  ])('with %s is refused before the wire', async (_, table) => {
    const { ask, simulator } = await setUp('time-of-use');
    expect(['refused', 'not-confirmed']).toContain((await ask(table)).outcome);
    expect(simulator.writes).toEqual([]);
  });

  it('acts over midnight: the last slot runs until the first one starts, and stays as it was written', async () => {
    // 23:45 in the Chatham Islands.
    const { ask, simulator, physics, house } = await setUp('time-of-use', {
      timeZone: 'Pacific/Chatham',
      settings: { 232: 1 },
    });
    const table =
      '00:10 5000W 30%; 04:00 5000W 30%; 08:00 5000W 30%; 12:00 5000W 30%; 16:00 5000W 30%; 23:00 2000W 90% grid';
    expect(await ask(table)).toMatchObject({ outcome: 'confirmed' });
    const { clock } = house;
    const pass = async (minutes: number): Promise<number> => {
      for (let second = 0; second < minutes * 60; second += 2) {
        await clock.advance(2_000);
        if (second % 20 === 0) house.meters.poll();
        if (second % 60 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
      }
      return physics.state().batteryW;
    };
    expect(await pass(5)).toBeGreaterThan(1_500);
    // Midnight has passed, the first slot has not begun.
    expect(await pass(15)).toBeGreaterThan(1_500);
    await pass(10);
    expect(await ask(table)).toMatchObject({ outcome: 'unchanged' });
    expect(physics.state().batteryW).toBeLessThan(0);
    expect(simulator.writes.filter(({ start }) => start < 262 && start > 249)).toHaveLength(2);
  });

  it.each(['tcp', 'rtu'] as const)('of a three-phase inverter keeps the weekdays, framed as %s', async (framing) => {
    const { ask, simulator } = await setUp('time-of-use', { deviceClass: 5, framing, settings: { 146: 0b0011_1110 } });
    expect(await ask(NIGHT.replace('03:00 5000W 90% grid', '03:00 5000W 90% grid sell'))).toMatchObject({
      outcome: 'confirmed',
    });
    const words = wordsWritten(simulator);
    expect(words.get(146)).toBe(0b0011_1111);
    expect(words.get(173)).toBe(0x20 | 1);
    expect(words.get(149)).toBe(300);
  });
});

describe('currents and grid charging', () => {
  it('a current that is clamped in silence ends as limited, with what the inverter shows', async () => {
    const { ask } = await setUp('max-charge-current', { quirks: { clamp: { 210: 60 } } });
    expect(await ask(80)).toMatchObject({ outcome: 'limited', sentence: expect.stringContaining('60 A') });
  });

  it('a current that stood there before may return, though the battery allows less', async () => {
    const { ask, simulator } = await setUp('max-charge-current');
    // 15 kWh: the battery allows 146 A; 185 A was found.
    expect(await ask(100)).toMatchObject({ outcome: 'confirmed', before: 185 });
    expect(await ask(185)).toMatchObject({ outcome: 'confirmed' });
    expect(simulator.writes.map(({ values }) => values[0])).toEqual([100, 185]);
  });

  it('a current above what the battery allows is refused in words before the wire', async () => {
    const { ask, simulator } = await setUp('grid-charge-current');
    expect(await ask(180)).toMatchObject({
      outcome: 'not-confirmed',
      sentence: expect.stringContaining('180 A is more than the battery allows: 146 A'),
    });
    expect(simulator.writes).toEqual([]);
  });

  it('switches grid charging by its bit alone', async () => {
    const { ask, simulator } = await setUp('grid-charge', { settings: { 232: 0b1010 } });
    expect(await ask(true)).toMatchObject({ outcome: 'confirmed' });
    expect(simulator.writes).toEqual([{ start: 232, values: [0b1011] }]);
  });

  it('writes only on a difference: noise within a step is no write', async () => {
    const { ask, simulator } = await setUp('grid-charge-current');
    await ask(30);
    for (let wish = 0; wish < 20; wish += 1) await ask(30 + (wish % 3) * 0.1);
    expect(simulator.writes).toEqual([{ start: 230, values: [30] }]);
  });

  it('keeps to twelve writes a day for seven days of restless wishes, and begins anew each day', async () => {
    const { ask, simulator, house } = await setUp('grid-charge-current');
    const perDay: number[] = [];
    for (let day = 0; day < 7; day += 1) {
      const before = simulator.writes.length;
      const outcomes: string[] = [];
      for (let wish = 0; wish < 16; wish += 1) outcomes.push((await ask(5 + ((wish * 7 + day) % 20))).outcome);
      expect(outcomes.at(-1)).toBe('refused');
      perDay.push(simulator.writes.length - before);
      // The night, and after it longer than a setting has to rest.
      house.clock.jump(24 * 3_600_000);
      for (let step = 0; step < 500; step += 1) {
        if (step % 10 === 0) house.meters.poll();
        await house.clock.advance(2_000);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }
    process.stdout.write(`writes to non-volatile memory a day, 16 wishes each: ${perDay.join(', ')}\n`);
    for (const writes of perDay) {
      expect(writes).toBeGreaterThan(0);
      expect(writes).toBeLessThanOrEqual(12);
    }
  });
});
