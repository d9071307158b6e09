import { localHour } from '../../zone.ts';
import { windowsOf } from '../site/windows.ts';
import type { Past, SimLoad, SimTimes } from './types.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** A minute is lost to rounding sooner than a step is gained. */
const ROUNDING = 1e-9;

/** Steps from `from` to before `to` in which a load may run; where it has a run time, for exactly so many of them. */
export interface StepWindow {
  readonly from: number;
  readonly to: number;
  readonly runSteps: number;
}

/** A load that is on or off, in whole steps of a past. */
export interface SwitchedLoad {
  readonly kind: 'value' | 'run';
  readonly id: string;
  readonly powerKw: number;
  readonly valuePerKwh: number;
  readonly priority: number;
  readonly minRunSteps: number;
  readonly minPauseSteps: number;
  readonly maxStarts: number | null;
  readonly startCost: number;
  /** In order; they never touch, and a run ends within its window or with the played span. */
  readonly windows: readonly StepWindow[];
}

/** A load that keeps a temperature, by steps of a past. */
export interface HeatLoad extends Omit<Extract<SimLoad, { kind: 'heat' }>, 'ambientC' | 'gainKw'> {
  /** By step of the past. */
  readonly ambientC: Float64Array;
  readonly gainKw: Float64Array;
}
export type StepLoad = SwitchedLoad | HeatLoad;

/** The window that holds a step, or null. */
export const windowAt = ({ windows }: SwitchedLoad, step: number): StepWindow | null => {
  let [low, high] = [0, windows.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const window = windows[middle];
    if (window === undefined) return null;
    if (step < window.from) high = middle - 1;
    else if (step >= window.to) low = middle + 1;
    else return window;
  }
  return null;
};

const spansOf = (past: Past, times: SimTimes | null): readonly { readonly from: number; readonly to: number }[] => {
  const [fromAt, toAt] = [past.startAt + past.first * past.stepMs, past.startAt + past.end * past.stepMs];
  const all =
    times === null
      ? [{ from: fromAt, to: toAt }]
      : times.kind === 'once'
        ? [{ from: times.fromAt, to: times.toAt }]
        : windowsOf(times, past.zone, fromAt, toAt);
  return all.map(({ from, to }) => ({
    from: Math.ceil((from - past.startAt) / past.stepMs - ROUNDING),
    to: Math.floor((to - past.startAt) / past.stepMs + ROUNDING),
  }));
};

const stepsOf = (past: Past, minutes: number): number =>
  Math.max(0, Math.ceil((minutes * MINUTE_MS) / past.stepMs - ROUNDING));

type Runs = Extract<SimLoad, { kind: 'run' }>;
type Values = Extract<SimLoad, { kind: 'value' }>;

const commonOf = (past: Past, load: Runs | Values) => ({
  id: load.id,
  maxStarts: load.maxStarts,
  startCost: load.startCost,
  minPauseSteps: Math.max(1, stepsOf(past, load.minPauseMinutes)),
});

const valueLoad = (past: Past, load: Values): SwitchedLoad => {
  const windows: { from: number; to: number; runSteps: number }[] = [];
  for (const { from, to } of spansOf(past, load.times)) {
    const [begin, end] = [Math.max(past.first, from), Math.min(past.end, to)];
    const last = windows.at(-1);
    if (last !== undefined && begin <= last.to) last.to = Math.max(last.to, end);
    else if (end > begin) windows.push({ from: begin, to: end, runSteps: 0 });
  }
  const { powerKw, valuePerKwh, priority } = load;
  const minRunSteps = Math.max(1, stepsOf(past, load.minRunMinutes));
  return { ...commonOf(past, load), kind: 'value', powerKw, valuePerKwh, priority, minRunSteps, windows };
};

/** Its windows are those that lie wholly in the played span and have room for it, each with a pause before the next. */
const runLoad = (past: Past, load: Runs): SwitchedLoad => {
  const common = commonOf(past, load);
  const runSteps = stepsOf(past, load.runMinutes);
  // Minutes that do not fill their steps draw the same energy with less power.
  const powerKw = load.powerKw * Math.min(1, (load.runMinutes * MINUTE_MS) / (runSteps * past.stepMs || 1));
  const spans = spansOf(past, load.times);
  const whole = spans.filter(({ from, to }) => from >= past.first && to <= past.end);
  const windows = whole.flatMap(({ from, to }, place) => {
    const next = whole[place + 1];
    const end = Math.max(from, next === undefined ? to : Math.min(to, next.from - common.minPauseSteps));
    return runSteps > 0 && end - from >= runSteps ? [{ from, to: end, runSteps }] : [];
  });
  const minRunSteps = Math.max(1, Math.min(stepsOf(past, load.minRunMinutes), runSteps));
  return { ...common, kind: 'run', powerKw, valuePerKwh: 0, priority: 1, minRunSteps, windows };
};

/** What was measured last before each step, and before the first measurement that one. */
const heldOf = (past: Past, rows: readonly { readonly at: number; readonly tempC: number }[]): Float64Array => {
  let place = 0;
  return Float64Array.from({ length: past.steps }, (_, step) => {
    const until = past.startAt + (step + 1) * past.stepMs;
    while (place + 1 < rows.length && (rows[place + 1]?.at ?? until) < until) place += 1;
    return rows[place]?.tempC ?? 0;
  });
};

const heatLoad = (past: Past, load: Extract<SimLoad, { kind: 'heat' }>): HeatLoad => {
  const { ambientC } = load;
  const perHour = Math.max(1, Math.round(HOUR_MS / past.stepMs));
  let hour = 0;
  return {
    ...load,
    ambientC: typeof ambientC === 'number' ? new Float64Array(past.steps).fill(ambientC) : heldOf(past, ambientC),
    gainKw: Float64Array.from({ length: past.steps }, (_, step) => {
      if (step % perHour === 0) hour = Math.floor(localHour(past.startAt + step * past.stepMs, past.zone)) % 24;
      return load.gainKw[hour] ?? 0;
    }),
  };
};

/** The loads of a site in the steps of a past, in the same order. */
export const stepLoads = (past: Past, loads: readonly SimLoad[]): readonly StepLoad[] =>
  loads.map((load) =>
    load.kind === 'heat' ? heatLoad(past, load) : load.kind === 'run' ? runLoad(past, load) : valueLoad(past, load),
  );

/** How warm it is after a step with a power, °C. */
export const warmed = (load: HeatLoad, hours: number, step: number, fromC: number, kw: number): number =>
  fromC +
  (hours / load.capacityKwhPerK) *
    ((load.gainKw[step] ?? 0) + load.lossKwPerK * ((load.ambientC[step] ?? 0) - fromC) + load.heatPerKwh * kw);

/** The power that leads to a temperature at the end of a step, kW: between nothing and all. */
export const powerTo = (load: HeatLoad, hours: number, step: number, fromC: number, toC: number): number => {
  const kw = ((toC - warmed(load, hours, step, fromC, 0)) * load.capacityKwhPerK) / (hours * load.heatPerKwh);
  return Math.min(load.powerKw, Math.max(0, kw));
};

/** Its own thermostat keeps the band whatever is wished: the least and the most power in a step, kW. */
export const heatBounds = (
  load: HeatLoad,
  hours: number,
  step: number,
  fromC: number,
): { readonly leastKw: number; readonly mostKw: number } => {
  const [needed, enough] = load.heatPerKwh > 0 ? [load.minC, load.maxC] : [load.maxC, load.minC];
  const leastKw = powerTo(load, hours, step, fromC, needed);
  return { leastKw, mostKw: Math.max(leastKw, powerTo(load, hours, step, fromC, enough)) };
};
