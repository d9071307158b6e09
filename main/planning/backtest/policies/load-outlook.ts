import { missingPrice } from '../accounts.ts';
import type { PeakCaps } from '../peak-target.ts';
import type { Published } from '../published.ts';
import { NO_BATTERY } from '../storage.ts';
import type { Past, SimSite } from '../types.ts';
import { LEVELS, PER_LEVEL, SCENARIOS, type Usual } from '../usual.ts';
import {
  append,
  bestChange,
  type Curve,
  type CurveFrame,
  copyOf,
  createCurve,
  createPieces,
  piecesOf,
  type StepCost,
  stepBefore,
} from '../value-curve.ts';

/** Slopes that differ by less than this share of a usual price are one. */
const ALIKE_SHARE = 0.02;

/** The frame of a home's battery, also where there is none. */
export const outlookFrame = (past: Past, site: SimSite, usualPrice: number): CurveFrame => {
  const battery = site.battery ?? NO_BATTERY;
  return {
    battery,
    hours: past.hours,
    kept: (1 - battery.standingLossPerHour) ** past.hours,
    leastKwh: (battery.minSocPct / 100) * battery.capacityKwh,
    mostKwh: (battery.maxSocPct / 100) * battery.capacityKwh,
    alike: ALIKE_SHARE * usualPrice,
  };
};

/** What is expected from a step on, and what drawing more in a step would cost. */
export interface Outlook {
  readonly from: number;
  readonly to: number;
  /** Works out anew what stored energy is worth, with the loads that are planned so far, and where its charge goes then. */
  look(): void;
  /** Stored at the begin of a step, kWh. */
  energyAt(step: number): number;
  /** What so many kW more cost in a step, in money, from a charge at its begin. */
  extraCost(step: number, energyKwh: number, moreKw: number): number;
  /** Stored after a step with so many kW more. */
  after(step: number, energyKwh: number, moreKw: number): number;
  /** Puts what a load is to draw in a step on top of what is expected. */
  add(step: number, kw: number): void;
  /** What planned loads draw in a step together, kW. */
  plannedKw(step: number): number;
}

/** Makes outlooks: from the middle course of load and sun, with prices as they are published. */
export const createOutlooks = (
  past: Past,
  site: SimSite,
  frame: CurveFrame,
  known: { readonly usual: Usual; readonly prices: Published },
) => {
  const { usual, prices } = known;
  const { battery, hours } = frame;
  const { maxExportKw } = site.grid;
  const pieces = createPieces();
  const load = new Float64Array(SCENARIOS);
  const sun = new Float64Array(SCENARIOS);
  /** The mean over the courses of each level of load, with the chance of each level. */
  const mean = (values: Float64Array, levels: readonly number[]): number =>
    values.reduce((sum, value, bin) => sum + (value * (levels[Math.floor(bin / PER_LEVEL)] ?? 0)) / PER_LEVEL, 0);
  const evenly = Array.from({ length: LEVELS }, () => 1 / LEVELS);

  const endCurve = (step: number, end: number): Curve => {
    const curve = createCurve();
    const over = end >= past.end;
    const wanted = over ? ((battery.finalSocPct ?? 0) / 100) * battery.capacityKwh : 0;
    const short = Math.min(frame.mostKwh, Math.max(frame.leastKwh, wanted)) - frame.leastKwh;
    const seen = { ...past, first: Math.max(0, Math.min(past.first, step - 1)), end: Math.max(1, step) };
    const worth = over ? battery.finalValuePerKwh : 0;
    append(curve, short, -Math.max(worth, missingPrice(seen, site)), 0);
    append(curve, frame.mostKwh - frame.leastKwh - short, -worth, 0);
    return curve;
  };

  /** An outlook from a step with a charge; `plannedKw` is what is drawn later as far as it is thought of already. */
  return (
    now: { readonly step: number; readonly energyKwh: number; readonly to: number; readonly caps: PeakCaps },
    laterKw: (step: number) => number,
  ): Outlook => {
    const { step: from, to, caps } = now;
    const count = to - from;
    const steps: StepCost[] = [];
    const planned = new Float64Array(count);
    let belief = usual.belief();
    const last = from > 0 ? usual.levelOf(from - 1, past.loadKw[from - 1] ?? 0) : null;
    let levels = last === null ? evenly : evenly.map((_, level) => (level === last ? 1 : 0));
    for (let ahead = from; ahead < to; ahead += 1) {
      const turn = usual.turn(ahead);
      if (turn !== null && ahead > from)
        belief = belief.map((_, sky) => belief.reduce((sum, chance, was) => sum + chance * (turn[was]?.[sky] ?? 0), 0));
      const moves = usual.moves(ahead);
      const before = levels;
      levels = evenly.map((_, level) =>
        before.reduce((sum, chance, was) => sum + chance * (moves[was]?.[level] ?? 1 / LEVELS), 0),
      );
      let [loadKw, pvKw] = [0, 0];
      for (const [sky, chance] of belief.entries()) {
        usual.of(from, ahead, sky, load, sun);
        loadKw += chance * mean(load, levels);
        pvKw += chance * mean(sun, evenly);
      }
      planned[ahead - from] = laterKw(ahead);
      steps.push({
        ...{ loadKw, pvKw, maxExportKw, cap: caps.of(ahead), holdsBack: true },
        importPrice: prices.importPrice(from, ahead),
        exportPrice: prices.exportPrice(from, ahead),
      });
    }
    const curves: Curve[] = [];
    const energies = new Float64Array(count + 1);
    const costOf = (step: number, moreKw: number): StepCost | null => {
      const cost = steps[step - from];
      return cost === undefined ? null : { ...cost, loadKw: cost.loadKw + (planned[step - from] ?? 0) + moreKw };
    };
    const worthOf = (curve: Curve, energyKwh: number): number => {
      let left = energyKwh - frame.leastKwh;
      let worth = 0;
      for (let place = 0; place < curve.count && left > 0; place += 1) {
        const width = Math.min(left, curve.width[place] ?? 0);
        worth += width * (curve.slope[place] ?? 0);
        left -= width;
      }
      return worth;
    };
    /** What a step costs with what comes after it, and what is stored then. */
    const played = (step: number, energyKwh: number, moreKw: number): { total: number; stored: number } => {
      const cost = costOf(step, moreKw);
      const curve = curves[step - from];
      if (cost === null || curve === undefined) return { total: 0, stored: energyKwh };
      piecesOf(frame, cost, pieces);
      const change = frame.mostKwh > frame.leastKwh ? bestChange(frame, pieces, curve, energyKwh) : 0;
      const kw =
        change > 0 ? change / (battery.chargeEfficiency * hours) : (change * battery.dischargeEfficiency) / hours;
      const stored = frame.kept * energyKwh + change;
      const grid = cost.loadKw - cost.pvKw + kw;
      const { cap } = cost;
      const over = Math.max(0, grid - cap.capKw);
      const near = Math.max(0, Math.min(grid, cap.capKw) - Math.min(cap.nearKw, cap.capKw));
      const money =
        grid > 0
          ? grid * cost.importPrice + over * cap.overPrice + near * cap.nearPrice
          : Math.max(grid, -maxExportKw) * Math.max(0, cost.exportPrice);
      return { total: hours * (money + Math.abs(kw) * battery.wearCostPerKwh) + worthOf(curve, stored), stored };
    };
    return {
      from,
      to,
      look: () => {
        let after = endCurve(from, to);
        for (let step = to - 1; step >= from; step -= 1) {
          curves[step - from] = after;
          const cost = costOf(step, 0);
          const before = createCurve();
          if (cost !== null) piecesOf(frame, cost, pieces);
          if (frame.mostKwh > frame.leastKwh) stepBefore(frame, pieces, after, before);
          after = copyOf(before);
        }
        energies[0] = now.energyKwh;
        for (let step = from; step < to; step += 1)
          energies[step + 1 - from] = played(step, energies[step - from] ?? 0, 0).stored;
      },
      energyAt: (step) => energies[step - from] ?? 0,
      extraCost: (step, energyKwh, moreKw) => played(step, energyKwh, moreKw).total - played(step, energyKwh, 0).total,
      after: (step, energyKwh, moreKw) => played(step, energyKwh, moreKw).stored,
      add: (step, kw) => {
        if (step >= from && step < to) planned[step - from] = (planned[step - from] ?? 0) + kw;
      },
      plannedKw: (step) => planned[step - from] ?? 0,
    };
  };
};
