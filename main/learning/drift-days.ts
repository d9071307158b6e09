import type { DriftWindow, ModelDrift, ModelKind } from '../../preload/contract/models.ts';
import type { SiteId } from '../ids.ts';
import type { Store } from '../store/types.ts';
import { commonHours, coverageOf, issuedDays, squaresOf } from './record-errors.ts';

type Day = ModelDrift['days'][number];

const ROLES = ['production', 'baseline', 'naive'] as const;

/** Each local day of [from, to) by what was first said of it; days of which nothing can be compared are left out. */
export const driftDays = (store: Store, id: SiteId, kind: ModelKind, from: number, to: number): Day[] => {
  const byDay = new Map<number, Day>();
  for (const day of issuedDays(store, id, kind, from, to)) {
    if (byDay.has(day.dayAt)) continue;
    const hours = commonHours(day, ROLES);
    if (hours.length === 0) continue;
    const rmse = (role: (typeof ROLES)[number]): number => Math.sqrt(squaresOf(day, role, hours) / hours.length);
    const { inside, of } = coverageOf(day, 'production', hours);
    byDay.set(day.dayAt, {
      at: day.dayAt,
      hours: hours.length,
      rmseModel: rmse('production'),
      rmseBaseline: rmse('baseline'),
      rmseNaive: rmse('naive'),
      coveragePct: of === 0 ? null : (100 * inside) / of,
    });
  }
  return [...byDay.values()];
};

/** Several days as one: errors by their squares, each hour alike. */
export const driftWindow = (days: readonly Day[]): DriftWindow => {
  const hours = days.reduce((sum, day) => sum + day.hours, 0);
  const rmse = (of: (day: Day) => number | null): number | null =>
    hours === 0 ? null : Math.sqrt(days.reduce((sum, day) => sum + (of(day) ?? 0) ** 2 * day.hours, 0) / hours);
  const covered = days.filter((day) => day.coveragePct !== null);
  const weight = covered.reduce((sum, day) => sum + day.hours, 0);
  return {
    days: days.length,
    hours,
    rmseModel: rmse((day) => day.rmseModel),
    rmseBaseline: rmse((day) => day.rmseBaseline),
    rmseNaive: rmse((day) => day.rmseNaive),
    coveragePct:
      weight === 0 ? null : covered.reduce((sum, day) => sum + (day.coveragePct ?? 0) * day.hours, 0) / weight,
  };
};
