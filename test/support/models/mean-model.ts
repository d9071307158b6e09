import type { HourFrame } from '../../../models/features/frame.ts';
import { known, lagDays } from '../../../models/features/lags.ts';
import type { FitContext, FitOutcome, ForecastModel, ForecastTarget } from '../../../models/forecast/types.ts';
import { quantileOf } from '../../../models/metrics/band.ts';

const LEAST_DAYS = 14;

const valuesOfHour = (frame: HourFrame, origin: number, hour: number): readonly number[] => {
  const values: number[] = [];
  for (let index = Math.max(0, origin - 28 * 24); index < origin; index += 1) {
    const value = known(frame, origin, index);
    if (frame.hour[index] === hour && !Number.isNaN(value)) values.push(value);
  }
  return values;
};

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * The smallest honest forecaster: the mean and tenths of the hour over the four weeks before the fit. `peek` is added to
 * each mean: a test gives it a function of the frame that would look ahead if it could.
 */
export const meanModel = (
  target: ForecastTarget,
  peek: (frame: HourFrame, target: number) => number = () => 0,
): ForecastModel & {
  readonly fits: Pick<FitContext, 'origin' | 'seed' | 'settings'>[];
  readonly open: () => number;
} => {
  const fits: Pick<FitContext, 'origin' | 'seed' | 'settings'>[] = [];
  let open = 0;
  return {
    fits,
    /** Forecasters that were fitted and not disposed. */
    open: () => open,
    target,
    features: [],
    fit: async ({ frame, origin, seed, settings, onProgress }): Promise<FitOutcome> => {
      let hoursKnown = 0;
      for (let index = 0; index < origin; index += 1) if (!Number.isNaN(known(frame, origin, index))) hoursKnown += 1;
      const days = hoursKnown / 24;
      if (days < LEAST_DAYS) return { outcome: 'too-little', days: Math.floor(days) };
      if (!(await onProgress(0.5, 'Counting'))) return { outcome: 'cancelled' };
      fits.push({ origin, seed, settings });
      open += 1;
      const hours = Array.from({ length: 24 }, (_, hour) => valuesOfHour(frame, origin, hour));
      return {
        outcome: 'fitted',
        rows: hours.flat().length,
        fitted: {
          forecast: (seen, from, horizon) =>
            Array.from({ length: Math.min(horizon, seen.hours - from) }, (_, lead) => {
              const values = hours[seen.hour[from + lead] ?? 0] ?? [];
              const mean = meanOf(values) + peek(seen, from + lead);
              const p50 = quantileOf(values, 0.5);
              return {
                target: from + lead,
                lead,
                mean,
                p10: quantileOf(values, 0.1),
                p50,
                p90: quantileOf(values, 0.9),
              };
            }),
          explain: () => null,
          bounds: { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
          importances: [],
          shares: [{ member: 'mean of the hour', share: 1 }],
          save: () => ({ networks: new Map(), parts: hours }),
          dispose: () => {
            open -= 1;
          },
        },
      };
    },
    restore: () => {
      throw new Error('nothing was written');
    },
    simple: (frame, origin) => ({
      naive: (at) => {
        const days = 1 + Math.floor((at - origin) / 24);
        return lagDays(frame, origin, at, days);
      },
      baseline: (at) => {
        const week = Array.from({ length: 7 }, (_, back) => lagDays(frame, origin, at, back + 1));
        return meanOf(week.filter((value) => !Number.isNaN(value)));
      },
    }),
  };
};
