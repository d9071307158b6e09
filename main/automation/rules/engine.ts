import type { SiteId } from '../../ids.ts';
import { messageOf } from '../../result.ts';
import { everyRulePeriod } from '../rule-period.ts';
import type { Rules, RulesDeps } from './engine-types.ts';
import { createSiteRules, type SiteRules } from './site-rules.ts';

/** A moment at which the clock alone changes something is waited for when it is nearer than this. */
const WAKE_WITHIN_MS = 10 * 60_000;
/** Events within this span are answered by one look: readings come every few seconds. */
const DEBOUNCE_MS = 1_000;

/**
 * Looks at the rules of every site each few minutes (a setting), on events (a value across a limit that a rule names, prices, forecast,
 * weather, a device, the mode, a stop that is released, settings) and when the clock alone changes what a rule says. Each
 * look takes one frozen house. What was missed while the machine slept is never made up for: the present is looked at.
 */
export const createRules = (deps: RulesDeps): Rules => {
  const { clock, bus } = deps;
  const log = deps.log.room('rules');
  const sites = new Map<SiteId, SiteRules>();
  const soon = new Map<SiteId, () => void>();
  const wakes = new Map<SiteId, () => void>();
  let ends: (() => void)[] = [];
  let cancelPeriod: (() => void) | undefined;

  const siteOf = (siteId: SiteId): SiteRules => {
    const found = sites.get(siteId) ?? createSiteRules({ ...deps, log }, siteId);
    sites.set(siteId, found);
    return found;
  };

  const wakeAt = (siteId: SiteId, at: number | null): void => {
    wakes.get(siteId)?.();
    wakes.delete(siteId);
    const delayMs = at === null ? Number.POSITIVE_INFINITY : at - clock.now();
    if (delayMs < WAKE_WITHIN_MS && cancelPeriod)
      wakes.set(
        siteId,
        clock.after(Math.max(DEBOUNCE_MS, delayMs), () => run(siteId)),
      );
  };

  /** One site's bug or a full disk must not keep the rules of other sites from running. */
  const run = (siteId: SiteId): void => {
    try {
      wakeAt(siteId, siteOf(siteId).tick());
    } catch (thrown) {
      log.error('The rules could not run.', { site: siteId, why: messageOf(thrown) });
    }
  };

  const runSoon = (siteId: SiteId): void => {
    if (!cancelPeriod || soon.has(siteId) || !deps.siteIds().includes(siteId)) return;
    soon.set(
      siteId,
      clock.after(DEBOUNCE_MS, () => {
        soon.delete(siteId);
        run(siteId);
      }),
    );
  };
  const allSoon = (): void => {
    for (const siteId of deps.siteIds()) runSoon(siteId);
  };

  const stop = async (): Promise<void> => {
    for (const end of ends) end();
    for (const cancel of [...soon.values(), ...wakes.values()]) cancel();
    soon.clear();
    wakes.clear();
    ends = [];
    cancelPeriod?.();
    cancelPeriod = undefined;
  };

  return {
    start: (signal) => {
      if (signal.aborted || cancelPeriod) return;
      const onAbort = (): void => void stop();
      signal.addEventListener('abort', onAbort, { once: true });
      ends = [
        () => signal.removeEventListener('abort', onAbort),
        bus.on('live', ({ siteId }) => {
          if (deps.siteIds().includes(siteId) && siteOf(siteId).hasCrossed()) runSoon(siteId);
        }),
        bus.on('forecast', ({ siteId }) => runSoon(siteId)),
        bus.on('feeds', ({ siteId }) => runSoon(siteId)),
        bus.on('devices', ({ siteId }) => runSoon(siteId)),
        bus.on('deviceState', ({ siteId }) => runSoon(siteId)),
        bus.on('settings', ({ siteId }) => runSoon(siteId)),
        bus.on('mode', ({ siteId }) => {
          siteOf(siteId).askAnew();
          runSoon(siteId);
        }),
        bus.on('stop', (state) => {
          if (state === null) allSoon();
        }),
        bus.on('timeJump', allSoon),
      ];
      cancelPeriod = everyRulePeriod(deps, () => deps.siteIds().forEach(run));
      allSoon();
    },
    stop,
    list: (siteId) => siteOf(siteId).list(),
    reload: (siteId) => {
      siteOf(siteId).reload();
      bus.emit('rules', { siteId, at: clock.now() });
      runSoon(siteId);
    },
    world: (siteId) => siteOf(siteId).world(),
    lastTick: (siteId) => sites.get(siteId)?.lastTick() ?? null,
  };
};
