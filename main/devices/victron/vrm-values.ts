import type { VenusValue, VenusValues } from './venus-readings.ts';
import type { VrmRow } from './vrm-answers.ts';

/** Rows that are this much older than the newest are of something that is not reported any more. */
const FORGOTTEN_MS = 24 * 3_600_000;
/** A GX whose clock runs ahead by more than this dates its data wrongly. */
const AHEAD_MS = 10 * 60_000;

/** VRM's letters for values of the system, where a row does not name its path. */
const PATH_OF_CODE: Readonly<Record<string, string>> = {
  bs: 'Dc/Battery/Soc',
  bv: 'Dc/Battery/Voltage',
  bc: 'Dc/Battery/Current',
  bp: 'Dc/Battery/Power',
  Pdc: 'Dc/Pv/Power',
  a1: 'Ac/Consumption/L1/Power',
  a2: 'Ac/Consumption/L2/Power',
  a3: 'Ac/Consumption/L3/Power',
  g1: 'Ac/Grid/L1/Power',
  g2: 'Ac/Grid/L2/Power',
  g3: 'Ac/Grid/L3/Power',
};

const placeOf = ({ service, path, code, instance }: VrmRow): readonly [string, number, string] | null => {
  if (service !== null && path !== null) return [service, instance, path.replace(/^\/+/, '')];
  const known = code !== null && Object.hasOwn(PATH_OF_CODE, code) ? PATH_OF_CODE[code] : undefined;
  return known === undefined ? null : ['system', 0, known];
};

/** Diagnostics as values of the bus. `rejected`: rows from the future, whose age nobody knows. */
export const valuesOfRows = (
  rows: readonly VrmRow[],
  now: number,
): { readonly values: VenusValues; readonly rejected: number } => {
  const dated = rows.filter(({ at }) => at <= now + AHEAD_MS);
  const newestAt = dated.reduce((newest, { at }) => Math.max(newest, at), 0);
  const byPlace = new Map<string, VenusValue>();
  const instances = new Map<string, Set<number>>();
  for (const row of dated) {
    const place = placeOf(row);
    if (place === null || row.rawValue === null || row.at < newestAt - FORGOTTEN_MS) continue;
    const [service, instance] = place;
    const key = place.join(' ');
    const known = byPlace.get(key);
    if (known === undefined || known.at < row.at) byPlace.set(key, { value: row.rawValue, at: row.at });
    instances.set(service, (instances.get(service) ?? new Set()).add(instance));
  }
  return {
    values: {
      of: (service, instance, path) => byPlace.get([service, instance, path].join(' ')),
      instances: (service) => [...(instances.get(service) ?? [])],
    },
    rejected: rows.length - dated.length,
  };
};
