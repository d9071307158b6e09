import { importWorth } from './formulation.ts';
import { type Decisions, NOTHING_KW, scheduleOf } from './schedule.ts';
import type { Problem } from './types.ts';

/**
 * Charging and discharging a battery at once, where it gains nothing, as the one of them that stores the same; what that saves
 * is bought less, held back, or sold. Answers the steps where it does gain something: there it has to be forbidden.
 */
export const oneWayOnly = (
  problem: Problem,
  decisions: Decisions,
): { readonly decisions: Decisions; readonly gaining: readonly number[] } => {
  const { batteries, pvKw, exportPrice, grid } = problem;
  const worth = importWorth(problem);
  const gaining = new Set<number>();
  let now = decisions;
  for (const [place, battery] of batteries.entries()) {
    const power = now.batteries[place];
    if (power === undefined) continue;
    const { importKw, exportKw } = scheduleOf(problem, now);
    const chargeKw = [...power.chargeKw];
    const dischargeKw = [...power.dischargeKw];
    const curtailKw = [...now.curtailKw];
    for (let step = 0; step < chargeKw.length; step += 1) {
      const into = chargeKw[step] ?? 0;
      const out = dischargeKw[step] ?? 0;
      if (into === 0 || out === 0) continue;
      const stored = into * battery.chargeEfficiency - out / battery.dischargeEfficiency;
      const lessInto = stored > 0 ? stored / battery.chargeEfficiency : 0;
      const lessOut = stored > 0 ? 0 : -stored * battery.dischargeEfficiency;
      const saved = into - out - (lessInto - lessOut);
      const bought = (worth[step] ?? 0) >= 0 ? (importKw[step] ?? 0) : 0;
      const held = (pvKw[step] ?? 0) - (curtailKw[step] ?? 0);
      const sold = (exportPrice[step] ?? 0) >= 0 ? Math.max(0, grid.maxExportKw - (exportKw[step] ?? 0)) : 0;
      if (saved > NOTHING_KW && saved > bought + held + sold) {
        gaining.add(step);
        continue;
      }
      chargeKw[step] = lessInto;
      dischargeKw[step] = lessOut;
      curtailKw[step] = (curtailKw[step] ?? 0) + Math.min(held, Math.max(0, saved - bought - sold));
    }
    now = {
      ...now,
      curtailKw,
      batteries: now.batteries.map((each, at) => (at === place ? { chargeKw, dischargeKw } : each)),
    };
  }
  return { decisions: now, gaining: [...gaining] };
};
