import type { PolicyBattery } from './types.ts';

/**
 * What the policy chooses from: a manner of running the battery for one step. Between two choices the power follows the house
 * by itself, as an inverter does, so no choice needs to know what the step will bring.
 */
export const MODES = ['follow', 'save', 'cover', 'rest', 'charge', 'charge-gently', 'sell'] as const;
export type Mode = (typeof MODES)[number];

const GENTLE_SHARE = 0.4;

/** Battery power that a mode asks for, kW, charging positive, before any limit. */
export const wantedKw = (mode: Mode, battery: PolicyBattery, netKw: number): number => {
  switch (mode) {
    // Self-consumption: surplus in, deficit out.
    case 'follow':
      return -netKw;
    // Surplus in; the deficit is bought, and what is stored waits for a dearer hour.
    case 'save':
      return Math.max(0, -netKw);
    // Deficit out; surplus is sold, and the room waits for a cheaper hour.
    case 'cover':
      return Math.min(0, -netKw);
    case 'rest':
      return 0;
    case 'charge':
      return battery.maxChargeKw;
    case 'charge-gently':
      return Math.max(GENTLE_SHARE * battery.maxChargeKw, -netKw);
    case 'sell':
      return -battery.maxDischargeKw;
  }
};

/** Whether a battery may do it at all, for each of `MODES`. */
export const allowedModes = ({ fromGrid, toGrid }: PolicyBattery): readonly boolean[] =>
  MODES.map((mode) => (mode === 'sell' ? toGrid : mode.startsWith('charge') ? fromGrid : true));

/**
 * The mode with the highest score among those that are allowed; the first of equals. Any but self-consumption, which is the
 * first, has to be better by `caution`.
 */
export const bestMode = (scores: ArrayLike<number>, allowed: readonly boolean[], caution = 0): number => {
  let best = 0;
  let highest = (scores[0] ?? Number.NEGATIVE_INFINITY) + caution;
  for (let mode = 1; mode < allowed.length; mode += 1) {
    const score = scores[mode] ?? Number.NEGATIVE_INFINITY;
    if (allowed[mode] === true && score > highest) {
      best = mode;
      highest = score;
    }
  }
  return best;
};

/** The mode at a place of `MODES`. */
export const modeAt = (place: number): Mode => MODES[place] ?? 'rest';
