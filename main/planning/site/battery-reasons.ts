import { HOUR_MS } from './grid-of-steps.ts';
import { kwText, pctText, type SiteWords } from './site-words.ts';
import { type BatteryMode, floorPct, hasReserve, NEAR_PCT, NOTHING_KW, type Stretch } from './stretches.ts';
import type { LeansOn } from './types.ts';
import { type PlanLook, range, weighted } from './views-of-step.ts';

/** Why a stretch is as it is. */
export interface Reason {
  /** Stable. */
  readonly code: string;
  readonly sentence: string;
  readonly boundBy: string | null;
  readonly leansOn: string | null;
}

/** A price has to be so much better to be called so. */
const CLEARLY = 0.005;
/** Beyond this the price is a peak's. */
const AT_PEAK_KW = 0.1;
/** A reserve that is asked for within an hour after a charge is what the charge is for. */
const SOON_STEPS = 4;

interface Later {
  readonly step: number;
  readonly price: number;
}

/** The dearest step after the stretch in which the battery gives; null where it gives nothing any more. */
const dearestUse = (look: PlanLook, after: number): Later | null => {
  let best: Later | null = null;
  for (const step of range(after, look.steps.length)) {
    const { dischargeKw = 0, exportKw = 0 } = look.steps[step] ?? {};
    if (dischargeKw <= NOTHING_KW) continue;
    const price = Math.min(dischargeKw, exportKw) > dischargeKw / 2 ? look.sells(step) : look.buys(step);
    if (best === null || price > best.price) best = { step, price };
  }
  return best;
};

/** True where the import of most steps stands at a limit that somebody set or pays for. */
const atImportLimit = (look: PlanLook, steps: readonly number[]): 'limit' | 'peak' | null => {
  const most = (matches: (step: number) => boolean): boolean => steps.filter(matches).length > steps.length / 2;
  const importOf = (step: number): number => look.steps[step]?.importKw ?? 0;
  if (most((step) => importOf(step) > look.problem.grid.maxImportKw - AT_PEAK_KW)) return 'limit';
  const atPeak = (step: number): boolean =>
    look.countsForPeak(step) && look.peakKw > AT_PEAK_KW && importOf(step) > look.peakKw - AT_PEAK_KW;
  return most(atPeak) ? 'peak' : null;
};

/** What of the battery itself holds a stretch back. */
const batteryBound = (look: PlanLook, { from, to }: Stretch<BatteryMode>, charges: boolean): string | null => {
  const battery = look.problem.batteries[0];
  if (battery === undefined) return null;
  const endPct = look.steps[to - 1]?.socPct ?? 0;
  if (charges && endPct >= battery.maxSocPct - NEAR_PCT) return 'the battery is full';
  if (!charges && hasReserve(look.problem, to - 1) && endPct <= floorPct(look.problem, to - 1) + NEAR_PCT)
    return `the reserve of ${pctText(floorPct(look.problem, to - 1))}`;
  if (!charges && endPct <= battery.minSocPct + NEAR_PCT) return `the least charge of ${pctText(battery.minSocPct)}`;
  const mostKw = charges ? battery.maxChargeKw : battery.maxDischargeKw;
  const atMost = range(from, to).filter((step) => {
    const { chargeKw = 0, dischargeKw = 0 } = look.steps[step] ?? {};
    return (charges ? chargeKw : dischargeKw) >= mostKw - NOTHING_KW;
  });
  return atMost.length * 2 > to - from
    ? `${kwText(mostKw)}, the most that the battery ${charges ? 'takes' : 'gives'}`
    : null;
};

type Say = (stretch: Stretch<BatteryMode>, look: PlanLook, words: SiteWords) => Omit<Reason, 'leansOn'>;

const startOf = (look: PlanLook, step: number): number => look.problem.startAt + step * look.problem.stepMs;

const onMean = (look: PlanLook, { from, to }: Stretch<unknown>, price: (step: number) => number): number => {
  const energy = (step: number): number => {
    const { chargeKw = 0, dischargeKw = 0 } = look.steps[step] ?? {};
    return chargeKw + dischargeKw;
  };
  const steps = range(from, to);
  return weighted(steps, energy, price) ?? weighted(steps, () => 1, price) ?? 0;
};

const fromSun: Say = (stretch, look, words) => {
  const use = dearestUse(look, stretch.to);
  const sold = onMean(look, stretch, look.sells);
  const sunk = sold <= 0 ? 'instead of giving it away' : `instead of selling it for ${words.price(sold)} a kWh`;
  return {
    code: 'CHARGE_FROM_SURPLUS',
    sentence:
      use === null
        ? `Stores sun that the house does not need, ${sunk}.`
        : `Stores sun that the house does not need, ${sunk}: at ${words.time(startOf(look, use.step))} a kWh is worth ${words.price(use.price)}.`,
    boundBy: batteryBound(look, stretch, true),
  };
};

/** The highest import after the stretch, where it stands at the peak that is paid for and the battery helps. */
const helpsAtPeak = (look: PlanLook, after: number): boolean =>
  range(after, look.steps.length).some(
    (step) => (look.steps[step]?.dischargeKw ?? 0) > NOTHING_KW && atImportLimit(look, [step]) !== null,
  );

/** The charge before a step. */
const before = (look: PlanLook, step: number): number =>
  step === 0 ? (look.problem.batteries[0]?.initialSocPct ?? 0) : (look.steps[step - 1]?.socPct ?? 0);

const fromGrid: Say = (stretch, look, words) => {
  const { problem } = look;
  const paid = onMean(look, stretch, look.buys);
  const use = dearestUse(look, stretch.to);
  const endStep = stretch.to - 1;
  const boundBy =
    batteryBound(look, stretch, true) ??
    (atImportLimit(look, range(stretch.from, stretch.to)) === null
      ? null
      : `${kwText(Math.min(look.peakKw, problem.grid.maxImportKw))} of import`);
  const say = (code: string, sentence: string): Omit<Reason, 'leansOn'> => ({ code, sentence, boundBy });
  if (paid < 0)
    return say('NEGATIVE_PRICE', `Charges while the grid pays ${words.price(-paid)} for each kWh that is taken.`);
  const startPct = before(look, stretch.from);
  const endPct = look.steps[endStep]?.socPct ?? 0;
  const least = problem.batteries[0]?.minSocPct ?? 0;
  if (startPct < least - NEAR_PCT)
    return say('LEAST_CHARGE', `Charges because the battery is below its least charge of ${pctText(least)}.`);
  const reserve = range(endStep, Math.min(look.steps.length, endStep + SOON_STEPS)).reduce(
    (most, step) => (hasReserve(problem, step) ? Math.max(most, floorPct(problem, step)) : most),
    0,
  );
  if (startPct < reserve - NEAR_PCT && endPct <= reserve + 5 * NEAR_PCT)
    return say(
      'KEEP_RESERVE',
      `Charges to have a reserve of ${pctText(reserve)} in case the day goes worse than expected.`,
    );
  const lossless = (problem.batteries[0]?.chargeEfficiency ?? 1) * (problem.batteries[0]?.dischargeEfficiency ?? 1);
  if (use !== null && use.price * lossless > paid + CLEARLY)
    return say(
      'CHARGE_CHEAP_BEFORE_DEAR',
      `Charges while power costs ${words.price(paid)} a kWh, for ${words.time(startOf(look, use.step))} when it costs ${words.price(use.price)}.`,
    );
  if (helpsAtPeak(look, stretch.to))
    return say(
      'CHARGE_BEFORE_PEAK',
      `Charges ahead, so that the import stays at ${kwText(look.peakKw)} when more is needed.`,
    );
  return say(
    'CHARGE_FOR_LATER',
    `Charges while power costs ${words.price(paid)} a kWh: it will be worth more after this plan ends.`,
  );
};

/** True where the battery becomes full of sun before it takes anything from the grid. */
const fullOfSunLater = (look: PlanLook, after: number): boolean => {
  const mostPct = look.problem.batteries[0]?.maxSocPct ?? 100;
  for (const step of range(after, look.steps.length)) {
    const { chargeKw = 0, importKw = 0, exportKw = 0, curtailKw = 0, socPct } = look.steps[step] ?? {};
    if (Math.min(chargeKw, importKw) > NOTHING_KW) return false;
    if ((socPct ?? 0) >= mostPct - NEAR_PCT && exportKw + curtailKw > NOTHING_KW) return true;
  }
  return false;
};

const intoHouse: Say = (stretch, look, words) => {
  const steps = range(stretch.from, stretch.to);
  const saved = onMean(look, stretch, look.buys);
  const limit = atImportLimit(look, steps);
  const boundBy = batteryBound(look, stretch, false);
  if (limit === 'limit') {
    const limitKw = kwText(look.problem.grid.maxImportKw);
    return {
      code: 'IMPORT_LIMIT',
      sentence: `Helps so that the import stays within ${limitKw}.`,
      boundBy: `the grid limit of ${limitKw}`,
    };
  }
  if (limit === 'peak') {
    const peak = kwText(look.peakKw);
    return {
      code: 'PEAK_CAP',
      sentence: `Helps so that the import stays at ${peak}: a higher peak would cost money all month.`,
      boundBy: `${peak} of import`,
    };
  }
  const usual = weighted(range(0, look.steps.length), () => 1, look.buys) ?? 0;
  if (saved < usual - CLEARLY && fullOfSunLater(look, stretch.to))
    return {
      code: 'MAKE_ROOM',
      sentence: 'Covers the house and so makes room for more sun than would fit otherwise.',
      boundBy,
    };
  return {
    code: 'DISCHARGE_AVOIDS_DEAR',
    sentence: `Covers the house while power costs ${words.price(saved)} a kWh.`,
    boundBy,
  };
};

const intoGrid: Say = (stretch, look, words) => {
  const brings = words.price(onMean(look, stretch, look.sells));
  const boundBy = batteryBound(look, stretch, false);
  return look.problem.batteries[0]?.toGrid === false
    ? {
        code: 'SELL_SUN_INSTEAD',
        sentence: `Covers the house, so that the sun can be sold for ${brings} a kWh.`,
        boundBy,
      }
    : { code: 'SELL_DEAR', sentence: `Sells stored energy while a kWh brings ${brings}.`, boundBy };
};

const keepsCharge: Say = (stretch, look, words) => {
  const now = onMean(look, stretch, look.buys);
  const use = dearestUse(look, stretch.to);
  const last = stretch.to - 1;
  const atFloor = (look.steps[last]?.socPct ?? 0) <= floorPct(look.problem, last) + 2 * NEAR_PCT;
  if (hasReserve(look.problem, last) && atFloor) {
    const reserve = pctText(floorPct(look.problem, last));
    return {
      code: 'KEEP_RESERVE',
      sentence: `Keeps a reserve of ${reserve} in case the day goes worse than expected.`,
      boundBy: `the reserve of ${reserve}`,
    };
  }
  if (use !== null && use.price > now + CLEARLY)
    return {
      code: 'HOLD_FOR_PEAK',
      sentence: `Keeps its charge for ${words.time(startOf(look, use.step))}, when power costs ${words.price(use.price)} instead of ${words.price(now)}.`,
      boundBy: null,
    };
  if (use !== null && helpsAtPeak(look, stretch.to))
    return {
      code: 'HOLD_FOR_LIMIT',
      sentence: `Keeps its charge for ${words.time(startOf(look, use.step))}, when the import would be too high without it.`,
      boundBy: null,
    };
  return {
    code: 'NOT_WORTH_IT',
    sentence: `Rests: power at ${words.price(now)} a kWh does not pay for the losses and the wear.`,
    boundBy: null,
  };
};

const keepsRoom: Say = (stretch, look, words) => {
  const brings = onMean(look, stretch, look.sells);
  const cheaper = range(stretch.to, look.steps.length).find(
    (step) => (look.steps[step]?.chargeKw ?? 0) > NOTHING_KW && look.sells(step) < brings - CLEARLY,
  );
  return cheaper === undefined
    ? {
        code: 'SELL_SUN',
        sentence: `Sells the sun for ${words.price(brings)} a kWh: stored it would bring no more.`,
        boundBy: null,
      }
    : {
        code: 'LEAVE_ROOM',
        sentence: `Sells the sun for ${words.price(brings)} a kWh and leaves room for ${words.time(startOf(look, cheaper))}, when it brings only ${words.price(look.sells(cheaper))}.`,
        boundBy: null,
      };
};

const SAYINGS: Readonly<Record<BatteryMode, Say>> = {
  'charge-sun': fromSun,
  'charge-grid': fromGrid,
  'discharge-house': intoHouse,
  'discharge-grid': intoGrid,
  'hold-charge': keepsCharge,
  'hold-room': keepsRoom,
};

/** Which forecast or price list the reason would fall with. */
export const leansOnPrices = (look: PlanLook, steps: readonly number[], { prices }: LeansOn): string | null => {
  if (prices === null) return null;
  return steps.every((step) => look.priceKnown[step] ?? false)
    ? `prices: ${prices}`
    : `prices: ${prices}, partly guessed`;
};

/** Why the battery does what it does in a stretch. */
export const batteryReason = (
  stretch: Stretch<BatteryMode>,
  look: PlanLook,
  words: SiteWords,
  leansOn: LeansOn,
): Reason => {
  const reason = SAYINGS[stretch.mode](stretch, look, words);
  const ofSun = reason.code === 'CHARGE_FROM_SURPLUS' || reason.code === 'MAKE_ROOM' || stretch.mode === 'hold-room';
  const ofLoad = ['KEEP_RESERVE', 'PEAK_CAP', 'IMPORT_LIMIT', 'CHARGE_BEFORE_PEAK', 'HOLD_FOR_LIMIT'].includes(
    reason.code,
  );
  const ahead = Math.min(look.steps.length, stretch.to + (24 * HOUR_MS) / look.problem.stepMs);
  if (ofSun) return { ...reason, leansOn: leansOn.sun };
  return { ...reason, leansOn: ofLoad ? leansOn.load : leansOnPrices(look, range(stretch.from, ahead), leansOn) };
};
