import { seededRandom } from '../../../models/network/random.ts';

const MIN_MS = 60_000;

const isoOf = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

/** Lines of a CSV with one column of a made household, kW, and its temperature. */
export const madeCsv = (input: {
  readonly firstAt: string;
  readonly days: number;
  readonly stepMin?: number;
  readonly seed?: number;
  readonly value?: (at: number, noise: number) => string;
}): readonly string[] => {
  const { days, stepMin = 60, seed = 1 } = input;
  const random = seededRandom(seed);
  const first = Date.parse(input.firstAt);
  const usual = (at: number, noise: number): string =>
    (0.6 + 0.4 * Math.sin((at / 86_400_000) * 2 * Math.PI) + 0.5 * noise).toFixed(4);
  const rows = Array.from({ length: (days * 1440) / stepMin }, (_, index) => {
    const at = first + index * stepMin * MIN_MS;
    return `${isoOf(at)},${(input.value ?? usual)(at, random())},${(10 + 5 * random()).toFixed(1)}`;
  });
  return ['timestamp_utc,load_kw,temperature_c', ...rows];
};
