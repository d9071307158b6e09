import { z } from 'zod';
import type { MinerReport } from './report.ts';

/** Answers of Braiins OS `/api/v1`; what is not used is not read, and what may be missing is optional. */
const optional = <Shape extends z.ZodType>(shape: Shape) => shape.nullish().catch(null);
const watt = optional(z.object({ watt: z.number() }));

export const loginSchema = z.object({ token: z.string().min(1), timeout_s: z.number().nullish() });

export const detailsSchema = z.object({
  uid: optional(z.string()),
  mac_address: optional(z.string()),
  hostname: optional(z.string()),
  miner_identity: optional(z.object({ name: optional(z.string()), miner_model: optional(z.string()) })),
  bos_version: optional(z.object({ current: optional(z.string()) })),
  /** 1 not started, 2 mining, 3 paused, 4 suspended, 5 restricted. */
  status: optional(z.number()),
});
export type BraiinsDetails = z.infer<typeof detailsSchema>;

const rate = optional(z.object({ gigahash_per_second: z.number() }));
export const statsSchema = z.object({
  miner_stats: optional(
    z.object({ real_hashrate: optional(z.object({ last_5s: rate, last_15s: rate, last_1m: rate })) }),
  ),
  power_stats: optional(z.object({ approximated_consumption: watt })),
});
export type BraiinsStats = z.infer<typeof statsSchema>;

export const coolingSchema = z.object({
  highest_temperature: optional(z.object({ temperature: optional(z.object({ degree_c: z.number() })) })),
});
export type BraiinsCooling = z.infer<typeof coolingSchema>;

/** The mode decides what the miner tunes for; a power target is there only with the first. */
export const modeSchema = z.object({
  tunermode: optional(
    z.object({ target: optional(z.object({ powertarget: optional(z.object({ power_target: watt })) })) }),
  ),
});
export type BraiinsMode = z.infer<typeof modeSchema>;

export const constraintsSchema = z.object({
  tuner_constraints: optional(z.object({ power_target: optional(z.object({ min: watt, max: watt })) })),
});

/** The reason stands as text or as the one member of an object. */
const reasonSchema = z
  .union([z.string(), z.record(z.string(), z.unknown())])
  .nullish()
  .catch(null);
const phase = z.object({ reason: reasonSchema }).nullish().catch(null);
const phases = z.object({ running: phase, starting: phase, stopping: phase, stopped: phase });
export const detailedSchema = z.union([z.object({ status: phases }).transform(({ status }) => status), phases]);
export type BraiinsDetailed = z.infer<typeof phases>;

const STOPPED_BY_ITSELF = new Set(['thermal_pause', 'dead_pools', 'tuner_error', 'hardware_error', 'missing_license']);

const reasonOf = (detailed: BraiinsDetailed | null): string | null => {
  const reason = detailed?.stopped?.reason;
  if (reason === null || reason === undefined) return null;
  return typeof reason === 'string' ? reason : (Object.keys(reason)[0] ?? null);
};

export interface BraiinsFacts {
  readonly details: BraiinsDetails;
  /** Null where the mining service rests or this firmware has no such answer. */
  readonly stats: BraiinsStats | null;
  readonly cooling: BraiinsCooling | null;
  readonly mode: BraiinsMode | null;
  readonly detailed: BraiinsDetailed | null;
}

/** Whether somebody paused it: a miner that stopped by itself is not paused, and one that still starts is on. */
export const isBraiinsPaused = (details: BraiinsDetails, detailed: BraiinsDetailed | null): boolean => {
  const reason = reasonOf(detailed);
  if (reason !== null) return reason.startsWith('user_');
  if (detailed?.running || detailed?.starting) return false;
  return details.status === 3 || details.status === 1;
};

const stateOf = ({ details, detailed }: BraiinsFacts): MinerReport['state'] => {
  if (isBraiinsPaused(details, detailed)) return 'paused';
  const reason = reasonOf(detailed);
  if (reason !== null) return STOPPED_BY_ITSELF.has(reason) ? 'fault' : 'starting';
  if (detailed?.starting) return 'starting';
  if (detailed?.stopping) return 'stopping';
  if (detailed?.running || details.status === 2 || details.status === 5) return 'mining';
  return details.status === 4 ? 'fault' : null;
};

export const powerTargetOf = (mode: BraiinsMode | null): number | null =>
  mode?.tunermode?.target?.powertarget?.power_target?.watt ?? null;

export const braiinsReport = (facts: BraiinsFacts): MinerReport => {
  const rates = facts.stats?.miner_stats?.real_hashrate;
  const ghs = (rates?.last_5s ?? rates?.last_15s ?? rates?.last_1m)?.gigahash_per_second ?? null;
  return {
    powerW: facts.stats?.power_stats?.approximated_consumption?.watt ?? null,
    hashrateThs: ghs === null ? null : ghs / 1000,
    tempC: facts.cooling?.highest_temperature?.temperature?.degree_c ?? null,
    state: stateOf(facts),
    powerLimitW: powerTargetOf(facts.mode),
  };
};
