import { afterEach, describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { channelId } from '../../../main/ids.ts';
import { ok } from '../../../main/result.ts';
import { openHouse } from '../../support/telemetry/open-house.ts';
import { configOf, readingOf, SITE, scriptedDevice } from '../../support/telemetry/scripted-device.ts';

const START = Date.UTC(2026, 5, 1, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ends: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** 1,200 W in the mean: what measures flickers, and what never does is taken for frozen. */
const steadyAt = (at: number): number => 1_200 + ((at / MINUTE) % 2 === 0 ? 1 : -1);

/** A meter in a cloud: it measures every three minutes, and what it measured is to be had a while later. */
const setUp = async (
  powerAt: (at: number) => number,
  options: { readonly everyMs: number; readonly delayMs: number; readonly limitMs: number },
) => {
  const clock = replayClock(START);
  const house = await openHouse(clock);
  ends.push(house.end);
  const telemetry = house.start();
  ends.push(telemetry.stop);
  const state = { isFrozenAt: null as number | null };
  const { device } = scriptedDevice(clock, 'meter', [configOf('grid', 'grid')], {
    periodMs: options.everyMs,
    limitMs: options.limitMs,
    answer: () => {
      const known = (state.isFrozenAt ?? clock.now()) - options.delayMs;
      const measuredAt = Math.floor(known / options.everyMs) * options.everyMs;
      return ok([readingOf(clock, 'grid', 'powerW', powerAt(measuredAt), { measuredAt })]);
    },
  });
  telemetry.add(device);
  const roll = () => house.store.rollups.roll(SITE, 'Europe/Berlin', clock.now());
  const hours = () => {
    const id = house.store.series.find({
      siteId: SITE,
      deviceId: '',
      channelId: channelId('site:grid'),
      metric: 'powerW',
    });
    return id === undefined ? [] : house.store.rollups.range('hour', id, START, START + 48 * HOUR);
  };
  return { clock, ...house, state, roll, hours };
};

describe('a meter that is asked every three minutes', () => {
  const CLOUD = { everyMs: 3 * MINUTE, delayMs: 40_000, limitMs: 20 * MINUTE };

  it('records the whole energy of a steady load, not a third of it', async () => {
    const { clock, roll, hours } = await setUp(steadyAt, CLOUD);
    await clock.advance(3 * HOUR + MINUTE);
    roll();
    expect(hours()).toHaveLength(3);
    for (const { count } of hours().slice(1)) expect(count).toBe(60);
    for (const { energyKwh } of hours().slice(1)) expect(energyKwh).toBeCloseTo(1.2, 2);
  });

  it('records the energy of a load that comes and goes within 3 %', async () => {
    const powerAt = (at: number): number => 900 + 700 * Math.sin((at / (50 * MINUTE)) * 2 * Math.PI);
    const { clock, roll, hours } = await setUp(powerAt, CLOUD);
    await clock.advance(10 * HOUR + MINUTE);
    roll();
    const recorded = hours()
      .slice(0, 10)
      .reduce((sum, { energyKwh }) => sum + (energyKwh ?? 0), 0);
    expect(recorded).toBeGreaterThan(0.97 * 10 * 0.9);
    expect(recorded).toBeLessThan(1.03 * 10 * 0.9);
  });

  it('counts its last value until it is stale, and leaves a gap from there on', async () => {
    const { clock, rows, state } = await setUp(steadyAt, CLOUD);
    await clock.advance(HOUR);
    state.isFrozenAt = clock.now();
    await clock.advance(HOUR);
    const minutes = rows('site:grid', 'powerW').map(({ at }) => (at - START) / MINUTE);
    // The value of minute 57 is good for its 20 minutes, no more: 77, not 120.
    expect(Math.max(...minutes)).toBeGreaterThanOrEqual(74);
    expect(Math.max(...minutes)).toBeLessThanOrEqual(77);
    expect(minutes.length).toBe(Math.max(...minutes) - Math.min(...minutes) + 1);
  });

  it('knows no energy of before its first reading', async () => {
    const { clock, rows } = await setUp(steadyAt, { ...CLOUD, delayMs: 0 });
    expect(rows('site:grid', 'powerW')).toEqual([]);
    await clock.advance(10 * MINUTE);
    expect(Math.min(...rows('site:grid', 'powerW').map(({ at }) => at))).toBeGreaterThanOrEqual(START);
  });
});

it('stretches the limit of a meter that is slower than its driver says, instead of calling it stale between two words', async () => {
  const { clock, roll, hours } = await setUp(steadyAt, { everyMs: 5 * MINUTE, delayMs: 0, limitMs: 2 * MINUTE });
  await clock.advance(5 * HOUR);
  roll();
  // Five intervals until its own period is known; from then on nothing is missing.
  for (const { count, energyKwh } of hours().slice(1)) {
    expect(count).toBe(60);
    expect(energyKwh).toBeCloseTo(1.2, 2);
  }
});
