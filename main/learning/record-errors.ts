import type { ModelKind } from '../../preload/contract/models.ts';
import type { SiteId } from '../ids.ts';
import type { ForecasterRole, ForecastRecord } from '../store/model-types.ts';
import type { Store } from '../store/types.ts';
import { measuredHours } from './measured-hours.ts';

const HOUR_MS = 3_600_000;

/** What was said at one moment of one local day, by whom, beside what came. */
export interface IssuedDay {
  readonly dayAt: number;
  readonly issuedAt: number;
  readonly said: Partial<Readonly<Record<ForecasterRole, ForecastRecord>>>;
  /** One an hour from `dayAt` on; NaN where nothing was measured. */
  readonly actual: Float64Array;
}

/** All moments of the local days in [from, to) of which something was recorded, ascending. */
export const issuedDays = (
  store: Store,
  siteId: SiteId,
  kind: ModelKind,
  from: number,
  to: number,
): readonly IssuedDay[] => {
  const moments = new Map<
    string,
    { dayAt: number; issuedAt: number; said: Partial<Record<ForecasterRole, ForecastRecord>> }
  >();
  for (const record of store.modelling.records.range(siteId, kind, from, to)) {
    const key = `${record.dayAt} ${record.issuedAt}`;
    const moment = moments.get(key) ?? { dayAt: record.dayAt, issuedAt: record.issuedAt, said: {} };
    moment.said[record.role] = record;
    moments.set(key, moment);
  }
  const found = [...moments.values()];
  const first = found[0]?.dayAt;
  const last = found.at(-1)?.dayAt;
  if (first === undefined || last === undefined) return [];
  const firstAt = Math.floor(first / HOUR_MS) * HOUR_MS;
  const { values } = measuredHours(store, siteId, kind, firstAt, Math.round((last - firstAt) / HOUR_MS) + 26);
  return found.map((moment) => {
    const start = Math.round((moment.dayAt - firstAt) / HOUR_MS);
    const hours = moment.said.naive?.hours.length ?? moment.said.baseline?.hours.length ?? 24;
    return { ...moment, actual: values.slice(start, start + hours) };
  });
};

/** Hours of which all the named forecasters and the measurement know something. */
export const commonHours = (day: IssuedDay, roles: readonly ForecasterRole[]): readonly number[] => {
  const hours: number[] = [];
  for (let hour = 0; hour < day.actual.length; hour += 1)
    if (
      Number.isFinite(day.actual[hour] ?? Number.NaN) &&
      roles.every((role) => Number.isFinite(day.said[role]?.hours[hour]?.mean ?? Number.NaN))
    )
      hours.push(hour);
  return hours;
};

/** Squared error of one forecaster over hours of a day. */
export const squaresOf = (day: IssuedDay, role: ForecasterRole, hours: readonly number[]): number =>
  hours.reduce((sum, hour) => {
    const mean = day.said[role]?.hours[hour]?.mean ?? Number.NaN;
    return sum + ((day.actual[hour] ?? Number.NaN) - mean) ** 2;
  }, 0);

/** Hours inside the 80 % band, of those where it has a width or the truth is not nothing; night proves no band. */
export const coverageOf = (
  day: IssuedDay,
  role: ForecasterRole,
  hours: readonly number[],
): { readonly inside: number; readonly of: number } => {
  let inside = 0;
  let of = 0;
  for (const hour of hours) {
    const said = day.said[role]?.hours[hour];
    const actual = day.actual[hour] ?? Number.NaN;
    if (said === undefined || Number.isNaN(said.p10 + said.p90)) continue;
    if (said.p10 === said.p90 && actual === said.p10) continue;
    of += 1;
    if (actual >= said.p10 && actual <= said.p90) inside += 1;
  }
  return { inside, of };
};
