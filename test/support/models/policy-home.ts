import { POLICY_FEATURES } from '../../../models/control-policy/features.ts';
import { MODES, type Mode } from '../../../models/control-policy/modes.ts';
import { offsetsOf, weightCount } from '../../../models/control-policy/network.ts';
import type { PolicyParts, TrainedPolicy } from '../../../models/control-policy/policy.ts';
import type { PolicySettings } from '../../../models/control-policy/settings.ts';
import type { PolicyHome, PolicySeries } from '../../../models/control-policy/types.ts';
import { seededRandom } from '../../../models/network/random.ts';

export const POLICY_HOME: PolicyHome = {
  battery: {
    ...{ capacityKwh: 10, minSocPct: 10, maxSocPct: 100, maxChargeKw: 4, maxDischargeKw: 4 },
    ...{ chargeEfficiency: 0.95, dischargeEfficiency: 0.95, standingLossPerHour: 0.0002, wearCostPerKwh: 0.01 },
    ...{ fromGrid: true, toGrid: false },
  },
  maxImportKw: 17,
  maxExportKw: 10,
};

export const SMALL: PolicySettings = {
  ...{
    shape: { dense: 12, hidden: 6 },
    homes: 8,
    steps: 24,
    sequence: 12,
    batch: 8,
    epochs: 2,
    clip: 0.2,
    entropy: 0.005,
  },
  ...{ imitationRounds: 6, practiceRounds: 2, imitationRate: 0.01, practiceRate: 0.002, lookEvery: 2 },
};

/** Days of hours: a sunny roof or none, cheap nights, dear evenings, and some chance in everything. */
export const madeSeries = (
  days: number,
  options: { readonly pv?: number; readonly seed?: number } = {},
): PolicySeries => {
  const random = seededRandom(options.seed ?? 1);
  const column = (of: (hour: number, day: number) => number): Float64Array =>
    Float64Array.from({ length: days * 24 }, (_, step) => of(step % 24, Math.floor(step / 24)));
  const sky = Array.from({ length: days }, () => 0.3 + random());
  const hour = column((each) => each);
  return {
    ...{ startAt: Date.UTC(2026, 0, 5), stepHours: 1, localHour: hour },
    loadKw: column((each) => (each >= 17 && each < 22 ? 1.4 : 0.5) * (0.7 + 0.6 * random())),
    pvKw: column(
      (each, day) => (options.pv ?? 3) * (sky[day] ?? 1) * Math.max(0, Math.sin((Math.PI * (each - 6)) / 12)),
    ),
    importPrice: column((each) => (each < 6 ? 0.12 : each >= 17 && each < 21 ? 0.45 : 0.28) + 0.04 * random()),
    exportPrice: column(() => 0.07),
    weekday: column((_, day) => 1 + (day % 7)),
    knownSteps: hour.map((each) => (each >= 13 ? 48 : 24) - each),
  };
};

export const partsOf = (home: PolicyHome = POLICY_HOME): PolicyParts => ({
  ...{ shape: SMALL.shape, features: POLICY_FEATURES.map(({ name }) => name), modes: [...MODES], stepHours: 1, home },
  scale: { netKw: 0.8, price: 0.28, priceSpread: 0.1, usableKwh: (home.battery.capacityKwh * 90) / 100 },
});

/** A policy that always chooses the same mode. */
export const stubbornPolicy = (mode: Mode, home: PolicyHome = POLICY_HOME): TrainedPolicy => {
  const parts = partsOf(home);
  const weights = new Float32Array(weightCount(parts.shape));
  weights[(offsetsOf(parts.shape).get('outBias') ?? 0) + MODES.indexOf(mode)] = 1;
  return { parts, weights };
};

export const randomPolicy = (seed: number, home: PolicyHome = POLICY_HOME): TrainedPolicy => {
  const random = seededRandom(seed);
  const parts = partsOf(home);
  return { parts, weights: Float32Array.from({ length: weightCount(parts.shape) }, () => random() - 0.5) };
};
