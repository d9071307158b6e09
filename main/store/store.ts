import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import type { Backup } from '../../preload/contract/house.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { messageOf, ok, type Result } from '../result.ts';
import { createActionRepository } from './actions.ts';
import { createAdviceRepository } from './advice.ts';
import { backUp, backupFolder, backupName } from './backing-up.ts';
import { createBacktestRepository } from './backtests.ts';
import { createBackupRepository } from './backups.ts';
import { createCenterStateRepository } from './center-state.ts';
import { createChannelControlRepository } from './channel-control.ts';
import { databasePath, openWriter } from './connection.ts';
import { createDataQualityRepository } from './data-quality.ts';
import { createDeviceRepository } from './devices.ts';
import { createEventRepository } from './events.ts';
import { storeFailure } from './failures.ts';
import { createFeedRepositories } from './feeds.ts';
import { createFlowRunRepository } from './flow-runs.ts';
import { createForecastRepository } from './forecasts.ts';
import { createIdempotencyRepository } from './idempotency.ts';
import { createMessageRepository } from './messages.ts';
import { MIGRATIONS, migrate, schemaVersionOf } from './migrate.ts';
import { createModelRepositories } from './modelling.ts';
import { createModelRepository } from './models.ts';
import { createPlanRepository } from './plans.ts';
import { createPriceRepository } from './prices.ts';
import { createProposalRepository } from './proposals.ts';
import { createReadingRepository } from './readings.ts';
import { createRemoteQuestionRepository } from './remote-questions.ts';
import { createRollupRepository } from './rollups.ts';
import { createRuleRepository } from './rules.ts';
import { createSafetyRepository } from './safety.ts';
import { createSeriesRepository } from './series.ts';
import { createSettingsRepository } from './settings.ts';
import { createSiteRepository } from './sites.ts';
import { createStopRepository } from './stops.ts';
import { createTariffRepository } from './tariffs.ts';
import type { Store } from './types.ts';
import { createUnreadableRows } from './unreadable.ts';
import { createWeatherRepository } from './weather.ts';
import { createWorkflowRepository } from './workflows.ts';

const BACKUPS_KEPT = 10;

/** Builds the repositories over an open and migrated database. */
const createStore = (db: Database.Database, folder: string, log: Log): Store => {
  const unreadable = createUnreadableRows(log);
  const series = createSeriesRepository(db, unreadable);
  const readings = createReadingRepository(db, unreadable);
  const backups = createBackupRepository(db);
  const devices = createDeviceRepository(db, unreadable);
  const oldest = db.prepare<[], { at: number | null }>(
    'SELECT min((SELECT min(at) FROM readings WHERE series_id = series.id)) AS at FROM series',
  );
  let lastBackup: Promise<unknown> = Promise.resolve();

  /** What failed has no file: only its row goes. */
  const keepNewest = (): void => {
    for (const ok of [true, false])
      for (const { file } of backups
        .list()
        .filter((each) => each.ok === ok)
        .slice(BACKUPS_KEPT)) {
        if (ok) rmSync(join(backupFolder(folder), file), { force: true });
        backups.forget(file);
      }
  };
  const record = (backup: Backup): void => {
    try {
      backups.add(backup);
      keepNewest();
    } catch (thrown) {
      unreadable.report('backups', `the backup ${backup.file} could not be recorded: ${messageOf(thrown)}`);
    }
  };
  const backup = async (reason: string, now: number): Promise<Result<Backup>> => {
    const made = await backUp(db, folder, reason, now);
    if (made.ok) log.info('A backup was made and checked.', { file: made.value.file, bytes: made.value.bytes });
    else log.error('A backup failed.', { reason, why: made.error.message });
    if (db.open) record(made.ok ? made.value : { file: backupName(reason, now), at: now, bytes: 0, ok: false, reason });
    return made;
  };

  return {
    folder,
    databasePath: databasePath(folder),
    sites: createSiteRepository(db, unreadable, series.forget),
    state: createCenterStateRepository(db),
    devices,
    series,
    readings,
    rollups: createRollupRepository(db, series, readings),
    prices: createPriceRepository(db),
    weather: createWeatherRepository(db),
    actions: createActionRepository(db, unreadable),
    channelControl: createChannelControlRepository(db, unreadable),
    proposals: createProposalRepository(db, unreadable),
    rules: createRuleRepository(db, unreadable),
    workflows: createWorkflowRepository(db, unreadable),
    remoteQuestions: createRemoteQuestionRepository(db, unreadable),
    stops: createStopRepository(db, unreadable),
    settings: createSettingsRepository(db, unreadable),
    safety: createSafetyRepository(db, unreadable, devices),
    events: createEventRepository(db, unreadable),
    flowRuns: createFlowRunRepository(db, unreadable),
    forecasts: createForecastRepository(db, unreadable),
    models: createModelRepository(db, unreadable),
    modelling: createModelRepositories(db, unreadable),
    idempotency: createIdempotencyRepository(db),
    backups,
    feeds: createFeedRepositories(db, unreadable),
    tariffs: createTariffRepository(db, unreadable),
    plans: createPlanRepository(
      db,
      unreadable,
      ({ deviceId, channelId }) =>
        devices.get(deviceId)?.channels.find((channel) => channel.channelId === channelId)?.name,
    ),
    advice: createAdviceRepository(db, unreadable),
    backtests: createBacktestRepository(db, unreadable),
    dataQuality: createDataQualityRepository(db),
    messages: createMessageRepository(db, unreadable),
    transaction: (work) => {
      try {
        return db.transaction(work)();
      } catch (thrown) {
        series.forget(); // Series that the rolled-back work made are gone; their ids will name others.
        throw thrown;
      }
    },
    // One after the other: two at once would write one file.
    backup: (reason, now) => {
      const next = lastBackup.then(() => backup(reason, now));
      lastBackup = next.catch(() => undefined);
      return next;
    },
    sizes: () => ({
      path: databasePath(folder),
      // Asked of the database, because the newest pages may still lie in the write-ahead log.
      bytes: Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true })),
      readings: readings.count(),
      schemaVersion: schemaVersionOf(db),
      oldestReadingAt: oldest.get()?.at ?? null,
    }),
    unreadableRows: unreadable.count,
    close: () => {
      db.close();
    },
  };
};

/** Each pending migration is preceded by a backup, unless the database is still empty. */
const bringUp = async (db: Database.Database, folder: string, clock: Clock, log: Log): Promise<Result<void>> => {
  const from = schemaVersionOf(db);
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (migration.number <= from) continue;
    if (from > 0) {
      const saved = await backUp(db, folder, `before version ${migration.number}`, clock.now());
      if (!saved.ok) return saved;
      createBackupRepository(db).add(saved.value);
    }
    const done = migrate(db, clock.now(), MIGRATIONS.slice(0, index + 1));
    if (!done.ok) return done;
    log.info('The database was brought to a newer version.', { version: migration.number, name: migration.name });
  }
  const refused = migrate(db, clock.now());
  return refused.ok ? ok(undefined) : refused;
};

/**
 * Opens the one writing connection of a data folder, brings the database up to date, and answers the repositories.
 * Failures: `store.locked`, `store.corrupt`, `store.newer`, `store.unwritable`, `store.full`, `store.migration`.
 */
export const openStore = async (options: {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}): Promise<Result<Store>> => {
  const { folder, clock } = options;
  const log = options.log.room('store');
  const opened = openWriter(folder);
  if (!opened.ok) return opened;
  const db = opened.value;
  try {
    const ready = await bringUp(db, folder, clock, log);
    if (ready.ok) return ok(createStore(db, folder, log));
    db.close();
    return ready;
  } catch (thrown) {
    db.close();
    return storeFailure(thrown, 'Opening', databasePath(folder));
  }
};
