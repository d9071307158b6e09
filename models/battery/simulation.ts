import { seededRandom } from '../network/random.ts';

/** What limits a battery. One way efficiency: charging stores power × efficiency, discharging takes power / efficiency. */
export interface BatteryLimits {
  readonly capacityKwh: number;
  /** Discharge ends here; a battery below it may only charge. */
  readonly minimumSocPct: number;
  readonly maximumSocPct: number;
  readonly maxChargeW: number;
  readonly maxDischargeW: number;
  /** 0 to 1, each way. */
  readonly oneWayEfficiency: number;
}

/** One step of the house: pvW + gridW = loadW + batteryW; grid + import, battery + charging. */
export interface BatteryStep {
  readonly batteryW: number;
  readonly gridW: number;
  /** At the end of the step. */
  readonly socPct: number;
}

/** Self-consumption for one step: what the sun gives beyond the load is stored, what it lacks is drawn, as far as the limits go. */
const stepBattery = (
  limits: BatteryLimits,
  socPct: number,
  pvW: number,
  loadW: number,
  stepHours: number,
): BatteryStep => {
  const kwhOf = (pct: number): number => (Math.max(0, pct) / 100) * limits.capacityKwh;
  const roomW = (kwhOf(limits.maximumSocPct - socPct) * 1000) / stepHours / limits.oneWayEfficiency;
  const storedW = ((kwhOf(socPct - limits.minimumSocPct) * 1000) / stepHours) * limits.oneWayEfficiency;
  const surplusW = pvW - loadW;
  const batteryW =
    surplusW >= 0 ? Math.min(surplusW, limits.maxChargeW, roomW) : -Math.min(-surplusW, limits.maxDischargeW, storedW);
  const intoCellsW = batteryW >= 0 ? batteryW * limits.oneWayEfficiency : batteryW / limits.oneWayEfficiency;
  const next = socPct + ((intoCellsW / 1000) * stepHours * 100) / limits.capacityKwh;
  return { batteryW, gridW: loadW + batteryW - pvW, socPct: Math.min(100, Math.max(0, next)) };
};

/** The course over several steps from `socPct`; pv and load in W, one value a step. */
export const simulateBattery = (
  limits: BatteryLimits,
  socPct: number,
  pvW: readonly number[],
  loadW: readonly number[],
  stepHours: number,
): readonly BatteryStep[] => {
  let soc = socPct;
  return pvW.map((pv, index) => {
    const step = stepBattery(limits, soc, pv, loadW[index] ?? 0, stepHours);
    soc = step.socPct;
    return step;
  });
};

interface Band {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

/** A value of the band at probability `u`: straight between the quantiles, and as steep beyond them; never below zero. */
export const valueAt = (band: Band, u: number): number => {
  const slope = u < 0.5 ? (band.p50 - band.p10) / 0.4 : (band.p90 - band.p50) / 0.4;
  return Math.max(0, band.p50 + slope * (u - 0.5));
};

/** Standard normal distribution function (Zelen and Severo 1964, Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
const normalShare = (z: number): number => {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)) * poly;
  return z >= 0 ? 1 - tail : tail;
};

/** A random course of probabilities in which neighbours resemble each other: a cloudy hour follows a cloudy hour. */
const correlated = (steps: number, sameness: number, random: () => number): readonly number[] => {
  const normal = (): number => Math.sqrt(-2 * Math.log(Math.max(1e-12, random()))) * Math.cos(2 * Math.PI * random());
  let z = normal();
  return Array.from({ length: steps }, () => {
    const share = normalShare(z);
    z = sameness * z + Math.sqrt(1 - sameness * sameness) * normal();
    return share;
  });
};

const SUN_SAMENESS = 0.95;
const LOAD_SAMENESS = 0.6;

/**
 * The state of charge at the START of each step (and at the end of the last) as a band over `runs` random courses of sun and
 * load drawn from their bands. Seeded: the same bands give the same answer.
 */
export const projectSoc = (input: {
  readonly limits: BatteryLimits;
  readonly socPct: number;
  readonly pv: readonly Band[];
  readonly load: readonly Band[];
  readonly stepHours: number;
  readonly runs: number;
  readonly seed: number;
}): readonly Band[] => {
  const steps = Math.min(input.pv.length, input.load.length);
  const random = seededRandom(input.seed);
  const soc = Array.from({ length: steps + 1 }, () => new Float64Array(input.runs));
  const draw = (bands: readonly Band[], sameness: number): readonly number[] =>
    correlated(steps, sameness, random).map((u, index) => valueAt(bands[index] ?? { p10: 0, p50: 0, p90: 0 }, u));
  for (let run = 0; run < input.runs; run += 1) {
    const course = simulateBattery(
      input.limits,
      input.socPct,
      draw(input.pv, SUN_SAMENESS),
      draw(input.load, LOAD_SAMENESS),
      input.stepHours,
    );
    soc.forEach((column, index) => {
      column[run] = index === 0 ? input.socPct : (course[index - 1]?.socPct ?? input.socPct);
    });
  }
  return soc.map((column) => {
    column.sort();
    const pick = (share: number): number => column[Math.round(share * (input.runs - 1))] ?? input.socPct;
    return { p10: pick(0.1), p50: pick(0.5), p90: pick(0.9) };
  });
};
