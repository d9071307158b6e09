import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const HOUR_MS = 3_600_000;

/** A table of numbers with one time column or several; a blank is NaN. */
export interface Columns {
  readonly rows: number;
  /** UTC ms of a time column. */
  timesOf(name: string): Float64Array;
  numbersOf(name: string): Float64Array;
  readonly names: readonly string[];
}

/** Reads a comma separated, gzipped file without quotes, as all sets here are. */
export const readColumns = (file: string): Columns => {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
  const names = (lines[0] ?? '').trim().split(',');
  const cells = lines.slice(1).map((line) => line.trimEnd().split(','));
  const columnOf = (name: string, value: (text: string) => number): Float64Array => {
    const place = names.indexOf(name);
    if (place < 0) throw new Error(`${file} has no column ${name}`);
    return Float64Array.from(cells, (row) => value(row[place] ?? ''));
  };
  return {
    rows: cells.length,
    names,
    timesOf: (name) => columnOf(name, Date.parse),
    numbersOf: (name) => columnOf(name, (text) => (text === '' ? Number.NaN : Number(text))),
  };
};

/** Hours in a row; NaN where an hour is not completely known. */
export interface Hours {
  readonly firstAt: number;
  readonly values: Float64Array;
}

/** The mean of each hour, where all of its `perHour` intervals are known. */
export const hourMeans = (times: Float64Array, numbers: Float64Array, perHour: number): Hours => {
  const firstAt = Math.floor((times[0] ?? 0) / HOUR_MS) * HOUR_MS;
  const hours = Math.floor(((times.at(-1) ?? firstAt) - firstAt) / HOUR_MS) + 1;
  const sums = new Float64Array(hours);
  const counts = new Int32Array(hours);
  for (const [row, value] of numbers.entries()) {
    if (Number.isNaN(value)) continue;
    const hour = Math.floor(((times[row] ?? 0) - firstAt) / HOUR_MS);
    sums[hour] = (sums[hour] ?? 0) + value;
    counts[hour] = (counts[hour] ?? 0) + 1;
  }
  return { firstAt, values: sums.map((sum, hour) => (counts[hour] === perHour ? sum / perHour : Number.NaN)) };
};

/**
 * The energy of each hour from lifetime counters that are noted only when they change: each counter is drawn straight
 * between its readings, and an hour is unknown where no counter of all was noted for `silentSlots` or more.
 */
export const hourEnergies = (
  times: Float64Array,
  counters: readonly Float64Array[],
  silentSlots: number,
): { readonly firstAt: number; readonly energies: readonly Float64Array[] } => {
  const slots = times.length;
  const silent = new Uint8Array(slots);
  let since = 0;
  for (let slot = 0; slot <= slots; slot += 1) {
    if (slot < slots && counters.every((counter) => Number.isNaN(counter[slot]))) continue;
    if (slot - since >= silentSlots) silent.fill(1, since, slot);
    since = slot + 1;
  }
  const hours = Math.floor(slots / 6) - 1;
  const energies = counters.map((counter) => {
    const drawn = new Float64Array(slots).fill(Number.NaN);
    let last = -1;
    for (let slot = 0; slot < slots; slot += 1) {
      if (Number.isNaN(counter[slot])) continue;
      const from = last < 0 ? slot : last;
      const low = counter[from] ?? 0;
      // A counter that flaps back a little has not lost energy.
      const high = Math.max(low, counter[slot] ?? 0);
      for (let between = from; between <= slot; between += 1)
        drawn[between] = slot === from ? high : low + ((high - low) * (between - from)) / (slot - from);
      last = slot;
    }
    return Float64Array.from({ length: hours }, (_, hour) => {
      const known = silent.subarray(hour * 6, hour * 6 + 7).every((flag) => flag === 0);
      return known ? (drawn[hour * 6 + 6] ?? Number.NaN) - (drawn[hour * 6] ?? Number.NaN) : Number.NaN;
    });
  });
  return { firstAt: times[0] ?? 0, energies };
};
