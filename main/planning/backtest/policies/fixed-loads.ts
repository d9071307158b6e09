import { type HeatLoad, powerTo, type StepLoad } from '../loads.ts';
import type { LoadWishes, Past } from '../types.ts';

/** A thermostat begins so far inside its band and ends as far before its other side, as a share of the band. */
const INSIDE = 0.25;

/** On from near the one side of the band until near the other. */
const thermostat = (past: Past, load: HeatLoad): ((step: number, temperatureC: number) => number) => {
  const inside = INSIDE * (load.maxC - load.minC);
  const heats = load.heatPerKwh > 0;
  const [beginC, endC] = heats ? [load.minC + inside, load.maxC - inside] : [load.maxC - inside, load.minC + inside];
  let on = false;
  return (step, temperatureC) => {
    if (heats ? temperatureC < beginC : temperatureC > beginC) on = true;
    else if (heats ? temperatureC >= endC - 1e-9 : temperatureC <= endC + 1e-9) on = false;
    return on ? powerTo(load, past.hours, step, temperatureC, endC) : 0;
  };
};

/** Loads as nobody plans them: miners always, run times from the begin of their window, heat by a thermostat. */
export const fixedLoads = (past: Past, loads: readonly StepLoad[]): LoadWishes => {
  const units = loads.map((load) => (load.kind === 'heat' ? thermostat(past, load) : () => load.powerKw));
  return (step, standings) => units.map((unit, place) => unit(step, standings[place]?.temperatureC ?? 0));
};
