import { sharedOut } from '../assignment.ts';
import type { LinearModel, Term } from '../linear-model.ts';
import { addLoads, type LoadGroup } from '../load-rows.ts';
import { addSwitching } from '../switching-rows.ts';
import type { FlexibleLoad } from '../types.ts';
import { type HeatLoad, heatBounds, type StepLoad, type SwitchedLoad, warmed, windowAt } from './loads.ts';
import type { LoadStanding, Past } from './types.ts';

/** Longer than any rule asks. */
const LONG_STEPS = 1_000_000;
const ROUNDING_C = 1e-9;

interface Span {
  readonly from: number;
  readonly to: number;
}

/** What loads draw in the steps of a piece. */
export interface ForeseenLoads {
  /** kW of all together, by step of the piece. */
  readonly terms: readonly (readonly Term[])[];
  readonly mostKw: Float64Array;
  /** kW of each load by step of the piece, in the order of the site. */
  read(values: Float64Array): readonly Float64Array[];
  /** Bounds of columns that make the loads draw so much, kW of each load by step of the piece. */
  fixed(
    kw: readonly Float64Array[],
  ): readonly { readonly column: number; readonly least: number; readonly most: number }[];
}

/** What each load draws: terms by step, as they stand in the model, and how they are read. */
interface Drawn {
  readonly places: readonly number[];
  readonly powerKw: number;
  readonly running: readonly (readonly Term[])[];
  readonly most: (at: number) => number;
  readonly read: (values: Float64Array) => readonly (readonly number[])[];
}

const plainOf = (load: SwitchedLoad, steps: number): FlexibleLoad => ({
  ...{ id: load.id, powerKw: load.powerKw, valuePerKwh: load.valuePerKwh, firstStep: 0, endStep: steps },
  ...{ runSteps: null, minRunSteps: load.minRunSteps, minPauseSteps: load.minPauseSteps, maxStarts: load.maxStarts },
  ...{ startCost: load.startCost, before: { on: false, steps: LONG_STEPS }, mustRun: [], mustRest: [] },
});

const sumOf = (terms: readonly Term[], values: Float64Array): number =>
  terms.reduce((sum, [column, factor]) => sum + factor * (values[column] ?? 0), 0);

/** The local days of a piece, in its steps. */
const daysOf = (past: Past, { from, to }: Span): readonly (readonly [number, number])[] => {
  const days: [number, number][] = [];
  for (let step = from; step < to; ) {
    const end = Math.min(to, past.days[past.day[step] ?? 0]?.to ?? to);
    days.push([step - from, end - from]);
    step = Math.max(step + 1, end);
  }
  return days;
};

/** Equal loads that run by their value, planned as one: how many of them run. */
const addValues = (
  model: LinearModel,
  past: Past,
  span: Span,
  members: readonly { readonly place: number; readonly load: SwitchedLoad; readonly standing: LoadStanding }[],
): Drawn => {
  const steps = span.to - span.from;
  const [first] = members;
  const mustRest: number[] = [];
  for (let at = 0; at < steps; at += 1)
    if (first !== undefined && windowAt(first.load, span.from + at) === null) mustRest.push(at);
  const loads = members.map(({ load, standing }) => ({
    ...plainOf(load, steps),
    mustRest,
    before: { on: standing.on, steps: standing.elapsed },
  }));
  const frame = { steps, hours: past.hours, weight: 1, cut: true, startsWithin: daysOf(past, span) };
  const running = addSwitching(model, loads, frame, null);
  const powerKw = first?.load.powerKw ?? 0;
  const worth = (first?.load.valuePerKwh ?? 0) * powerKw * past.hours;
  for (const terms of running) for (const [column, factor] of terms) model.addCost(column, -worth * factor);
  const group: LoadGroup = { loads, running };
  return {
    places: members.map(({ place }) => place),
    ...{ powerKw, running },
    most: (at) => ((running[at] ?? []).length > 0 ? members.length : 0),
    read: (values) => (sharedOut(group, values) ?? []).map((on) => on.map((runs) => (runs ? powerKw : 0))),
  };
};

/** A load with a run time: each of its windows that lies in the piece is a task of its own. */
const addRuns = (
  model: LinearModel,
  past: Past,
  { from, to }: Span,
  { place, load, standing }: { readonly place: number; readonly load: SwitchedLoad; readonly standing: LoadStanding },
): Drawn => {
  const running: (readonly Term[])[] = Array.from({ length: to - from }, () => []);
  for (const window of load.windows) {
    if (window.to <= from || window.to > to) continue;
    const begun = window.from < from;
    const begin = Math.max(from, window.from);
    const steps = window.to - begin;
    const task: FlexibleLoad = {
      ...plainOf(load, steps),
      runSteps: window.runSteps - (begun ? standing.done : 0),
      maxStarts: load.maxStarts === null ? null : load.maxStarts - (begun ? standing.starts : 0),
      before: begun ? { on: standing.on, steps: standing.elapsed } : { on: false, steps: LONG_STEPS },
    };
    if (task.runSteps === 0) continue;
    const frame = { steps, hours: past.hours, weight: 1, cut: false, apart: null };
    for (const group of addLoads(model, [task], frame, null))
      for (const [at, terms] of group.running.entries()) running[begin - from + at] = terms;
  }
  const { powerKw } = load;
  return {
    ...{ places: [place], powerKw, running },
    most: (at) => ((running[at] ?? []).length > 0 ? 1 : 0),
    read: (values) => [running.map((terms) => (sumOf(terms, values) > 0.5 ? powerKw : 0))],
  };
};

/**
 * A load that keeps a temperature, with its own thermostat: outside the band on the side that it works towards it runs fully, on
 * the other side not at all. Where no course can leave the band the bounds alone say so.
 */
const addHeat = (
  model: LinearModel,
  past: Past,
  { from, to }: Span,
  { place, load, standing }: { readonly place: number; readonly load: HeatLoad; readonly standing: LoadStanding },
): Drawn => {
  const { hours } = past;
  const startC = standing.temperatureC ?? load.initialC;
  const perKw = hours / load.capacityKwhPerK;
  const kept = 1 - load.lossKwPerK * perKw;
  let [lazy, eager] = [startC, startC];
  let before: number | null = null;
  const running: Term[][] = [];
  for (let step = from; step < to; step += 1) {
    lazy = warmed(load, hours, step, lazy, heatBounds(load, hours, step, lazy).leastKw);
    eager = warmed(load, hours, step, eager, heatBounds(load, hours, step, eager).mostKw);
    const [lowest, highest] = load.heatPerKwh > 0 ? [lazy, eager] : [eager, lazy];
    const part = model.column({ upper: 1 });
    const after = model.column({ lower: Math.min(load.minC, lowest), upper: Math.max(load.maxC, highest) });
    const fixed =
      perKw * ((load.gainKw[step] ?? 0) + load.lossKwPerK * (load.ambientC[step] ?? 0)) +
      (before === null ? kept * startC : 0);
    model.row(fixed, fixed, [
      [after, 1],
      ...(before === null ? [] : [[before, -kept] as const]),
      [part, -perKw * load.powerKw * load.heatPerKwh],
    ]);
    const under = load.minC - lowest;
    const over = highest - load.maxC;
    // Too cold goes with full heat, or with no cooling; too warm the other way round.
    const outside = (beyond: number, sign: 1 | -1, bound: number, full: boolean): void => {
      if (beyond <= ROUNDING_C) return;
      const choice = model.column({ upper: 1, integer: true });
      model.row(sign * bound, Number.POSITIVE_INFINITY, [
        [after, sign],
        [choice, beyond],
      ]);
      if (full)
        model.row(0, Number.POSITIVE_INFINITY, [
          [part, 1],
          [choice, -1],
        ]);
      else
        model.row(Number.NEGATIVE_INFINITY, 1, [
          [part, 1],
          [choice, 1],
        ]);
    };
    outside(under, 1, load.minC, load.heatPerKwh > 0);
    outside(over, -1, load.maxC, load.heatPerKwh < 0);
    running.push([[part, 1]]);
    before = after;
  }
  const { powerKw } = load;
  return {
    ...{ places: [place], powerKw, running, most: () => 1 },
    read: (values) => [running.map((terms) => powerKw * sumOf(terms, values))],
  };
};

/** Columns and rows of the loads of a site in a piece of its past, from where each of them stands. */
export const addForeseenLoads = (
  model: LinearModel,
  past: Past,
  span: Span,
  loads: readonly StepLoad[],
  standings: readonly LoadStanding[],
): ForeseenLoads => {
  const drawn: Drawn[] = [];
  const equal = new Map<string, { place: number; load: SwitchedLoad; standing: LoadStanding }[]>();
  for (const [place, load] of loads.entries()) {
    const standing = standings[place];
    if (standing === undefined) continue;
    if (load.kind === 'heat') drawn.push(addHeat(model, past, span, { place, load, standing }));
    else if (load.kind === 'run') drawn.push(addRuns(model, past, span, { place, load, standing }));
    else {
      const key = JSON.stringify({ ...load, id: '', priority: 0 });
      equal.set(key, [...(equal.get(key) ?? []), { place, load, standing }]);
    }
  }
  for (const members of equal.values()) drawn.push(addValues(model, past, span, members));
  const steps = span.to - span.from;
  const each = Array.from({ length: steps }, (_, at) => at);
  return {
    terms: each.map((at) =>
      drawn.flatMap(({ powerKw, running }) =>
        (running[at] ?? []).map(([column, factor]): Term => [column, factor * powerKw]),
      ),
    ),
    mostKw: Float64Array.from(each, (at) => drawn.reduce((sum, { most, powerKw }) => sum + most(at) * powerKw, 0)),
    read: (values) => {
      const kw = loads.map(() => new Float64Array(steps));
      for (const one of drawn)
        for (const [member, powers] of one.read(values).entries()) kw[one.places[member] ?? 0]?.set(powers);
      return kw;
    },
    fixed: (kw) =>
      drawn.flatMap(({ places, powerKw, running }) =>
        running.flatMap((terms, at) => {
          const parts = places.reduce((sum, place) => sum + (kw[place]?.[at] ?? 0), 0) / powerKw;
          // Of a run that is one choice of its start, the starts that do not fit are left out.
          if (terms.length !== 1) return parts > 0 ? [] : terms.map(([column]) => ({ column, least: 0, most: 0 }));
          return terms.map(([column]) => ({ column, least: parts, most: parts }));
        }),
      ),
  };
};
