import type { Action } from '../../../preload/contract/control.ts';
import type { SiteId } from '../../ids.ts';
import { messageOf } from '../../result.ts';
import { GUARD } from '../battery-first.ts';
import { channelKey } from './guard-load.ts';
import type { GuardianDeps, GuardWish } from './types.ts';

/** A wish that did not come true is repeated after this, and each time later. */
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 300_000;

export interface Asking {
  readonly key: string;
  readonly since: number;
  /** Null while it is under way; whether it came true otherwise. */
  readonly outcome: Action['outcome'] | null;
  /** When it ended, UTC ms. */
  readonly endedAt: number | null;
}

/** Hands wishes to the commander, each no more often than it makes sense to ask. */
export interface GuardWishes {
  /** False where it was asked a moment ago and is not due again. */
  ask(siteId: SiteId, wish: GuardWish): boolean;
  of(key: string): Asking | undefined;
  forget(): void;
}

const CAME_TRUE: readonly Action['outcome'][] = ['confirmed', 'limited', 'unchanged'];

export const createGuardWishes = ({ clock, commander, log }: Pick<GuardianDeps, 'clock' | 'commander' | 'log'>) => {
  const asked = new Map<string, Asking & { readonly nextMs: number; readonly waitMs: number; readonly to: unknown }>();

  const ended = (key: string, outcome: Action['outcome']): void => {
    const last = asked.get(key);
    if (!last) return;
    const came = CAME_TRUE.includes(outcome);
    const waitMs = came ? FIRST_WAIT_MS : Math.min(LONGEST_WAIT_MS, last.waitMs * 2);
    asked.set(key, { ...last, outcome, endedAt: clock.now(), nextMs: clock.monotonicMs() + waitMs, waitMs });
  };

  const wishes: GuardWishes = {
    of: (key) => asked.get(key),
    forget: () => asked.clear(),
    ask: (siteId, { channel, to, code, reason, ifIgnored, holdMs, leaseMs }) => {
      const key = channelKey(channel);
      const last = asked.get(key);
      const sameAsLast = last?.to === to;
      if (channel.busy || (sameAsLast && clock.monotonicMs() < last.nextMs)) return false;
      if (last?.outcome === null) return false;
      const waitMs = sameAsLast ? last.waitMs : FIRST_WAIT_MS;
      const underWay = { key, since: clock.now(), outcome: null, endedAt: null, waitMs, to };
      asked.set(key, { ...underWay, nextMs: Number.POSITIVE_INFINITY });
      const answer = commander.submit({
        siteId,
        deviceId: channel.deviceId,
        channelId: channel.config.channelId,
        setpoint: to,
        origin: 'safety',
        who: GUARD,
        surface: 'system',
        reason,
        reasonCode: code,
        ifIgnored,
        holdMs,
        leaseMs,
      });
      if (!answer.ok || !('done' in answer.value)) {
        const why = answer.ok ? 'it waits for a person' : answer.error.message;
        log.warn('A wish of the guard was not taken', { device: channel.config.name, why });
        ended(key, 'refused');
        return true;
      }
      answer.value.done.then(
        ({ outcome }) => ended(key, outcome),
        (thrown: unknown) => {
          log.error('A command of the guard ended with a bug', { why: messageOf(thrown) });
          ended(key, 'not-confirmed');
        },
      );
      return true;
    },
  };
  return wishes;
};
