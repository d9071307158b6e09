import { physicalBell } from '../../models/baselines/physical-bell.ts';
import { standardProfile } from '../../models/baselines/standard-profile.ts';
import { baselineBands } from '../../models/evaluation/rolling-simple.ts';
import type { HourFrame } from '../../models/features/frame.ts';
import type { ForecastModel, ForecastRow } from '../../models/forecast/types.ts';
import type { ForecastView } from '../../preload/contract/insight.ts';
import type { ModelKind } from '../../preload/contract/models.ts';
import { HORIZON_HOURS, KIND_FACTS, LEARNING_DAYS, LEAST_HOURS } from './kinds.ts';
import type { SiteFrame } from './site-frame.ts';

/** A forecast without a model, and who made it. */
export interface SimpleForecast {
  readonly servedBy: ForecastView['servedBy'];
  readonly because: string;
  readonly rows: readonly ForecastRow[];
}

const DAY_HOURS = 24;
/** An ordinary household's hour lies within these shares of the standard profile, four times in five. */
const STANDARD_BAND = { p10: 0.4, p90: 1.8 } as const;

const rowsOf = (
  frame: HourFrame,
  origin: number,
  value: (target: number) => Omit<ForecastRow, 'target' | 'lead'>,
): readonly ForecastRow[] =>
  Array.from({ length: Math.min(HORIZON_HOURS, frame.hours - origin) }, (_, lead) => ({
    target: origin + lead,
    lead,
    ...value(origin + lead),
  })).filter((row) => Number.isFinite(row.mean + row.p10 + row.p50 + row.p90));

/** When a home with so little will have enough, as a sentence; empty where it already has. */
const learningStarts = ({ frame, origin, nowHour, measured }: SiteFrame): string => {
  if (measured === 0) return '';
  const first = frame.values.findIndex((value) => !Number.isNaN(value));
  const missing = first + LEARNING_DAYS * DAY_HOURS - nowHour;
  if (missing <= 0) return '';
  const day = new Date(
    ((frame.day[Math.min(origin, frame.hours - 1)] ?? 0) + Math.ceil(missing / DAY_HOURS)) * 86_400_000,
  );
  return ` Learning starts on ${day.toISOString().slice(0, 10)}, with four weeks of measurements.`;
};

/** Before two days are known: a standard household, or the sun on a roof of the entered size. */
const blind = (kind: ModelKind, data: SiteFrame, pvPeakW: number | null): SimpleForecast | undefined => {
  const { frame, origin } = data;
  if (kind === 'load' && data.measured > 0) {
    const profile = standardProfile(frame, origin);
    const rows = rowsOf(frame, origin, (target) => {
      const mean = profile(target);
      return { mean, p50: mean, p10: mean * STANDARD_BAND.p10, p90: mean * STANDARD_BAND.p90 };
    });
    const because = `Less than two days have been measured, so the profile of an ordinary household serves.${learningStarts(data)}`;
    return { servedBy: 'standard-profile', because, rows };
  }
  if (kind === 'solar' && pvPeakW !== null && pvPeakW > 0) {
    const bell = physicalBell(frame, origin, pvPeakW);
    const rows = rowsOf(frame, origin, (target) => {
      const band = bell(target);
      return { ...band, mean: band.p50 };
    });
    const because = `Less than two days have been measured, so the sun on a roof of ${(pvPeakW / 1000).toFixed(1)} kW serves.${learningStarts(data)}`;
    return { servedBy: 'physical', because, rows };
  }
  return undefined;
};

const nothing = (kind: ModelKind): SimpleForecast => ({
  servedBy: 'none',
  because: `There is no forecast: less than a day of ${KIND_FACTS[kind].what} has been measured.`,
  rows: [],
});

/** The simple forecast that serves where no model does: the model's own baseline, or the naive one where that erred less. */
export const simpleForecast = (
  kind: ModelKind,
  model: ForecastModel | undefined,
  data: SiteFrame,
  pvPeakW: number | null,
  better: 'baseline' | 'naive',
  why: string,
): SimpleForecast => {
  const { frame, origin } = data;
  const early = data.measured < LEAST_HOURS ? blind(kind, data, pvPeakW) : undefined;
  if (early !== undefined) return early;
  if (model === undefined || data.measured < DAY_HOURS) return nothing(kind);
  const bands = baselineBands(frame, origin, (seen, at) => {
    const simple = model.simple(seen, at);
    return better === 'naive' ? { ...simple, baseline: simple.naive } : simple;
  });
  const rows = rowsOf(frame, origin, bands);
  if (rows.length === 0) return nothing(kind);
  const because = `A simple forecast serves: ${why.slice(0, 1).toLowerCase()}${why.slice(1)}${learningStarts(data)}`;
  return { servedBy: better === 'naive' ? 'seasonal-naive' : 'baseline', because, rows };
};
