import type { Mode } from '../../preload/contract/base.ts';
import type { HealthView, Notice } from '../../preload/contract/house.ts';
import type { Clock } from '../clock.ts';
import type { EventBus } from '../events.ts';
import type { FlowRunner } from '../flows/types.ts';
import { newId, type SiteId } from '../ids.ts';
import type { Log } from '../log.ts';
import { messageOf } from '../result.ts';
import type { Store, StoreSizes } from '../store/types.ts';
import type { PollerState, Telemetry } from '../telemetry/types.ts';
import {
  type ComponentReading,
  controllerReading,
  controlReading,
  flowsReading,
  learningReading,
  logReading,
  mainThreadReading,
  storeReading,
  telemetryReading,
} from './components.ts';
import { dataQualityOf } from './data-quality.ts';
import { createEventLoopMeter, WINDOW_MS } from './event-loop.ts';
import { FINE, type PollerReport, type PollerSpell, watchPoller } from './poller-watch.ts';

const DAY_MS = 86_400_000;
/** One or two lost polls are ordinary on a radio link. */
const LOST_POLLS = 3;
const SIZES_VALID_MS = 60_000;

/** Kinds of stored events that the Health page counts as errors. Other rooms add theirs under these names. */
const ERROR_KINDS = ['error', 'flow-failed', 'poller-failing', 'dead-man', 'stood-still', 'worker-crashed'] as const;

export interface HealthDeps {
  readonly store: Pick<
    Store,
    | 'events'
    | 'sizes'
    | 'backups'
    | 'forecasts'
    | 'actions'
    | 'stops'
    | 'dataQuality'
    | 'devices'
    | 'sites'
    | 'settings'
  >;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly telemetry: Pick<Telemetry, 'pollers'>;
  readonly flows: Pick<FlowRunner, 'list'>;
  siteIds(): readonly SiteId[];
  mode(siteId: SiteId): Mode;
  lostLogLines(): number;
  /** False once the single-controller lock is lost. */
  holdsController(): boolean;
  /** Features of the host that are missing, one sentence each. */
  missing(): readonly string[];
  /** Parts that only the host knows, by name, such as a worker that crashed. */
  readonly extra?: Readonly<Record<string, (siteId: SiteId) => ComponentReading>>;
}

export interface Health {
  start(signal: AbortSignal): void;
  stop(): Promise<void>;
  view(siteId: SiteId): HealthView;
}

const pollerView = (poller: PollerState): HealthView['pollers'][number] => ({
  deviceId: poller.deviceId,
  name: poller.name,
  periodMs: poller.periodMs,
  lastOkAt: poller.lastOkAt,
  lastError: poller.problem?.message ?? null,
  consecutiveFailures: poller.consecutiveFailures,
  nextAt: poller.nextAt,
  polls24h: poller.polls24h,
  errors24h: poller.errors24h,
  rejected24h: poller.rejected24h,
  medianMs: poller.medianMs,
});

const pollerWords = (
  poller: PollerState,
  report: PollerReport,
  alertAfterMs: number,
): Pick<Notice, 'level' | 'title' | 'text'> => {
  const { name, problem } = poller;
  const why = problem ? ` ${problem.message} ${problem.advice}` : '';
  if (report === 'back') return { level: 'info', title: `${name} is back`, text: 'It answers steadily again.' };
  const minutes = Math.round(alertAfterMs / 60_000);
  return report === 'failing'
    ? {
        level: 'attention',
        title: `${name} does not answer`,
        text: `For ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} now.${why}`,
      }
    : { level: 'attention', title: `${name} comes and goes`, text: `Its answers break off again and again.${why}` };
};

/** Watches every other room, shows how it is doing, and tells a person once when something stays wrong. */
export const createHealth = (deps: HealthDeps): Health => {
  const { store, clock, bus } = deps;
  const log = deps.log.room('health');
  const meter = createEventLoopMeter();
  const startedMonotonic = clock.monotonicMs();
  const spells = new Map<string, PollerSpell>();
  const since = new Map<string, { readonly state: string; readonly at: number }>();
  let sizes: { readonly value: StoreSizes | null; readonly at: number } | undefined;
  let cancelTick: (() => void) | undefined;
  let forget: (() => void) | undefined;

  /** Counting rows takes time on a big database, so one answer serves for a minute. */
  const currentSizes = (): StoreSizes | null => {
    if (sizes && clock.monotonicMs() - sizes.at < SIZES_VALID_MS) return sizes.value;
    try {
      sizes = { value: store.sizes(), at: clock.monotonicMs() };
    } catch (thrown) {
      log.error('The database did not say its size', { why: messageOf(thrown) });
      sizes = { value: null, at: clock.monotonicMs() };
    }
    return sizes.value;
  };

  const lookAtPollers = (siteId: SiteId): void => {
    const { pollerAlertAfterMs } = store.settings.get(siteId);
    for (const poller of deps.telemetry.pollers(siteId)) {
      const key = `${siteId}/${poller.deviceId}`;
      const failing = poller.consecutiveFailures >= LOST_POLLS || poller.state === 'offline';
      const { spell, report } = watchPoller(spells.get(key) ?? FINE, failing, clock.monotonicMs(), pollerAlertAfterMs);
      spells.set(key, spell);
      if (report === null) continue;
      const notice: Notice = {
        id: newId('notice'),
        at: clock.now(),
        ...pollerWords(poller, report, pollerAlertAfterMs),
        subject: `device/${poller.deviceId}`,
        recovered: report === 'back',
      };
      store.events.add(siteId, { ...notice, kind: report === 'back' ? 'poller-back' : 'poller-failing' });
      bus.emit('notice', notice);
    }
  };

  const readings = (siteId: SiteId): Readonly<Record<string, ComponentReading>> => {
    const now = clock.now();
    const kinds = ['solar', 'load'] as const;
    return {
      database: storeReading(currentSizes() !== null, store.backups.list().at(0), now),
      telemetry: telemetryReading(deps.telemetry.pollers(siteId)),
      learning: learningReading(
        kinds.map((kind) => store.forecasts.latest(siteId, kind)),
        now,
      ),
      flows: flowsReading(deps.flows.list(siteId)),
      control: controlReading(
        deps.mode(siteId),
        store.stops.active(siteId) !== undefined,
        store.actions.list(siteId, 50),
        now,
      ),
      'single controller': controllerReading(deps.holdsController()),
      'main thread': mainThreadReading(meter.read()),
      log: logReading(deps.lostLogLines()),
      ...Object.fromEntries(Object.entries(deps.extra ?? {}).map(([name, read]) => [name, read(siteId)])),
    };
  };

  const componentsOf = (siteId: SiteId): HealthView['components'] =>
    Object.entries(readings(siteId)).map(([name, { state, sentence }]) => {
      const key = `${siteId}/${name}`;
      const before = since.get(key);
      const at = before?.state === state ? before.at : clock.now();
      since.set(key, { state, at });
      return { name, state, sentence, since: at };
    });

  const tick = (): void => {
    cancelTick = clock.after(WINDOW_MS, () => {
      tick();
      meter.turn();
      for (const siteId of deps.siteIds()) {
        try {
          lookAtPollers(siteId);
          componentsOf(siteId);
        } catch (thrown) {
          log.error('A health check failed', { site: siteId, why: messageOf(thrown) });
        }
      }
    });
  };

  const stop = async (): Promise<void> => {
    cancelTick?.();
    cancelTick = undefined;
    forget?.();
    forget = undefined;
    meter.stop();
  };

  return {
    start: (signal) => {
      if (signal.aborted || cancelTick) return;
      const onAbort = (): void => void stop();
      signal.addEventListener('abort', onAbort, { once: true });
      forget = () => signal.removeEventListener('abort', onAbort);
      meter.start();
      tick();
    },
    stop,
    view: (siteId) => {
      const now = clock.now();
      const size = currentSizes();
      const newest = store.backups.list().at(0);
      return {
        at: now,
        components: componentsOf(siteId),
        pollers: deps.telemetry.pollers(siteId).map(pollerView),
        ...dataQualityOf(store, siteId, clock.now()),
        eventLoop: meter.read(),
        database: {
          path: size?.path ?? '',
          bytes: size?.bytes ?? 0,
          readings: size?.readings ?? 0,
          schemaVersion: size?.schemaVersion ?? 0,
          lastBackupAt: newest?.at ?? null,
          lastBackupOk: newest?.ok ?? null,
          oldestReadingAt: size?.oldestReadingAt ?? null,
        },
        memoryBytes: process.memoryUsage.rss(),
        uptimeMs: Math.max(0, clock.monotonicMs() - startedMonotonic),
        errors24h: ERROR_KINDS.reduce((sum, kind) => sum + store.events.countSince(siteId, kind, now - DAY_MS), 0),
        missing: [...deps.missing()],
      };
    },
  };
};
