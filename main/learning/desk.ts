import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { SiteSettings } from '../../preload/contract/house.ts';
import type { ModelEvent, ModelKind } from '../../preload/contract/models.ts';
import type { Site } from '../../preload/contract/site.ts';
import type { Clock } from '../clock.ts';
import type { EventBus } from '../events.ts';
import type { SiteId } from '../ids.ts';
import type { Log } from '../log.ts';
import { permanent, type Result } from '../result.ts';
import type { ModelVersion } from '../store/model-types.ts';
import type { Store } from '../store/types.ts';
import { type Card, readCard } from './card.ts';
import { KINDS } from './kinds.ts';
import { hasKind } from './measured-hours.ts';
import type { SiteTask, VersionPlace } from './protocol.ts';
import type { Models } from './version-cache.ts';
import type { WorkerClient } from './worker-client.ts';

export interface LearningDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly workerUrl: URL;
  /** Versions are written to <dataFolder>/models/<site>/<kind>/<version>. */
  readonly dataFolder: string;
  /** Of the application; part of what an experiment is remembered by. */
  readonly version: string;
  /** The models that the worker has too. */
  readonly models: Models;
  readonly siteOf: (siteId: SiteId) => Site | undefined;
  readonly settingsOf: (siteId: SiteId) => SiteSettings;
}

/** What every part of this room needs at hand. */
export interface Desk extends LearningDeps {
  readonly worker: WorkerClient;
  /** Ends with the signal or with the room. */
  ends(signal: AbortSignal): AbortSignal;
  site(id: SiteId): Result<Site>;
  kinds(id: SiteId): readonly ModelKind[];
  /** What every task of the worker is told of a site. */
  task(site: Site): SiteTask;
  place(version: ModelVersion): VersionPlace;
  /** Whether the files of a version are there and of this age. */
  usable(version: ModelVersion): boolean;
  card(version: ModelVersion): Card | undefined;
  codeVersion(kind: ModelKind): string;
  tell(event: ModelEvent): void;
}

/** Cards kept parsed: they hold a month of days, and views ask for them often. */
const CARDS_KEPT = 40;
/** Raise it when saved versions stop being comparable: a change of the ensemble, of features or of how errors are judged. */
const MODEL_CODE = 'ensemble-1';

export const createDesk = (deps: LearningDeps, worker: WorkerClient, life: AbortSignal): Desk => {
  const { store, clock, bus } = deps;
  const cards = new Map<string, Card | undefined>();
  const folderOf = (folder: string): string => (isAbsolute(folder) ? folder : join(deps.dataFolder, folder));
  const card = (version: ModelVersion): Card | undefined => {
    if (!cards.has(version.id)) {
      if (cards.size >= CARDS_KEPT) cards.clear();
      cards.set(version.id, readCard(version.card));
    }
    return cards.get(version.id);
  };
  return {
    ...deps,
    worker,
    ends: (signal) => AbortSignal.any([signal, life]),
    site: (id) => {
      const site = deps.siteOf(id);
      if (site !== undefined) return { ok: true, value: site };
      return permanent('learning.site', `There is no site ${id}.`, 'Open a site in the settings and try again.');
    },
    kinds: (id) => KINDS.filter((kind) => hasKind(store, id, kind, clock.now())),
    task: ({ id, latitude, longitude, timeZone, currency }) => ({
      databasePath: store.databasePath,
      site: { id, latitude, longitude, timeZone, currency, pvPeakW: deps.settingsOf(id).pvPeakW },
      now: clock.now(),
    }),
    place: ({ id, folder }) => ({ version: id, folder: folderOf(folder) }),
    usable: (version) => card(version) !== undefined && existsSync(folderOf(version.folder)),
    card,
    codeVersion: (kind) => `${deps.version} ${MODEL_CODE} ${deps.models[kind]?.features.length ?? 0} features`,
    tell: (event) => bus.emit('models', event),
  };
};
