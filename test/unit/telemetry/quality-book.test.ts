import { afterEach, describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { channelId, deviceId } from '../../../main/ids.ts';
import type { Reading } from '../../../main/reading.ts';
import { createQualityBook } from '../../../main/telemetry/quality-book.ts';
import { openHouse } from '../../support/telemetry/open-house.ts';
import { SITE } from '../../support/telemetry/scripted-device.ts';

const START = Date.parse('2026-10-24T21:30:00Z');
const METER = deviceId('meter');
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const reading = (value: number, quality: Reading['quality'] = 'good'): Reading => ({
  channelId: channelId('grid'),
  metric: 'powerW',
  value,
  measuredAt: START,
  receivedAt: START,
  quality,
});

const open = async () => {
  const clock = replayClock(START);
  const house = await openHouse(clock);
  ends.push(house.end);
  const make = () => createQualityBook({ store: house.store, clock, log: house.log });
  return { clock, store: house.store, make };
};

describe('the book of data quality', () => {
  it('counts good, doubtful, rejected and missing values of each local day, and goes on after a restart', async () => {
    const { clock, store, make } = await open();
    const book = make();
    book.readings(
      SITE,
      METER,
      [reading(1), reading(2, 'suspect')],
      [{ reading: reading(9e9), because: 'out-of-bounds' }],
    );
    book.missing(SITE, METER);
    book.flush();
    const again = make();
    again.readings(SITE, METER, [reading(3)], []);
    again.flush();
    const [day] = store.dataQuality.since(SITE, '2026-10-01');
    expect(day).toMatchObject({ source: 'device/meter', good: 2, suspect: 1, rejected: 1, missing: 3 });

    // Past local midnight another day begins; the old one stays as it is.
    await clock.advance(3_600_000);
    again.readings(SITE, METER, [reading(4)], []);
    again.flush();
    expect(store.dataQuality.since(SITE, '2026-10-01')).toHaveLength(2);
  });

  it('keeps what was not believed apart with its reason, and no more of it than is useful', async () => {
    const { store, make } = await open();
    const book = make();
    for (let turn = 0; turn < 500; turn += 1)
      book.readings(SITE, METER, [], [{ reading: reading(Number.NaN), because: 'not-a-number' }]);
    book.flush();
    const kept = store.dataQuality.rejected(SITE, 1_000);
    expect(kept).toHaveLength(200);
    expect(kept[0]).toEqual({
      source: 'device/meter',
      channelId: 'grid',
      metric: 'powerW',
      at: START,
      value: null,
      reason: 'not-a-number',
    });
    expect(store.dataQuality.since(SITE, '2026-10-01')[0]?.rejected).toBe(500);
  });

  it('writes by itself once a minute, and not more often', async () => {
    const { clock, store, make } = await open();
    const book = make();
    book.readings(SITE, METER, [reading(1)], []);
    book.tick();
    expect(store.dataQuality.since(SITE, '2026-10-01')).toEqual([]);
    await clock.advance(60_000);
    book.tick();
    expect(store.dataQuality.since(SITE, '2026-10-01')).toHaveLength(1);
  });
});
