import type { Metric, Quality } from '../../preload/contract/base.ts';
import { isFlexible } from '../../preload/contract/devices.ts';
import type { HistorySeries } from '../../preload/contract/insight.ts';
import type { LiveState } from '../../preload/contract/site.ts';
import type { Clock } from '../clock.ts';
import { channelId, type DeviceId, type SiteId } from '../ids.ts';
import type { Log } from '../log.ts';
import { messageOf } from '../result.ts';
import type { SeriesKey, SiteChannel, Store, StoredReading } from '../store/types.ts';
import { type DerivedChannel, measureOf } from './derive.ts';

const MINUTE_MS = 60_000;
/** A mean stands for its minute only when this many samples are in it (of twelve at a tick of 5 s). */
const ENOUGH_SAMPLES = 4;
/** What waits for a disk that is full; beyond it the oldest goes, counted. */
const MOST_WAITING = 20_000;

/**
 * What is kept when it changes, and only then. Setpoints that follow the house every few seconds are in the action log;
 * a battery's own limits and an inverter's mode change too often for what they tell.
 */
const STATES = ['on', 'minSocPct', 'limitA', 'faultCode'] as const;

interface WaitingRow {
  readonly key: SeriesKey;
  readonly at: number;
  readonly value: number;
  readonly quality: Quality;
}
interface Minute {
  readonly key: SeriesKey;
  readonly at: number;
  sum: number;
  count: number;
}

export interface Recorder {
  /** Adds one sample of everything that is kept; closes the minutes that are over and writes them in one transaction. */
  sample(live: LiveState, channels: readonly DerivedChannel[]): void;
  /** After a clock jump: the running minute mixes two times. */
  discardMinute(): void;
  /** Writes what is complete, and with `all` also the running minute. */
  flush(all?: boolean): void;
  lostRows(): number;
  forget(deviceId: DeviceId): void;
}

const seriesOf = (live: LiveState): readonly (readonly [HistorySeries, LiveState['pvW'], Metric])[] => [
  ['pv', live.pvW, 'powerW'],
  ['load', live.loadW, 'powerW'],
  ['grid', live.gridW, 'powerW'],
  ['battery', live.batteryW, 'powerW'],
  ['household', live.householdW, 'powerW'],
  ['soc', live.socPct, 'socPct'],
];

/**
 * Keeps a year of a home below 10 MB by writing little and that well: means of one minute (named by its start) for the
 * site's six quantities, the power of each flexible load and temperature and voltage of the battery; states when they
 * change. Only fresh and late values are sampled: a gap stays a gap.
 */
export const createRecorder = (deps: {
  readonly store: Pick<Store, 'readings' | 'series'>;
  readonly clock: Clock;
  readonly log: Log;
  /** What good values are called: `demo` for a demo home. */
  readonly qualityOf: (siteId: SiteId) => Quality;
}): Recorder => {
  const { store, clock, log } = deps;
  const minutes = new Map<string, Minute>();
  const states = new Map<string, number>();
  let waiting: WaitingRow[] = [];
  let lost = 0;
  let isFailing = false;

  const nameOf = (key: SeriesKey): string => `${key.siteId} ${key.deviceId} ${key.channelId} ${key.metric}`;

  const close = (name: string, minute: Minute): void => {
    minutes.delete(name);
    if (minute.count < ENOUGH_SAMPLES) return;
    const { key, at, sum, count } = minute;
    waiting.push({ key, at, value: sum / count, quality: deps.qualityOf(key.siteId) });
  };

  const add = (key: SeriesKey, measure: LiveState['pvW'], at: number): void => {
    if (measure.value === null || (measure.freshness !== 'fresh' && measure.freshness !== 'late')) return;
    const name = nameOf(key);
    const startAt = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    const running = minutes.get(name);
    if (running?.at === startAt) {
      running.sum += measure.value;
      running.count += 1;
    } else {
      if (running) close(name, running);
      minutes.set(name, { key, at: startAt, sum: measure.value, count: 1 });
    }
  };

  const addState = (key: SeriesKey, measure: LiveState['pvW']): void => {
    if (measure.value === null || measure.measuredAt === null || measure.freshness === 'stale') return;
    const name = nameOf(key);
    if (states.get(name) === measure.value) return;
    states.set(name, measure.value);
    waiting.push({ key, at: measure.measuredAt, value: measure.value, quality: deps.qualityOf(key.siteId) });
  };

  const write = (): void => {
    if (waiting.length === 0) return;
    try {
      store.readings.append(
        waiting.map(({ key, ...row }): StoredReading => ({ seriesId: store.series.idOf(key), ...row })),
      );
      waiting = [];
      if (isFailing) log.info('Measurements can be written again.', { lostRows: lost });
      isFailing = false;
    } catch (thrown) {
      // Kept and tried again with the next tick; said once, because a full disk fails every few seconds.
      if (!isFailing)
        log.error('Measurements cannot be written.', { error: messageOf(thrown), waiting: waiting.length });
      isFailing = true;
      const surplus = Math.max(0, waiting.length - MOST_WAITING);
      lost += surplus;
      waiting = waiting.slice(surplus);
    }
  };

  const closeBefore = (at: number): void => {
    for (const [name, minute] of [...minutes]) if (minute.at + MINUTE_MS <= at) close(name, minute);
  };

  return {
    sample: (live, channels) => {
      const { siteId, at } = live;
      closeBefore(at);
      const siteKey = (series: HistorySeries, metric: Metric): SeriesKey => {
        const name: SiteChannel = `site:${series}`;
        return { siteId, deviceId: '', channelId: channelId(name), metric };
      };
      for (const [series, measure, metric] of seriesOf(live)) add(siteKey(series, metric), measure, at);
      for (const { deviceId, config, readings } of channels) {
        const key = (metric: Metric): SeriesKey => ({ siteId, deviceId, channelId: config.channelId, metric });
        if (config.use === 'primary' && isFlexible(config.role))
          add(key('powerW'), measureOf(readings.powerW, 'powerW', at), at);
        if (config.use === 'primary' && config.role === 'battery')
          for (const metric of ['tempC', 'voltageV'] as const)
            add(key(metric), measureOf(readings[metric], metric, at), at);
        for (const metric of STATES)
          if (readings[metric]) addState(key(metric), measureOf(readings[metric], metric, at));
      }
      write();
    },
    discardMinute: () => minutes.clear(),
    flush: (all = false) => {
      if (all) for (const [name, minute] of [...minutes]) close(name, minute);
      else closeBefore(clock.now());
      write();
    },
    lostRows: () => lost,
    forget: (deviceId) => {
      for (const [name, minute] of [...minutes]) if (minute.key.deviceId === deviceId) close(name, minute);
      for (const name of [...states.keys()]) if (name.split(' ')[1] === deviceId) states.delete(name);
    },
  };
};
