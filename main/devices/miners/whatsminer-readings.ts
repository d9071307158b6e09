import type { LooseObject, LooseValue } from './loose-json.ts';
import { isList, isObject, numberIn } from './loose-json.ts';
import { type MinerReport, stateOf } from './report.ts';

const positive = (value: number | null): number | null => (value !== null && value >= 0 ? value : null);

const warm = (value: number | null): readonly number[] => (value !== null && value > 0 && value < 150 ? [value] : []);

const largest = (values: readonly number[]): number | null => (values.length === 0 ? null : Math.max(...values));

/** MH/s under names that differ between firmwares; the average only while it mines. */
const rateThs = (summary: LooseObject, paused: boolean): number | null => {
  const names = ['MHS 5s', 'HS RT', 'MHS 1m', ...(paused ? [] : ['MHS av'])];
  for (const name of names) {
    const value = positive(numberIn(summary.get(name)));
    if (value !== null) return value / 1e6;
  }
  return null;
};

/** Volts × 100 and milliamperes at the supply's input: the only power that remains while the mining program rests. */
const supplyW = (psu: LooseObject | null): number | null => {
  const volts = positive(numberIn(psu?.get('vin')));
  const amps = positive(numberIn(psu?.get('iin')));
  return volts === null || amps === null ? null : Math.round((volts / 100) * (amps / 1000));
};

/** Second interface. `summary` is null while the mining program rests. */
export const whatsminerReport = (facts: {
  readonly summary: LooseObject | null;
  readonly psu: LooseObject | null;
  readonly off: boolean;
  /** What the status says, which answers while it rests. */
  readonly limitW: number | null;
}): MinerReport => {
  const { summary, psu, off, limitW } = facts;
  const hashrateThs = summary ? rateThs(summary, off) : off ? 0 : null;
  const temperatures = summary
    ? ['Chip Temp Max', 'Chip Temp Avg', 'Temperature'].flatMap((name) => warm(numberIn(summary.get(name))))
    : [];
  return {
    powerW: positive(numberIn(summary?.get('Power'))) ?? supplyW(psu),
    hashrateThs,
    tempC: largest(temperatures),
    // A program that answers nothing and was not told to rest is on its way up.
    state: summary || off ? stateOf({ paused: off, hashrateThs }) : 'starting',
    powerLimitW: positive(numberIn(summary?.get('Power Limit'))) ?? limitW,
  };
};

const numbersIn = (value: LooseValue | undefined): readonly number[] =>
  isList(value) ? value.flatMap((item) => numberIn(item) ?? []) : [];

/** Third interface: TH/s, `-` in names. A summary that is text says that the mining program rests. */
export const whatsminerV3Report = (facts: {
  readonly summary: LooseValue | undefined;
  readonly off: boolean;
}): MinerReport => {
  const summary = isObject(facts.summary) ? facts.summary : null;
  const rate = positive(numberIn(summary?.get('hash-realtime')));
  const hashrateThs = rate ?? (facts.off ? 0 : null);
  const chips = ['chip-temp-max', 'chip-temp-avg'].flatMap((name) => warm(numberIn(summary?.get(name))));
  const boards = numbersIn(summary?.get('board-temperature')).flatMap(warm);
  return {
    powerW: positive(numberIn(summary?.get('power-realtime'))),
    hashrateThs,
    tempC: largest([...chips, ...boards]),
    state: summary || facts.off ? stateOf({ paused: facts.off, hashrateThs }) : 'starting',
    powerLimitW: positive(numberIn(summary?.get('power-limit'))),
  };
};
