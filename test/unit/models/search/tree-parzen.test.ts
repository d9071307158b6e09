import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../models/network/random.ts';
import { SEARCH_SPACES, type SettingRange } from '../../../../models/search/spaces.ts';
import { nextSettings, type SearchedTrial } from '../../../../models/search/tree-parzen.ts';

const SPACE: readonly SettingRange[] = [
  { name: 'width', doc: '', low: 4, high: 256, scale: 'log', whole: true },
  { name: 'rate', doc: '', low: 1e-4, high: 1e-1, scale: 'log', whole: false },
  { name: 'dropout', doc: '', low: 0, high: 0.5, scale: 'linear', whole: false },
];
/** Best at width 32, rate 0.003 and dropout 0.1. */
const errorOf = (settings: Readonly<Record<string, number>>): number =>
  Math.log((settings['width'] ?? 1) / 32) ** 2 +
  Math.log((settings['rate'] ?? 1) / 0.003) ** 2 +
  20 * ((settings['dropout'] ?? 0) - 0.1) ** 2;

const search = (seed: number, trials: number, from: readonly SearchedTrial[] = []): readonly SearchedTrial[] => {
  const done = [...from];
  while (done.length < trials) {
    const settings = nextSettings(SPACE, done, done.length, seed);
    done.push({ settings, error: errorOf(settings) });
  }
  return done;
};
const bestOf = (trials: readonly SearchedTrial[]): number => Math.min(...trials.map(({ error }) => error ?? Infinity));

describe('the search for settings', () => {
  it('stays within the bounds, and whole numbers are whole', () => {
    for (const { settings } of search(3, 40))
      for (const { name, low, high, whole } of SPACE) {
        expect(settings[name]).toBeGreaterThanOrEqual(low);
        expect(settings[name]).toBeLessThanOrEqual(high);
        if (whole) expect(Number.isInteger(settings[name])).toBe(true);
      }
  });

  it('goes on after a restart as if nothing had been, and differs by its seed', () => {
    const whole = search(3, 25);
    expect(search(3, 25, search(3, 14))).toEqual(whole);
    expect(search(4, 25)).not.toEqual(whole);
  });

  it('finds more than chance does', () => {
    const random = (seed: number): number => {
      const draw = seededRandom(seed);
      const trials = Array.from({ length: 50 }, () => ({
        width: 4 * 64 ** draw(),
        rate: 1e-4 * 1000 ** draw(),
        dropout: 0.5 * draw(),
      }));
      return Math.min(...trials.map(errorOf));
    };
    const seeds = Array.from({ length: 30 }, (_, index) => index + 1);
    const meanLog = (best: (seed: number) => number): number =>
      seeds.reduce((sum, seed) => sum + Math.log(best(seed)), 0) / seeds.length;
    // The error of chance is half as large again, over all seeds.
    expect(meanLog((seed) => bestOf(search(seed, 50)))).toBeLessThan(meanLog(random) - Math.log(1.5));
  });

  it('bears trials that failed', () => {
    const failed = search(3, 20).map((trial, index) => (index % 2 === 0 ? { ...trial, error: null } : trial));
    expect(Object.values(nextSettings(SPACE, failed, 20, 3)).every(Number.isFinite)).toBe(true);
    const all = failed.map((trial) => ({ ...trial, error: null }));
    expect(Object.values(nextSettings(SPACE, all, 20, 3)).every(Number.isFinite)).toBe(true);
  });
});

it('every space has bounds that can be searched, and no name twice', () => {
  for (const space of Object.values(SEARCH_SPACES)) {
    expect(new Set(space.map(({ name }) => name)).size).toBe(space.length);
    for (const { low, high, scale } of space) {
      expect(low).toBeLessThan(high);
      if (scale === 'log') expect(low).toBeGreaterThan(0);
    }
  }
});

it('every setting that may be changed is read by the design of its model', () => {
  for (const [target, space] of Object.entries(SEARCH_SPACES)) {
    const file = { load: 'load/load', solar: 'solar/solar', wind: 'wind/wind', price: 'price/price' }[target];
    const source = readFileSync(join(import.meta.dirname, `../../../../models/${file}-design.ts`), 'utf8');
    for (const { name } of space) expect(source, `${target} reads ${name}`).toContain(`settings['${name}']`);
  }
});
