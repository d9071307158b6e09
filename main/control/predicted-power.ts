import { consumes, freshState, isOn, type StageContext } from './stage.ts';
import { starts } from './stages-limits.ts';
import { isFresh } from './stages-permission.ts';
import type { ChannelSnapshot, DecisionSnapshot } from './types.ts';

/** Assumed of a load whose power nobody has measured or typed: a full 16 A circuit at 230 V. */
const ASSUMED_LOAD_W = 3680;
/** A load that was switched on lately may still be ramping up (a miner takes minutes), and is counted in full. */
const RAMP_MS = 300_000;
/** After this long the grid meter shows what a setting draws. */
const SETTLED_MS = 60_000;
const MAINS_V = 230;

/** Power that a load draws when it runs, W: as typed, else a whole circuit. */
const expectedW = (channel: ChannelSnapshot): number => channel.config.ratedPowerW ?? ASSUMED_LOAD_W;

/** Its own meter, W; null where it has none or the reading is too old. */
export const measuredW = (channel: ChannelSnapshot): number | null =>
  channel.powerW !== null && channel.powerW.ageMs <= channel.powerW.limitMs ? channel.powerW.value : null;

/** Power that others are about to draw and that a meter read `meterAgeMs` ago cannot show yet. */
export interface Reserve {
  readonly channel: ChannelSnapshot;
  readonly powerW: number;
}

/** A load's own meter may be newer than the grid's, so what changed after the grid was measured counts in full. */
export const reservesOf = (others: readonly ChannelSnapshot[], meterAgeMs: number): readonly Reserve[] =>
  others.flatMap((other) => {
    if (!consumes(other.config.role)) return [];
    const current = freshState(other);
    const runs = current !== null && isOn(current);
    const since = other.sinceChangeMs;
    if (!other.busy && !(runs && since !== null && since < RAMP_MS)) return [];
    const shown = runs && (since === null || since > meterAgeMs) ? (measuredW(other) ?? 0) : 0;
    return [{ channel: other, powerW: Math.max(0, expectedW(other) - shown) }];
  });

/** Without a meter everything that is not known to be off may be running. */
export const mayRun = (others: readonly ChannelSnapshot[]): readonly Reserve[] =>
  others
    .filter((other) => consumes(other.config.role) && freshState(other) !== false)
    .map((channel) => ({ channel, powerW: expectedW(channel) }));

export const sumW = (reserves: readonly Reserve[]): number => reserves.reduce((sum, { powerW }) => sum + powerW, 0);

/** Discharge of a battery at its floor or of unknown charge, W: it may stop at any moment, so it counts as import. */
export const failingDischargeW = ({ live, settings, at }: DecisionSnapshot): number => {
  const socPct = isFresh(live.socPct, at) ? live.socPct.value : null;
  if (socPct !== null && socPct > settings.minimumSocPct) return 0;
  return isFresh(live.batteryW, at) && live.batteryW.value !== null ? Math.max(0, -live.batteryW.value) : 0;
};

/** A wish in W; null where the setting has no power of its own. `voltageV` turns amperes into watts. */
const wishedW = (unit: string, value: number, voltageV: number): number | null =>
  unit === 'W' ? value : unit === 'kW' ? value * 1000 : unit === 'A' ? value * voltageV : null;

/** What the action adds to the load at most, W; null where the setting has no power of its own. */
export const addedW = ({ snapshot, value }: StageContext): number | null => {
  const { channel, live, at } = snapshot;
  const { control, config } = channel;
  if (config.role === 'pv') return null;
  // From one running option to another nothing is known of the power; off to any of them may draw all of it.
  if (control.kind === 'switch' || (control.kind === 'choice' && consumes(config.role)))
    return starts(value, freshState(channel)) ? expectedW(channel) : 0;
  if (control.kind !== 'number' || typeof value !== 'number' || /discharge/i.test(config.channelId)) return null;
  const voltage =
    config.role === 'battery' && isFresh(live.batteryVoltageV, at) ? (live.batteryVoltageV.value ?? MAINS_V) : MAINS_V;
  const wished = wishedW(control.unit, value, voltage);
  if (wished === null) return null;
  // What changed a moment ago may not be in the grid's reading yet: then nothing of it is taken off.
  const settled = channel.sinceChangeMs === null || channel.sinceChangeMs > SETTLED_MS;
  const measured =
    config.role === 'battery' ? (isFresh(live.batteryW, at) ? live.batteryW.value : null) : measuredW(channel);
  const nowW = settled || (measured ?? 0) < 0 ? measured : 0;
  return wished - (nowW ?? 0);
};

/** Age of a measure, ms; 0 for one from a clock that was set back. */
export const ageOf = (measuredAt: number | null, at: number): number =>
  measuredAt === null ? 0 : Math.max(0, at - measuredAt);
