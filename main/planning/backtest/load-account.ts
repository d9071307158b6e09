import { type HeatLoad, type StepLoad, type SwitchedLoad, windowAt } from './loads.ts';
import type { Past } from './types.ts';

const TOLERANCE = 1e-6;

/** What a load did, found anew from nothing but what it drew. */
export interface LoadAccount {
  /** Money by step, from the first played on. */
  readonly earned: Float64Array;
  /** Wear of starts, money by step. */
  readonly worn: Float64Array;
  readonly minerHours: number;
  /** Degree-hours outside the band; null without a temperature. */
  readonly missKh: number | null;
  /** Powers that it has not, run outside its windows, too short runs and pauses, too many starts, run times that were missed. */
  readonly violations: number;
}

const switchedAccount = (past: Past, load: SwitchedLoad, kw: Float64Array): LoadAccount => {
  const earned = kw.map((each) => each * past.hours * load.valuePerKwh);
  const worn = new Float64Array(kw.length);
  const starts = new Map<string, number>();
  let [violations, onSteps] = [0, 0];
  let changed: number | null = null;
  let before = false;
  for (let place = 0; place <= kw.length; place += 1) {
    const step = past.first + place;
    const now = (kw[place] ?? 0) > TOLERANCE;
    const over = place === kw.length;
    if (!over && now && Math.abs((kw[place] ?? 0) - load.powerKw) > TOLERANCE) violations += 1;
    if (!over && now && windowAt(load, step) === null) violations += 1;
    if (now !== before && !over) {
      const length = changed === null ? Number.POSITIVE_INFINITY : place - changed;
      if (length < (before ? load.minRunSteps : load.minPauseSteps)) violations += 1;
      changed = place;
      if (now) {
        worn[place] = load.startCost;
        const span = load.kind === 'run' ? `${windowAt(load, step)?.from}` : `day ${past.day[step]}`;
        starts.set(span, (starts.get(span) ?? 0) + 1);
      }
    }
    if (now && !over) onSteps += 1;
    before = now;
  }
  for (const count of starts.values()) if (load.maxStarts !== null && count > load.maxStarts) violations += 1;
  if (load.kind === 'run')
    for (const { from, to, runSteps } of load.windows) {
      const ran = kw.subarray(from - past.first, to - past.first).filter((each) => each > TOLERANCE).length;
      if (ran !== runSteps) violations += 1;
    }
  const minerHours = load.kind === 'value' ? onSteps * past.hours : 0;
  return { earned, worn, minerHours, missKh: null, violations };
};

const heatAccount = (past: Past, load: HeatLoad, kw: Float64Array): LoadAccount => {
  let [temperature, missKh, violations] = [load.initialC, 0, 0];
  for (const [place, drawn] of kw.entries()) {
    const step = past.first + place;
    const lost = load.lossKwPerK * (temperature - (load.ambientC[step] ?? 0));
    const heat = load.heatPerKwh * drawn + (load.gainKw[step] ?? 0) - lost;
    temperature += (heat * past.hours) / load.capacityKwhPerK;
    const miss = Math.max(0, load.minC - temperature, temperature - load.maxC);
    if (miss > TOLERANCE) missKh += miss * past.hours;
    if (drawn < -TOLERANCE || drawn > load.powerKw + TOLERANCE) violations += 1;
  }
  const none = new Float64Array(kw.length);
  return { earned: none, worn: none, minerHours: 0, missKh, violations };
};

/** Goes through what each load drew by itself: money, hours, comfort, and every rule that was broken. */
export const loadAccounts = (
  past: Past,
  loads: readonly StepLoad[],
  drawn: readonly Float64Array[],
): readonly LoadAccount[] =>
  loads.map((load, place) => {
    const kw = drawn[place] ?? new Float64Array(past.end - past.first);
    return load.kind === 'heat' ? heatAccount(past, load, kw) : switchedAccount(past, load, kw);
  });
