import { createLearntPolicy } from '../../../../models/control-policy/learnt-policy.ts';
import type { TrainedPolicy } from '../../../../models/control-policy/policy.ts';
import { localHour, localWeekday } from '../../../zone.ts';
import { publishedPrices } from '../published.ts';
import type { Past, SimPolicy, SimSite } from '../types.ts';

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;

/** The trained policy at work: it sees what it will see in the house, and rests where it does not act. */
export const learntPolicy = (past: Past, site: SimSite, trained: TrainedPolicy): SimPolicy => {
  const { battery, grid } = site;
  if (battery === null) return { name: 'learnt', holdsBack: false, decide: () => ({ kind: 'rest' }) };
  const limit = (kw: number): number | null => (Number.isFinite(kw) ? kw : null);
  const policy = createLearntPolicy(trained, {
    battery,
    maxImportKw: limit(grid.maxImportKw),
    maxExportKw: limit(grid.maxExportKw),
  });
  const prices = publishedPrices(past);
  const net = past.loadKw.map((load, step) => load - (past.pvKw[step] ?? 0));
  const perDay = Math.round(DAY_MS / past.stepMs);
  return {
    name: 'learnt',
    holdsBack: false,
    decide: () => ({
      kind: 'value',
      dispatch: (step, { loadKw, pvKw, energyKwh }) => {
        const at = past.startAt + step * past.stepMs;
        const until = prices.knownUntil(step);
        const dayBefore = Math.max(0, step - perDay);
        return (
          policy.decide({
            at,
            stepMs: past.stepMs,
            localHour: localHour(at, past.zone),
            weekday: localWeekday(at, past.zone),
            socPct: (100 * energyKwh) / battery.capacityKwh,
            netKw: loadKw - pvKw,
            pastNetKw: net.subarray(Math.max(0, step - WEEK_DAYS * perDay), step),
            importPrice: past.importPrice.subarray(step, until),
            exportPrice: past.exportPrice.subarray(step, until),
            pastImportPrice: past.importPrice.subarray(dayBefore, step),
            pastExportPrice: past.exportPrice.subarray(dayBefore, step),
          }) ?? 0
        );
      },
    }),
  };
};
