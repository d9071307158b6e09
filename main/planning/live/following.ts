import type { LiveState } from '../../../preload/contract/site.ts';
import type { Following, NumberChannel } from './battery-way.ts';
import { type BatteryNow, batteryKwFor, type Intent } from './intent.ts';

/** A difference below this is the noise of meters and not worth a write, W. */
const DEAD_BAND_W = 80;
/** A difference above this does not wait for its turn, W. */
const URGENT_W = 1_500;
/** How long a written value is given before it is looked at again: what is nearer to the truth costs writes. */
const EVERY_MS = 30_000;
const URGENT_EVERY_MS = 15_000;
/** Share of a day's writes that is left to the safe side and to people. */
const LEFT_ALONE = 0.1;
/** Beyond the floor by so much, a battery may be discharged by the plan, %. */
const ABOVE_FLOOR_PCT = 0.5;

/** What the fast loop may look at, all of it fresh; null where something is not: then nobody may follow it. */
export interface HouseNow {
  readonly netKw: number;
  readonly gridKw: number;
  readonly socPct: number;
}

export const houseNow = (live: LiveState): HouseNow | null => {
  const { gridW, batteryW, socPct } = live;
  const value = (measure: LiveState['gridW']): number | null =>
    measure.freshness === 'fresh' && measure.measuredAt !== null && live.at - measure.measuredAt <= measure.limitMs
      ? measure.value
      : null;
  const grid = value(gridW);
  const battery = value(batteryW);
  const soc = value(socPct);
  if (grid === null || battery === null || soc === null || ![grid, battery, soc].every(Number.isFinite)) return null;
  // pv + grid = load + battery, so that load less sun needs no meter of its own.
  return { netKw: (grid - battery) / 1000, gridKw: grid / 1000, socPct: soc };
};

/** Limits of the house that no intent passes. */
export type HouseLimits = Pick<BatteryNow, 'floorPct' | 'maxChargeKw' | 'maxDischargeKw' | 'maxExportKw'>;

const ontoStep = (valueW: number, { control }: NumberChannel, wattsEach: number): number => {
  const value = Math.min(control.maximum, Math.max(control.minimum, valueW / wattsEach));
  return Number((Math.trunc(value / control.step) * control.step).toFixed(6)) + 0;
};

/**
 * The value that holds the intent now. A grid setpoint of 0 leaves the inverter to its own self-consumption, which follows the
 * house within a second: wherever that does the same, it is asked for.
 */
export const setpointFor = (way: Following, intent: Intent, now: HouseNow, limits: HouseLimits): number => {
  const floorPct = limits.floorPct + ABOVE_FLOOR_PCT;
  const batteryKw = batteryKwFor(intent, { ...limits, ...now, floorPct });
  if (way.what === 'power') return ontoStep(batteryKw * 1000, way.channel, way.wattsEach);
  const gridKw = now.netKw + batteryKw;
  const byItself = Math.min(limits.maxChargeKw, Math.max(-limits.maxDischargeKw, -now.netKw));
  const asByItself = Math.abs(batteryKw - byItself) < DEAD_BAND_W / 2000;
  return asByItself ? 0 : ontoStep(gridKw * 1000, way.channel, way.wattsEach);
};

/** How many writes of today the plan may still use on a channel. */
export const writesLeft = ({ config, writesToday }: Pick<NumberChannel, 'config' | 'writesToday'>): number =>
  Math.floor((config.rules?.writeBudgetPerDay ?? 0) * (1 - LEFT_ALONE)) - writesToday;

/** What was asked of a channel that follows the house. */
export interface Followed {
  readonly value: number;
  readonly atMs: number;
  /** The intent that it held. */
  readonly intent: Intent;
}

/**
 * Whether a new value is worth a write now. What changes the intent goes at once; noise never; what lies between waits for its
 * turn, and longer the fewer writes are left of the day.
 */
export const worthWriting = (
  way: Following,
  wanted: number,
  standing: number,
  last: Followed | null,
  now: { readonly intent: Intent; readonly monotonicMs: number; readonly dayLeftMs: number },
): boolean => {
  const { control } = way.channel;
  const apartW = Math.abs(wanted - standing) * way.wattsEach;
  if (apartW < (control.step * way.wattsEach) / 2) return false;
  if (last === null || last.intent.does !== now.intent.does) return true;
  const passedMs = now.monotonicMs - last.atMs;
  // Handing back to the inverter is worth a small write too: from then on it follows by itself.
  if (apartW < DEAD_BAND_W && wanted !== 0) return false;
  const restMs = now.dayLeftMs / Math.max(1, writesLeft(way.channel));
  return passedMs >= Math.max(apartW >= URGENT_W ? URGENT_EVERY_MS : EVERY_MS, restMs);
};
