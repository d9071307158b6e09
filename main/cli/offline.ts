import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Mode, modeSchema } from '../../preload/contract/base.ts';
import type { Clock } from '../clock.ts';
import type { SiteId } from '../ids.ts';
import { createLog, fileSink } from '../log.ts';
import { permanent, type Result } from '../result.ts';
import { databasePath } from '../store/connection.ts';
import { takeControl } from '../store/single-controller.ts';
import { openStore } from '../store/store.ts';
import type { Store } from '../store/types.ts';

/** `store.controlled`: a center runs on this folder. */
export const CONTROLLED = 'store.controlled';

const noHouse = (folder: string) =>
  permanent(
    'cli.no-house',
    `There is no house in ${folder} yet.`,
    'Start CommandCenter once, or name the right data folder with --data.',
  );

/** Opens the database of a folder where nothing runs, for one piece of work. Never makes a database that is not there. */
export const withStore = async <Value>(
  folder: string,
  clock: Clock,
  work: (store: Store) => Promise<Result<Value>> | Result<Value>,
): Promise<Result<Value>> => {
  if (!existsSync(databasePath(folder))) return noHouse(folder);
  const control = takeControl({ folder, host: 'cli', now: clock.now() });
  if (!control.ok) return control;
  try {
    return await withOpenStore(folder, clock, work);
  } finally {
    control.value.release();
  }
};

/** The same without asking who controls the folder: only for what must be written whoever runs, such as a stop. */
export const withOpenStore = async <Value>(
  folder: string,
  clock: Clock,
  work: (store: Store) => Promise<Result<Value>> | Result<Value>,
): Promise<Result<Value>> => {
  if (!existsSync(databasePath(folder))) return noHouse(folder);
  const opened = await openStore({ folder, clock, log: createLog(fileSink(join(folder, 'logs')), clock) });
  if (!opened.ok) return opened;
  try {
    return await work(opened.value);
  } finally {
    opened.value.close();
  }
};

/** The stored mode of a site; a site without one is watched. */
export const storedMode = (store: Store, siteId: SiteId): Mode =>
  modeSchema.safeParse(store.state.get(`mode:${siteId}`)).data ?? 'watch';

/** True where a running center could not be reached because none runs. */
export const nobodyListens = (result: Result<unknown>): boolean => !result.ok && result.error.code === 'cli.no-center';
