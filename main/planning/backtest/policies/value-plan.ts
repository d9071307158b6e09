import { type SwitchedLoad, windowAt } from '../loads.ts';
import type { LoadStanding } from '../types.ts';
import type { Outlook } from './load-outlook.ts';

/** One that runs by its value, as it is followed step by step. */
interface Following {
  readonly load: SwitchedLoad;
  readonly kw: number[];
  on: boolean;
  elapsed: number;
}

/**
 * Loads that earn by the kWh, the best first: each runs where it earns more than its power costs then, given the charge that is left
 * by what ran before. It starts only for a whole least run that pays, and stops only for a whole least pause that does.
 */
export const earningLoads = (
  outlook: Outlook,
  hours: number,
  loads: readonly { readonly load: SwitchedLoad; readonly standing: LoadStanding }[],
  to: number,
): readonly (readonly number[])[] => {
  const all = loads.map(
    ({ load, standing }): Following => ({ load, kw: [], on: standing.on, elapsed: standing.elapsed }),
  );
  const best = all.toSorted((one, other) => other.load.valuePerKwh - one.load.valuePerKwh);
  let energyKwh = outlook.energyAt(outlook.from);
  for (let step = outlook.from; step < to; step += 1) {
    let drawnKw = 0;
    /** What running in some steps from now on brings; later ones with the charge that is missing now. */
    const brings = (load: SwitchedLoad, steps: number): number => {
      const missing = outlook.energyAt(step) - energyKwh;
      let gain = 0;
      for (let ahead = step; ahead < Math.min(to, step + steps); ahead += 1) {
        const stored = Math.max(0, outlook.energyAt(ahead) - missing);
        const others = ahead === step ? drawnKw : 0;
        const cost =
          outlook.extraCost(ahead, stored, others + load.powerKw) -
          (others > 0 ? outlook.extraCost(ahead, stored, others) : 0);
        gain += load.valuePerKwh * load.powerKw * hours - cost;
      }
      return gain;
    };
    for (const each of best) {
      const { load, on, elapsed } = each;
      const window = windowAt(load, step);
      let runs = false;
      if (window !== null && on)
        runs = elapsed < load.minRunSteps || brings(load, 1) > 0 || brings(load, load.minPauseSteps) > -load.startCost;
      else if (window !== null && elapsed >= load.minPauseSteps)
        runs = brings(load, 1) > 0 && brings(load, load.minRunSteps) > load.startCost;
      each.elapsed = runs === on ? elapsed + 1 : 1;
      each.on = runs;
      each.kw.push(runs ? load.powerKw : 0);
      if (runs) drawnKw += load.powerKw;
    }
    energyKwh = outlook.after(step, energyKwh, drawnKw);
  }
  return all.map(({ kw }) => kw);
};
