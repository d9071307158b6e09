import type { DeviceView } from '../../preload/contract/devices.ts';
import type { Clock } from '../clock.ts';
import type { DeviceIdentity } from '../devices/types.ts';
import type { Log } from '../log.ts';
import type { Reading } from '../reading.ts';
import { type Failure, messageOf, permanent, type Result, temporary } from '../result.ts';
import type { DeviceRecord } from '../store/types.ts';
import type { BusQueue } from './bus-queue.ts';
import { createDayCounter, createMedian } from './day-counter.ts';
import { createFreshnessLimit, LATE_SHARE, limitAtPeriod } from './freshness.ts';
import { pauseMs } from './schedule.ts';
import type { PolledDevice, PollerState } from './types.ts';

/** A driver has its own time limits; this ends what outlives them. */
const POLL_LIMIT_MS = 45_000;
/** Failures in a row after which a device that did answer counts as gone. */
const GONE_AFTER = 3;
/** The first polls of all devices spread over this span. */
const SPREAD_MS = 1_000;

type Answer = Result<readonly Reading[]>;

export interface Poller {
  start(): void;
  /** Ends polling, waits for the request that is on its way, and takes every timer and listener away. */
  stop(): Promise<void>;
  /** Now and out of turn. Never answers with a request that was already on its way when it was called. */
  refresh(): Promise<Answer>;
  /** Throws away what is on its way and asks anew: after sleep. */
  restart(): void;
  /** Looks whether silence has made it late or gone. */
  watch(): void;
  configure(record: DeviceRecord): void;
  /** Asks every `periodMs` from now on. */
  pace(periodMs: number): void;
  record(): DeviceRecord;
  state(): PollerState;
  limitMs(): number;
  countRejected(count: number): void;
}

const driverFault = (name: string, thrown: unknown) =>
  temporary('device.driver-fault', `Reading ${name} failed inside its driver: ${messageOf(thrown)}.`, 'Report this.');

const removed = (name: string) =>
  permanent('device.removed', `${name} is not polled any more.`, 'Nothing needs to be done.');

/** Asks one device again and again, jittered, with growing pauses while it is away, and knows how it stands. */
export const createPoller = (options: {
  readonly device: PolledDevice;
  readonly periodMs: number;
  readonly queue: BusQueue;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  /** Validates and passes on; answers what was accepted. */
  readonly onReadings: (readings: readonly Reading[]) => readonly Reading[];
  /** A poll brought nothing. */
  readonly onMissed: () => void;
  readonly onState: (state: DeviceView['state'], silentMs: number) => void;
}): Poller => {
  const { device, queue, clock, log, random } = options;
  const { driver, reader } = device;
  /** Of this poller alone: one that replaces it must not join its requests. */
  const key = Symbol(device.record.id);
  let record = device.record;
  let periodMs = options.periodMs;
  const freshness = createFreshnessLimit(driver.freshnessLimitMs);
  const polls = createDayCounter(clock);
  const errors = createDayCounter(clock);
  const rejected = createDayCounter(clock);
  const tookMs = createMedian();
  const onItsWay = new Set<AbortController>();
  let isOn = false;
  let generation = 0;
  let failures = 0;
  let lastFailure: { readonly failure: Failure; readonly since: number } | null = null;
  let lastOk: { readonly at: number; readonly monotonicMs: number } | null = null;
  let identity: DeviceIdentity | null = null;
  let state: DeviceView['state'] = 'starting';
  let next: { readonly at: number; readonly cancel: () => void } | null = null;
  let endListening: (() => void) | null = null;
  let idle: Promise<unknown> = Promise.resolve();

  const limitMs = (): number =>
    Math.max(freshness.limitMs(), limitAtPeriod(driver.freshnessLimitMs, driver.pollPeriodMs, periodMs));

  const silentMs = (): number => (lastOk ? clock.monotonicMs() - lastOk.monotonicMs : 0);

  const watch = (): void => {
    const limit = limitMs();
    const isGone = lastOk === null ? failures > 0 : failures >= GONE_AFTER || silentMs() > limit;
    const isLate = failures > 0 || silentMs() > limit * LATE_SHARE;
    const found = isGone ? 'offline' : lastOk === null ? 'starting' : isLate ? 'late' : 'online';
    if (found === state) return;
    // Once gone, only an answer brings it back.
    if (state === 'offline' && failures > 0) return;
    state = found;
    options.onState(found, silentMs());
  };

  const succeed = (readings: readonly Reading[]): readonly Reading[] => {
    const silent = silentMs();
    const wasGone = state === 'offline';
    const accepted = options.onReadings(readings);
    const newest = accepted.reduce((latest, { measuredAt }) => Math.max(latest, measuredAt), 0);
    if (newest > 0) freshness.observe(newest);
    failures = 0;
    lastFailure = null;
    lastOk = { at: clock.now(), monotonicMs: clock.monotonicMs() };
    if (wasGone) {
      state = 'online';
      options.onState('online', silent);
    } else watch();
    return accepted;
  };

  const schedule = (delayMs: number): void => {
    next?.cancel();
    next = null;
    if (!isOn) return;
    const cancel = clock.after(delayMs, () => {
      next = null;
      void ask(false);
    });
    next = { at: Math.round(clock.now() + delayMs), cancel };
  };

  const pause = (): number => pauseMs({ periodMs, failures, failure: lastFailure?.failure ?? null, random: random() });

  const read = async (signal: AbortSignal): Promise<Answer> => {
    try {
      const answer = await reader.read(signal);
      if (answer.ok && identity === null) {
        const known = await reader.identify(signal);
        if (known.ok) identity = known.value;
      }
      return answer;
    } catch (thrown) {
      log.error('A driver threw while reading.', { device: record.name, error: messageOf(thrown) });
      return driverFault(record.name, thrown);
    }
  };

  const settle = (answer: Answer): Answer => {
    polls.add();
    if (answer.ok) return { ok: true, value: succeed(answer.value) };
    errors.add();
    options.onMissed();
    failures += 1;
    freshness.interrupt();
    lastFailure = { failure: answer.error, since: lastFailure?.since ?? clock.now() };
    watch();
    return answer;
  };

  const job = async (): Promise<Answer> => {
    if (!isOn) return removed(record.name);
    next?.cancel();
    next = null;
    const mine = generation;
    const limit = new AbortController();
    const cancelLimit = clock.after(POLL_LIMIT_MS, () => limit.abort());
    onItsWay.add(limit);
    const beganMs = clock.monotonicMs();
    const answer = await read(limit.signal);
    cancelLimit();
    onItsWay.delete(limit);
    if (!isOn) return removed(record.name);
    // Asked before the machine slept, answered after: its times are of another day. The poll that replaces it is queued.
    if (mine !== generation)
      return temporary('device.overtaken', `${record.name} is asked again after a pause.`, 'Nothing needs to be done.');
    tookMs.add(clock.monotonicMs() - beganMs);
    const settled = settle(answer);
    schedule(pause());
    return settled;
  };

  const ask = (urgent: boolean): Promise<Answer> => {
    const asked = queue.run(key, job, urgent);
    idle = asked;
    return asked;
  };

  return {
    start: () => {
      if (isOn) return;
      isOn = true;
      endListening = reader.listen?.((readings) => void (isOn && succeed(readings))) ?? null;
      schedule(random() * SPREAD_MS);
    },
    stop: async () => {
      isOn = false;
      next?.cancel();
      next = null;
      endListening?.();
      endListening = null;
      for (const controller of onItsWay) controller.abort();
      await idle;
    },
    refresh: () => (isOn ? ask(true) : Promise.resolve(removed(record.name))),
    restart: () => {
      generation += 1;
      freshness.interrupt();
      for (const controller of onItsWay) controller.abort();
      if (isOn) void ask(true);
    },
    watch,
    configure: (changed) => {
      record = changed;
    },
    pace: (changedMs) => {
      if (changedMs === periodMs) return;
      periodMs = changedMs;
      // What is on its way or in the queue is followed by the new pause by itself.
      if (next) schedule(pause());
    },
    record: () => record,
    state: () => ({
      deviceId: record.id,
      name: record.name,
      state,
      identity,
      periodMs,
      lastOkAt: lastOk?.at ?? null,
      problem: lastFailure
        ? { message: lastFailure.failure.message, advice: lastFailure.failure.advice, since: lastFailure.since }
        : null,
      consecutiveFailures: failures,
      nextAt: next?.at ?? null,
      polls24h: polls.total(),
      errors24h: errors.total(),
      rejected24h: rejected.total(),
      medianMs: tookMs.value(),
    }),
    limitMs,
    countRejected: rejected.add,
  };
};
