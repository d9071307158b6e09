import { createRainflow, type RainflowCycle } from './rainflow.ts';
import type { BatteryUse } from './stress.ts';

const HOUR_MS = 3_600_000;
/** A hole in the history longer than this is not bridged: what happened in it is not known. */
const LONGEST_GAP_MS = 2 * HOUR_MS;
/** Cycles shallower than this are noise of the meter. */
const LEAST_DEPTH_PCT = 1;

/** A moment of the battery: mean power until the next one, charging positive. Null is not known. */
export interface BatterySample {
  readonly at: number;
  readonly socPct: number | null;
  readonly powerW: number | null;
  readonly tempC: number | null;
}

/** How many cycles went as deep as so much. */
export interface DepthBin {
  readonly fromPct: number;
  readonly toPct: number;
  /** Half cycles count a half. */
  readonly cycles: number;
}

export interface BatteryLife {
  readonly use: BatteryUse;
  /** Depths of all cycles added up, over 100 %. */
  readonly fullCycles: number;
  readonly depthHistogram: readonly DepthBin[];
  /** Share of the time above 90 % while nothing flowed. */
  readonly fullAtRestShare: number;
  /** Share of the time above 30 °C, of the time whose temperature is known; null where none is. */
  readonly hotShare: number | null;
  /** Share of the charge that went in or out above half the capacity an hour. */
  readonly fastShare: number;
  /** Hours that are known, and the share that they are of all hours between the first and the last sample. */
  readonly knownHours: number;
  readonly coverage: number;
}

/** Where no temperature is measured: a cellar or a hall. */
const ROOM_C = 22;

/** What a history says of how a battery lives; null where it knows less than a day. Samples ascend in time. */
export const batteryLife = (history: readonly BatterySample[], nominalKwh: number): BatteryLife | null => {
  const counter = createRainflow();
  const cycles: RainflowCycle[] = [];
  const sum = { hours: 0, soc: 0, tempHours: 0, temp: 0, hot: 0, rest: 0, wh: 0, rateWh: 0, fastWh: 0 };
  history.forEach((sample, index) => {
    const { socPct } = sample;
    if (socPct !== null && Number.isFinite(socPct)) cycles.push(...counter.push(socPct));
    const next = history[index + 1];
    const spanMs = next === undefined ? 0 : next.at - sample.at;
    if (spanMs <= 0 || spanMs > LONGEST_GAP_MS || socPct === null) return;
    const hours = spanMs / HOUR_MS;
    const rateC = Math.abs(sample.powerW ?? 0) / (nominalKwh * 1000);
    const wh = Math.abs(sample.powerW ?? 0) * hours;
    sum.hours += hours;
    sum.soc += socPct * hours;
    if (sample.tempC !== null) {
      sum.tempHours += hours;
      sum.temp += sample.tempC * hours;
      if (sample.tempC > 30) sum.hot += hours;
    }
    if (socPct > 90 && rateC < 0.01) sum.rest += hours;
    sum.wh += wh;
    sum.rateWh += rateC * wh;
    if (rateC > 0.5) sum.fastWh += wh;
  });
  if (sum.hours < 24) return null;
  const counted = [...cycles, ...counter.open()].filter((each) => each.depth >= LEAST_DEPTH_PCT);
  const moved = counted.reduce((total, each) => total + each.count * each.depth, 0);
  const spanHours = ((history.at(-1)?.at ?? 0) - (history[0]?.at ?? 0)) / HOUR_MS;
  return {
    use: {
      depthPct: moved === 0 ? 0 : counted.reduce((total, each) => total + each.count * each.depth ** 2, 0) / moved,
      meanSocPct: sum.soc / sum.hours,
      temperatureC: sum.tempHours > 0 ? sum.temp / sum.tempHours : ROOM_C,
      rateC: sum.wh > 0 ? sum.rateWh / sum.wh : 0,
    },
    fullCycles: moved / 100,
    depthHistogram: Array.from({ length: 10 }, (_, bin) => ({
      fromPct: bin * 10,
      toPct: bin * 10 + 10,
      cycles: counted
        .filter((each) => Math.min(9, Math.floor(each.depth / 10)) === bin)
        .reduce((total, each) => total + each.count, 0),
    })),
    fullAtRestShare: sum.rest / sum.hours,
    hotShare: sum.tempHours > 0 ? sum.hot / sum.tempHours : null,
    fastShare: sum.wh > 0 ? sum.fastWh / sum.wh : 0,
    knownHours: sum.hours,
    coverage: Math.min(1, sum.hours / spanHours),
  };
};
