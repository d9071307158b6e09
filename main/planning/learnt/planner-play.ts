import type { TrainedPolicy } from '../../../models/control-policy/policy.ts';
import { fairPlay } from '../../../models/control-policy/train.ts';
import type { PolicySeries, Span } from '../../../models/control-policy/types.ts';
import { ok, type Result } from '../../result.ts';
import { pastOf } from '../backtest/past.ts';
import { runPolicy } from '../backtest/run.ts';
import type { Past, SimSite } from '../backtest/types.ts';
import { loadSolver } from '../highs.ts';

const HOUR_MS = 3_600_000;
const HORIZON_HOURS = 36;

/** The past as the backtests play it, gaps filled from before them. */
export const filledPast = (series: PolicySeries, zone: string, span: Span): Past => {
  const stepMs = series.stepHours * HOUR_MS;
  const { startAt, loadKw, pvKw, importPrice, exportPrice } = series;
  const raw = { startAt, stepMs, loadKw, pvKw, importPrice, exportPrice, carbonG: null };
  return pastOf(raw, zone, { from: startAt + span.from * stepMs, to: startAt + span.to * stepMs });
};

/**
 * What the planner of the backtests would have paid on a span, day by day, with forecasts as they would have been made then; from
 * the same charge as the policy, and with the same worth of what is left. Null where `goOn` ended it.
 */
export const playPlanner = async (
  past: Past,
  { parts }: TrainedPolicy,
  options: { readonly nowMs: () => number; readonly goOn: () => Promise<boolean> },
): Promise<Result<readonly number[] | null>> => {
  const { battery, maxImportKw, maxExportKw } = parts.home;
  const { startKwh, valuePerKwh } = fairPlay(parts);
  const initialSocPct = (100 * startKwh) / battery.capacityKwh;
  const site: SimSite = {
    zone: past.zone,
    battery: { ...battery, initialSocPct, finalSocPct: null, finalValuePerKwh: valuePerKwh },
    grid: {
      maxImportKw: maxImportKw ?? Number.POSITIVE_INFINITY,
      maxExportKw: maxExportKw ?? Number.POSITIVE_INFINITY,
    },
    peakTariff: null,
    loads: [],
  };
  const controlMinutes = past.hours * 60;
  const ran = await runPolicy('plan', past, site, {
    ...{ horizonHours: HORIZON_HOURS, controlMinutes, nowMs: options.nowMs, onProgress: options.goOn },
    ...{ loadSolver, learnt: null },
  });
  if (!ran.ok) return ran;
  if (ran.value === null) return ok(null);
  const { played } = ran.value;
  const dayCosts: number[] = [];
  const perDay = Math.round(24 / past.hours);
  for (let place = 0; place < past.end - past.first; place += 1) {
    const step = past.first + place;
    const bought = (played.importKw[place] ?? 0) * (past.importPrice[step] ?? 0);
    const sold = (played.exportKw[place] ?? 0) * (past.exportPrice[step] ?? 0);
    const worn = Math.abs(played.batteryKw[place] ?? 0) * battery.wearCostPerKwh;
    const before = place === 0 ? startKwh : (played.energyKwh[place - 1] ?? 0);
    const left = valuePerKwh * ((played.energyKwh[place] ?? 0) - before);
    const day = Math.floor(place / perDay);
    dayCosts[day] = (dayCosts[day] ?? 0) + past.hours * (bought - sold + worn) - left;
  }
  return ok(dayCosts);
};
