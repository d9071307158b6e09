import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrame, type FrameWeather } from '../../../../models/features/frame.ts';
import { loadDesign } from '../../../../models/load/load-design.ts';
import { seededRandom } from '../../../../models/network/random.ts';

const DAYS = 50;
const HOURS = DAYS * 24;
const FIRST_AT = Date.UTC(2026, 1, 20);

const FIRST_DAY = Math.floor(FIRST_AT / 86_400_000);

/** What a home knows of itself and of the weather, by chance. */
const homeOf = (seed: number) => {
  const random = seededRandom(seed);
  const column = (most: number): Float64Array =>
    Float64Array.from({ length: HOURS }, () => (random() < 0.05 ? Number.NaN : random() * most));
  return {
    values: column(4000),
    tempC: column(30),
    weather: Array.from({ length: DAYS + 2 }, (_, place): readonly [number, FrameWeather] => [
      FIRST_DAY - 1 + place,
      { temperatureMeanC: random() * 20, cloudCoverPct: random() * 100, sunshineShare: random() },
    ]),
    issued: Array.from({ length: DAYS * 4 }, (_, run) => ({
      issuedAt: FIRST_AT + run * 6 * 3_600_000,
      firstHour: run * 6,
      columns: new Map([
        ['tempC', Float32Array.from({ length: 72 }, () => random() * 30)],
        ['cloudPct', Float32Array.from({ length: 72 }, () => random() * 100)],
      ]),
    })),
  };
};

/** `past` up to the hour `origin`, and from then on another home altogether. */
const frameOf = (
  past: ReturnType<typeof homeOf>,
  future: ReturnType<typeof homeOf>,
  origin: number,
  timeZone: string,
) => {
  const joined = (one: Float64Array, other: Float64Array): Float64Array =>
    one.map((value, index) => (index < origin ? value : (other[index] ?? 0)));
  const at = FIRST_AT + origin * 3_600_000;
  const local = { timeZone, latitude: 50, longitude: 8 };
  const { day } = createFrame({ ...local, firstAt: FIRST_AT, hours: HOURS, values: [], weather: new Map() });
  const today = day[origin] ?? 0;
  return createFrame({
    ...local,
    firstAt: FIRST_AT,
    hours: HOURS,
    values: joined(past.values, future.values),
    signals: new Map([['tempC', joined(past.tempC, future.tempC)]]),
    weather: new Map(past.weather.map((each, place) => (each[0] < today ? each : (future.weather[place] ?? each)))),
    issued: past.issued.map((run, place) => (run.issuedAt <= at ? run : (future.issued[place] ?? run))),
  });
};
const origins = fc.integer({ min: 24 * 3, max: (DAYS - 4) * 24 });
const zones = fc.constantFrom('Europe/Berlin', 'America/Los_Angeles', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC');
const seeds = fc.integer({ min: 1, max: 1e6 });

describe('load design', () => {
  it('reads nothing at or after the origin: another future gives the same rows', () => {
    fc.assert(
      fc.property(seeds, origins, zones, (seed, origin, zone) => {
        const home = homeOf(seed);
        const one = frameOf(home, home, origin, zone);
        const other = frameOf(home, homeOf(seed + 1), origin, zone);
        const prepared = loadDesign.prepare(one, origin);
        expect(loadDesign.prepare(other, origin)).toEqual(prepared);
        expect(loadDesign.rows(other, origin, 72, prepared)).toEqual(loadDesign.rows(one, origin, 72, prepared));
        const simple = [one, other].map((frame) => loadDesign.simple(frame, origin));
        for (let target = origin; target < origin + 72; target += 1)
          expect(simple[1]?.baseline(target)).toEqual(simple[0]?.baseline(target));
      }),
      { numRuns: 12 },
    );
  });

  it.each(['values', 'tempC', 'issued'] as const)('notices a changed past of %s: the proof above can fail', (what) => {
    const home = homeOf(5);
    const prepared = loadDesign.prepare(frameOf(home, home, 720, 'UTC'), 720);
    const rowsOf = (changed: typeof home) => loadDesign.rows(frameOf(changed, changed, 722, 'UTC'), 722, 48, prepared);
    expect(rowsOf({ ...home, [what]: homeOf(6)[what] })).not.toEqual(rowsOf(home));
  });

  it.each([
    ['gaps', (index: number) => (index % 3 === 0 ? Number.NaN : index % 700)],
    ['a constant', () => 300],
    ['zeros', () => 0],
    ['nothing', () => Number.NaN],
    ['three days', (index: number) => (index > HOURS - 6 * 24 ? 100 + (index % 24) : Number.NaN)],
  ])('bears %s without a throw or a NaN', (_, value) => {
    const frame = createFrame({
      firstAt: FIRST_AT,
      hours: HOURS,
      values: Float64Array.from({ length: HOURS }, (__, index) => value(index)),
      timeZone: 'Europe/Berlin',
      latitude: 50,
      longitude: 8,
      weather: new Map(),
    });
    for (const origin of [0, 1, 30, HOURS / 2, HOURS - 72, HOURS - 1]) {
      const prepared = loadDesign.prepare(frame, origin);
      expect(loadDesign.readPrepared(JSON.parse(JSON.stringify(prepared)))).toEqual(prepared);
      for (const row of loadDesign.rows(frame, origin, 72, prepared))
        expect([...row.features, ...row.experts, row.base, row.scale].every(Number.isFinite)).toBe(true);
    }
  });
});
