import type { SiteId } from '../../ids.ts';
import { messageOf } from '../../result.ts';
import type { ChannelSnapshot } from '../types.ts';
import { createBatteryGuard } from './battery-guard.ts';
import { channelKey } from './guard-load.ts';
import { createGuardNotices } from './guard-notices.ts';
import { createGuardWishes } from './guard-wishes.ts';
import { createHeatGuard } from './heat-guard.ts';
import { createInputGuard } from './input-guard.ts';
import { createPairGuard } from './pair-guard.ts';
import { createPowerGuard, type PowerView } from './power-guard.ts';
import type { Guardian, GuardianDeps } from './types.ts';

const EVERY_MS = 1_000;
/** The guard itself is silent after this. */
const SILENT_MS = 15_000;
/** The rules run every 5 minutes; after this nobody decides any more. */
const RULES_SILENT_MS = 15 * 60_000;

/**
 * The guard of the house: looks at the live state every second and takes power away where a fuse, a silent meter, an
 * unknown battery or an interlock asks for it. It submits wishes like everybody else, with the origin `safety`.
 */
export const createGuardian = (deps: GuardianDeps): Guardian => {
  const { bus, clock, commander, emergencyStop, store, telemetry } = deps;
  const log = deps.log.room('guard');
  const notices = createGuardNotices({ ...deps, log });
  const wishes = createGuardWishes({ ...deps, log });
  const power = createPowerGuard(deps, wishes, notices);
  const battery = createBatteryGuard(deps, wishes, notices);
  const heat = createHeatGuard(deps, wishes, notices);
  const pairs = createPairGuard(wishes, notices);
  const inputs = createInputGuard({ ...deps, log }, notices);
  const lookedMs = new Map<SiteId, number>();
  /** What was measured once in this run is known to be there, also when it says nothing any more. */
  const seen = new Set<string>();
  let startedMs = 0;
  let cancel: (() => void) | null = null;
  let ends: (() => void)[] = [];

  const viewOf = (siteId: SiteId): PowerView => {
    let taken: readonly ChannelSnapshot[] | null = null;
    const channels = (): readonly ChannelSnapshot[] => {
      taken ??= commander.channels(siteId);
      return taken;
    };
    const live = telemetry.live(siteId);
    const all = telemetry.channels(siteId);
    const hasRole = (role: 'grid' | 'battery'): boolean => {
      const named = all.filter(({ config }) => config.role === role && config.use === 'primary');
      if (named.length === 0) return false;
      const settings = new Set(channels().map(channelKey));
      // A mere setting of the role measures nothing that could be silent.
      return named.some(({ deviceId, config }) => !settings.has(`${deviceId}/${config.channelId}`));
    };
    const has = (role: 'grid' | 'battery', measured: number | null): boolean => {
      if (measured !== null) seen.add(`${siteId}/${role}`);
      return seen.has(`${siteId}/${role}`) || hasRole(role);
    };
    const nowMs = clock.monotonicMs();
    return {
      siteId,
      live,
      settings: store.settings.get(siteId),
      safety: deps.safetyOf(siteId),
      channels,
      hasMeter: has('grid', live.gridW.value),
      hasBattery: has('battery', live.socPct.value),
      acts: commander.mode(siteId) !== 'watch',
      nowMs,
      runsMs: nowMs - startedMs,
    };
  };

  /** A stop needs no guard beside it: everything goes to its safe state, and nothing but the stop may write. */
  const look = (siteId: SiteId): void => {
    inputs.look(siteId, deps.safetyOf(siteId));
    const title = 'The stop inputs could not be read';
    if (deps.unreadableOf(siteId).includes('stopInputs'))
      notices.began(
        siteId,
        'inputs',
        'critical',
        title,
        'A wall button would not stop the house. Save the page Safety again.',
      );
    else notices.ended(siteId, 'inputs', 'The stop inputs can be read again', 'A press of one stops the house.');
    if (emergencyStop.state(siteId) === null) {
      const view = viewOf(siteId);
      power.look(view);
      battery.look(view);
      heat.look(view);
      pairs.look(view);
    }
    lookedMs.set(siteId, clock.monotonicMs());
  };

  const safely = (work: () => void, siteId: SiteId): void => {
    try {
      work();
    } catch (thrown) {
      log.error('The guard could not look', { site: siteId, why: messageOf(thrown) });
    }
  };

  const everySecond = (): void => {
    cancel = clock.after(EVERY_MS, () => {
      everySecond();
      for (const siteId of deps.siteIds()) safely(() => look(siteId), siteId);
    });
  };

  const stop = (): void => {
    cancel?.();
    cancel = null;
    for (const end of ends.splice(0)) end();
  };

  return {
    start: (signal) => {
      if (cancel || signal.aborted) return;
      startedMs = clock.monotonicMs();
      const onAbort = (): void => stop();
      signal.addEventListener('abort', onAbort, { once: true });
      ends = [
        () => signal.removeEventListener('abort', onAbort),
        // A button is not left waiting for the next second.
        bus.on('readings', ({ siteId }) => safely(() => inputs.look(siteId, deps.safetyOf(siteId)), siteId)),
        bus.on('timeJump', () => {
          startedMs = clock.monotonicMs();
          power.forget();
          battery.forget();
          heat.forget();
          pairs.forget();
          wishes.forget();
        }),
      ];
      everySecond();
    },
    stop,
    condition: (siteId) => {
      const last = lookedMs.get(siteId);
      if (cancel === null) return { state: 'off', sentence: 'The guard is not running.' };
      if (last === undefined) return { state: 'ok', sentence: 'The guard has just begun to look.' };
      if (clock.monotonicMs() - last > SILENT_MS)
        return { state: 'failed', sentence: 'The guard has stopped looking. Restart CommandCenter, or press STOP.' };
      const open = notices.open(siteId);
      if (open.length > 0) return { state: 'degraded', sentence: `${open.join('. ')}.` };
      const rules = deps.lastAutomationRunAt(siteId);
      const silent = rules !== null && clock.now() - rules > RULES_SILENT_MS;
      return silent && commander.mode(siteId) === 'automate'
        ? {
            state: 'degraded',
            sentence: 'The guard looks every second. The rules are silent: what they borrowed ends by itself.',
          }
        : { state: 'ok', sentence: 'The guard looks at fuses, meter, battery and stop inputs every second.' };
    },
  };
};
