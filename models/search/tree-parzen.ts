import { seededRandom } from '../network/random.ts';
import type { SettingRange } from './spaces.ts';

export interface SearchedTrial {
  readonly settings: Readonly<Record<string, number>>;
  /** Less is better; null where it failed. */
  readonly error: number | null;
}

/** Trials at random before anything is concluded. */
const RANDOM_TRIALS = 10;
/** How many of n trials count as good: half the root of n, as what is drawn shall be like the very best. */
const goodOf = (trials: number): number => Math.max(3, Math.ceil(0.5 * Math.sqrt(trials)));
const CANDIDATES = 24;

const toUnit = ({ low, high, scale }: SettingRange, value: number): number =>
  scale === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);

const fromUnit = (range: SettingRange, unit: number): number => {
  const { low, high, scale, whole } = range;
  const share = Math.min(1, Math.max(0, unit));
  const value = scale === 'log' ? low * (high / low) ** share : low + share * (high - low);
  return Math.min(high, Math.max(low, whole ? Math.round(value) : Number(value.toPrecision(3))));
};

/** A Parzen window over [0, 1]: a normal bump on each point and a broad one in the middle, so that nothing is impossible. */
const density = (points: readonly number[], width: number, at: number): number => {
  const bump = (centre: number, spread: number): number => Math.exp(-0.5 * ((at - centre) / spread) ** 2) / spread;
  return points.reduce((sum, point) => sum + bump(point, width), bump(0.5, 1)) / (points.length + 1);
};

/**
 * The settings of trial `number` (from 0), after the trials before it: at random at first, then by a tree-structured Parzen
 * estimator (Bergstra et al. 2011) with each setting on its own. The same seed, number and trials give the same answer, so
 * that a search goes on after a restart as if nothing had been.
 */
export const nextSettings = (
  space: readonly SettingRange[],
  trials: readonly SearchedTrial[],
  number: number,
  seed: number,
): Readonly<Record<string, number>> => {
  const random = seededRandom(seed * 1009 + number);
  const done = trials.flatMap(({ settings, error }) => (error === null ? [] : [{ settings, error }]));
  const ranked = done.toSorted((one, other) => one.error - other.error);
  const good = ranked.slice(0, goodOf(ranked.length));
  const others = ranked.slice(good.length);
  const settingOf = (range: SettingRange): number => {
    if (done.length < RANDOM_TRIALS) return fromUnit(range, random());
    const unitsOf = (of: typeof ranked): readonly number[] =>
      of.flatMap(({ settings }) => {
        const value = settings[range.name];
        return value === undefined ? [] : [toUnit(range, value)];
      });
    const near = unitsOf(good);
    const far = unitsOf(others);
    const width = Math.max(0.06, 0.4 / (near.length + 1));
    let best = 0.5;
    let bestRatio = Number.NEGATIVE_INFINITY;
    for (let candidate = 0; candidate < CANDIDATES; candidate += 1) {
      const centre = near[Math.floor(random() * near.length)] ?? random();
      // The sum of twelve uniform numbers is near enough to normal.
      let noise = -6;
      for (let draw = 0; draw < 12; draw += 1) noise += random();
      const unit = Math.min(1, Math.max(0, centre + noise * width));
      const ratio = density(near, width, unit) / density(far, width, unit);
      if (ratio > bestRatio) {
        bestRatio = ratio;
        best = unit;
      }
    }
    return fromUnit(range, best);
  };
  return Object.fromEntries(space.map((range) => [range.name, settingOf(range)]));
};
