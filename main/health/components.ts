import type { Mode } from '../../preload/contract/base.ts';
import type { Action } from '../../preload/contract/control.ts';
import type { Backup, FlowView, HealthView } from '../../preload/contract/house.ts';
import type { StoredForecast } from '../store/types.ts';
import type { PollerState } from '../telemetry/types.ts';

export type ComponentState = HealthView['components'][number]['state'];

/** How one part of the application is doing, with a sentence that says what to do where something is wrong. */
export interface ComponentReading {
  readonly state: ComponentState;
  readonly sentence: string;
}

const HOUR_MS = 3_600_000;
const BACKUP_LATE_MS = 26 * HOUR_MS;
const FORECAST_LATE_MS = 3 * HOUR_MS;
const SLOW_LOOP_MS = 100;

const reading = (state: ComponentState, sentence: string): ComponentReading => ({ state, sentence });
const hours = (spanMs: number): string => `${Math.round(spanMs / HOUR_MS)} h`;
const listed = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');

/** The database and its newest backup; a failing size query is a failing store. */
export const storeReading = (sizesRead: boolean, newest: Backup | undefined, now: number): ComponentReading => {
  if (!sizesRead) return reading('failed', 'The database does not answer. Check the disk and restart.');
  if (!newest) return reading('ok', 'The database answers. No backup has been made yet.');
  if (!newest.ok) return reading('degraded', 'The newest backup could not be read back. Make another one.');
  const ageMs = now - newest.at;
  return ageMs > BACKUP_LATE_MS
    ? reading('degraded', `The newest backup is ${hours(ageMs)} old. One is made every day: see the flow's last run.`)
    : reading('ok', `The database answers. The newest backup is ${hours(ageMs)} old.`);
};

export const telemetryReading = (pollers: readonly PollerState[]): ComponentReading => {
  if (pollers.length === 0) return reading('off', 'No devices are set up.');
  const silent = pollers.filter((poller) => poller.state === 'offline').map((poller) => poller.name);
  if (silent.length === pollers.length) return reading('failed', 'No device answers. Check the network.');
  if (silent.length > 0) return reading('degraded', `No answer from ${listed(silent)}.`);
  const late = pollers.filter((poller) => poller.state === 'late').map((poller) => poller.name);
  return late.length > 0
    ? reading('degraded', `Late: ${listed(late)}.`)
    : reading('ok', `All ${pollers.length} devices answer.`);
};

/** Judged by what comes out of it: forecasts that are young enough to decide on. */
export const learningReading = (forecasts: readonly (StoredForecast | undefined)[], now: number): ComponentReading => {
  const issued = forecasts.flatMap((forecast) => (forecast ? [forecast.issuedAt] : []));
  if (issued.length === 0) return reading('off', 'No forecast has been issued yet.');
  const ageMs = now - Math.min(...issued);
  if (ageMs > FORECAST_LATE_MS) return reading('degraded', `The newest forecast is ${hours(ageMs)} old.`);
  const without = forecasts.filter((forecast) => forecast && forecast.servedBy !== 'model');
  return without.length > 0
    ? reading('ok', 'Forecasts are issued; a baseline serves where the model does not beat it.')
    : reading('ok', 'Forecasts are issued by the trained models.');
};

export const flowsReading = (flows: readonly FlowView[]): ComponentReading => {
  if (flows.length === 0) return reading('off', 'No flows are set up.');
  const failed = flows.filter(({ last }) => last?.state === 'failed' || last?.state === 'timed-out');
  return failed.length > 0
    ? reading('degraded', `The last run failed: ${listed(failed.map((flow) => flow.label))}.`)
    : reading('ok', `${flows.length} flows run on their schedule.`);
};

/** `recent` are the newest actions; only those of the last 24 h count. */
export const controlReading = (
  mode: Mode,
  stopped: boolean,
  recent: readonly Action[],
  now: number,
): ComponentReading => {
  if (stopped) return reading('off', 'Stopped: nothing is switched until a person re-enables it.');
  const bad = recent.filter(
    (action) =>
      action.createdAt > now - 24 * HOUR_MS &&
      ['not-confirmed', 'rollback-failed', 'unreachable'].includes(action.outcome),
  );
  const last = bad.at(0);
  if (last)
    return reading(
      'degraded',
      `${bad.length} of the last commands were not confirmed, the newest for ${last.deviceName}.`,
    );
  if (mode === 'watch') return reading('off', 'Watch: it looks and switches nothing.');
  return reading(
    'ok',
    mode === 'suggest' ? 'Suggest: it asks before each action.' : 'Automate: commands are confirmed.',
  );
};

export const logReading = (lostLines: number): ComponentReading =>
  lostLines === 0
    ? reading('ok', 'The log is written.')
    : reading('degraded', `${lostLines} log lines were lost. Check the disk's free space.`);

export const mainThreadReading = (loop: HealthView['eventLoop']): ComponentReading =>
  loop.p99Ms > SLOW_LOOP_MS
    ? reading('degraded', `The main thread was held up for ${Math.round(loop.p99Ms)} ms (1 in 100).`)
    : reading('ok', `The main thread is free: ${Math.round(loop.p99Ms)} ms at most in 99 of 100.`);

export const controllerReading = (held: boolean): ComponentReading =>
  held
    ? reading('ok', 'This is the only controller of this data folder.')
    : reading('failed', 'Another program controls this data folder: nothing is switched from here.');
