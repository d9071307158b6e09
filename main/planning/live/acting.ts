import type { LiveState } from '../../../preload/contract/site.ts';
import type { Clock } from '../../clock.ts';
import type { ChannelSnapshot, Commander } from '../../control/types.ts';
import type { SiteId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import type { Store } from '../../store/types.ts';
import type { Telemetry } from '../../telemetry/types.ts';
import { type Asking, createAsking } from './asking.ts';
import { createBatteryActing } from './battery-acting.ts';
import { channelsOf, wayOf } from './battery-way.ts';
import { blockAt, laneKw, setpointOf, stepAt, wordsOf } from './desired.ts';
import type { PlanInForce } from './types.ts';

export interface ActingDeps {
  readonly store: Pick<Store, 'channelControl' | 'settings' | 'stops' | 'safety'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly telemetry: Pick<Telemetry, 'live'>;
  readonly commander: Pick<Commander, 'submit' | 'view' | 'pending' | 'withdraw' | 'endLease' | 'channels' | 'mode'>;
}

export interface Acting {
  /** Does what the plan says of this moment, once; null lets go of everything. */
  act(siteId: SiteId, plan: PlanInForce | null): void;
  /** Whether there is a way to the battery that a person has allowed. */
  steersBattery(siteId: SiteId): boolean;
  /** Answers were given or the mode changed: what was refused is tried again at once. */
  forget(): void;
}

const keyOf = ({ deviceId, config }: ChannelSnapshot): string => `${deviceId}/${config.channelId}`;

/** Without these the envelope refuses whatever automation asks: then nothing is asked, and what is borrowed runs out. */
const decidable = ({ gridW, socPct }: LiveState, hasBattery: boolean): boolean =>
  gridW.freshness === 'fresh' && (!hasBattery || socPct.freshness === 'fresh');

const switchLoads = (
  siteId: SiteId,
  plan: PlanInForce,
  channels: readonly ChannelSnapshot[],
  at: number,
  ask: Asking,
) => {
  const step = stepAt(plan, at);
  const covered = new Set<string>();
  if (step === null) return covered;
  for (const lane of plan.site.lanes) {
    const channel = channels.find((one) => keyOf(one) === lane.id);
    if (!channel?.config.controllable || !lane.controllable) continue;
    const kw = laneKw(plan, lane.id, step);
    const setpoint = kw === null ? null : setpointOf(channel, kw);
    if (setpoint === null) continue;
    covered.add(lane.id);
    ask.keep(siteId, {
      channel,
      setpoint,
      ...wordsOf(blockAt(plan.blocks, lane.id, at), channel.config.name, plan.site.currency),
    });
  }
  return covered;
};

/** What the plan in force says becomes wishes to the commander. It never waits for a planner, and knows no way to a device. */
export const createActing = (deps: ActingDeps): Acting => {
  const { store, clock, commander, telemetry } = deps;
  const ask = createAsking(deps);
  const battery = createBatteryActing({ ...deps, ask });

  /** Whatever the plan has borrowed and does not name any more. */
  const letGoOfOthers = (siteId: SiteId, covered: ReadonlySet<string>, why: string): void => {
    for (const { deviceId, channelId } of store.channelControl.all(siteId))
      if (!covered.has(`${deviceId}/${channelId}`) && ask.isOurs(deviceId, channelId))
        ask.letGo(siteId, deviceId, channelId, why);
    for (const { deviceId, channelId, origin } of commander.pending(siteId))
      if (origin === 'plan' && !covered.has(`${deviceId}/${channelId}`)) ask.letGo(siteId, deviceId, channelId, why);
  };

  return {
    act: (siteId, plan) => {
      const now = clock.now();
      const stopped = store.stops.active(siteId) !== undefined;
      if (stopped || plan === null || commander.mode(siteId) === 'watch') {
        battery.forget(siteId);
        if (!stopped) letGoOfOthers(siteId, new Set(), 'The plan is over.');
        return;
      }
      const channels = commander.channels(siteId);
      const live = telemetry.live(siteId);
      const hasBattery = store.settings.get(siteId).batteryCapacityKwh !== 0;
      const way = wayOf(channels);
      const covered = new Set<string>();
      if (plan.site.problem.batteries.length > 0) {
        for (const channel of channelsOf(way)) covered.add(keyOf(channel));
        battery.act(siteId, plan, way, live);
      }
      if (decidable(live, hasBattery)) for (const id of switchLoads(siteId, plan, channels, now, ask)) covered.add(id);
      else for (const { id } of plan.site.lanes) covered.add(id);
      letGoOfOthers(siteId, covered, 'The plan does not need it any more.');
    },
    steersBattery: (siteId) => wayOf(commander.channels(siteId)).kind !== 'none',
    forget: ask.forget,
  };
};
