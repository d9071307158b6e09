import { createActor } from './actor.ts';
import { POLICY_FEATURES, type PolicyView, readFeatures, socFeature } from './features.ts';
import { allowedModes, MODES, type Mode, modeAt, wantedKw } from './modes.ts';
import { createPhysics } from './physics.ts';
import { type TrainedPolicy, takenMode } from './policy.ts';
import type { PolicyHome } from './types.ts';

const HOUR_MS = 3_600_000;

/** What is known at a moment. Arrays have one value for each `stepMs`; NaN where nothing was measured. */
export interface PolicyMoment {
  /** Start of the step that begins, UTC ms. */
  readonly at: number;
  readonly stepMs: number;
  /** The site's own clock: 0 to below 25, and 1 (Monday) to 7. */
  readonly localHour: number;
  readonly weekday: number;
  readonly socPct: number;
  /** Load less sun as the meter shows it now: what the power follows, not what is decided by. */
  readonly netKw: number;
  /** Load less sun of the steps that have ended, newest last; a week of them, if there is one. */
  readonly pastNetKw: ArrayLike<number>;
  /** Prices from the step that begins on, as far as they are known, and those of the day before, newest last. */
  readonly importPrice: ArrayLike<number>;
  readonly exportPrice: ArrayLike<number>;
  readonly pastImportPrice: ArrayLike<number>;
  readonly pastExportPrice: ArrayLike<number>;
}

/** A policy at work, with its memory. */
export interface LearntPolicy {
  /**
   * Battery power at the terminals, kW, charging positive, within the limits of battery, rights and grid; null where it does
   * not act: something that it needs is not a number, or the steps do not fit those it was trained on.
   */
  decide(moment: PolicyMoment): number | null;
  /** What it is about: the manner in which it runs the battery; null before the first decision. */
  mode(): Mode | null;
}

const meanOf = (values: ArrayLike<number>, from: number, to: number): number => {
  let sum = 0;
  for (let place = from; place < to; place += 1) sum += values[place] ?? Number.NaN;
  return sum / (to - from);
};

/** The moment in the steps of the policy, `per` of the moment's each; `into` of them have gone by in the one that runs. */
const viewOf = (moment: PolicyMoment, per: number, into: number): PolicyView => {
  const before = (values: ArrayLike<number>, back: number): number => {
    const end = values.length - into - (back - 1) * per;
    return meanOf(values, end - per, end);
  };
  const price = (known: ArrayLike<number>, past: ArrayLike<number>, ahead: number): number => {
    if (ahead < 0) return before(past, -ahead);
    const from = Math.max(0, ahead * per - into);
    return meanOf(known, from, ahead * per - into + per);
  };
  return {
    stepHours: (per * moment.stepMs) / HOUR_MS,
    localHour: moment.localHour - (into * moment.stepMs) / HOUR_MS,
    weekday: moment.weekday,
    knownSteps: Math.max(1, Math.floor((moment.importPrice.length + into) / per)),
    net: (back) => (back >= 1 ? before(moment.pastNetKw, back) : Number.NaN),
    importPrice: (ahead) => price(moment.importPrice, moment.pastImportPrice, ahead),
    exportPrice: (ahead) => price(moment.exportPrice, moment.pastExportPrice, ahead),
  };
};

/**
 * Puts a trained policy to work. It chooses a mode at each of its own steps (an hour, as a rule) and keeps to it in between,
 * where the power follows the house. After a gap it begins without memory. `home` is the home as it is now, if its limits
 * were changed since.
 */
export const createLearntPolicy = (policy: TrainedPolicy, home: PolicyHome = policy.parts.home): LearntPolicy => {
  const { parts, weights } = policy;
  const actor = createActor(parts.shape, weights);
  const allowed = allowedModes(home.battery);
  const ownMs = parts.stepHours * HOUR_MS;
  const width = POLICY_FEATURES.length;
  const inputs = new Float32Array(width);
  const out = new Float32Array(MODES.length + 1);
  const memory = new Float32Array(parts.shape.hidden);
  const { leastKwh } = createPhysics(parts.home, parts.stepHours);
  let decided: { readonly step: number; readonly mode: Mode } | null = null;
  return {
    mode: () => decided?.mode ?? null,
    decide: (moment) => {
      const { at, stepMs, socPct, netKw, importPrice, exportPrice } = moment;
      const per = ownMs / stepMs;
      const needed = [at, socPct, netKw, moment.localHour, importPrice[0] ?? Number.NaN, exportPrice[0] ?? Number.NaN];
      if (!Number.isInteger(per) || per < 1 || !needed.every((each) => Number.isFinite(each))) return null;
      const storedKwh = (socPct / 100) * home.battery.capacityKwh;
      const step = Math.floor(at / ownMs);
      if (decided?.step !== step) {
        if (decided === null || step !== decided.step + 1) memory.fill(0);
        readFeatures(viewOf(moment, per, Math.floor((at - step * ownMs) / stepMs)), parts.scale, inputs, 0);
        inputs[width - 1] = socFeature(storedKwh, leastKwh, parts.scale);
        actor.step(inputs, 0, memory, out);
        decided = { step, mode: modeAt(takenMode(out, allowed)) };
      }
      const physics = createPhysics(home, stepMs / HOUR_MS);
      return physics.limit(storedKwh, netKw, wantedKw(decided.mode, home.battery, netKw));
    },
  };
};
