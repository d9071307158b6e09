import type { Metric, Quality } from '../../preload/contract/base.ts';
import type { ChannelConfig, DeviceView } from '../../preload/contract/devices.ts';
import type { LiveState } from '../../preload/contract/site.ts';
import type { Clock } from '../clock.ts';
import { type ChannelSpec, channelsOf as channelsOfDevice } from '../devices/types.ts';
import type { EventBus } from '../events.ts';
import type { ChannelId, DeviceId, SiteId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Reading } from '../reading.ts';
import { permanent } from '../result.ts';
import type { Store } from '../store/types.ts';
import { type BusQueue, createBusQueue } from './bus-queue.ts';
import { type DerivedChannel, derive } from './derive.ts';
import { createSignalLimits } from './freshness.ts';
import { createGapNotes } from './gaps.ts';
import { createLatest } from './latest.ts';
import { createLiveEvents } from './live-events.ts';
import { pollPeriodOf } from './poll-period.ts';
import { createPoller, type Poller } from './poller.ts';
import { createQualityBook } from './quality-book.ts';
import { createRecorder } from './recorder.ts';
import { createTimeWatch } from './time-watch.ts';
import type { FreshReading, PolledDevice, Telemetry } from './types.ts';
import { untilAborted } from './until-aborted.ts';
import { createValidator } from './validate.ts';

/** Ageing is looked at, samples are taken and rows are written this often. */
const TICK_MS = 5_000;

interface Followed {
  readonly siteId: SiteId;
  readonly driver: PolledDevice['driver'];
  readonly poller: Poller;
  readonly latest: ReturnType<typeof createLatest>;
  readonly validator: ReturnType<typeof createValidator>;
  readonly specs: readonly ChannelSpec[];
  readonly limits: ReturnType<typeof createSignalLimits>;
}

const unknownDevice = (deviceId: DeviceId) =>
  permanent(
    'device.unknown',
    `There is no device "${deviceId}".`,
    'It may have been removed; look at the device list.',
  );

/** Polls devices, checks what they say, derives the state of each home, and records it. Knows nothing of control. */
export const createTelemetry = (deps: {
  readonly store: Pick<Store, 'readings' | 'series' | 'events' | 'dataQuality' | 'sites' | 'settings'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  /** What recorded values are called: `demo` for a demo home. */
  readonly qualityOf?: (siteId: SiteId) => Quality;
  /** In [0, 1): for the jitter. */
  readonly random?: () => number;
}): Telemetry => {
  const { store, clock, bus } = deps;
  const log = deps.log.room('telemetry');
  const random = deps.random ?? Math.random;
  const followed = new Map<DeviceId, Followed>();
  const queues = new Map<string, BusQueue>();
  const notedSites = new Set<SiteId>();
  const gaps = createGapNotes({ store, clock, log });
  const recorder = createRecorder({ store, clock, log, qualityOf: deps.qualityOf ?? (() => 'good') });
  const book = createQualityBook({ store, clock, log });
  const timeWatch = createTimeWatch(clock);
  let cancelTick: (() => void) | null = null;
  let endSignal: (() => void) | null = null;
  let isOn = false;

  const ofSite = (siteId: SiteId): readonly Followed[] => [...followed.values()].filter((one) => one.siteId === siteId);
  const sites = (): ReadonlySet<SiteId> => new Set([...followed.values()].map((one) => one.siteId));

  /** What the driver reads, or the source measures, more seldom than is polled stays fresh for longer. */
  const limited = (one: Followed, reading: Reading): FreshReading => {
    const seldom = one.specs.find(({ channelId }) => channelId === reading.channelId)?.freshnessLimits;
    const { observedMs, limitMs } = one.limits.of(reading);
    return { ...reading, observedMs, limitMs: Math.max(one.poller.limitMs(), seldom?.[reading.metric] ?? 0, limitMs) };
  };
  const withLimit = (one: Followed, reading: Reading | undefined): FreshReading | undefined =>
    reading && limited(one, reading);

  const channelsOf = (siteId: SiteId): readonly DerivedChannel[] =>
    ofSite(siteId).flatMap((one) => {
      const { id: deviceId, channels } = one.poller.record();
      return channels.map((config) => {
        const readings: Partial<Record<Metric, FreshReading>> = {};
        for (const [metric, reading] of one.latest.of(config.channelId)) readings[metric] = limited(one, reading);
        return { deviceId, config, readings };
      });
    });

  /** Before anything is believed: did the machine sleep? Then nothing that is known is current, and all is asked anew. */
  const checkTime = (): 'steady' | 'jumped' => {
    const spanMs = timeWatch.check();
    if (spanMs === 0) return 'steady';
    log.warn('The machine slept or its clock jumped; every reading is asked anew.', { spanMs });
    recorder.discardMinute();
    for (const one of followed.values()) {
      one.latest.clear();
      one.validator.forget();
      one.limits.interrupt();
    }
    for (const siteId of sites()) gaps.slept(siteId, spanMs);
    bus.emit('timeJump', { spanMs });
    for (const one of followed.values()) one.poller.restart();
    return 'jumped';
  };

  const live = (siteId: SiteId): LiveState => {
    checkTime();
    return derive({ siteId, at: clock.now(), channels: channelsOf(siteId) });
  };
  const liveEvents = createLiveEvents(clock, (siteId) => bus.emit('live', live(siteId)));

  const markLive = (siteId: SiteId): void => {
    if (isOn) liveEvents.mark(siteId);
  };

  /** A meter that counts in kW or was mounted the wrong way round is put right before it is judged. */
  const scaled = (reading: Reading, configs: readonly ChannelConfig[]): Reading => {
    if (reading.metric !== 'powerW') return reading;
    const scale = configs.find(({ channelId }) => channelId === reading.channelId)?.powerScale ?? 1;
    return scale === 1 ? reading : { ...reading, value: reading.value * scale };
  };

  const accept = (one: Followed, readings: readonly Reading[]): readonly Reading[] => {
    const { id: deviceId, name, channels: configs } = one.poller.record();
    const { accepted, rejected, counters } = one.validator.check(
      readings.map((reading) => scaled(reading, configs)),
      clock.now(),
    );
    book.readings(one.siteId, deviceId, accepted, rejected);
    if (rejected.length > 0) {
      one.poller.countRejected(rejected.length);
      const [first] = rejected;
      log.debug('Readings were rejected.', { device: name, count: rejected.length, first: first?.because });
    }
    // Channels without a role hold counters of the day, which begin anew each midnight.
    const hasRole = (id: ChannelId): boolean =>
      one.poller.record().channels.some(({ channelId, role }) => channelId === id && role !== 'none');
    for (const { reading, step } of counters)
      if (step.kind === 'reset' && hasRole(reading.channelId)) gaps.counterReset(one.siteId, name, reading.value);
    one.latest.put(accepted);
    one.limits.observe(accepted);
    if (accepted.length > 0) {
      bus.emit('readings', { siteId: one.siteId, deviceId, readings: accepted });
      markLive(one.siteId);
    }
    return accepted;
  };

  const onState = (one: Followed, state: DeviceView['state'], silentMs: number, wasGone: boolean): void => {
    const { siteId } = one;
    const { deviceId, name, problem } = one.poller.state();
    if (state === 'offline') log.warn('A device is gone.', { device: name, why: problem?.message ?? 'silent' });
    else if (wasGone) {
      log.info('A device is back.', { device: name, silentMs: Math.round(silentMs) });
      gaps.deviceSilent(siteId, name, silentMs);
    }
    if (state !== 'starting') bus.emit('deviceState', { siteId, deviceId, state });
    bus.emit('devices', { siteId, at: clock.now() });
    markLive(siteId);
  };

  const follow = (device: PolledDevice): void => {
    const { record, driver } = device;
    const { siteId } = record;
    const busKey = driver.busKey(record.connection);
    const queue = queues.get(busKey) ?? createBusQueue();
    queues.set(busKey, queue);
    const configOf = (channelId: ChannelId) =>
      poller.record().channels.find((config) => config.channelId === channelId);
    let isGone = false;
    const poller: Poller = createPoller({
      device,
      periodMs: pollPeriodOf(driver, record, store.settings.get(siteId)),
      queue,
      clock,
      log,
      random,
      // What was asked before a jump and answered after it is of neither time.
      onReadings: (readings) => (checkTime() === 'jumped' ? [] : accept(one, readings)),
      onMissed: () => {
        book.missing(siteId, record.id);
        one.limits.interrupt();
      },
      onState: (state, silentMs) => {
        const wasGone = isGone;
        isGone = state === 'offline';
        onState(one, state, silentMs, wasGone);
      },
    });
    const specs = channelsOfDevice(driver, record.connection);
    const one: Followed = {
      siteId,
      driver,
      poller,
      latest: createLatest(),
      validator: createValidator(specs, configOf),
      specs,
      limits: createSignalLimits(),
    };
    followed.set(record.id, one);
    if (!notedSites.has(siteId)) gaps.wasAway(siteId);
    notedSites.add(siteId);
    if (isOn) poller.start();
  };

  const pace = ({ siteId, driver, poller }: Followed): void =>
    poller.pace(pollPeriodOf(driver, poller.record(), store.settings.get(siteId)));

  const tick = (): void => {
    cancelTick = clock.after(TICK_MS, tick);
    checkTime();
    for (const one of followed.values()) one.poller.watch();
    book.tick();
    for (const siteId of sites()) {
      const channels = channelsOf(siteId);
      recorder.sample(derive({ siteId, at: clock.now(), channels }), channels);
      markLive(siteId); // Values age without any reading coming in.
    }
  };

  const stop = async (): Promise<void> => {
    if (!isOn) return;
    isOn = false;
    cancelTick?.();
    cancelTick = null;
    endSignal?.();
    endSignal = null;
    await Promise.all([...followed.values()].map((one) => one.poller.stop()));
    liveEvents.stop();
    recorder.flush(true);
    book.flush();
  };

  return {
    start: (signal) => {
      if (isOn) return;
      isOn = true;
      timeWatch.check();
      cancelTick = clock.after(TICK_MS, tick);
      for (const one of followed.values()) one.poller.start();
      const onAbort = (): void => void stop();
      signal.addEventListener('abort', onAbort, { once: true });
      const endSettings = bus.on('settings', ({ siteId }) => ofSite(siteId).forEach(pace));
      endSignal = () => {
        endSettings();
        signal.removeEventListener('abort', onAbort);
      };
    },
    stop,
    add: (device) => {
      const { id } = device.record;
      const known = followed.get(id);
      if (known) void known.poller.stop();
      follow(device);
    },
    remove: async (deviceId) => {
      const one = followed.get(deviceId);
      if (!one) return;
      followed.delete(deviceId);
      recorder.forget(deviceId);
      book.forget(deviceId);
      await one.poller.stop();
      markLive(one.siteId);
    },
    configure: (record) => {
      const one = followed.get(record.id);
      one?.poller.configure(record);
      if (one) pace(one);
      markLive(record.siteId);
    },
    refresh: (deviceId, signal) => {
      checkTime();
      const one = followed.get(deviceId);
      return one ? untilAborted(one.poller.refresh(), signal) : Promise.resolve(unknownDevice(deviceId));
    },
    latest: (deviceId, channelId, metric) => {
      checkTime();
      const one = followed.get(deviceId);
      return one && withLimit(one, one.latest.get(channelId, metric));
    },
    live,
    pollers: (siteId) => ofSite(siteId).map((one) => one.poller.state()),
    channels: (siteId) =>
      ofSite(siteId).flatMap((one) => {
        const { id: deviceId, channels } = one.poller.record();
        return channels.map((config) => ({ deviceId, config }));
      }),
  };
};
