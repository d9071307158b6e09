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
/** Which course of the sun goes with which of the load: neither always the best with the best nor with the worst. */
/** The days beyond the horizon that give what is stored at its end a worth. */
const TAIL_DAYS = 3;
const PAIRED = [2, 4, 0, 3, 1, 2] as const;

type Curves = readonly Curve[];
const mixed = (curves: Curves, weights: readonly number[]): Curve => {
  const mean = createCurve();
  meanCurve(curves, weights, mean);
  return mean;
};

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
  const frame: CurveFrame = {
    battery,
    hours,
    kept: storage.kept,
    leastKwh: storage.leastKwh,
    mostKwh: storage.mostKwh,
  };
  const horizon = Math.round((options.horizonHours * HOUR_MS) / stepMs);
  const kept = Math.max(1, Math.round((options.controlMinutes * 60_000) / stepMs) + 1);
  const target = createPeakTarget(past, site, frame);
  const pieces = createPieces();
  const courses = Array.from({ length: SCENARIOS }, createCurve);
  const load = new Float64Array(SCENARIOS);
  const sun = new Float64Array(SCENARIOS);
  const wantedKwh = ((battery.finalSocPct ?? 0) / 100) * battery.capacityKwh;

  /** What is left is worth at the end of the whole span, or at a horizon within it. */
  const endCurve = (end: number, step: number): Curve => {
    const curve = createCurve();
    const over = end >= past.end;
    const short = over ? Math.min(frame.mostKwh, Math.max(frame.leastKwh, wantedKwh)) - frame.leastKwh : 0;
    const worth = over ? battery.finalValuePerKwh : 0;
    append(curve, short, -Math.max(worth, missingPriceSoFar(step)));
    append(curve, frame.mostKwh - frame.leastKwh - short, -worth);
    return curve;
  };
  const missingPriceSoFar = (step: number): number =>
    missingPrice({ ...past, first: Math.max(0, Math.min(past.first, step - 1)), end: Math.max(1, step) }, site);

  /** The curves before a step from those after it, one for each kind of day, over all courses that the step may take. */
  const before = (
    step: number,
    ahead: number,
    { capKw, overPrice, nearKw, nearPrice }: PeakCap,
    after: Curves,
  ): Curves => {
    const importPrice = prices.importPrice(step, ahead);
    const exportPrice = prices.exportPrice(step, ahead);
    const curves = after.map((curve, sky) => {
      usual.of(step, ahead, sky, load, sun);
      for (const [bin, course] of courses.entries()) {
        const pvKw = sun[PAIRED[bin] ?? 0] ?? 0;
        const of = {
          loadKw: load[bin] ?? 0,
          pvKw,
          importPrice,
          exportPrice,
          maxExportKw,
          capKw,
          overPrice,
          nearKw,
          nearPrice,
          holdsBack: true,
        };
        piecesOf(frame, of, pieces);
        stepBefore(frame, pieces, curve, course);
      }
      return mixed(courses, CHANCES);
    });
    return usual.turn(ahead)?.map((chances) => mixed(curves, chances)) ?? curves;
  };

  /** Curves after the steps from a day ahead on, made once a day: what a horizon ends in. */
  let tail: { readonly day: number; readonly from: number; readonly curves: readonly Curves[] } | null = null;
  const tailAt = (step: number, end: number, peak: PeakCaps): Curves => {
    const day = past.day[step] ?? 0;
    if (tail?.day !== day) {
      const last = Math.min(past.end, step + horizon + perDay * TAIL_DAYS);
      let after: Curves = Array.from({ length: SKIES }, () => endCurve(last, step));
      const curves: Curves[] = [];
      for (let ahead = last - 1; ahead >= step + horizon - 1; ahead -= 1) {
        if (ahead < step + horizon + perDay + 1) curves[ahead - step] = after;
        after = before(step, ahead, peak.of(ahead), after);
      }
      tail = { day, from: step, curves };
    }
    return tail.curves[end - 1 - tail.from] ?? Array.from({ length: SKIES }, () => endCurve(end, step));
  };

  const decide = ({ step, dailyPeaksKw }: PolicyState) => {
    usual.look(step);
    const peak = target.at(step, dailyPeaksKw);
    const end = Math.min(past.end, step + horizon);
    const belief = usual.belief();
    let after = tailAt(step, end, peak);
    const curves: Curve[] = [];
    for (let ahead = end - 1; ahead > step; ahead -= 1) {
      if (ahead < step + kept) curves[ahead - step] = mixed(after, belief);
      after = before(step, ahead, peak.of(ahead), after);
    }
    const first = mixed(after, belief);
    curves[0] = first;
    const dispatch: Dispatch = (now, { loadKw, pvKw, energyKwh }) => {
      const curve = curves[now - step] ?? first;
      const { capKw, overPrice, nearKw, nearPrice } = peak.of(now);
      const cost: StepCost = {
        loadKw,
        pvKw,
        importPrice: past.importPrice[now] ?? 0,
        exportPrice: past.exportPrice[now] ?? 0,
        maxExportKw,
        capKw,
        overPrice,
        nearKw,
        nearPrice,
        holdsBack: true,
      };
      piecesOf(frame, cost, pieces);
      const change = bestChange(frame, pieces, curve, energyKwh);
      return change > 0 ? change / (battery.chargeEfficiency * hours) : (change * battery.dischargeEfficiency) / hours;
    };
    return { kind: 'value' as const, dispatch };
  };
  return { name: 'plan', holdsBack: true, decide };
};
