import type { Notice } from '../../preload/contract/house.ts';
import type { Clock } from '../clock.ts';
import type { EventBus } from '../events.ts';
import { newId, type SiteId } from '../ids.ts';
import type { Log } from '../log.ts';
import { messageOf } from '../result.ts';
import type { Store } from '../store/types.ts';
import type { Heartbeat } from './heartbeats.ts';
import { type SilenceSpell, watchSilence } from './silence-watch.ts';

/** Looked at so often; a silence is told this much early, so that it is never told late. */
export const CHECK_MS = 15_000;
/** A timer that fires so late stood behind something: nothing else ran meanwhile either. */
const STOOD_STILL_MS = 60_000;
const MINUTE_MS = 60_000;
const SUBJECT = 'dead-man';

export interface DeadManDeps {
  readonly heartbeats: readonly Heartbeat[];
  readonly store: Pick<Store, 'events'>;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Log;
  siteIds(): readonly SiteId[];
  /** How long nothing may work before a person is told, ms. */
  limitMs(siteId: SiteId): number;
}

export interface DeadMan {
  start(signal: AbortSignal): void;
  stop(): void;
}

const sentenceOf = (silent: readonly Heartbeat[]): string => {
  const whole = silent.map(({ sentence }) => `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`).join(' and ');
  return `${whole.charAt(0).toUpperCase()}${whole.slice(1)}`;
};

/**
 * Tells once, as critical, when a part that keeps the house going has not worked for so long, and once when all work
 * again. It has a timer of its own and only looks, so that nothing it watches can stop it; when the whole process stood
 * still, it says so as soon as it runs again.
 */
export const createDeadMan = (deps: DeadManDeps): DeadMan => {
  const { heartbeats, bus, clock } = deps;
  const log = deps.log.room('dead-man');
  const spells = new Map<string, SilenceSpell>();
  const reported = new Set<SiteId>();
  let cancelCheck: (() => void) | undefined;
  /** For how long the watch itself was held up before this look. */
  let heldUpMs = 0;
  let ends: (() => void)[] = [];

  const notify = (siteId: SiteId, kind: string, words: Omit<Notice, 'id' | 'at'>): void => {
    const notice: Notice = { id: newId('notice'), at: clock.now(), ...words };
    try {
      deps.store.events.add(siteId, { ...notice, kind });
    } catch (thrown) {
      log.error('An event could not be kept', { why: messageOf(thrown) });
    }
    bus.emit('notice', notice);
  };

  const lookAt = (siteId: SiteId, limitMs: number): readonly Heartbeat[] =>
    heartbeats.filter((heartbeat) => {
      const key = `${siteId}/${heartbeat.name}`;
      try {
        const spell = watchSilence(
          spells.get(key),
          heartbeat.look(siteId, clock.now()),
          clock.monotonicMs(),
          limitMs - 2 * CHECK_MS,
        );
        spells.set(key, spell);
        return spell.silent;
      } catch (thrown) {
        // What cannot even be asked is no sign of life: its silence goes on.
        log.error('A heartbeat could not be read', { name: heartbeat.name, why: messageOf(thrown) });
        const aliveAt = spells.get(key)?.aliveAt ?? clock.monotonicMs();
        const silent = clock.monotonicMs() - aliveAt >= limitMs - 2 * CHECK_MS;
        spells.set(key, { lastBeatAt: spells.get(key)?.lastBeatAt ?? null, aliveAt, silent });
        return silent;
      }
    });

  const check = (siteId: SiteId, lateMs: number): void => {
    const limitMs = deps.limitMs(siteId);
    const silent = lookAt(siteId, limitMs);
    const stoodStill = `CommandCenter stood still for ${Math.round(lateMs / MINUTE_MS)} minutes`;
    if (reported.has(siteId)) {
      if (silent.length > 0) return;
      reported.delete(siteId);
      notify(siteId, 'dead-man-back', {
        level: 'info',
        title: 'CommandCenter works again',
        text: 'What had stopped runs as before.',
        subject: SUBJECT,
        recovered: true,
      });
    } else if (lateMs >= limitMs) {
      reported.add(siteId);
      notify(siteId, 'dead-man', {
        level: 'critical',
        title: stoodStill,
        text: 'Nothing was decided and no device was read. Restart it, and look whether the machine is overloaded.',
        subject: SUBJECT,
      });
    } else if (silent.length > 0) {
      reported.add(siteId);
      const minutes = Math.round(limitMs / MINUTE_MS);
      notify(siteId, 'dead-man', {
        level: 'critical',
        title: `${sentenceOf(silent)} for ${minutes} minutes`,
        text: silent.map(({ advice }) => advice).join(' '),
        subject: SUBJECT,
      });
    } else if (lateMs >= STOOD_STILL_MS)
      notify(siteId, 'stood-still', {
        level: 'attention',
        title: stoodStill,
        text: 'Nothing was decided meanwhile. If it happens again, restart CommandCenter.',
      });
  };

  const next = (): void => {
    const dueMs = clock.monotonicMs() + CHECK_MS;
    cancelCheck = clock.after(CHECK_MS, () => {
      const lateMs = clock.monotonicMs() - dueMs;
      next();
      if (lateMs >= STOOD_STILL_MS) {
        // Sleep looks the same on some systems: whoever knows better says so before the next look.
        heldUpMs = lateMs;
        return;
      }
      const waitedMs = heldUpMs;
      heldUpMs = 0;
      for (const siteId of deps.siteIds()) {
        try {
          check(siteId, waitedMs);
        } catch (thrown) {
          log.error('The dead-man watch failed', { site: siteId, why: messageOf(thrown) });
        }
      }
    });
  };

  const stop = (): void => {
    for (const end of ends.splice(0)) end();
    cancelCheck?.();
    cancelCheck = undefined;
  };
  return {
    start: (signal) => {
      if (signal.aborted || cancelCheck) return;
      signal.addEventListener('abort', stop, { once: true });
      ends = [
        () => signal.removeEventListener('abort', stop),
        // Nothing was expected of a machine that slept.
        bus.on('timeJump', () => {
          spells.clear();
          heldUpMs = 0;
        }),
      ];
      next();
    },
    stop,
  };
};
