import type { SiteId } from '../../preload/contract/base.ts';
import type { MessageSettings, MessengerKind, MessengerStatus } from '../../preload/contract/messages.ts';
import type { Clock } from '../clock.ts';
import type { HttpClient } from '../http/types.ts';
import type { Log } from '../log.ts';
import type { Result } from '../result.ts';
import type { CenterStateRepository } from '../store/types.ts';
import { KIND_NAMES, KINDS } from './kinds.ts';
import type { Messenger } from './types.ts';
import { watched } from './watched.ts';

interface Slot {
  readonly enabled: boolean;
  readonly secret: MessengerStatus['secret'];
  /** Null where it is switched off or incomplete. */
  readonly messenger: Messenger | null;
  /** What keeps it from being built, or is seen of it at work; null where it works. */
  missing: string | null;
  sending: string | null;
  listening: string | null;
  /** Ends what it may still write: another one has its place. */
  retire(): void;
}

/** The messengers of one home. */
export interface SiteCounter {
  /** Builds a kind anew. */
  set(kind: MessengerKind, settings: MessageSettings, secret: Result<string | null>): void;
  messenger(kind: MessengerKind): Messenger | null;
  ready(): readonly Messenger[];
  secret(kind: MessengerKind): MessengerStatus['secret'];
  status(kind: MessengerKind): MessengerStatus;
  /** Forgets what was read and asked where messages no longer go. */
  forgetPlace(kind: MessengerKind): void;
  retire(): void;
}

export const createCounter = (deps: {
  readonly siteId: SiteId;
  readonly store: { readonly state: CenterStateRepository };
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears when a messenger begins or ceases to work, and when one sent something. */
  readonly changed: () => void;
}): SiteCounter => {
  const { siteId, http, clock, changed } = deps;
  const { state } = deps.store;
  const slots = new Map<MessengerKind, Slot>();
  const memoryName = (kind: MessengerKind): string => `messenger.${kind}.memory:${siteId}`;
  const sentName = (kind: MessengerKind): string => `messenger.${kind}.sent:${siteId}`;

  const build = (kind: MessengerKind, settings: MessageSettings, secret: Result<string | null>): Slot => {
    const { enabled } = settings[kind];
    const kept = secret.ok ? (secret.value === null ? 'none' : 'kept') : 'unreadable';
    const needed = kept === 'none' ? KINDS[kind].secretNeeded(settings) : null;
    let isRetired = false;
    const memory = {
      get: () => state.get(memoryName(kind)),
      set: (value: string) => {
        if (!isRetired) state.set(memoryName(kind), value);
      },
    };
    const built =
      enabled && secret.ok && needed === null
        ? KINDS[kind].build(settings, { secret: secret.value, memory, http, clock, log: deps.log.room(kind) })
        : null;
    const note = (what: 'sending' | 'listening', sentence: string | null): void => {
      if (slot[what] === sentence || isRetired) return;
      slot[what] = sentence;
      changed();
    };
    const slot: Slot = {
      enabled,
      secret: kept,
      messenger:
        built &&
        watched(built, {
          sent: () => {
            if (!isRetired) state.set(sentName(kind), String(clock.now()));
            note('sending', null);
          },
          failed: (sentence) => note('sending', sentence),
          listening: (trouble) => note('listening', trouble),
        }),
      missing: secret.ok ? needed : `${secret.error.message} ${secret.error.advice}`,
      sending: null,
      listening: null,
      retire: () => {
        isRetired = true;
      },
    };
    return slot;
  };

  return {
    set: (kind, settings, secret) => {
      slots.get(kind)?.retire();
      slots.set(kind, build(kind, settings, secret));
    },
    messenger: (kind) => slots.get(kind)?.messenger ?? null,
    ready: () => KIND_NAMES.flatMap((kind) => slots.get(kind)?.messenger ?? []),
    secret: (kind) => slots.get(kind)?.secret ?? 'none',
    status: (kind) => {
      const slot = slots.get(kind);
      const sentAt = state.get(sentName(kind));
      const shared = { kind, secret: slot?.secret ?? 'none', lastSentAt: sentAt === undefined ? null : Number(sentAt) };
      if (slot === undefined || !slot.enabled) return { ...shared, state: 'off', sentence: 'Switched off.' };
      const trouble = slot.missing ?? slot.sending ?? slot.listening;
      if (trouble !== null) return { ...shared, state: 'failing', sentence: trouble };
      return { ...shared, state: 'ready', sentence: sentAt === undefined ? 'Ready. Send a test.' : 'Ready.' };
    },
    forgetPlace: (kind) => {
      slots.get(kind)?.retire();
      state.set(memoryName(kind), '');
    },
    retire: () => {
      for (const slot of slots.values()) slot.retire();
    },
  };
};
