import { localDaysOf } from '../local-days.ts';
import type { Battery, GridLimits } from '../types.ts';
import { type Course, courseOf, endOf, type Outlook, outlookOf, storedBounds, type Task } from './course.ts';
import { type Curve, lengthOf, plusBeyond, valueAt } from './curve.ts';
import type { Intent } from './hold-intent.ts';
import { meterOf } from './meter.ts';
import { capFor, type MonthSoFar } from './month-cap.ts';
import { costOf, type Stage } from './step-cost.ts';
import { cappedTask } from './task.ts';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
/** Worths of a stored kWh that are no different to a person. */
const SAME_WORTH = 1e-5;

/** What is known and expected at the start of a step; series begin with it. kW are means over a step, prices per kWh. */
export interface RecedingInput {
  readonly startAt: number;
  readonly stepMs: number;
  readonly zone: string;
  readonly loadKw: readonly number[];
  readonly pvKw: readonly number[];
  readonly importPrice: readonly number[];
  readonly exportPrice: readonly number[];
  /** `initialSocPct` is the charge now. */
  readonly battery: Battery;
  readonly grid: GridLimits;
  readonly peak: MonthSoFar | null;
}

export interface RecedingDecision {
  /** Planned for each step, + charging. */
  readonly batteryKw: readonly number[];
  /** + import. */
  readonly gridKw: readonly number[];
  /** At the end of each step. */
  readonly socPct: readonly number[];
  /** The import that today is better kept below; null where it does not matter. */
  readonly importCapKw: number | null;
  /** What one more kWh in the store is worth at the end of the first step. */
  readonly waterValuePerKwh: number;
  /** The first step as `holdIntent` takes it. */
  readonly intent: Intent;
}

export interface Receding {
  readonly decide: (input: RecedingInput) => RecedingDecision;
}

interface Pass {
  readonly task: Task;
  readonly outlook: Outlook;
  readonly cost: number;
}

/** Above what any price could earn, per kWh beyond a limit of the grid, and beyond a cap. */
const penaltiesOf = ({ importPrice, exportPrice }: RecedingInput): { readonly limit: number; readonly cap: number } => {
  const highest = [...importPrice, ...exportPrice].reduce((most, price) => Math.max(most, Math.abs(price)), 0.01);
  return { limit: 100 * highest, cap: 10 * highest };
};

const taskOf = (input: RecedingInput, end: Curve): Task => {
  const { battery, grid } = input;
  const hours = input.stepMs / HOUR_MS;
  const soft = penaltiesOf(input).limit;
  const stages = input.loadKw.map((load, step): Stage => {
    const pvKw = input.pvKw[step] ?? 0;
    const netKw = load - pvKw;
    return {
      netKw,
      pvKw,
      meter: meterOf({
        bought: input.importPrice[step] ?? 0,
        sold: input.exportPrice[step] ?? 0,
        ...grid,
        soft,
      }),
      mostChargeKw: battery.fromGrid ? battery.maxChargeKw : Math.min(battery.maxChargeKw, Math.max(0, -netKw)),
      mostDischargeKw: battery.toGrid ? battery.maxDischargeKw : Math.min(battery.maxDischargeKw, Math.max(0, netKw)),
      sunOnly: !battery.fromGrid,
      wishes: [],
    };
  });
  const wear = battery.wearCostPerKwh;
  return {
    stages,
    costs: stages.map((stage) => costOf(stage, battery, hours, wear)),
    battery,
    hours,
    wear,
    bounds: [storedBounds(battery), ...stages.map(() => storedBounds(battery))],
    end,
    same: SAME_WORTH,
  };
};

const startOf = (battery: Battery): number => {
  const { least, most } = storedBounds(battery);
  return Math.min(most, Math.max(least, (battery.initialSocPct / 100) * battery.capacityKwh));
};

const passOf = (task: Task): Pass => {
  const outlook = outlookOf(task);
  // Every limit has a price here, so no step can be stuck: a bug, not a failure.
  if ('stuck' in outlook) throw new Error(`Step ${outlook.stuck} of a receding plan has no way through.`);
  return { task, outlook, cost: valueAt(outlook.start, startOf(task.battery)) };
};

/** What is left at the end of the horizon is worth what it was worth a day before, at the same time of day. */
const endless = (input: RecedingInput): Curve => {
  const { battery } = input;
  const bounds = storedBounds(battery);
  const given = endOf(bounds, bounds.least, battery.finalValuePerKwh);
  if (battery.finalSocPct !== null) {
    const highest = penaltiesOf(input).limit;
    return plusBeyond(given, (battery.finalSocPct / 100) * battery.capacityKwh, 'below', highest);
  }
  const steps = Math.round((DAY_HOURS * HOUR_MS) / input.stepMs);
  if (input.loadKw.length < steps) return given;
  const lastDay = <Value>(series: readonly Value[]): readonly Value[] => series.slice(-steps);
  const day = {
    ...input,
    loadKw: lastDay(input.loadKw),
    pvKw: lastDay(input.pvKw),
    importPrice: lastDay(input.importPrice),
    exportPrice: lastDay(input.exportPrice),
  };
  return passOf(taskOf(day, given)).outlook.start;
};

/** The slope that both the step's cost and what is ahead agree on, turned into a worth. */
const waterValueOf = ({ ahead }: Intent, storedKwh: number): number => {
  const length = lengthOf(ahead);
  if (length === 0) return 0;
  const near = Math.min(1e-3, length / 2);
  const low = Math.max(ahead.from, Math.min(ahead.from + length - 2 * near, storedKwh - near));
  return (valueAt(ahead, low) - valueAt(ahead, low + 2 * near)) / (2 * near);
};

/**
 * A planner that is asked again every few minutes for a year: one exact pass over the value of stored energy, and one more for
 * each tier of the peak charge that may pay. It remembers what keeping each tier cost per day lately.
 */
export const createRecedingPlanner = (): Receding => {
  /** Money a day that keeping each tier cost, of late. */
  const perDay = new Map<number, number>();

  const choose = (input: RecedingInput, free: Pass, month: MonthSoFar): { pass: Pass; capKw: number | null } => {
    const hours = input.stepMs / HOUR_MS;
    const days = localDaysOf({ ...input, steps: input.loadKw.length });
    const today = days[0];
    const natural = courseOf(free.task, free.outlook, startOf(input.battery)).gridKw;
    const horizonDays = (natural.length * hours) / DAY_HOURS;
    const share = 1 - Math.exp(-hours / (3 * DAY_HOURS));
    let best: { pass: Pass; capKw: number | null; score: number } | null = null;
    for (const [place, tier] of month.tariff.tiers.entries()) {
      const cap = capFor(month, tier.upToKw);
      if (cap === null) continue;
      const caps = natural.map((_, step) => {
        if (today !== undefined && step < today.to) return Math.max(cap, month.todayPeakKw);
        return days.some(({ month: its, from, to }) => step >= from && step < to && its === today?.month)
          ? cap
          : tier.upToKw;
      });
      const binds = natural.some((kw, step) => kw > (caps[step] ?? 0) + 1e-6);
      const pass = binds ? passOf(cappedTask(free.task, caps, penaltiesOf(input).cap)) : free;
      const extra = (pass.cost - free.cost) / horizonDays;
      const late = perDay.get(place);
      const smooth = late === undefined ? extra : late + share * (extra - late);
      perDay.set(place, smooth);
      const score = tier.cost + smooth * Math.max(1, month.daysLeft);
      if (best === null || score < best.score) best = { pass, capKw: caps[0] ?? null, score };
      if (!binds) break;
    }
    return best ?? { pass: free, capKw: null };
  };

  return {
    decide: (input) => {
      const end = endless(input);
      const free = passOf(taskOf(input, end));
      const { pass, capKw } = input.peak === null ? { pass: free, capKw: null } : choose(input, free, input.peak);
      const importCapKw = capKw === null || capKw === Number.POSITIVE_INFINITY ? null : capKw;
      const { battery } = input;
      const course: Course = courseOf(pass.task, pass.outlook, startOf(battery));
      const intent: Intent = {
        ahead: pass.outlook.after[0] ?? end,
        importCapKw,
        importPrice: input.importPrice[0] ?? 0,
        exportPrice: input.exportPrice[0] ?? 0,
      };
      return {
        batteryKw: course.batteryKw,
        gridKw: course.gridKw,
        socPct: course.storedKwh.map((kwh) => (100 * kwh) / battery.capacityKwh),
        importCapKw,
        waterValuePerKwh: waterValueOf(intent, course.storedKwh[0] ?? 0),
        intent,
      };
    },
  };
};
