import type { CenterStatus } from '../../preload/contract/site.ts';
import type { Clock } from '../clock.ts';
import type { EventBus } from '../events.ts';
import type { StopDoor } from '../gateway/stop-door.ts';
import type { Gateway } from '../gateway/types.ts';
import type { Log } from '../log.ts';
import type { SecretStore } from '../secrets.ts';
import type { CenterStateRepository } from '../store/types.ts';

export interface CenterOptions {
  readonly host: CenterStatus['host'];
  readonly version: string;
  readonly dataFolder: string;
  /** `auto` makes the demo home when the data folder is empty. */
  readonly demo: 'auto' | 'always' | 'never';
  readonly clock: Clock;
  readonly log: Log;
  /** Log lines that could not be written, for the Health page. */
  readonly lostLogLines: () => number;
  readonly secrets: SecretStore;
  /** Entries of the worker threads: sources in a test, built files in the application. */
  readonly workers: {
    readonly learning: URL;
    readonly read: URL;
    readonly replay: URL;
    readonly planning: URL;
    readonly policy: URL;
    readonly backtest: URL;
  };
  /** The folder `resources` with the demo home's data. */
  readonly resourcesFolder: string;
  /** Features of the host that are missing, one sentence each, for the Health page. */
  readonly missing?: () => readonly string[];
}

/** The whole application without a window. */
export interface Center extends Gateway {
  readonly bus: EventBus;
  /** For a transport's own small state, such as the sessions of serve. */
  readonly state: CenterStateRepository;
  /** Answers `POST /stop` with a token, for a host that listens. */
  readonly stopDoor: StopDoor;
  status(): CenterStatus;
  /** A host with a page says how its address is made, for the command line's `link`. */
  onLink(address: () => string): void;
  /** The machine is about to sleep, or woke up: distrust every reading, re-read, then decide. */
  suspend(): Promise<void>;
  resume(): void;
  stop(): Promise<void>;
}
