import type { Surface } from '../../../preload/contract/base.ts';
import type { MessageSettings } from '../../../preload/contract/messages.ts';
import type { Clock } from '../../clock.ts';
import type { EventBus } from '../../events.ts';
import type { SiteId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import type { Messengers } from '../../messengers/types.ts';
import type { Store } from '../../store/types.ts';
import type { Commander } from '../types.ts';

export interface RemoteDeps {
  readonly messengers: Messengers;
  readonly approvals: Pick<Commander, 'approve' | 'deny' | 'pending' | 'cancelQuestions'>;
  readonly store: Pick<Store, 'proposals' | 'remoteQuestions' | 'devices' | 'actions' | 'sites' | 'events'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  /** Homes whose questions go out. */
  readonly siteIds: () => readonly SiteId[];
  /** Which way may be asked for approvals, and what e-mail and SMS may decide. */
  readonly settingsOf: (siteId: SiteId) => MessageSettings;
  /** More questions than this within an hour are told in one message; 12 unless said. */
  readonly questionsAnHour?: number;
}

/** Approvals outside the window: questions by messenger, their answers, and what became of them. */
export interface RemoteApprovals {
  /** Takes up what an earlier run left open. Ends with the signal or with `stop`. */
  start(signal: AbortSignal): void;
  stop(): Promise<void>;
  /** Ends every open question of the site and voids all that was sent about it; answers how many there were. */
  cancelAll(siteId: SiteId, who: string, surface: Surface): number;
}
