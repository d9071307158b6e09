import type { Plan, PlanStep, Problem } from '../types.ts';

/** What the battery does as long as an intent stands: a name for people and for counting changes of mode. */
export type Does = 'self' | 'surplus' | 'house' | 'hold' | 'charge' | 'discharge';

/**
 * What a step of a plan wants of the battery, kept apart from the numbers of the forecast that it was made with: with a load
 * less sun of n kW the battery does `target − n`, held between `leastKw` and `mostKw` (+ is charging).
 */
export interface Intent {
  readonly does: Does;
  /** Where the grid is to stand, kW, import +. */
  readonly targetKw: number;
  readonly leastKw: number;
  readonly mostKw: number;
  /** Import that charging never exceeds, and above which the battery helps; Infinity where there is none. */
  readonly capKw: number;
}

/** Less than this is rounding of the solver, kW and price. */
const NOTHING_KW = 0.02;
const NOTHING_PRICE = 0.001;
/** How near to a limit of charge the battery counts as full or empty, %. */
const NEAR_PCT = 0.5;

const named = (leastKw: number, mostKw: number): Does => {
  if (leastKw > 0) return 'charge';
  if (mostKw < 0) return 'discharge';
  if (leastKw < 0) return mostKw > 0 ? 'self' : 'house';
  return mostKw > 0 ? 'surplus' : 'hold';
};

/** All batteries of the problem together: one way to the inverter steers them all. */
const powersOf = ({ batteries }: Problem) => ({
  chargeKw: batteries.reduce((sum, { maxChargeKw }) => sum + maxChargeKw, 0),
  dischargeKw: batteries.reduce((sum, { maxDischargeKw }) => sum + maxDischargeKw, 0),
  minPct: Math.max(0, ...batteries.map(({ minSocPct }) => minSocPct)),
  maxPct: Math.min(100, ...batteries.map(({ maxSocPct }) => maxSocPct)),
  /** Of what goes in now, the share that comes out later. */
  thereAndBack: Math.min(1, ...batteries.map((each) => each.chargeEfficiency * each.dischargeEfficiency)),
  wear: Math.max(0, ...batteries.map(({ wearCostPerKwh }) => wearCostPerKwh)),
});

/**
 * Import above which the month's charge for power would grow beyond what the plan pays for: its own highest step, or what was
 * measured before. Between plans the real load is not the mean of a quarter, so this is what the fast loop keeps to.
 */
const capsOf = ({ grid, peakTariff, demandCharges }: Problem, steps: readonly PlanStep[]): readonly number[] => {
  const highest = (counts: (step: number) => boolean): number =>
    steps.reduce((most, { importKw }, step) => (counts(step) ? Math.max(most, importKw) : most), 0);
  const everywhere = peakTariff === null ? Number.POSITIVE_INFINITY : highest(() => true);
  const charges = demandCharges.map(({ weight, peaks, measuredKw, floorKw }) => ({
    weight,
    capKw: Math.max(
      highest((step) => (weight[step] ?? 0) > 0),
      measuredKw[peaks - 1] ?? 0,
      floorKw,
    ),
  }));
  return steps.map((_, step) =>
    Math.min(
      grid.maxImportKw,
      everywhere,
      ...charges.filter(({ weight }) => (weight[step] ?? 0) > 0).map(({ capKw }) => capKw),
    ),
  );
};

/** The intent of each step of a plan. Pure, and the same for the same plan. */
export const intentsOf = (problem: Problem, { steps }: Pick<Plan, 'steps'>): readonly Intent[] => {
  const power = powersOf(problem);
  const caps = capsOf(problem, steps);
  const buys = (step: number): number => problem.importPrice[step] ?? 0;
  const sells = (step: number): number => problem.exportPrice[step] ?? 0;
  const discharges = steps.map(({ dischargeKw }) => dischargeKw > NOTHING_KW);
  /** Prices at which the plan takes energy out later: what a kWh in the battery is for. */
  const later = (step: number): readonly number[] =>
    steps.flatMap((_, place) => (place > step && discharges[place] ? [buys(place)] : []));

  return steps.map((step, place): Intent => {
    const { importKw, exportKw, chargeKw, dischargeKw, curtailKw } = step;
    const socPct = step.socPct ?? 0;
    const uses = later(place);
    const worthTakingOut =
      buys(place) >= Math.min(...uses, Number.POSITIVE_INFINITY) - NOTHING_PRICE || uses.length === 0;
    const worthKeeping =
      Math.max(...uses, 0) * power.thereAndBack - 2 * power.wear > sells(place) ||
      (uses.length === 0 && sells(place) <= 0);
    const out = worthTakingOut ? -power.dischargeKw : 0;
    const into = worthKeeping ? power.chargeKw : 0;
    const intent = (leastKw: number, mostKw: number, targetKw = 0): Intent => ({
      does: named(leastKw, mostKw),
      targetKw,
      leastKw,
      mostKw,
      capKw: caps[place] ?? Number.POSITIVE_INFINITY,
    });

    if (chargeKw > NOTHING_KW) {
      const sellsToo = exportKw > NOTHING_KW || curtailKw > NOTHING_KW;
      if (Math.min(chargeKw, importKw) > NOTHING_KW) return intent(chargeKw, sellsToo ? chargeKw : power.chargeKw);
      // It leaves room for a time in which selling brings less; a split between equal hours is no wish.
      const keepsRoom =
        sellsToo &&
        chargeKw < power.chargeKw - NOTHING_KW &&
        socPct < power.maxPct - NEAR_PCT &&
        steps.some(
          (each, then) =>
            then > place &&
            each.chargeKw > NOTHING_KW &&
            (sells(then) < sells(place) - NOTHING_PRICE || each.curtailKw > NOTHING_KW),
        );
      return intent(out, keepsRoom ? chargeKw : power.chargeKw);
    }
    if (dischargeKw > NOTHING_KW) {
      if (Math.min(dischargeKw, exportKw) > NOTHING_KW) return intent(-power.dischargeKw, -dischargeKw);
      const savesSome =
        importKw > NOTHING_KW &&
        dischargeKw < power.dischargeKw - NOTHING_KW &&
        socPct > power.minPct + NEAR_PCT &&
        steps.some((_, then) => then > place && discharges[then] && buys(then) > buys(place) + NOTHING_PRICE);
      return intent(-power.dischargeKw, power.chargeKw, savesSome ? importKw : 0);
    }
    if (importKw > NOTHING_KW) return intent(0, into);
    if (exportKw > NOTHING_KW) return socPct >= power.maxPct - NEAR_PCT ? intent(out, power.chargeKw) : intent(out, 0);
    return intent(out, power.chargeKw);
  });
};

/** What the house is at, for the battery. */
export interface BatteryNow {
  /** Load less sun, kW. */
  readonly netKw: number;
  readonly socPct: number;
  /** At or below it nothing is taken out. */
  readonly floorPct: number;
  readonly maxDischargeKw: number;
  readonly maxChargeKw: number;
  readonly maxExportKw: number;
}

/** What the battery is to do now so that the intent holds, kW, + charging. Never below the floor, whatever is intended. */
export const batteryKwFor = (intent: Intent, now: BatteryNow): number => {
  const { netKw, socPct, floorPct, maxChargeKw, maxDischargeKw, maxExportKw } = now;
  const wanted = Math.min(intent.mostKw, Math.max(intent.leastKw, intent.targetKw - netKw));
  const capped = Math.min(wanted, intent.capKw - netKw);
  const sold = capped < 0 ? Math.min(0, Math.max(capped, -maxExportKw - netKw)) : capped;
  const held = Math.min(maxChargeKw, Math.max(-maxDischargeKw, sold));
  return socPct <= floorPct ? Math.max(0, held) : held;
};
