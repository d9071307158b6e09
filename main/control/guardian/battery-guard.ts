import type { Setpoint, SiteId } from '../../../preload/contract/base.ts';
import type { Safety } from '../../../preload/contract/safety.ts';
import { GUARD, lockProposal } from '../battery-first.ts';
import { type BatteryLock, batteryLockIn } from '../battery-lock.ts';
import { leaseOwner } from '../leases.ts';
import { freshState, isOn } from '../stage.ts';
import { isFresh } from '../stages-permission.ts';
import type { ChannelSnapshot } from '../types.ts';
import type { GuardNotices } from './guard-notices.ts';
import type { GuardWishes } from './guard-wishes.ts';
import type { PowerView } from './power-guard.ts';
import { FLOOR_UNSEEN, type FloorMemory, floorWishes, lookAtFloor } from './soc-floor.ts';
import { lookAtSoc, SOC_UNSEEN, type SocMemory, socWishes } from './soc-silence.ts';
import type { GuardianDeps } from './types.ts';

/** Above this a load counts as running, W: below lie standby and the noise of a clamp. */
const RUNS_ABOVE_W = 50;
/** What was just switched on may not draw yet. */
const STARTS_WITHIN_MS = 120_000;
/** A load that pauses for a moment is not over. */
const RELEASE_AFTER_MS = 20_000;
const RENEW_EVERY_MS = 300_000;
const HOLD_MS = 60_000;

/** Whether a load runs or is about to, whoever started it: its own meter knows best. */
const runsNow = (channel: ChannelSnapshot, pending: Setpoint | null): boolean => {
  if (pending !== null) return isOn(pending);
  const { powerW, sinceChangeMs } = channel;
  const state = freshState(channel);
  const on = state !== null && isOn(state);
  if (powerW === null || powerW.ageMs > powerW.limitMs) return on;
  return powerW.value > RUNS_ABOVE_W || (on && sinceChangeMs !== null && sinceChangeMs < STARTS_WITHIN_MS);
};

/** Keeps the battery out of loads that it must not feed, and out of everything that automation wants while its charge is not known. */
export const createBatteryGuard = (
  deps: Pick<GuardianDeps, 'commander' | 'store'>,
  wishes: GuardWishes,
  notices: GuardNotices,
) => {
  const { commander, store } = deps;
  const soc = new Map<SiteId, SocMemory>();
  const floors = new Map<SiteId, FloorMemory>();
  const idleSince = new Map<SiteId, number>();
  const renewedMs = new Map<SiteId, number>();

  const followSoc = (view: PowerView): void => {
    const { siteId, live, settings, safety, nowMs } = view;
    if (settings.batteryCapacityKwh === 0 || !view.hasBattery) return;
    const look = lookAtSoc(soc.get(siteId) ?? SOC_UNSEEN, {
      soc: live.socPct,
      voltage: live.batteryVoltageV,
      minersStartVoltageV: settings.minersStartVoltageV,
      at: live.at,
      nowMs,
      runsMs: view.runsMs,
    });
    soc.set(siteId, look.memory);
    if (look.edge === 'began')
      notices.began(
        siteId,
        'soc',
        'attention',
        'The battery level is not known',
        'Automation neither discharges the battery nor starts loads until it is back. Check the inverter and its network.',
      );
    if (look.edge === 'ended')
      notices.ended(siteId, 'soc', 'The battery level is back', 'Automation decides on it again.');
    const floorPct = Math.max(settings.minimumSocPct, settings.criticalSocPct);
    const known = isFresh(live.socPct, live.at) ? live.socPct.value : null;
    const floor = lookAtFloor(floors.get(siteId) ?? FLOOR_UNSEEN, known, floorPct, nowMs);
    floors.set(siteId, floor);
    if (!view.acts || (!look.memory.silent && floor.low.sinceMs === null)) return;
    const borrowed = ({ deviceId, config }: ChannelSnapshot): Setpoint | null | undefined => {
      const record = store.channelControl.get(deviceId, config.channelId);
      return record?.lease && /^(rule|plan|advisor): /.test(record.lease.owner) ? record.original : undefined;
    };
    for (const { channel, to, code, reason } of [
      ...socWishes(look.memory, view.channels(), borrowed, safety, settings, nowMs),
      ...floorWishes(floor, view.channels(), borrowed, floorPct, nowMs),
    ])
      wishes.ask(siteId, {
        channel,
        to,
        code,
        reason,
        ifIgnored: 'The battery may run empty.',
        holdMs: HOLD_MS,
        leaseMs: null,
      });
  };

  const loadsKeptApart = ({ interlocks }: Safety, channels: readonly ChannelSnapshot[]): readonly ChannelSnapshot[] =>
    channels.filter(({ deviceId, config }) =>
      interlocks.some(
        (one) =>
          one.kind === 'not-from-battery' && one.load.deviceId === deviceId && one.load.channelId === config.channelId,
      ),
    );

  const isOurs = ({ channel }: BatteryLock): boolean =>
    store.channelControl.get(channel.deviceId, channel.config.channelId)?.lease?.owner === leaseOwner('safety', GUARD);

  /** After a pause, and only what the guard itself has locked: the channel goes back to what it was. */
  const release = (view: PowerView, lock: BatteryLock): void => {
    const { siteId, nowMs } = view;
    const since = idleSince.get(siteId) ?? nowMs;
    idleSince.set(siteId, since);
    renewedMs.delete(siteId);
    notices.ended(
      siteId,
      'battery-lock',
      'The battery is kept apart again',
      'No load that it must not feed runs from it.',
    );
    if (nowMs - since < RELEASE_AFTER_MS || !isOurs(lock) || lock.channel.busy) return;
    commander.giveBack(siteId, lock.channel.deviceId, lock.channel.config.channelId);
  };

  const keepLocked = (view: PowerView, lock: BatteryLock, load: string): void => {
    const { siteId, nowMs } = view;
    idleSince.delete(siteId);
    // In Watch the guard goes on with what a person's command began, and begins nothing itself.
    const begins = view.acts && lock.channel.hold?.origin !== 'manual';
    if (lock.locked === true) {
      notices.ended(siteId, 'battery-lock', 'The battery is kept apart again', `It does not feed ${load} any more.`);
      if (!isOurs(lock) || nowMs - (renewedMs.get(siteId) ?? 0) < RENEW_EVERY_MS) return;
    } else if (lock.channel.hold?.origin === 'manual' || !(begins || isOurs(lock))) {
      const who = view.acts ? `${lock.channel.hold?.owner ?? 'A person'} holds ${lock.name}` : 'The house is in Watch';
      notices.began(
        siteId,
        'battery-lock',
        'attention',
        `The battery may feed ${load}`,
        `${who}, so it was not locked.`,
      );
      return;
    }
    const { channel, value } = lock;
    const { reason, reasonCode, ifIgnored, holdMs, leaseMs } = lockProposal(siteId, lock, load);
    const asked = wishes.ask(siteId, {
      channel,
      to: value,
      code: reasonCode,
      reason,
      ifIgnored,
      holdMs: holdMs ?? 0,
      leaseMs,
    });
    if (asked) renewedMs.set(siteId, nowMs);
  };

  const followInterlocks = (view: PowerView): void => {
    const { siteId, safety, settings } = view;
    if (settings.batteryCapacityKwh === 0 || !safety.interlocks.some(({ kind }) => kind === 'not-from-battery')) return;
    const channels = view.channels();
    const lock = batteryLockIn(channels);
    const pendingOf = ({ deviceId, config }: ChannelSnapshot): Setpoint | null =>
      commander.view(deviceId, config.channelId).pending?.value ?? null;
    const running = loadsKeptApart(safety, channels).find((each) => runsNow(each, pendingOf(each)));
    if (lock === null) {
      if (running)
        notices.began(
          siteId,
          'battery-lock',
          'attention',
          `The battery may feed ${running.config.name}`,
          'Nothing here can hold it back: allow control of a discharge limit of the inverter.',
        );
      return;
    }
    if (running) keepLocked(view, lock, running.config.name);
    else release(view, lock);
  };

  return {
    look: (view: PowerView): void => {
      followSoc(view);
      followInterlocks(view);
    },
    forget: (): void => {
      for (const [siteId, memory] of soc) if (!memory.silent) soc.delete(siteId);
      floors.clear();
    },
  };
};
