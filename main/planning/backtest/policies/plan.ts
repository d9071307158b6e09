import { missingPrice } from '../accounts.ts';
import { createPeakTarget, type PeakCap, type PeakCaps } from '../peak-target.ts';
import type { Published } from '../published.ts';
import { storageOf } from '../storage.ts';
import type { Dispatch, Past, PolicyState, SimPolicy, SimSite } from '../types.ts';
import { CHANCES, SCENARIOS, SKIES, type Usual } from '../usual.ts';
import {
  append,
  bestChange,
  type Curve,
  type CurveFrame,
  copyOf,
  createCurve,
  createPieces,
  meanCurve,
  piecesOf,
  type StepCost,
  stepBefore,
} from '../value-curve.ts';

export interface PlanOptions {
  readonly horizonHours: number;
  readonly controlMinutes: number;
}

const HOUR_MS = 3_600_000;
/** The days beyond the horizon that give what is stored at its end a worth. */
const TAIL_DAYS = 3;
/** Beyond so many hours the outlook is made anew once an hour; nearer ones with each decision, from the newest measurements. */
const NEAR_HOURS = 6;
/** Slopes that differ by less than this share of a usual price are one. */
const ALIKE_SHARE = 0.012;
/** Which course of the sun goes with which of the load: neither always the best with the best nor with the worst. */
const PAIRED = [2, 4, 0, 3, 1, 2] as const;

type Curves = readonly Curve[];
/** Curves after steps in a row, from the step `from` on. */
interface Kept {
  readonly key: number;
  readonly from: number;
  readonly curves: Curves[];
}

const bank = (): Curve[] => Array.from({ length: SKIES }, createCurve);

/**
 * The planner with forecasts as they would have been issued: each decision works back from the end of the horizon to now over
 * every course that load and sun may take, and so knows what a stored kWh is worth after each step, after sunny and after dull
 * days. The fast loop then weighs that worth against the load, sun and price that it meets.
 */
export const planPolicy = (
  past: Past,
  site: SimSite,
  known: { readonly usual: Usual; readonly prices: Published },
  options: PlanOptions,
): SimPolicy => {
  const { battery } = site;
  if (battery === null) return { name: 'plan', holdsBack: true, decide: () => ({ kind: 'rest' }) };
  const { usual, prices } = known;
  const { hours, stepMs, slotsPerDay: perDay } = past;
  const { maxExportKw } = site.grid;
  const storage = storageOf(battery, hours);
  const usualPrice = prices.usual(past.first);
  const frame: CurveFrame = {
    battery,
    hours,
    kept: storage.kept,
    leastKwh: storage.leastKwh,
    mostKwh: storage.mostKwh,
    alike: ALIKE_SHARE * usualPrice,
  };
  const stepsOf = (ms: number): number => Math.max(1, Math.round(ms / stepMs));
  const horizon = stepsOf(options.horizonHours * HOUR_MS);
  const near = stepsOf(NEAR_HOURS * HOUR_MS);
  const perHour = stepsOf(HOUR_MS);
  const perDecision = stepsOf(options.controlMinutes * 60_000) + 1;
  const target = createPeakTarget(past, site, frame, usualPrice);
  const pieces = createPieces();
  const courses = Array.from({ length: SCENARIOS }, createCurve);
  const load = new Float64Array(SCENARIOS);
  const sun = new Float64Array(SCENARIOS);
  const wantedKwh = ((battery.finalSocPct ?? 0) / 100) * battery.capacityKwh;
  // Three sets of curves take turns, so that looking ahead makes no garbage.
  const banks = [bank(), bank(), bank()];

  /** What is left is worth at the end of the whole span; beyond the last horizon it is worth nothing. */
  const endCurves = (end: number, step: number): Curves => {
    const curve = createCurve();
    const over = end >= past.end;
    const short = over ? Math.min(frame.mostKwh, Math.max(frame.leastKwh, wantedKwh)) - frame.leastKwh : 0;
    const worth = over ? battery.finalValuePerKwh : 0;
    const seen = { ...past, first: Math.max(0, Math.min(past.first, step - 1)), end: Math.max(1, step) };
    append(curve, short, -Math.max(worth, missingPrice(seen, site)), 0);
    append(curve, frame.mostKwh - frame.leastKwh - short, -worth, 0);
    return Array.from({ length: SKIES }, () => curve);
  };

  /** The curves before a step from those after it, one for each kind of day, over all courses that the step may take. */
  const before = (step: number, ahead: number, cap: PeakCap, after: Curves): Curves => {
    const [free = [], other = []] = banks.filter((each) => each !== after);
    const importPrice = prices.importPrice(step, ahead);
    const exportPrice = prices.exportPrice(step, ahead);
    for (const [sky, curve] of after.entries()) {
      usual.of(step, ahead, sky, load, sun);
      for (const [bin, course] of courses.entries()) {
        const [loadKw, pvKw] = [load[bin] ?? 0, sun[PAIRED[bin] ?? 0] ?? 0];
        piecesOf(frame, { loadKw, pvKw, importPrice, exportPrice, maxExportKw, cap, holdsBack: true }, pieces);
        stepBefore(frame, pieces, curve, course);
      }
      const mean = free[sky];
      if (mean !== undefined) meanCurve(frame, courses, CHANCES, mean);
    }
    const turn = usual.turn(ahead);
    if (turn === null) return free;
    for (const [sky, chances] of turn.entries()) {
      const mean = other[sky];
      if (mean !== undefined) meanCurve(frame, free, chances, mean);
    }
    return other;
  };

  /** Once a day: the curves beyond the horizon, for the horizons of the whole day. */
  let tail: Kept = { key: -1, from: 0, curves: [] };
  const afterHorizon = (step: number, end: number, peak: PeakCaps): Curves => {
    const key = past.day[step] ?? 0;
    if (tail.key !== key) {
      tail = { key, from: step, curves: [] };
      const last = Math.min(past.end, step + horizon + perDay * TAIL_DAYS);
      let after = endCurves(last, step);
      for (let ahead = last - 1; ahead >= step + horizon - 1; ahead -= 1) {
        if (ahead <= step + horizon + perDay) tail.curves[ahead - step] = after.map(copyOf);
        after = before(step, ahead, peak.of(ahead), after);
      }
    }
    return tail.curves[end - 1 - tail.from] ?? endCurves(end, step);
  };

  /** Once an hour: the curves from some hours ahead on. */
  let middle: Kept = { key: -1, from: 0, curves: [] };
  const afterNear = (step: number, peak: PeakCaps): { readonly end: number; readonly after: Curves } => {
    const end = Math.min(past.end, step + horizon);
    const key = Math.floor((past.startAt + step * stepMs) / HOUR_MS);
    const nearEnd = Math.min(end, step + near);
    if (middle.key !== key) {
      middle = { key, from: step, curves: [] };
      let after = afterHorizon(step, end, peak);
      for (let ahead = end - 1; ahead >= nearEnd; ahead -= 1) {
        if (ahead <= nearEnd + perHour) middle.curves[ahead - step] = after.map(copyOf);
        after = before(step, ahead, peak.of(ahead), after);
      }
      middle.curves[nearEnd - 1 - step] = after.map(copyOf);
    }
    const after = middle.curves[nearEnd - 1 - middle.from];
    return after === undefined ? { end, after: afterHorizon(step, end, peak) } : { end: nearEnd, after };
  };

  const decide = ({ step, dailyPeaksKw }: PolicyState) => {
    usual.look(step);
    const peak = target.at(step, dailyPeaksKw);
    const belief = usual.belief();
    const mixed = (curves: Curves): Curve => {
      const mean = createCurve();
      meanCurve(frame, curves, belief, mean);
      return mean;
    };
    const begin = afterNear(step, peak);
    let { after } = begin;
    const curves: Curve[] = [];
    for (let ahead = begin.end - 1; ahead > step; ahead -= 1) {
      if (ahead < step + perDecision) curves[ahead - step] = mixed(after);
      after = before(step, ahead, peak.of(ahead), after);
    }
    const first = mixed(after);
    curves[0] = first;
    const dispatch: Dispatch = (now, { loadKw, pvKw, energyKwh }) => {
      const cost: StepCost = {
        loadKw,
        pvKw,
        importPrice: past.importPrice[now] ?? 0,
        exportPrice: past.exportPrice[now] ?? 0,
        maxExportKw,
        cap: peak.of(now),
        holdsBack: true,
      };
      piecesOf(frame, cost, pieces);
      const change = bestChange(frame, pieces, curves[now - step] ?? first, energyKwh);
      return change > 0 ? change / (battery.chargeEfficiency * hours) : (change * battery.dischargeEfficiency) / hours;
    };
    return { kind: 'value' as const, dispatch };
  };
  return { name: 'plan', holdsBack: true, decide };
};
