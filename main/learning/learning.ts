import { rmSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { DEFAULT_TRAINING, type TrainSettings } from '../../models/forecaster/train.ts';
import type { SiteSettings } from '../../preload/contract/house.ts';
import type { ForecastKind } from '../../preload/contract/insight.ts';
import type { Site } from '../../preload/contract/site.ts';
import type { Clock } from '../clock.ts';
import type { EventBus } from '../events.ts';
import { channelId, newId, type SiteId } from '../ids.ts';
import type { Log } from '../log.ts';
import { ok, permanent, type Result } from '../result.ts';
import type { Store } from '../store/types.ts';
import { addLocalDays, localDate, startOfLocalDay } from '../zone.ts';
import { readCard } from './card.ts';
import { buildBatteryProjection, buildForecastView, createCardReader } from './forecast-view.ts';
import type { ForecastTask, IssuedForecast, ServePlan, TaskSite } from './protocol.ts';
import type { ForecastReport, Learning, TrainingReport } from './types.ts';
import { createWorkerClient } from './worker-client.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const TRAIN_TIMEOUT_MS = 10 * MINUTE_MS;
/** What is short may have to wait for a training to come up for air. */
const SHORT_TIMEOUT_MS = 2 * MINUTE_MS;
/** Older folders of a kind are removed; their cards stay in the database. */
const VERSIONS_KEPT = 5;
/** Of common home batteries: half the capacity an hour, 90 % there and back. */
const CHARGE_W_PER_KWH = 500;
const ONE_WAY_EFFICIENCY = 0.95;
const KINDS: readonly ForecastKind[] = ['solar', 'load'];
const LABEL: Readonly<Record<ForecastKind, string>> = { solar: 'Solar', load: 'Load' };

export interface LearningDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly workerUrl: URL;
  /** Versions are written to <dataFolder>/models/<site>/<kind>/<version>. */
  readonly dataFolder: string;
  readonly siteOf: (siteId: SiteId) => Site | undefined;
  readonly settingsOf: (siteId: SiteId) => SiteSettings;
  /** Smaller trainings for tests. */
  readonly training?: TrainSettings;
}

export const createLearning = (deps: LearningDeps): Learning => {
  const { store, clock, bus, dataFolder } = deps;
  const log = deps.log.room('learning');
  const worker = createWorkerClient({ url: deps.workerUrl, clock, log });
  const newestCard = createCardReader(store);
  /** Why the last attempt had nothing to say, by site and kind. */
  const whyNone = new Map<string, string>();
  const life = new AbortController();
  const ends = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, life.signal]);

  const noSite = (id: SiteId) =>
    permanent('learning.site', `There is no site ${id}.`, 'Open a site in the settings and try again.');
  const taskSite = ({ id, latitude, longitude, timeZone }: Site): TaskSite => ({ id, latitude, longitude, timeZone });
  const folderOf = (folder: string): string => (isAbsolute(folder) ? folder : join(dataFolder, folder));

  const planOf = (id: SiteId, kind: ForecastKind): ServePlan => {
    const production = store.models.production(id, kind);
    const card = newestCard(id, kind);
    const baseline = card?.bestBaseline ?? (kind === 'solar' ? 'physical' : 'seasonalNaive');
    return {
      production: production === undefined ? null : { version: production.id, folder: folderOf(production.folder) },
      because: card?.sentence ?? 'No model has been trained yet.',
      baseline,
    };
  };

  /** The newest state of charge of the last two hours, in per cent; null where none is known. */
  const socNow = (id: SiteId, now: number): number | null => {
    const seriesId = store.series.find({
      siteId: id,
      deviceId: '',
      channelId: channelId('site:soc'),
      metric: 'socPct',
    });
    if (seriesId === undefined) return null;
    const reading = store.readings.latest(seriesId);
    if (reading !== undefined && reading.quality !== 'suspect' && now - reading.at < 15 * MINUTE_MS)
      return reading.value;
    const rows = [
      ...store.rollups.range('hour', seriesId, now - 2 * HOUR_MS, now),
      ...store.rollups.range('15min', seriesId, now - HOUR_MS, now),
    ];
    return rows.findLast((row) => row.quality !== 'suspect')?.mean ?? null;
  };
  const batteryOf = (id: SiteId, now: number): ForecastTask['battery'] => {
    const settings = deps.settingsOf(id);
    const socPct = socNow(id, now);
    const capacityKwh = settings.batteryCapacityKwh;
    if (socPct === null || capacityKwh === null || capacityKwh <= 0) return null;
    const powerW = capacityKwh * CHARGE_W_PER_KWH;
    return {
      socPct,
      limits: {
        capacityKwh,
        minimumSocPct: settings.minimumSocPct,
        maximumSocPct: 100,
        maxChargeW: powerW,
        maxDischargeW: powerW,
        oneWayEfficiency: ONE_WAY_EFFICIENCY,
      },
    };
  };

  const keep = (id: SiteId, kind: ForecastKind, issued: IssuedForecast): void => {
    const { issuedAt, servedBy, version, because, points } = issued;
    if (points.length === 0) {
      whyNone.set(`${id} ${kind}`, because);
      return;
    }
    store.forecasts.put({ siteId: id, kind, issuedAt, stepMs: HOUR_MS, version, servedBy, because, points });
  };
  /** Only where nothing was issued in the day before: a forecast of the time is worth more than one made afterwards. */
  const lacksForecast = (id: SiteId, kind: ForecastKind, midnight: number): boolean =>
    (store.forecasts.issuedBefore(id, kind, midnight)?.issuedAt ?? 0) < midnight - 24 * HOUR_MS;

  const removeOldFolders = (id: SiteId, kind: ForecastKind): void => {
    for (const version of store.models.list(id, kind).slice(VERSIONS_KEPT))
      if (version.stage !== 'production') rmSync(folderOf(version.folder), { recursive: true, force: true });
  };

  const train: Learning['train'] = async (id, kind, options) => {
    const site = deps.siteOf(id);
    if (site === undefined) return noSite(id);
    const now = clock.now();
    const begun = clock.monotonicMs();
    const version = newId(`${kind}-${localDate(now, site.timeZone)}`);
    const folder = join('models', id, kind, version);
    const midnights = [addLocalDays(now, -1, site.timeZone), startOfLocalDay(now, site.timeZone)];
    const answer = await worker.run(
      {
        task: 'train',
        databasePath: store.databasePath,
        site: taskSite(site),
        kind,
        now,
        version,
        folder: join(dataFolder, folder),
        settings: deps.training ?? DEFAULT_TRAINING,
        hindcasts: midnights.filter((midnight) => lacksForecast(id, kind, midnight)),
      },
      { signal: ends(options.signal), timeoutMs: TRAIN_TIMEOUT_MS, onProgress: options.onProgress },
    );
    if (!answer.ok) return answer;
    const card = readCard(answer.value.card);
    if (card === undefined) throw new Error('the learning worker wrote a card that it cannot read');
    store.transaction(() => {
      // A new version that lost says of the old one that its weeks are over too: the baseline serves.
      const before = store.models.production(id, kind);
      if (before !== undefined && !card.promoted) store.models.setStage(before.id, 'archived');
      const stage = card.promoted ? 'production' : 'candidate';
      store.models.add({ id: version, siteId: id, kind, stage, trainedAt: now, folder, card: answer.value.card });
      for (const issued of answer.value.hindcasts) keep(id, kind, issued);
    });
    removeOldFolders(id, kind);
    if (answer.value.hindcasts.length > 0) bus.emit('forecast', { siteId: id, issuedAt: now });
    const report: TrainingReport = {
      kind,
      version,
      rows: card.data.rows,
      days: card.data.days,
      tookMs: clock.monotonicMs() - begun,
      backend: answer.value.backend,
      modelRmseW: card.metrics.model.rmseW,
      seasonalNaiveRmseW: card.metrics.seasonalNaive.rmseW,
      physicalRmseW: card.metrics.physical?.rmseW ?? null,
      promoted: card.promoted,
      sentence: `${LABEL[kind]}: ${card.sentence}`,
    };
    log.info('Trained a forecast model', { kind, version, promoted: report.promoted, tookMs: report.tookMs });
    return ok(report);
  };

  const prepare: Learning['prepare'] = async (id, signal) => {
    const site = deps.siteOf(id);
    if (site === undefined) return noSite(id);
    const answer = await worker.run(
      { task: 'prepare', databasePath: store.databasePath, site: taskSite(site), now: clock.now() },
      { signal: ends(signal), timeoutMs: SHORT_TIMEOUT_MS },
    );
    return answer.ok ? ok(answer.value.sentences.join(' ')) : answer;
  };

  const forecast: Learning['forecast'] = async (id, signal): Promise<Result<ForecastReport>> => {
    const site = deps.siteOf(id);
    if (site === undefined) return noSite(id);
    const now = clock.now();
    const battery = batteryOf(id, now);
    const answer = await worker.run(
      {
        task: 'forecast',
        databasePath: store.databasePath,
        site: taskSite(site),
        now,
        plans: { solar: planOf(id, 'solar'), load: planOf(id, 'load') },
        battery,
      },
      { signal: ends(signal), timeoutMs: SHORT_TIMEOUT_MS },
    );
    if (!answer.ok) return answer;
    const { soc, tookMs } = answer.value;
    log.debug('Issued forecasts', { tookMs: Math.round(tookMs) });
    const socBecause =
      'Simulated over the solar and household forecasts: the battery stores what is left over and gives what is lacking.';
    store.transaction(() => {
      for (const kind of KINDS) {
        const { servedBy, because } = answer.value[kind];
        const before = store.forecasts.latest(id, kind)?.servedBy;
        if (servedBy !== before)
          log.info('Another forecast serves', { kind, before: before ?? 'none', servedBy, because });
        keep(id, kind, answer.value[kind]);
      }
      if (soc.length > 0)
        store.forecasts.put({
          siteId: id,
          kind: 'soc',
          issuedAt: now,
          stepMs: HOUR_MS,
          version: null,
          servedBy: 'physical',
          because: socBecause,
          points: soc,
        });
    });
    bus.emit('forecast', { siteId: id, issuedAt: now });
    const sentences = [
      ...KINDS.map((kind) => `${LABEL[kind]} for ${answer.value[kind].points.length} h. ${answer.value[kind].because}`),
      soc.length > 0
        ? `Battery from ${Math.round(soc[0]?.p50 ?? 0)} % over ${soc.length - 1} h.`
        : battery === null
          ? 'No battery projection: its capacity or its state of charge is not known.'
          : 'No battery projection without both forecasts.',
    ];
    return ok({ issuedAt: now, sentences });
  };

  const siteOrThrow = (id: SiteId): Site => {
    const site = deps.siteOf(id);
    if (site === undefined) throw new Error(`there is no site ${id}`);
    return site;
  };
  return {
    start: (signal) => {
      signal.addEventListener('abort', () => life.abort(), { once: true, signal: life.signal });
    },
    stop: async () => {
      life.abort();
      await worker.stop();
    },
    train,
    prepare,
    forecast,
    view: (id, kind, hours) =>
      buildForecastView({
        store,
        site: siteOrThrow(id),
        kind,
        hours,
        now: clock.now(),
        card: newestCard(id, kind),
        whyNone: whyNone.get(`${id} ${kind}`) ?? 'No forecast has been issued yet.',
      }),
    battery: (id) => buildBatteryProjection(store, siteOrThrow(id), deps.settingsOf(id), clock.now()),
  };
};
