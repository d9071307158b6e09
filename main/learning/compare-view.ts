import type { JudgedRow } from '../../models/evaluation/report.ts';
import type { ModelComparison, ModelErrors, ModelKind } from '../../preload/contract/models.ts';
import type { SiteId } from '../ids.ts';
import type { ForecasterRole } from '../store/model-types.ts';
import { addLocalDays, startOfLocalDay } from '../zone.ts';
import type { Desk } from './desk.ts';
import { comparisonOf } from './judging.ts';
import { KIND_FACTS } from './kinds.ts';
import { commonHours, type IssuedDay, issuedDays, squaresOf } from './record-errors.ts';
import { unitOfKind } from './unit-of-kind.ts';

const ALL = ['production', 'shadow', 'baseline', 'naive'] as const;

const rowsOf = (day: IssuedDay, role: ForecasterRole, hours: readonly number[]): readonly JudgedRow[] =>
  hours.map((hour) => {
    const said = day.said[role]?.hours[hour];
    const of = (other: ForecasterRole): number => day.said[other]?.hours[hour]?.mean ?? Number.NaN;
    return {
      lead: Math.max(0, hour - Math.round((day.issuedAt - day.dayAt) / 3_600_000)),
      actual: day.actual[hour] ?? Number.NaN,
      mean: said?.mean ?? Number.NaN,
      p10: said?.p10 ?? Number.NaN,
      p50: said?.mean ?? Number.NaN,
      p90: said?.p90 ?? Number.NaN,
      naive: of('naive'),
      baseline: of('baseline'),
    };
  });

/**
 * The record of model against model and against the simple forecasts: each day by what all of them said at one moment, on
 * hours that all of them forecast. While a shadow watches, its days count; else all days of production.
 */
export const compareVersions = (desk: Desk, id: SiteId, kind: ModelKind, count: number): ModelComparison => {
  const { store, clock } = desk;
  const site = desk.siteOf(id);
  const zone = site?.timeZone ?? 'UTC';
  const today = startOfLocalDay(clock.now(), zone);
  const moments = issuedDays(store, id, kind, addLocalDays(today, -count, zone), clock.now());
  const versions = store.models.list(id, kind);
  const production = versions.find(({ stage }) => stage === 'production')?.id ?? null;
  const shadow = versions.find(({ stage }) => stage === 'shadow')?.id ?? null;
  const withShadow = moments.filter((day) => shadow !== null && day.said.shadow?.version === shadow);
  const roles: readonly ForecasterRole[] = ALL.filter((role) => role !== 'shadow' || withShadow.length > 0);
  const chosen = withShadow.length > 0 ? withShadow : moments;
  // The first moment of a day covers most of it.
  const days = [...new Map(chosen.toReversed().map((day) => [day.dayAt, day])).values()].toReversed();
  const judged = days.flatMap((day) => {
    const hours = commonHours(day, roles);
    return hours.length === 0 ? [] : [{ day, hours }];
  });
  const errorsOf = (role: ForecasterRole): ModelErrors | null =>
    comparisonOf(
      judged.flatMap(({ day, hours }) => rowsOf(day, role, hours)),
      kind,
      null,
    )?.model ?? null;
  const daily = judged.map(({ day, hours }) => {
    const rmse = (role: ForecasterRole): number | null =>
      roles.includes(role) ? Math.sqrt(squaresOf(day, role, hours) / hours.length) : null;
    return {
      at: day.dayAt,
      production: rmse('production'),
      shadow: rmse('shadow'),
      baseline: rmse('baseline'),
      naive: rmse('naive'),
    };
  });
  const winner = (day: (typeof daily)[number]): ForecasterRole | undefined =>
    roles.toSorted((one, other) => (day[one] ?? Infinity) - (day[other] ?? Infinity))[0];
  const won = daily.map(winner);
  const contestants = roles.map((role) => ({
    role,
    version: role === 'production' ? production : role === 'shadow' ? shadow : null,
    errors: errorsOf(role),
    daysWon: won.filter((each) => each === role).length,
  }));
  const own = contestants.find(({ role }) => role === 'production');
  const name = KIND_FACTS[kind].label;
  return {
    siteId: id,
    kind,
    unit: unitOfKind(kind, site?.currency ?? 'EUR'),
    sentence:
      own === undefined || judged.length === 0
        ? `${name}: nothing has been forecast side by side yet.`
        : `${name}: the model erred least on ${own.daysWon} of ${judged.length} days.`,
    from: daily[0]?.at ?? null,
    to: daily.at(-1)?.at ?? null,
    contestants,
    days: daily,
  };
};
