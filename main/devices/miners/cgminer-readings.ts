import { type LooseObject, type LooseValue, numberIn, textIn } from './loose-json.ts';
import { type MinerReport, stateOf } from './report.ts';

/** The rows of one poll; what was not answered is empty. */
export interface CgminerRows {
  readonly summary: readonly LooseObject[];
  readonly stats: readonly LooseObject[];
  readonly devs: readonly LooseObject[];
  /** LuxOS only. */
  readonly power: readonly LooseObject[];
  readonly paused: boolean;
}

/** The name says the unit; the size says nothing (a scrypt miner hashes at a millionth of the others). */
const UNITS_THS = [
  ['KHS', 1e-9],
  ['MHS', 1e-6],
  ['GHS', 1e-3],
  ['THS', 1],
  ['PHS', 1e3],
] as const;
const namesFor = (span: string): readonly (readonly [name: string, ths: number])[] =>
  UNITS_THS.map(([unit, ths]) => [`${unit} ${span}`, ths]);
/** What it does now, shortest span first; `HS RT` of Whatsminers counts in MH/s. */
const NOW = [...namesFor('5s'), ['HS RT', 1e-6] as const, ...namesFor('30s'), ...namesFor('1m')];
/** Averages that a paused miner keeps for a long while. */
const AVERAGES = [...namesFor('5m'), ...namesFor('av')];

/** The newest rate of a row, TH/s; null where it names none. */
const rateThs = (row: LooseObject, names: readonly (readonly [string, number])[]): number | null => {
  for (const [name, ths] of names) {
    const value = numberIn(row.get(name));
    if (value !== null && value >= 0) return value * ths;
  }
  return null;
};

/** The first row that names a rate: a first element of statistics may only name the firmware. */
const firstRate = (rows: readonly LooseObject[], names: readonly (readonly [string, number])[]): number | null => {
  for (const row of rows) {
    const rate = rateThs(row, names);
    if (rate !== null) return rate;
  }
  return null;
};

const hashrateOf = ({ summary, stats, devs, paused }: CgminerRows): number | null => {
  const names = paused ? NOW : [...NOW, ...AVERAGES];
  const boards = devs.flatMap((row) => rateThs(row, names) ?? []);
  return (
    firstRate(summary, names) ??
    firstRate(stats, names) ??
    (boards.length === 0 ? null : boards.reduce((sum, rate) => sum + rate, 0))
  );
};

/** A sensor that is not there reads −273, 0 or nothing. No chip is colder than freezing point or hotter than 150 °C. */
const temperature = (value: number | null): readonly number[] =>
  value !== null && value > 0 && value < 150 ? [value] : [];

/** `temp2_1`, `temp_chip1`, `temp1`, `temp_max`, `Chip Temp Max`, and their repetitions. */
const TEMPERATURE_NAME = /^(temp\d*(_\d+)?|temp_(chip|pcb)\d+|temp_max|Temperature|Chip Temp (Max|Avg))(#\d+)?$/;

const temperaturesIn = (row: LooseObject): readonly number[] =>
  [...row].flatMap(([name, value]) =>
    TEMPERATURE_NAME.test(name)
      ? typeof value === 'string' && value.includes('-')
        ? value.split('-').flatMap((part) => temperature(numberIn(part))) // One number a sensor of the board.
        : temperature(numberIn(value))
      : [],
  );

/** Avalon writes its statistics as text in one member: `Temp[31] TMax[78] WALLPOWER[3731] PS[0 1209 …]`. */
export const avalonFields = (stats: readonly LooseObject[]): ReadonlyMap<string, readonly number[]> => {
  const fields = new Map<string, readonly number[]>();
  for (const row of stats)
    for (const [name, value] of row) {
      const text = /^MM ID\d+$/.test(name) ? textIn(value) : null;
      for (const [, field = '', numbers = ''] of text?.matchAll(/(\w+)\[([^\]]*)\]/g) ?? [])
        fields.set(
          field,
          numbers
            .trim()
            .split(/\s+/)
            .flatMap((part) => numberIn(part.replace(/%$/, '')) ?? []),
        );
    }
  return fields;
};

/** Soft off: 0 while it may run. Absent on models that have none. */
export const avalonIsOff = (stats: readonly LooseObject[]): boolean | null => {
  const [off] = avalonFields(stats).get('SoftOFF') ?? [];
  return off === undefined ? null : off !== 0;
};

const largest = (values: readonly number[]): number | null => (values.length === 0 ? null : Math.max(...values));

const powerOf = ({ power, stats, summary }: CgminerRows): number | null => {
  const [lux] = power;
  if (lux) return lux.get('PSU') === false ? null : positive(numberIn(lux.get('Watts')));
  const avalon = avalonFields(stats);
  const wall = avalon.get('WALLPOWER')?.[0] ?? avalon.get('PS')?.at(-1);
  if (wall !== undefined) return positive(wall);
  for (const row of [...stats, ...summary]) {
    const total = positive(numberIn(row.get('total_power')) ?? numberIn(row.get('Power')));
    if (total !== null) return total;
  }
  return null;
};

/** −1 stands for "not measured". */
const positive = (value: number | null): number | null => (value !== null && value >= 0 ? value : null);

const isDead = (status: LooseValue | undefined): boolean => status === 'Dead' || status === 'Sick';

export const cgminerReport = (rows: CgminerRows): MinerReport => {
  const { stats, devs, paused } = rows;
  const avalon = avalonFields(stats);
  const hashrateThs = hashrateOf(rows);
  const temperatures = [
    ...[...stats, ...devs].flatMap(temperaturesIn),
    ...['TMax', 'MTmax'].flatMap((name) => (avalon.get(name) ?? []).flatMap(temperature)),
  ];
  const broken = devs.length > 0 && devs.every((row) => isDead(row.get('Status')));
  return {
    powerW: powerOf(rows),
    hashrateThs,
    tempC: largest(temperatures),
    state: stateOf({ paused, hashrateThs, broken }),
  };
};
