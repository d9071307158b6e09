import type { PlanStep, Problem } from '../types.ts';
import type { PlannedPart } from './types.ts';

/** Less than this is the rounding of a solver, kW. */
export const NOTHING_KW = 0.05;
/** A stretch with less is not worth a block, kWh. */
const NEGLIGIBLE_KWH = 0.05;
/** How near to a limit of charge the battery stands at it, %. */
export const NEAR_PCT = 0.7;
/** A reserve that lies this little above the least charge is none that a person would see, %. */
const VISIBLE_PCT = 1;

/** What the battery is at: where its energy comes from or goes, or why it rests although it could do something. */
export type BatteryMode =
  | 'charge-sun'
  | 'charge-grid'
  | 'discharge-house'
  | 'discharge-grid'
  | 'hold-charge'
  | 'hold-room';

/** Steps [from, to) in which one thing does the same. */
export interface Stretch<Mode> {
  readonly from: number;
  readonly to: number;
  readonly mode: Mode;
}

/** The charge that the plan keeps at the end of a step: the least, or the reserve above it. */
export const floorPct = (problem: Problem, step: number): number => {
  const battery = problem.batteries[0];
  return battery === undefined ? 0 : Math.max(battery.minSocPct, battery.reserveSocPct?.[step] ?? 0);
};

export const hasReserve = (problem: Problem, step: number): boolean => {
  const battery = problem.batteries[0];
  return battery !== undefined && floorPct(problem, step) > battery.minSocPct + VISIBLE_PCT;
};

const modeOf = (problem: Problem, steps: readonly PlanStep[], place: number): BatteryMode | null => {
  const step = steps[place];
  const battery = problem.batteries[0];
  if (step === undefined || battery === undefined) return null;
  const { importKw, exportKw, curtailKw, chargeKw, dischargeKw } = step;
  if (chargeKw > NOTHING_KW) return Math.min(importKw, chargeKw) > chargeKw / 2 ? 'charge-grid' : 'charge-sun';
  if (dischargeKw > NOTHING_KW)
    return Math.min(exportKw, dischargeKw) > dischargeKw / 2 ? 'discharge-grid' : 'discharge-house';
  const soc = step.socPct ?? 0;
  if (importKw > NOTHING_KW && soc > battery.minSocPct + NEAR_PCT) return 'hold-charge';
  return exportKw + curtailKw > NOTHING_KW && soc < battery.maxSocPct - NEAR_PCT ? 'hold-room' : null;
};

const runs = <Mode>(modes: readonly (Mode | null)[]): readonly Stretch<Mode | null>[] => {
  const found: { from: number; to: number; mode: Mode | null }[] = [];
  for (const [step, mode] of modes.entries()) {
    const last = found.at(-1);
    if (last !== undefined && last.mode === mode) last.to = step + 1;
    else found.push({ from: step, to: step + 1, mode });
  }
  return found;
};

const kindOf = (mode: BatteryMode | null): string => mode?.split('-')[0] ?? 'rest';

/** A single step between two of one kind is theirs: dawn and clouds make no blocks of their own. */
const smoothed = (modes: readonly (BatteryMode | null)[]): readonly (BatteryMode | null)[] => {
  const result = [...modes];
  for (let step = 1; step < result.length - 1; step += 1) {
    const [before, own, after] = [result[step - 1] ?? null, result[step] ?? null, result[step + 1] ?? null];
    const rests = own === null || kindOf(own) === 'hold';
    const surrounded = rests ? kindOf(before) === kindOf(after) : before === after && kindOf(own) === kindOf(before);
    if (before !== null && before !== own && surrounded) result[step] = before;
  }
  return result;
};

/** The stretches in which the battery does something, or rests for a reason. */
export const batteryStretches = (problem: Problem, steps: readonly PlanStep[]): readonly Stretch<BatteryMode>[] => {
  const hours = problem.stepMs / 3_600_000;
  const energyOf = ({ from, to }: Stretch<unknown>): number =>
    steps.slice(from, to).reduce((all, { chargeKw, dischargeKw }) => all + hours * (chargeKw + dischargeKw), 0);
  return runs(smoothed(steps.map((_, place) => modeOf(problem, steps, place)))).flatMap((stretch) => {
    const { from, to, mode } = stretch;
    if (mode === null) return [];
    const isHold = kindOf(mode) === 'hold';
    if (isHold ? to - from < 2 : energyOf(stretch) < NEGLIGIBLE_KWH) return [];
    return [{ from, to, mode }];
  });
};

/** The stretches in which a load runs, with the part of the problem that it is. */
export const loadStretches = (
  parts: readonly PlannedPart[],
  steps: readonly PlanStep[],
): readonly Stretch<PlannedPart>[] => {
  const active = steps.map(({ loads }) => parts.find(({ id }) => (loads[id] ?? 0) > NOTHING_KW) ?? null);
  return runs(active).flatMap(({ from, to, mode }) => (mode === null ? [] : [{ from, to, mode }]));
};
