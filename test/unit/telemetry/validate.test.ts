import { describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { createValidator } from '../../../main/telemetry/validate.ts';
import type { Metric } from '../../../preload/contract/base.ts';
import type { ChannelConfig } from '../../../preload/contract/devices.ts';
import { configOf, readingOf, scriptedDevice } from '../../support/telemetry/scripted-device.ts';

const MINUTE = 60_000;

const setUp = (config: ChannelConfig = configOf('meter', 'grid')) => {
  const clock = replayClock(Date.UTC(2026, 5, 1));
  const { device } = scriptedDevice(clock, 'd', [config]);
  const validator = createValidator(device.driver.channels, () => config);
  const id = config.channelId;
  /** What becomes of one value of a metric now: its quality, or why it was rejected. */
  const see = (metric: Metric, value: number, besides: Partial<Record<Metric, number>> = {}): string => {
    const readings = Object.entries({ ...besides, [metric]: value }).map(([name, each]) =>
      readingOf(clock, id, name as Metric, each),
    );
    const { accepted, rejected } = validator.check(readings, clock.now());
    return (
      accepted.find((reading) => reading.metric === metric)?.quality ??
      rejected.find(({ reading }) => reading.metric === metric)?.because ??
      'nothing'
    );
  };
  return { clock, validator, see, id };
};

describe('what cannot be true is rejected', () => {
  it.each([
    ['powerW', Number.NaN, 'not-a-number'],
    ['powerW', Number.POSITIVE_INFINITY, 'not-a-number'],
    ['powerW', 1_200_000, 'out-of-bounds'],
    ['socPct', 63_000, 'out-of-bounds'],
    ['socPct', -1, 'out-of-bounds'],
    ['voltageV', 52_000, 'out-of-bounds'],
    ['voltageV', 0, 'out-of-bounds'],
    ['tempC', 20_000, 'out-of-bounds'],
    ['energyKwh', -1, 'out-of-bounds'],
    ['sohPct', 98, 'undeclared'],
  ] as const)('%s %d: %s', (metric, value, because) => expect(setUp().see(metric, value)).toBe(because));

  it('rejects what was measured in the future or long ago, and readings of a channel that is not there', () => {
    const { clock, validator, id } = setUp();
    const at = (measuredAt: number) =>
      validator.check([readingOf(clock, id, 'powerW', 5, { measuredAt })], clock.now());
    expect(at(clock.now() + 60_000).rejected[0]?.because).toBe('wrong-time');
    expect(at(clock.now() - 7_200_000).rejected[0]?.because).toBe('wrong-time');
    expect(at(Number.NaN).rejected[0]?.because).toBe('wrong-time');
    expect(at(clock.now() + 2_000).accepted[0]?.measuredAt).toBe(clock.now());
    expect(validator.check([readingOf(clock, 'other', 'powerW', 5)], clock.now()).rejected[0]?.because).toBe(
      'undeclared',
    );
  });
});

describe('a single 0', () => {
  it('of a power is suspect, a second one is true', async () => {
    const { clock, see } = setUp();
    expect(see('powerW', 1_500)).toBe('good');
    await clock.advance(10_000);
    expect(see('powerW', 0)).toBe('suspect');
    await clock.advance(10_000);
    expect(see('powerW', 1_490)).toBe('good');
    await clock.advance(10_000);
    expect(see('powerW', 0)).toBe('suspect');
    await clock.advance(10_000);
    expect(see('powerW', 0)).toBe('good');
  });

  it('of an open relay is as good as any', async () => {
    const { clock, see } = setUp(configOf('meter', 'miner'));
    expect(see('powerW', 1_500, { on: 1 })).toBe('good');
    await clock.advance(10_000);
    expect(see('powerW', 0, { on: 0 })).toBe('good');
  });

  it('of a charge is never believed out of nowhere, and is when it was nearly empty', async () => {
    const { clock, see } = setUp(configOf('meter', 'battery'));
    expect(see('socPct', 0)).toBe('suspect');
    expect(see('socPct', 97)).toBe('good');
    for (let turn = 0; turn < 100; turn += 1) {
      await clock.advance(MINUTE);
      expect(see('socPct', 0)).toBe('suspect');
    }
    expect(see('socPct', 96)).toBe('good');
    const empty = setUp(configOf('meter', 'battery'));
    expect(empty.see('socPct', 3)).toBe('good');
    await empty.clock.advance(10 * MINUTE);
    expect(empty.see('socPct', 0)).toBe('good');
  });
});

describe('a leap of the charge', () => {
  it('is suspect until it has stayed', async () => {
    const { clock, see } = setUp(configOf('meter', 'battery'));
    expect(see('socPct', 40)).toBe('good');
    await clock.advance(5_000);
    expect(see('socPct', 90)).toBe('suspect');
    await clock.advance(4 * MINUTE);
    expect(see('socPct', 91)).toBe('suspect');
    await clock.advance(2 * MINUTE);
    expect(see('socPct', 91)).toBe('good');
  });

  it('after a night without readings is no leap', async () => {
    const { clock, see } = setUp(configOf('meter', 'battery'));
    expect(see('socPct', 90)).toBe('good');
    await clock.advance(8 * 60 * MINUTE);
    expect(see('socPct', 35)).toBe('good');
  });
});

describe('a source that stands still', () => {
  it('is suspect after half an hour of the same power, until it moves', async () => {
    const { clock, see } = setUp();
    for (let minute = 0; minute < 30; minute += 1) {
      expect(see('powerW', 812.4)).toBe('good');
      await clock.advance(MINUTE);
    }
    expect(see('powerW', 812.4)).toBe('suspect');
    await clock.advance(MINUTE);
    expect(see('powerW', 812.5)).toBe('good');
  });

  it('is believed while another of its values moves: a battery at its limit', async () => {
    const { clock, see } = setUp(configOf('meter', 'battery'));
    for (let minute = 0; minute < 90; minute += 1) {
      expect(see('powerW', 5_000, { voltageV: 52 + minute / 100 })).toBe('good');
      await clock.advance(MINUTE);
    }
  });

  it.each([
    ['0 W at night', configOf('meter', 'pv'), 0],
    ['a steady load', configOf('meter', 'miner'), 1_200],
  ])('may stand still: %s', async (_, config, value) => {
    const { clock, see } = setUp(config);
    for (let minute = 0; minute < 120; minute += 1) {
      expect(see('powerW', value)).toBe('good');
      await clock.advance(MINUTE);
    }
  });

  it('has a charge that stands still while the battery empties', async () => {
    const { clock, see } = setUp(configOf('meter', 'battery'));
    const seen: string[] = [];
    for (let minute = 0; minute < 90; minute += 1) {
      seen.push(see('socPct', 36, { powerW: -2_000 - minute, capacityKwh: 10 }));
      await clock.advance(MINUTE);
    }
    expect(seen.indexOf('suspect')).toBeGreaterThan(25);
    expect(seen.indexOf('suspect')).toBeLessThan(35);
    expect(see('socPct', 33, { powerW: -2_000, capacityKwh: 10 })).toBe('good');
  });

  it('has a full battery that rests', async () => {
    const { clock, see } = setUp(configOf('meter', 'battery'));
    for (let minute = 0; minute < 600; minute += 10) {
      expect(see('socPct', 71, { powerW: (minute % 3) - 1 })).toBe('good');
      await clock.advance(10 * MINUTE);
    }
  });
});

it('doubts a load that draws far more than its rating', () => {
  const { see } = setUp(configOf('meter', 'miner', { ratedPowerW: 1_200 }));
  expect(see('powerW', 2_200)).toBe('good');
  expect(see('powerW', 2_400)).toBe('suspect');
});

it('keeps a doubt that the driver had', () => {
  const { clock, validator, id } = setUp();
  const doubted = readingOf(clock, id, 'powerW', 5, { quality: 'suspect' });
  expect(validator.check([doubted], clock.now()).accepted[0]?.quality).toBe('suspect');
});
