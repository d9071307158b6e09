import type { Surface } from '../../preload/contract/base.ts';
import type { CenterStatus } from '../../preload/contract/site.ts';
import type { Reply } from '../../preload/contract.ts';
import type { Clock } from '../clock.ts';
import type { EventBus } from '../events.ts';
import type { PushedEvent } from '../gateway/types.ts';
import type { Log } from '../log.ts';
import type { Result } from '../result.ts';
import type { SecretStore } from '../secrets.ts';

/** What the desktop needs of the center; everything else goes through the contract. */
export interface DesktopCenter {
  handle(request: unknown, context: { readonly surface: Surface }): Promise<Reply<unknown>>;
  readonly bus: EventBus;
  status(): CenterStatus;
  stop(): Promise<void>;
  /** The machine is about to sleep: whatever is done must be done in a few seconds. */
  suspend(): Promise<void>;
  /** It woke up: every reading is distrusted until it was read again. */
  resume(): void;
}

/** What the desktop gives the center that is built for it. */
export interface DesktopHost {
  readonly secrets: SecretStore;
  /** Features of this desktop that are missing, each one sentence: for the Health page. */
  missing(): readonly string[];
}

/** Builds and starts the center; a failure is shown to the person with its advice. */
export type CenterFactory = (host: DesktopHost) => Promise<Result<DesktopCenter>>;

/** Starts pushing the bus's contract events through `send`, paced; `close` ends it and leaves no listener. */
export type OpenPush = (bus: EventBus, send: (event: PushedEvent) => void) => { close(): void };

export interface DesktopOptions {
  /** Where the built page and preload, the icons and tray images, and the user's data lie. */
  readonly pageFolder: string;
  readonly preloadFile: string;
  readonly resourcesFolder: string;
  readonly dataFolder: string;
  readonly createCenter: CenterFactory;
  readonly openPush: OpenPush;
  readonly clock: Clock;
  readonly log: Log;
}
