import { projectSoc } from '../../models/battery/projection.ts';
import { adaptBand } from '../../models/calibration/adaptive-band.ts';
import type { ForecastRow } from '../../models/forecast/types.ts';
import type { BandPoint } from '../../preload/contract/insight.ts';
import type { ModelKind } from '../../preload/contract/models.ts';
import { ok, type Result } from '../result.ts';
import { withSources } from './hour-sources.ts';
import { judgeLately, sumOf, verdictOf } from './judging.ts';
import { HISTORY_DAYS, HORIZON_HOURS, KINDS } from './kinds.ts';
import type { ForecastAnswer, ForecastTask, KindForecast, RecordEntry, ServePlan } from './protocol.ts';
import { simpleForecast } from './simple-forecast.ts';
import { readSiteFrame, type SiteFrame } from './site-frame.ts';
import { unitOfKind } from './unit-of-kind.ts';
import type { LoadedVersion, Models, VersionCache } from './version-cache.ts';

const HOUR_MS = 3_600_000;
const SOC_RUNS = 200;
const UNKNOWN = { mean: Number.NaN, p10: Number.NaN, p90: Number.NaN };

/** Points without a hole from the hour that holds now on: published prices as certain, then the forecast. */
const pointsOf = ({ frame, origin, nowHour }: SiteFrame, rows: readonly ForecastRow[]): readonly BandPoint[] => {
  if (rows.length === 0) return [];
  const known = Array.from({ length: origin - nowHour }, (_, index) => {
    const value = frame.values[nowHour + index] ?? Number.NaN;
    return { at: frame.atOf(nowHour + index), p10: value, p50: value, p90: value };
  });
  const hole = rows.findIndex((row, index) => row.target !== origin + index || !Number.isFinite(row.p50));
  const forecast = rows
    .slice(0, hole < 0 ? rows.length : hole)
    .map(({ target, p10, p50, p90 }) => ({ at: frame.atOf(target), p10, p50, p90 }));
  return [...known, ...forecast];
};

/** What one forecaster says of the local day that holds the first unknown hour; hours before it are unknown. */
const recordOf = (
  { frame, origin }: SiteFrame,
  who: Pick<RecordEntry, 'role' | 'version' | 'served'>,
  rowOf: (target: number) => RecordEntry['hours'][number] | undefined,
): RecordEntry => {
  let first = origin;
  while (first > 0 && frame.day[first - 1] === frame.day[origin]) first -= 1;
  let end = origin;
  while (end < frame.hours && frame.day[end] === frame.day[origin]) end += 1;
  const hours = Array.from({ length: end - first }, (_, index) =>
    first + index < origin ? UNKNOWN : (rowOf(first + index) ?? UNKNOWN),
  );
  return { dayAt: frame.atOf(first), ...who, hours };
};

const byTarget = (rows: readonly ForecastRow[]) => {
  const found = new Map(rows.map((row) => [row.target, row]));
  return (target: number): RecordEntry['hours'][number] | undefined => {
    const row = found.get(target);
    return row && { mean: row.mean, p10: row.p10, p90: row.p90 };
  };
};

interface Loaded {
  readonly serving: { readonly version: string; readonly loaded: LoadedVersion } | null;
  readonly shadow: { readonly version: string; readonly loaded: LoadedVersion } | null;
  readonly unreadable: KindForecast['unreadable'];
}

/** The first version of the plan that can be read, and the shadow. */
const load = async (versions: VersionCache, kind: ModelKind, plan: ServePlan): Promise<Loaded> => {
  const unreadable: { version: string; why: string }[] = [];
  const read = async (places: ServePlan['versions']): Promise<Loaded['serving']> => {
    for (const { version, folder } of places) {
      const loaded = await versions.get(kind, folder);
      if (loaded.ok) return { version, loaded: loaded.value };
      unreadable.push({ version, why: loaded.error.message });
    }
    return null;
  };
  const serving = await read(plan.versions);
  const shadow = await read(plan.shadow === null ? [] : [plan.shadow]);
  return { serving, shadow, unreadable };
};

const forecastKind = (
  models: Models,
  kind: ModelKind,
  plan: ServePlan,
  { serving, shadow, unreadable }: Loaded,
  data: SiteFrame,
  task: ForecastTask,
): KindForecast => {
  const { frame, origin } = data;
  const model = models[kind];
  const unit = unitOfKind(kind, task.site.currency);
  const damaged = unreadable.find(({ version }) => version === plan.versions[0]?.version);
  const instead = damaged && serving ? ` ${damaged.why} An earlier model serves instead.` : '';
  const rowsOf = (version: Loaded['serving']): readonly ForecastRow[] =>
    version?.loaded.fitted
      .forecast(frame, origin, HORIZON_HOURS)
      .map((row) => adaptBand(row, plan.bands, version.loaded.fitted.bounds)) ?? [];
  const own = rowsOf(serving);
  const beside = rowsOf(shadow);
  const simply = (better: 'baseline' | 'naive', why: string) =>
    simpleForecast(kind, model, data, task.site.pvPeakW, better, why);

  const served = (() => {
    if (model === undefined || serving === null) return simply('baseline', damaged?.why ?? plan.because);
    const verdict = verdictOf(sumOf(judgeLately(serving.loaded, model, frame, origin)), unit);
    if (!verdict.serves) return simply(verdict.better, verdict.sentence);
    const hole = own.findIndex((row, index) => row.target !== origin + index);
    if (own.length < HORIZON_HOURS || hole >= 0)
      return simply(verdict.better, 'Too little was measured lately for the model.');
    return { servedBy: 'model' as const, because: `${verdict.sentence}${instead}`, rows: own };
  })();
  const isModel = served.servedBy === 'model';
  const simple = model?.simple(frame, origin);
  const point = (value: ((target: number) => number) | undefined) => (target: number) =>
    value && { mean: value(target), p10: Number.NaN, p90: Number.NaN };
  const of = (role: RecordEntry['role'], version: Loaded['serving'], isServed: boolean) => ({
    role,
    version: version?.version ?? null,
    served: isServed,
  });
  const records = [
    ...(serving ? [recordOf(data, of('production', serving, isModel), byTarget(own))] : []),
    ...(shadow ? [recordOf(data, of('shadow', shadow, false), byTarget(beside))] : []),
    recordOf(data, of('baseline', null, !isModel), isModel ? point(simple?.baseline) : byTarget(served.rows)),
    recordOf(data, of('naive', null, false), point(simple?.naive)),
  ];
  return {
    issuedAt: task.now,
    servedBy: served.servedBy,
    version: isModel ? (serving?.version ?? null) : null,
    because: served.because,
    points: pointsOf(data, served.rows),
    records,
    unreadable,
  };
};

/** Issues every kind from the hour that holds now on, and the battery over them. */
export const runForecast = async (
  models: Models,
  versions: VersionCache,
  task: ForecastTask,
): Promise<Result<ForecastAnswer>> => {
  const kinds: Partial<Record<ModelKind, KindForecast>> = {};
  const begun = performance.now();
  for (const kind of KINDS) {
    const plan = task.plans[kind];
    if (plan === undefined) continue;
    const loaded = await load(versions, kind, plan);
    const data = withSources(task.databasePath, (sources) =>
      readSiteFrame(sources, task.site, kind, task.now, HISTORY_DAYS),
    );
    kinds[kind] = forecastKind(models, kind, plan, loaded, data, task);
  }
  const pv = kinds.solar?.points ?? [];
  const household = kinds.load?.points ?? [];
  const soc =
    task.battery === null || pv.length === 0 || household.length === 0
      ? []
      : projectSoc({ ...task.battery, pv, load: household, stepHours: 1, runs: SOC_RUNS, seed: 1 });
  const firstAt = Math.floor(task.now / HOUR_MS) * HOUR_MS;
  return ok({
    task: 'forecast',
    kinds,
    soc: soc.map((band, index) => ({ at: firstAt + index * HOUR_MS, ...band })),
    tookMs: performance.now() - begun,
  });
};
