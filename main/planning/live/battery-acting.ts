import type { Setpoint } from '../../../preload/contract/base.ts';
import type { LiveState } from '../../../preload/contract/site.ts';
import type { Clock } from '../../clock.ts';
import type { ChannelSnapshot, Commander } from '../../control/types.ts';
import type { SiteId } from '../../ids.ts';
import type { Store } from '../../store/types.ts';
import { addLocalDays, startOfLocalDay } from '../../zone.ts';
import type { Asking } from './asking.ts';
import { type BatteryWay, channelsOf, type Following, limitsFor, modeFor, type NumberChannel } from './battery-way.ts';
import { blockAt, stepAt, wordsOf } from './desired.ts';
import { type Followed, type HouseLimits, houseNow, setpointFor, worthWriting, writesLeft } from './following.ts';
import type { Does, Intent } from './intent.ts';
import { mostIn, tableFor, tableServes } from './time-table.ts';
import type { PlanInForce } from './types.ts';

export interface BatteryActingDeps {
  readonly store: Pick<Store, 'settings' | 'safety'>;
  readonly clock: Clock;
  readonly commander: Pick<Commander, 'mode'>;
  readonly ask: Asking;
}

/** The reason of a value that holds on to what is under way already; the store keeps such rows for two days only. */
const FOLLOWS = 'PLAN_FOLLOWS';
/** Rounded for a person who is asked, W. */
const ASKED_STEP_W = 100;

/** What is remembered between two looks at a site. */
interface Memory {
  readonly followed: Followed | null;
  /** The one value that a person was asked for, and the stretch for which it stands. */
  readonly asked: { readonly does: Does; readonly value: number } | null;
}
const NOTHING: Memory = { followed: null, asked: null };

/** The planned mean over the stretch of the same kind, in the channel's own unit: what is asked of a person once. */
const meanOf = (way: Following, plan: PlanInForce, step: number): number => {
  const does = plan.intents[step]?.does;
  let end = step;
  while (plan.intents[end]?.does === does && end < plan.intents.length) end += 1;
  const stretch = plan.plan.steps.slice(step, end);
  const kw = stretch.reduce(
    (sum, { importKw, exportKw, chargeKw, dischargeKw }) =>
      sum + (way.what === 'grid' ? importKw - exportKw : chargeKw - dischargeKw),
    0,
  );
  const watts = Math.round((kw * 1000) / Math.max(1, stretch.length) / ASKED_STEP_W) * ASKED_STEP_W;
  const { minimum, maximum } = way.channel.control;
  return Math.min(maximum, Math.max(minimum, watts / way.wattsEach)) + 0;
};

/** Makes the battery do what is intended, in the way that this home has. */
export const createBatteryActing = ({ store, clock, commander, ask }: BatteryActingDeps) => {
  const memories = new Map<SiteId, Memory>();

  const letGo = (siteId: SiteId, way: BatteryWay, why: string): void => {
    memories.delete(siteId);
    for (const { deviceId, config } of channelsOf(way))
      if (ask.isOurs(deviceId, config.channelId)) ask.letGo(siteId, deviceId, config.channelId, why);
  };

  /** A person who is asked before each value is asked once a stretch, and not every half a minute. */
  const isAsked = (siteId: SiteId, { deviceId, config }: ChannelSnapshot): boolean => {
    if (commander.mode(siteId) !== 'automate') return true;
    const { safety, unreadable } = store.safety.read(siteId);
    const policy = safety.approvals.find(
      ({ channel }) => channel.deviceId === deviceId && channel.channelId === config.channelId,
    );
    return unreadable.includes('approvals') || (policy !== undefined && policy.ask !== 'never');
  };

  const limitsOf = (siteId: SiteId, plan: PlanInForce): HouseLimits => {
    const { minimumSocPct, criticalSocPct } = store.settings.get(siteId);
    const { batteries, grid } = plan.site.problem;
    return {
      floorPct: Math.max(minimumSocPct, criticalSocPct),
      maxChargeKw: batteries.reduce((sum, each) => sum + each.maxChargeKw, 0),
      maxDischargeKw: batteries.reduce((sum, each) => sum + each.maxDischargeKw, 0),
      maxExportKw: grid.maxExportKw,
    };
  };

  const follow = (siteId: SiteId, plan: PlanInForce, step: number, intent: Intent, way: Following, live: LiveState) => {
    const house = houseNow(live);
    if (house === null) return;
    if (writesLeft(way.channel) <= 0) return letGo(siteId, way, 'The writes of today are used up.');
    const now = clock.now();
    const memory = memories.get(siteId) ?? NOTHING;
    const words = wordsOf(blockAt(plan.blocks, 'battery', now), 'the battery', plan.site.currency);
    if (isAsked(siteId, way.channel)) {
      // Its own self-consumption needs nobody's yes.
      if (intent.does === 'self') return letGo(siteId, way, 'The battery does this by itself.');
      const value = memory.asked?.does === intent.does ? memory.asked.value : meanOf(way, plan, step);
      memories.set(siteId, { followed: null, asked: { does: intent.does, value } });
      return void ask.keep(siteId, { channel: way.channel, setpoint: value, ...words });
    }
    const value = setpointFor(way, intent, house, limitsOf(siteId, plan));
    const standing = way.channel.current?.value;
    if (typeof standing !== 'number') return;
    const { zone } = plan.site.problem;
    const dayLeftMs = addLocalDays(startOfLocalDay(now, zone), 1, zone) - now;
    const at = { intent, monotonicMs: clock.monotonicMs(), dayLeftMs };
    const writes = worthWriting(way, value, standing, memory.followed, at);
    const goesOn = memory.followed?.intent.does === intent.does;
    const outcome = ask.keep(siteId, {
      ...{ channel: way.channel, setpoint: writes ? value : standing, follows: true },
      // What only follows the house is told apart in the log from what begins something.
      ...(goesOn ? { ...words, reasonCode: FOLLOWS } : words),
    });
    if (outcome === 'asked' || (outcome === 'stands' && !goesOn))
      memories.set(siteId, { followed: { value, atMs: clock.monotonicMs(), intent }, asked: null });
  };

  /** What stands in the device when nobody limits anything. */
  const open = ({ config, control }: NumberChannel): Setpoint =>
    typeof config.safeState === 'number' ? config.safeState : control.maximum;

  const tableOf = (siteId: SiteId, plan: PlanInForce, { control, current }: ChannelSnapshot): string | null => {
    if (control.kind !== 'time-table') return null;
    const { problem } = plan.site;
    const { zone, startAt, stepMs } = problem;
    const now = clock.now();
    const limits = limitsOf(siteId, plan);
    const standing = current?.value;
    const table = tableFor({
      ...{ startAt, stepMs, zone, now, steps: plan.plan.steps, intents: plan.intents },
      ...{ slots: control.slots, floorPct: limits.floorPct },
      // The family of an inverter can do more than this one: what stands in it is what it can.
      maximumW: Math.min(control.maximumW, Math.round(limits.maxDischargeKw * 1000), mostIn(standing)),
    });
    // Its memory wears: what does the same in the coming half hour stays as it is.
    return typeof standing === 'string' && table !== null && tableServes(standing, table, now, zone) ? standing : table;
  };

  /** What is set only when something else is intended. */
  const set = (
    siteId: SiteId,
    plan: PlanInForce,
    intent: Intent,
    way: Extract<BatteryWay, { kind: 'choice' | 'table' | 'limits' }>,
  ): void => {
    const words = wordsOf(blockAt(plan.blocks, 'battery', clock.now()), 'the battery', plan.site.currency);
    const keep = (channel: ChannelSnapshot, setpoint: Setpoint | null): void => {
      if (setpoint !== null) ask.keep(siteId, { channel, setpoint, ...words });
    };
    if (way.kind === 'choice') keep(way.channel, modeFor(intent.does, way.channel));
    else if (way.kind === 'table') keep(way.channel, tableOf(siteId, plan, way.channel));
    else {
      const wanted = limitsFor(intent.does);
      for (const side of ['charge', 'discharge'] as const) {
        const channel = way[side];
        if (channel) keep(channel, wanted[side] === 'shut' ? Math.max(0, channel.control.minimum) : open(channel));
      }
    }
  };

  return {
    forget: (siteId: SiteId): void => void memories.delete(siteId),
    act: (siteId: SiteId, plan: PlanInForce, way: BatteryWay, live: LiveState): void => {
      const step = stepAt(plan, clock.now());
      const intent = step === null ? undefined : plan.intents[step];
      if (way.kind === 'none') memories.delete(siteId);
      else if (step === null || !intent) letGo(siteId, way, 'The plan is over.');
      else if (houseNow(live) === null)
        letGo(siteId, way, 'The meters are not fresh, so the battery does as it does by itself.');
      else if (way.kind === 'follows') follow(siteId, plan, step, intent, way, live);
      else set(siteId, plan, intent, way);
    },
  };
};
