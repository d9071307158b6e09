import { afterEach, describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { channelId, deviceId } from '../../../main/ids.ts';
import { ok } from '../../../main/result.ts';
import { createSignalLimits } from '../../../main/telemetry/freshness.ts';
import type { Metric } from '../../../preload/contract/base.ts';
import { openHouse } from '../../support/telemetry/open-house.ts';
import { configOf, readingOf, SITE, scriptedDevice } from '../../support/telemetry/scripted-device.ts';

const START = Date.UTC(2026, 5, 1, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ends: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A battery that is polled every 10 s, while its sensor of charge measures every `everyMs` and says so. */
const setUp = async (everyMs: number) => {
  const clock = replayClock(START);
  const house = await openHouse(clock);
  ends.push(house.end);
  const telemetry = house.start();
  ends.push(telemetry.stop);
  const sensor = { socPct: 60, powerW: 0, stands: false, measuredAt: START };
  const battery = scriptedDevice(clock, 'battery', [configOf('battery', 'battery')], {
    answer: () => {
      const newest = START + Math.floor((clock.now() - START) / everyMs) * everyMs;
      if (!sensor.stands) sensor.measuredAt = newest;
      // A little noise, as every meter has.
      const powerW = sensor.powerW + ((clock.now() / 10_000) % 7);
      return ok([
        readingOf(clock, 'battery', 'powerW', powerW),
        readingOf(clock, 'battery', 'socPct', sensor.socPct, { measuredAt: sensor.measuredAt }),
      ]);
    },
  });
  telemetry.add(battery.device);
  const soc = () => telemetry.live(SITE).socPct;
  /** How often its charge was not fresh, looked at once a minute. */
  const unusable = async (spanMs: number): Promise<number> => {
    let count = 0;
    for (let passed = 0; passed < spanMs; passed += MINUTE) {
      await clock.advance(MINUTE);
      // The charge moves with each measurement.
      if (!sensor.stands) sensor.socPct = 60 + (Math.floor((clock.now() - START) / everyMs) % 5);
      if (soc().freshness !== 'fresh') count += 1;
    }
    return count;
  };
  return { clock, telemetry, sensor, soc, unusable };
};

describe('a sensor that is slower than its device', () => {
  it.each([
    ['five minutes', 5 * MINUTE],
    ['twenty minutes', 20 * MINUTE],
    ['half an hour', 30 * MINUTE],
  ])('of %s is never called stale for measuring seldom, once its period is known', async (_, everyMs) => {
    const { telemetry, unusable } = await setUp(everyMs);
    await unusable(4 * everyMs);
    expect(await unusable(3 * HOUR)).toBe(0);
    const reading = telemetry.latest(deviceId('battery'), channelId('battery'), 'socPct');
    expect(reading?.observedMs).toBe(everyMs);
    expect(reading?.limitMs).toBeGreaterThanOrEqual(2 * everyMs);
    // What its device measures every ten seconds is judged by ten seconds.
    expect(telemetry.latest(deviceId('battery'), channelId('battery'), 'powerW')).toMatchObject({
      observedMs: 10_000,
      limitMs: 35_000,
    });
  });

  it('is stale when it measures no more, although its device answers on', async () => {
    const { clock, sensor, soc, unusable } = await setUp(20 * MINUTE);
    await unusable(2 * HOUR);
    sensor.stands = true;
    await clock.advance(41 * MINUTE);
    expect(soc().freshness).toBe('stale');
  });

  it('is caught when it says the same under new times while the battery empties', async () => {
    const { clock, sensor, soc } = await setUp(10_000);
    sensor.powerW = -3_000;
    await clock.advance(20 * MINUTE);
    expect(soc().freshness).toBe('fresh');
    await clock.advance(15 * MINUTE);
    expect(soc().freshness).toBe('stale');
  });
});

describe('the limits of signals', () => {
  const clock = replayClock(START);
  const limitsAfter = (metric: Metric, everyMs: number, breaks: boolean) => {
    const limits = createSignalLimits();
    for (let count = 0; count < 12; count += 1) {
      if (breaks) limits.interrupt();
      limits.observe([readingOf(clock, 'a', metric, count, { measuredAt: START + count * everyMs })]);
    }
    return limits.of({ channelId: channelId('a'), metric });
  };

  it('wait for power no longer than half an hour, and for charge and warmth two hours', () => {
    expect(limitsAfter('powerW', HOUR, false)).toEqual({ observedMs: HOUR, limitMs: 30 * MINUTE });
    expect(limitsAfter('socPct', HOUR, false)).toEqual({ observedMs: HOUR, limitMs: 2 * HOUR });
    expect(limitsAfter('tempC', 5 * HOUR, false)).toEqual({ observedMs: 5 * HOUR, limitMs: 2 * HOUR });
  });

  it('learn nothing from outages and nothing from a value that is in doubt', () => {
    expect(limitsAfter('socPct', HOUR, true)).toEqual({ observedMs: null, limitMs: 0 });
    const limits = createSignalLimits();
    for (let count = 0; count < 12; count += 1)
      limits.observe([readingOf(clock, 'a', 'socPct', 1, { measuredAt: START + count * HOUR, quality: 'suspect' })]);
    expect(limits.of({ channelId: channelId('a'), metric: 'socPct' }).observedMs).toBeNull();
  });
});
