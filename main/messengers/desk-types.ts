import type { Problem, SiteId } from '../../preload/contract/base.ts';
import type { MessageSettings, MessengerKind, MessengerStatus } from '../../preload/contract/messages.ts';
import type { Clock } from '../clock.ts';
import type { EventBus } from '../events.ts';
import type { HttpClient } from '../http/types.ts';
import type { Log } from '../log.ts';
import type { Result } from '../result.ts';
import type { SecretStore } from '../secrets.ts';
import type { Store } from '../store/types.ts';
import type { Messengers } from './types.ts';

export interface MessengerDeskDeps {
  readonly store: Pick<Store, 'messages' | 'state'>;
  readonly secrets: SecretStore;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  /** The home that is open: its messengers are the ones that are ready. */
  readonly siteIds: () => readonly SiteId[];
}

/** What a form sends. A secret that is left out stays as it is; null clears it. */
export interface MessengerWish {
  readonly siteId: SiteId;
  readonly who: string;
  readonly settings: MessageSettings;
  readonly secrets?: Readonly<Partial<Record<MessengerKind, string | null>>> | undefined;
}

/** Where messengers are set up, and from where they are taken. */
export interface MessengerDesk extends Messengers {
  /** Reads the secrets of the open home and follows when another one is opened. */
  start(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
  settings(siteId: SiteId): MessageSettings;
  /** Whether a secret is kept, never which. */
  status(siteId: SiteId): Promise<readonly MessengerStatus[]>;
  /** Saves all of it or nothing. */
  set(wish: MessengerWish): Promise<Result<void, Problem>>;
  /** Sends one real message; keeps in the log what came of it. */
  test(siteId: SiteId, kind: MessengerKind): Promise<Result<{ readonly sentence: string }, Problem>>;
  /** Takes the secrets of a home away that is being removed; the rest goes with its rows. */
  forget(siteId: SiteId): Promise<Result<void>>;
}
