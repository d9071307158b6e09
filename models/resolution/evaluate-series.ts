import { DateTime } from 'luxon';
import { evaluateRolling, type Rolling, type RollingOptions } from '../evaluation/rolling.ts';
import { localMidnights } from '../evaluation/rolling-mask.ts';
import { createFrame, type HourFrame } from '../features/frame.ts';
import type { WeatherIssue } from '../features/issued-weather.ts';
import type { ForecastModel } from '../forecast/types.ts';
import type { Tensorflow } from '../learners/types.ts';
import { stepRows } from './step-rows.ts';
import { firstHourOf, HOUR_MS, hourlyMeans, type StepSeries } from './step-series.ts';
import type { StepRow } from './types.ts';

const DAY_MS = 86_400_000;

/** A measured series of any usable step, and what else was measured and forecast beside it. */
export interface MeasuredSeries {
  readonly series: StepSeries;
  /** Other measurements by name, at any step: known up to the issue of a forecast, like the series. */
  readonly signals: ReadonlyMap<string, StepSeries>;
  /** Weather forecasts as issued, on hours that begin at `firstAt`. */
  readonly issuesFrom: (firstAt: number) => readonly WeatherIssue[];
  readonly timeZone: string;
  /** Degrees north and east. */
  readonly latitude: number;
  readonly longitude: number;
}

export interface SeriesOptions extends Omit<RollingOptions, 'from' | 'to' | 'knownBefore'> {
  /** The span whose local midnights are forecast, UTC ms; `toAt` is exclusive. */
  readonly fromAt: number;
  readonly toAt: number;
}

export interface SeriesEvaluation extends Omit<Rolling, 'rows'> {
  readonly rows: readonly StepRow[];
  /** Local midnights that were forecast. */
  readonly issues: number;
}

/** The local midnight that belongs to the hour in which a local day begins, UTC ms. */
const midnightIn = (frame: HourFrame, hour: number, timeZone: string): number =>
  DateTime.fromMillis(frame.atOf(hour + 1) - 1, { zone: timeZone })
    .startOf('day')
    .toMillis();

/** The hours of a series up to what the last forecast of a span may reach. */
const frameOf = (measured: MeasuredSeries, { toAt, horizonHours }: SeriesOptions): HourFrame => {
  const { series, timeZone, latitude, longitude } = measured;
  const firstAt = firstHourOf(series, timeZone);
  const hours = Math.max(24, Math.ceil((toAt - firstAt + series.stepMs + DAY_MS) / HOUR_MS) + horizonHours);
  return createFrame({
    firstAt,
    hours,
    values: hourlyMeans(series, firstAt, hours),
    timeZone,
    latitude,
    longitude,
    weather: new Map(),
    signals: new Map([...measured.signals].map(([name, signal]) => [name, hourlyMeans(signal, firstAt, hours)])),
    issued: measured.issuesFrom(firstAt),
  });
};

/** Evaluates a forecaster midnight by midnight on a series, and answers rows at the series' own step. */
export const evaluateSeries = async (
  model: ForecastModel,
  tf: Tensorflow,
  measured: MeasuredSeries,
  options: SeriesOptions,
): Promise<SeriesEvaluation> => {
  const { series, timeZone } = measured;
  const { fromAt, toAt, horizonHours } = options;
  const frame = frameOf(measured, options);
  const issueAtOf = (hour: number): number => midnightIn(frame, hour, timeZone);
  const issues = localMidnights(frame, 0, frame.hours).filter((hour) => {
    const issueAt = issueAtOf(hour);
    return issueAt >= fromAt && issueAt < toAt;
  });
  // Where hours or steps lie across midnight, the last step that starts within the horizon ends after it.
  const across = issues.some((hour) => issueAtOf(hour) !== frame.atOf(hour)) ? 1 : 0;
  const beyond = series.stepMs > HOUR_MS ? Math.ceil(series.stepMs / HOUR_MS) : across;
  const rolling = await evaluateRolling(model, tf, frame, {
    ...options,
    from: issues[0] ?? 0,
    to: (issues.at(-1) ?? -1) + 1,
    horizonHours: horizonHours + beyond,
    knownBefore: (origin) => {
      const ended = Math.floor((issueAtOf(origin) - series.firstAt) / series.stepMs);
      return Math.floor((series.firstAt + ended * series.stepMs - frame.firstAt) / HOUR_MS);
    },
  });
  const rows = stepRows({ series, frame, target: model.target, rows: rolling.rows, issueAtOf, horizonHours });
  return { ...rolling, rows, issues: issues.length };
};
