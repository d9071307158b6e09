import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { type Failure, fail, ok, type Result } from '../../result.ts';
import type { StreamTarget } from '../open-stream.ts';
import type { DeviceDiagnostics } from '../types.ts';
import { createMqttFailures } from './failures.ts';
import { type LastWill, type MqttMessage, type MqttSession, openSession, type PublishOptions } from './mqtt-session.ts';
import { filterProblem, topicMatches, topicProblem } from './topic.ts';

export type { LastWill, MqttMessage, PublishOptions } from './mqtt-session.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** After wrong credentials or an unknown certificate: brokers ban those who knock too often. */
const REFUSED_PAUSE_MS = 300_000;
/** A connection that lasts shorter than this counts as another failed attempt. */
const SETTLED_MS = 30_000;

export interface MqttLinkOptions {
  /** Where the broker is; plain unless `encryption` says otherwise. */
  readonly connection: StreamTarget;
  readonly user?: string | null;
  readonly password?: string | null;
  /** Who it is, for failures: "The GX at 10.0.0.7". */
  readonly name: string;
  readonly clock: Clock;
  /** Must differ from every other client's; random where left out. */
  readonly clientId?: string;
  /** What the broker says for us when the connection breaks. */
  readonly will?: LastWill;
  /** Hears each time when the connection stands and the topics are subscribed, and each time when it is gone. */
  onChange?(state: 'up' | 'down', why: Failure | null): void;
  readonly random?: () => number;
}

export interface MqttDiagnostics extends DeviceDiagnostics {
  readonly messages: number;
  /** How often a connection came about. */
  readonly connections: number;
}

/** A connection to a broker that is made again for ever. Starts when first asked or started. */
export interface MqttLink {
  /** Begins to connect, without waiting for it. */
  start(): void;
  isUp(): boolean;
  /** Why it does not stand; null while it does, and before the first attempt ended. */
  problem(): Failure | null;
  /**
   * Waits until it stands and every topic asked for is subscribed, or says why not: `device.unreachable`,
   * `device.password-wrong`, `device.untrusted` (with fingerprint), `device.topic-refused`, … In a pause between
   * attempts it tries at once, unless the broker refused us: then it answers with that refusal until the pause is over.
   */
  connected(signal: AbortSignal): Promise<Result<void>>;
  /** As `connected`, and asks the broker for a sign of life: a connection that only seems to stand is made anew. */
  alive(signal: AbortSignal): Promise<Result<void>>;
  /** Hears every message under the filter, over all reconnections, until the answered function is called. */
  subscribe(filter: string, onMessage: (message: MqttMessage) => void): () => void;
  /** Fails at once while there is no connection: nothing is kept to be delivered later. `qos` 1 waits for the broker. */
  publish(topic: string, payload: string | Buffer, options?: Partial<PublishOptions>): Promise<Result<void>>;
  /** A message that could not be used. */
  countRejected(): void;
  diagnostics(): MqttDiagnostics;
  /** Says goodbye; afterwards no timer and no socket is left. */
  close(): Promise<void>;
}

/** Ends waiting when the signal aborts; the work itself goes on for the others who wait. */
const unlessAborted = <Value>(work: Promise<Value>, signal: AbortSignal, instead: Value): Promise<Value> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return resolve(instead);
    const onAbort = (): void => resolve(instead);
    signal.addEventListener('abort', onAbort, { once: true });
    work.finally(() => signal.removeEventListener('abort', onAbort)).then(resolve, reject);
  });

export const createMqttLink = (options: MqttLinkOptions): MqttLink => {
  const { clock, connection, random = Math.random } = options;
  const failures = createMqttFailures(options.name);
  const clientId = options.clientId ?? `commandcenter-${randomUUID().slice(0, 8)}`;
  const life = new AbortController();
  const listeners = new Map<string, Set<(message: MqttMessage) => void>>();
  const refused = new Map<string, Failure>();
  const counts = { requests: 0, failures: 0, rejected: 0, messages: 0, connections: 0 };
  let session: MqttSession | null = null;
  let attempt: Promise<Result<void>> | null = null;
  let subscribing: Promise<unknown> = Promise.resolve();
  let lastFailure: Failure | null = null;
  let failedInRow = 0;
  let cancelPause: (() => void) | null = null;

  const counted = <Value>(result: Result<Value>): Result<Value> => {
    counts.requests += 1;
    if (!result.ok) counts.failures += 1;
    return result;
  };

  const onMessage = (message: MqttMessage): void => {
    counts.messages += 1;
    for (const [filter, heard] of listeners)
      if (topicMatches(filter, message.topic)) for (const listener of [...heard]) listener(message);
  };

  const pauseMs = (why: Failure): number => {
    const grown =
      why.kind === 'permanent' ? REFUSED_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failedInRow);
    return grown * (0.5 + random() / 2);
  };

  const pause = (why: Failure): void => {
    lastFailure = why;
    if (life.signal.aborted) return;
    cancelPause = clock.after(pauseMs(why), () => {
      cancelPause = null;
      void connect();
    });
    failedInRow = Math.min(failedInRow + 1, 16);
  };

  const subscribeOn = (on: MqttSession, filter: string): void => {
    const asked = on.subscribe(filter).then((result) => {
      const { ok: isTaken } = counted(result);
      if (isTaken) refused.delete(filter);
      else if (!result.ok && result.error.kind === 'permanent') refused.set(filter, result.error);
    });
    subscribing = Promise.all([subscribing, asked]);
  };

  const watch = (opened: MqttSession, sinceMs: number): void =>
    void opened.ended.then((why) => {
      if (session !== opened) return;
      session = null;
      if (clock.monotonicMs() - sinceMs > SETTLED_MS) failedInRow = 0;
      pause(why);
      options.onChange?.('down', why);
    });

  const attemptOnce = async (): Promise<Result<void>> => {
    const opened = counted(
      await openSession(
        {
          target: connection,
          user: options.user ?? null,
          password: options.password ?? null,
          clientId,
          will: options.will ?? null,
          clock,
          failures,
          onMessage,
          onMalformed: () => {
            counts.rejected += 1;
          },
        },
        life.signal,
      ),
    );
    if (!opened.ok) {
      pause(opened.error);
      return opened;
    }
    if (life.signal.aborted) {
      await opened.value.close();
      return failures.cancelled();
    }
    session = opened.value;
    counts.connections += 1;
    subscribing = Promise.resolve();
    for (const filter of listeners.keys()) if (filterProblem(filter) === null) subscribeOn(opened.value, filter);
    watch(opened.value, clock.monotonicMs());
    await subscribing;
    if (session !== opened.value) return failures.lost('it broke the connection off');
    options.onChange?.('up', null);
    return ok(undefined);
  };

  const connect = (): Promise<Result<void>> => {
    cancelPause?.();
    cancelPause = null;
    attempt ??= attemptOnce().finally(() => {
      attempt = null;
    });
    return attempt;
  };

  const standing = async (): Promise<Result<void>> => {
    if (life.signal.aborted) return failures.cancelled();
    if (attempt === null && session === null && cancelPause !== null && lastFailure?.kind === 'permanent')
      return fail(lastFailure);
    if (attempt !== null || session === null) {
      const made = await connect();
      if (!made.ok) return made;
    }
    await subscribing;
    const [topicRefused] = refused.values();
    return topicRefused === undefined ? ok(undefined) : fail(topicRefused);
  };

  return {
    start: () => {
      if (session === null && attempt === null && cancelPause === null && !life.signal.aborted) void connect();
    },
    isUp: () => session !== null,
    problem: () => (session === null ? lastFailure : null),
    connected: (signal) => unlessAborted(standing(), signal, failures.cancelled()),
    alive: async (signal) => {
      const stands = await unlessAborted(standing(), signal, failures.cancelled());
      if (!stands.ok || session === null) return stands;
      return counted(await unlessAborted(session.ping(), signal, failures.cancelled()));
    },
    subscribe: (filter, onOne) => {
      const problem = filterProblem(filter);
      if (problem !== null) refused.set(filter, failures.wrongTopic(filter, problem).error);
      const known = listeners.get(filter);
      // A new listener to a known filter asks anew too: the broker then sends what it keeps.
      listeners.set(filter, (known ?? new Set()).add(onOne));
      if (session !== null && problem === null) subscribeOn(session, filter);
      return () => {
        const heard = listeners.get(filter);
        if (heard?.delete(onOne) !== true || heard.size > 0) return;
        listeners.delete(filter);
        refused.delete(filter);
        session?.unsubscribe(filter);
      };
    },
    publish: async (topic, payload, { qos = 0, retain = false } = {}) => {
      const problem = topicProblem(topic);
      if (problem !== null) return counted(failures.wrongTopic(topic, problem));
      if (session === null)
        return counted(lastFailure === null ? failures.lost('it does not stand yet') : fail(lastFailure));
      return counted(await session.publish(topic, payload, { qos, retain }));
    },
    countRejected: () => {
      counts.rejected += 1;
    },
    diagnostics: () => ({ ...counts }),
    close: async () => {
      life.abort();
      cancelPause?.();
      cancelPause = null;
      listeners.clear();
      const closing = session;
      session = null;
      await closing?.close();
      await attempt;
    },
  };
};
