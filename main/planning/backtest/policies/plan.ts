import { missingPrice } from '../accounts.ts';
import { createPeakTarget, type PeakCap, type PeakCaps } from '../peak-target.ts';
import type { Published } from '../published.ts';
import { storageOf } from '../storage.ts';
import type { Dispatch, Past, PolicyState, SimPolicy, SimSite } from '../types.ts';
import { LEVELS, PER_LEVEL, SCENARIOS, SKIES, type Usual } from '../usual.ts';
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
const TAIL_DAYS = 1;
/** So many hours ahead are planned anew with each decision, from the newest measurements; what is later only when more is known of it. */
const NEAR_HOURS = 6;
/** Slopes that differ by less than this share of a usual price are one. */
const ALIKE_SHARE = 0.012;
/** The courses of a level of load are equally likely. */
const EVEN: readonly number[] = Array.from({ length: PER_LEVEL }, () => 1 / PER_LEVEL);

/** One curve for each kind of day and level of load: those of a day lie together. */
type Curves = readonly Curve[];
const KINDS = SKIES * LEVELS;
const bank = (): Curve[] => Array.from({ length: KINDS }, createCurve);

/**
 * The planner with forecasts as they would have been issued: each decision works back from the end of the horizon to now over
 * every course that load and sun may take, and so knows what a stored kWh is worth after each step, after sunny and after dull
 * days, after little load and after much. The fast loop then weighs that worth against the load, sun and price that it meets.
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
  const perDecision = stepsOf(options.controlMinutes * 60_000) + 1;
  const target = createPeakTarget(past, site, frame, usualPrice);
  const pieces = createPieces();
  const courses = Array.from({ length: PER_LEVEL }, createCurve);
  const levels = Array.from({ length: LEVELS }, createCurve);
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
    return Array.from({ length: KINDS }, () => curve);
  };

  /** The curves of one level on every kind of day. */
  const ofLevel = (curves: Curves, level: number): Curves => curves.filter((_, kind) => kind % LEVELS === level);

  /** The curves before a step from those after it, by the level of load before it, over all courses that the step may take. */
  const before = (step: number, ahead: number, cap: PeakCap, after: Curves): Curves => {
    const [free = [], other = []] = banks.filter((each) => each !== after);
    const importPrice = prices.importPrice(step, ahead);
    const exportPrice = prices.exportPrice(step, ahead);
    const moves = usual.moves(ahead);
    for (let sky = 0; sky < SKIES; sky += 1) {
      usual.of(step, ahead, sky, load, sun);
      for (const [level, mean] of levels.entries()) {
        const curve = after[sky * LEVELS + level];
        if (curve === undefined) continue;
        for (const [part, course] of courses.entries()) {
          const [loadKw, pvKw] = [load[level * PER_LEVEL + part] ?? 0, sun[level * PER_LEVEL + part] ?? 0];
          piecesOf(frame, { loadKw, pvKw, importPrice, exportPrice, maxExportKw, cap, holdsBack: true }, pieces);
          stepBefore(frame, pieces, curve, course);
        }
        meanCurve(frame, courses, EVEN, mean);
      }
      for (const [level, chances] of moves.entries()) {
        const mean = free[sky * LEVELS + level];
        if (mean !== undefined) meanCurve(frame, levels, chances, mean);
      }
    }
    const turn = usual.turn(ahead);
    if (turn === null) return free;
    for (let level = 0; level < LEVELS; level += 1) {
      const skies = ofLevel(free, level);
      for (const [sky, chances] of turn.entries()) {
        const mean = other[sky * LEVELS + level];
        if (mean !== undefined) meanCurve(frame, skies, chances, mean);
      }
    }
    return other;
  };

  /** The curves of all that lies ahead: made once a day, and when prices are published or the cap moves. */
  let outlook: { readonly key: string; readonly from: number; readonly curves: Curves[] } | null = null;
  const outlookAt = (step: number, end: number, peak: PeakCaps): Curves => {
    // Loads beside the battery are planned anew all the time.
    const hour = site.loads.length > 0 ? Math.floor((past.startAt + step * stepMs) / HOUR_MS) : 0;
    const key = `${past.day[step]} ${hour} ${prices.knownUntil(step)} ${peak.of(step).capKw}`;
    let seen = outlook;
    if (seen?.key !== key) {
      seen = { key, from: step, curves: [] };
      const last = Math.min(past.end, step + horizon + perDay * TAIL_DAYS);
      let after = endCurves(last, step);
      for (let ahead = last - 1; ahead >= step; ahead -= 1) {
        if (ahead < step + 2 * perDay) seen.curves[ahead - step] = after.map(copyOf);
        after = before(step, ahead, peak.of(ahead), after);
      }
      outlook = seen;
    }
    return seen.curves[end - 1 - seen.from] ?? endCurves(end, step);
  };

  const decide = ({ step, dailyPeaksKw }: PolicyState) => {
    usual.look(step);
    const peak = target.at(step, dailyPeaksKw);
    const belief = usual.belief();
    /** By the level of load, over what is thought of the day. */
    const mixed = (curves: Curves): Curves =>
      levels.map((_, level) => {
        const mean = createCurve();
        meanCurve(frame, ofLevel(curves, level), belief, mean);
        return mean;
      });
    const end = Math.min(past.end, step + Math.min(near, horizon));
    let after = outlookAt(step, end, peak);
    const curves: Curves[] = [];
    for (let ahead = end - 1; ahead > step; ahead -= 1) {
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
      const worth = (curves[now - step] ?? first)[usual.levelOf(now, loadKw)];
      const change = worth === undefined ? 0 : bestChange(frame, pieces, worth, energyKwh);
      return change > 0 ? change / (battery.chargeEfficiency * hours) : (change * battery.dischargeEfficiency) / hours;
    };
    return { kind: 'value' as const, dispatch };
  };
  return { name: 'plan', holdsBack: true, decide };
};
