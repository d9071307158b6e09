import type { ChannelConfig, ChannelRole, ControlKind } from '../../../preload/contract/devices.ts';
import type { ChannelRef } from '../../../preload/contract/safety.ts';
import type { ChannelSnapshot } from '../../control/types.ts';
import type { SiteId } from '../../ids.ts';
import { highestPowerW } from './measured.ts';
import type { Held, SiteDeps } from './types.ts';

/** Above this share of its usual power a load runs; below it only its electronics do. */
const RUNS_SHARE = 0.15;
const STANDBY_KW = 0.01;

/** Where neither a person nor a meter says what a load draws, kW. */
const USUAL_KW: Readonly<Partial<Record<ChannelRole, number>>> = {
  miner: 3.2,
  'water-heater': 2,
  ev: 7.4,
  'heat-pump': 2,
  climate: 1,
};
const ANY_LOAD_KW = 1;

/** What is known now of a channel that can be planned. */
export interface ChannelState extends ChannelRef {
  readonly config: ChannelConfig;
  readonly control: ControlKind | null;
  readonly ratedKw: number;
  /** False where the rated power is only what such a load usually draws. */
  readonly ratedKnown: boolean;
  /** Null where nothing recent says whether it runs. */
  readonly runs: boolean | null;
  readonly powerKw: number | null;
  readonly sinceChangeMs: number | null;
  readonly writesToday: number;
  /** Null where nobody's wish comes before the plan's. */
  readonly held: Held | null;
}

/** The newest value of a metric that may be decided on; null where there is none or it is too old. */
export const freshValue = (
  telemetry: SiteDeps['telemetry'],
  { deviceId, channelId }: ChannelRef,
  metric: 'powerW' | 'tempC' | 'on',
  now: number,
): number | null => {
  const reading = telemetry.latest(deviceId, channelId, metric);
  const usable =
    reading !== undefined && reading.quality !== 'suspect' && Math.abs(now - reading.measuredAt) <= reading.limitMs;
  return usable && Number.isFinite(reading.value) ? reading.value : null;
};

/** What a channel draws when it runs: as typed, else the most that was measured, else what such a load usually draws. */
export const ratedOf = (
  store: Parameters<typeof highestPowerW>[0],
  siteId: SiteId,
  deviceId: ChannelRef['deviceId'],
  config: ChannelConfig,
  now: number,
): { readonly ratedKw: number; readonly known: boolean } => {
  const place = { siteId, deviceId, channelId: config.channelId };
  const highestW = config.ratedPowerW === null ? highestPowerW(store, place, now) : null;
  const measuredKw = highestW === null || highestW / 1000 <= STANDBY_KW * 5 ? null : highestW / 1000;
  const knownKw = config.ratedPowerW !== null && config.ratedPowerW > 0 ? config.ratedPowerW / 1000 : measuredKw;
  return { ratedKw: knownKw ?? USUAL_KW[config.role] ?? ANY_LOAD_KW, known: knownKw !== null };
};

const setRuns = (snapshot: ChannelSnapshot | undefined): boolean | null => {
  const value = snapshot?.current?.value;
  if (typeof value === 'boolean') return value;
  return typeof value === 'number' && snapshot?.control.kind === 'number'
    ? value > Math.max(0, snapshot.control.minimum)
    : null;
};

const heldOf = (snapshot: ChannelSnapshot | undefined, now: number): Held | null => {
  const hold = snapshot?.hold ?? null;
  if (hold === null || hold.untilAt <= now || hold.origin === 'plan' || hold.origin === 'advisor') return null;
  return { by: hold.owner, untilAt: hold.untilAt };
};

/** Everything that is known of the channels of a home's devices, by `deviceId/channelId`. */
export const channelStates = (deps: SiteDeps, siteId: SiteId, now: number): ReadonlyMap<string, ChannelState> => {
  const { store, telemetry } = deps;
  const snapshots = new Map(
    deps.commander.channels(siteId).map((snapshot) => [`${snapshot.deviceId}/${snapshot.config.channelId}`, snapshot]),
  );
  const stateOf = (deviceId: ChannelRef['deviceId'], config: ChannelConfig): ChannelState => {
    const ref = { deviceId, channelId: config.channelId };
    const snapshot = snapshots.get(`${deviceId}/${config.channelId}`);
    const powerW = freshValue(telemetry, ref, 'powerW', now);
    const powerKw = powerW === null ? null : Math.max(0, powerW) / 1000;
    const { ratedKw, known: ratedKnown } = ratedOf(store, siteId, deviceId, config, now);
    const relay = freshValue(telemetry, ref, 'on', now);
    const byPower = powerKw === null ? null : powerKw > Math.max(STANDBY_KW, RUNS_SHARE * ratedKw);
    return {
      ...ref,
      config,
      control: snapshot?.control ?? null,
      ratedKw,
      ratedKnown,
      runs: byPower ?? (relay === null ? setRuns(snapshot) : relay > 0.5),
      powerKw,
      sinceChangeMs: snapshot?.sinceChangeMs ?? null,
      writesToday: snapshot?.writesToday ?? 0,
      held: heldOf(snapshot, now),
    };
  };
  const entries = store.devices
    .list(siteId)
    .flatMap(({ id, channels }) =>
      channels.map((config): [string, ChannelState] => [`${id}/${config.channelId}`, stateOf(id, config)]),
    );
  return new Map(entries);
};
