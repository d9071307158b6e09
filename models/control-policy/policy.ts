import { z } from 'zod';
import { createActor } from './actor.ts';
import { POLICY_FEATURES, type PolicyScale, socFeature } from './features.ts';
import { allowedModes, bestMode, MODES } from './modes.ts';
import { weightCount } from './network.ts';
import { createPhysics } from './physics.ts';
import type { Chooser } from './play.ts';
import { featureRows } from './series-view.ts';
import type { PolicyHome, PolicySeries, Span } from './types.ts';

const positive = z.number().positive();
const share = z.number().positive().max(1);

/** Everything of a trained policy but its weights; what is kept as JSON. */
export const policyPartsSchema = z.strictObject({
  shape: z.strictObject({ dense: z.int().min(1).max(512), hidden: z.int().min(1).max(512) }),
  features: z.array(z.string()),
  modes: z.array(z.string()),
  stepHours: positive,
  scale: z.strictObject({ netKw: positive, price: z.number(), priceSpread: positive, usableKwh: positive }),
  home: z.strictObject({
    battery: z.strictObject({
      capacityKwh: positive,
      minSocPct: z.number().min(0).max(100),
      maxSocPct: z.number().min(0).max(100),
      maxChargeKw: z.number().min(0),
      maxDischargeKw: z.number().min(0),
      chargeEfficiency: share,
      dischargeEfficiency: share,
      standingLossPerHour: z.number().min(0).max(1),
      wearCostPerKwh: z.number().min(0),
      fromGrid: z.boolean(),
      toGrid: z.boolean(),
    }),
    maxImportKw: z.number().nullable(),
    maxExportKw: z.number().nullable(),
  }),
});

export interface PolicyParts extends z.infer<typeof policyPartsSchema> {
  readonly scale: PolicyScale;
  readonly home: PolicyHome;
}

/** A trained policy: plain data, the same wherever it is read. */
export interface TrainedPolicy {
  readonly parts: PolicyParts;
  readonly weights: Float32Array;
}

/** A gain below this, in the units of the rewards, is not worth leaving self-consumption for. */
const CAUTION = 0.02;

/** The mode that a policy takes on what its network said. */
export const takenMode = (said: Float32Array, allowed: readonly boolean[]): number => bestMode(said, allowed, CAUTION);

/** Why a policy cannot be used by this application; null where it can. */
export const policyFault = ({ parts, weights }: TrainedPolicy): string | null => {
  const same = (one: readonly string[], other: readonly string[]): boolean => one.join('|') === other.join('|');
  const named = POLICY_FEATURES.map(({ name }) => name);
  if (!same(parts.features, named)) return 'it reads other inputs than this application gives';
  if (!same(parts.modes, MODES)) return 'it chooses between other modes than this application knows';
  if (weights.length !== weightCount(parts.shape)) return 'it has another number of weights than its shape asks for';
  return weights.every((weight) => Number.isFinite(weight)) ? null : 'one of its weights is not a number';
};

/** The policy as it plays a span of the past: always its first choice. `seen` is what it is shown, if not the truth. */
export const choosePolicy = (
  { parts, weights }: TrainedPolicy,
  series: PolicySeries,
  span: Span,
  seen: PolicySeries = series,
): Chooser => {
  const width = POLICY_FEATURES.length;
  const actor = createActor(parts.shape, weights);
  const rows = featureRows(seen, parts.scale, span);
  const { leastKwh } = createPhysics(parts.home, series.stepHours);
  const allowed = allowedModes(parts.home.battery);
  const memory = new Float32Array(parts.shape.hidden);
  const out = new Float32Array(MODES.length + 1);
  return (step, storedKwh) => {
    const at = (step - span.from) * width;
    rows[at + width - 1] = socFeature(storedKwh, leastKwh, parts.scale);
    actor.step(rows, at, memory, out);
    return takenMode(out, allowed);
  };
};
