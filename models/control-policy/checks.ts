import { seededRandom } from '../network/random.ts';
import { createLearntPolicy, type PolicyMoment } from './learnt-policy.ts';
import { createPhysics } from './physics.ts';
import { playModes } from './play.ts';
import { choosePolicy, type TrainedPolicy } from './policy.ts';
import { fairPlay } from './train.ts';
import type { Trial } from './trial.ts';
import type { PolicySeries, Span } from './types.ts';

/** One thing that a policy must show before it may even be watched. */
export interface PolicyCheck {
  readonly name: string;
  readonly passed: boolean;
  /** One sentence for a person, with the figure. */
  readonly sentence: string;
}

const HOUR_MS = 3_600_000;
const TOLERANCE = 1e-6;
/** Worse than self-consumption by less than this share of what the home pays without a battery is the same. */
const SAME_SHARE = 0.002;
const JITTER = 0.03;
/** Jitter may cost so much of what perfect foresight saves. */
const JITTER_SHARE = 0.1;
const PRICE_SWING = 1.5;
const CHEAP_UNTIL = 6;
const DEAR_FROM = 17;
const DEAR_UNTIL = 21;
const WILD_MOMENTS = 400;

const money = (amount: number): string => amount.toFixed(2);

/** A day's moments of an invented home: a steady load, cheap nights, dear evenings. */
const inventedMoment = (policy: TrainedPolicy, hour: number, socPct: number): PolicyMoment => {
  const { scale, home, stepHours } = policy.parts;
  const perHour = 1 / stepHours;
  const priceAt = (at: number): number => {
    const local = ((at % 24) + 24) % 24;
    if (local < CHEAP_UNTIL) return scale.price - PRICE_SWING * scale.priceSpread;
    return local >= DEAR_FROM && local < DEAR_UNTIL ? scale.price + PRICE_SWING * scale.priceSpread : scale.price;
  };
  const loadKw = Math.min(scale.netKw, home.battery.maxDischargeKw / 2);
  const prices = (from: number, hours: number): number[] =>
    Array.from({ length: Math.round(hours * perHour) }, (_, step) => priceAt(from + step * stepHours));
  const sold = (prices: readonly number[]): number[] => prices.map(() => Math.min(0.05, scale.price / 4));
  const ahead = prices(hour, 24);
  const past = prices(hour - 24, 24);
  return {
    ...{
      at: hour * HOUR_MS,
      stepMs: stepHours * HOUR_MS,
      localHour: hour % 24,
      weekday: 1 + (Math.floor(hour / 24) % 7),
    },
    ...{ socPct, netKw: loadKw, pastNetKw: new Float64Array(Math.round(8 * 24 * perHour)).fill(loadKw) },
    ...{ importPrice: ahead, exportPrice: sold(ahead), pastImportPrice: past, pastExportPrice: sold(past) },
  };
};

const withinLimits = (policy: TrainedPolicy, { learnt }: Trial): PolicyCheck => {
  const { battery } = policy.parts.home;
  const { leastKwh, mostKwh } = createPhysics(policy.parts.home, policy.parts.stepHours);
  const broken = learnt.storedKwh.reduce((count, stored, step) => {
    const power = learnt.batteryKw[step] ?? 0;
    const outside = stored < leastKwh - TOLERANCE || stored > mostKwh + TOLERANCE;
    const tooMuch = power > battery.maxChargeKw + TOLERANCE || -power > battery.maxDischargeKw + TOLERANCE;
    return count + (outside || tooMuch ? 1 : 0);
  }, 0);
  const random = seededRandom(1);
  const worker = createLearntPolicy(policy);
  let wild = 0;
  for (let moment = 0; moment < WILD_MOMENTS; moment += 1) {
    const netKw = 60 * (random() - 0.5);
    const kw = worker.decide({ ...inventedMoment(policy, moment, 100 * random()), netKw });
    if (kw === null || kw > battery.maxChargeKw + TOLERANCE || -kw > battery.maxDischargeKw + TOLERANCE) wild += 1;
  }
  return {
    name: 'limits',
    passed: broken + wild === 0,
    sentence:
      broken + wild === 0
        ? 'It kept all limits of charge and power, on measured days and with wild values.'
        : `It broke a limit of charge or power in ${broken + wild} steps.`,
  };
};

const notWorse = (name: 'self' | 'none', label: string, trial: Trial): PolicyCheck => {
  const other = trial[name].cost;
  const slack = SAME_SHARE * Math.abs(trial.none.cost);
  return {
    name: `not worse than ${label}`,
    passed: trial.learnt.cost <= other + slack,
    sentence: `On days that it had not seen it paid ${money(trial.learnt.cost)}, ${label} ${money(other)}.`,
  };
};

/** Two invented days with cheap nights and dear evenings; the second one counts. */
const followsPrices = (policy: TrainedPolicy): PolicyCheck => {
  const name = 'follows prices';
  const { home, stepHours, scale } = policy.parts;
  const { battery } = home;
  const physics = createPhysics(home, stepHours);
  const [low, high] = [scale.price - PRICE_SWING * scale.priceSpread, scale.price + PRICE_SWING * scale.priceSpread];
  const paid = (low + battery.wearCostPerKwh) / (battery.chargeEfficiency * battery.dischargeEfficiency);
  if (battery.fromGrid && paid + battery.wearCostPerKwh > high)
    return {
      name,
      passed: true,
      sentence: 'The prices of this home differ too little for losses and wear to be worth it.',
    };
  const worker = createLearntPolicy(policy);
  let stored = (physics.leastKwh + physics.mostKwh) / 2;
  const sums = { cheapIn: 0, cheapOut: 0, dearIn: 0, dearOut: 0 };
  for (let hour = 0; hour < 48; hour += stepHours) {
    const moment = inventedMoment(policy, hour, (100 * stored) / battery.capacityKwh);
    const kw = worker.decide(moment) ?? 0;
    stored = physics.storedAfter(stored, kw);
    if (hour < 24) continue;
    const { localHour } = moment;
    if (localHour < CHEAP_UNTIL) {
      sums.cheapIn += Math.max(0, kw) * stepHours;
      sums.cheapOut += Math.max(0, -kw) * stepHours;
    }
    if (localHour >= DEAR_FROM && localHour < DEAR_UNTIL) {
      sums.dearIn += Math.max(0, kw) * stepHours;
      sums.dearOut += Math.max(0, -kw) * stepHours;
    }
  }
  const gives = sums.dearOut > sums.cheapOut && sums.dearIn <= sums.cheapIn;
  const passed = battery.fromGrid ? gives && sums.cheapIn > 0 : sums.dearIn === 0 && sums.dearOut >= sums.cheapOut;
  return {
    name,
    passed,
    sentence: `On an invented day it charged ${money(sums.cheapIn)} kWh in the cheap night and gave ${money(sums.dearOut)} kWh in the dear evening, after ${money(sums.cheapOut)} kWh given in the night.`,
  };
};

const refusesGaps = (policy: TrainedPolicy): PolicyCheck => {
  const usual = inventedMoment(policy, 10, 50);
  const gaps: readonly Partial<PolicyMoment>[] = [
    ...[{ socPct: Number.NaN }, { netKw: Number.NaN }, { importPrice: [] }, { importPrice: [Number.NaN] }],
    ...[{ exportPrice: [Number.NaN] }, { localHour: Number.NaN }, { stepMs: 7 }],
  ];
  const acted = gaps.filter((gap) => createLearntPolicy(policy).decide({ ...usual, ...gap }) !== null).length;
  const blind = createLearntPolicy(policy).decide({
    ...usual,
    pastNetKw: [],
    pastImportPrice: [],
    pastExportPrice: [],
  });
  const passed = acted === 0 && blind !== null && Number.isFinite(blind);
  return {
    name: 'does nothing on gaps',
    passed,
    sentence: passed
      ? 'It does nothing where charge, power or price is not known.'
      : `It acted in ${acted} of ${gaps.length} cases in which it must not.`,
  };
};

const repeats = (policy: TrainedPolicy, series: PolicySeries, span: Span, { learnt }: Trial): PolicyCheck => {
  const again = playModes(series, policy.parts.home, span, choosePolicy(policy, series, span), fairPlay(policy.parts));
  const apart = again.batteryKw.reduce((count, kw, step) => count + (kw === learnt.batteryKw[step] ? 0 : 1), 0);
  return {
    name: 'repeats itself',
    passed: apart === 0,
    sentence:
      apart === 0 ? 'The same days twice gave the same power in every step.' : `${apart} steps came out differently.`,
  };
};

/** The same days, shown to the policy with every value off by up to 3 %; what is paid is still what was measured. */
const bearsJitter = (policy: TrainedPolicy, series: PolicySeries, span: Span, trial: Trial): PolicyCheck => {
  const random = seededRandom(3);
  const shaken = (values: Float64Array): Float64Array =>
    values.map((value) => value * (1 + JITTER * (2 * random() - 1)));
  const seen = {
    ...series,
    ...{ loadKw: shaken(series.loadKw), pvKw: shaken(series.pvKw) },
    ...{ importPrice: shaken(series.importPrice), exportPrice: shaken(series.exportPrice) },
  };
  const choose = choosePolicy(policy, series, span, seen);
  const { cost } = playModes(series, policy.parts.home, span, choose, fairPlay(policy.parts));
  const possible = Math.max(0, trial.none.cost - trial.prescient.cost);
  const worse = cost - trial.learnt.cost;
  return {
    name: 'bears jitter',
    passed: worse <= JITTER_SHARE * possible + TOLERANCE,
    sentence: `With all values off by up to 3 % it paid ${money(Math.abs(worse))} ${worse > 0 ? 'more' : 'less'}.`,
  };
};

/** All checks, on days that the policy has not seen. */
export const checkPolicy = (
  policy: TrainedPolicy,
  series: PolicySeries,
  span: Span,
  trial: Trial,
): readonly PolicyCheck[] => [
  withinLimits(policy, trial),
  notWorse('none', 'no battery', trial),
  notWorse('self', 'self-consumption', trial),
  followsPrices(policy),
  refusesGaps(policy),
  repeats(policy, series, span, trial),
  bearsJitter(policy, series, span, trial),
];
