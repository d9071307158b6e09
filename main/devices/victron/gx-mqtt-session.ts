import { randomUUID } from 'node:crypto';
import type { Connection } from '../../../preload/contract/devices.ts';
import type { Clock } from '../../clock.ts';
import { ok, type Result } from '../../result.ts';
import { eitherSignal } from '../any-signal.ts';
import { createMqttLink, type MqttDiagnostics, type MqttMessage } from '../mqtt/mqtt-link.ts';
import { createGxTree, type GxTree, keyOf } from './gx-mqtt-tree.ts';
import { gxMqttFailures } from './mqtt-failures.ts';
import { echoOf, type GxNotice, parseTopic } from './mqtt-topics.ts';

/** A GX sleeps after 60 s without a sign from us. */
const KEEP_ALIVE_MS = 30_000;
const ANSWER_LIMIT_MS = 10_000;
const BEAT_LIMIT_MS = 12_000;
const STAY_AWAKE = JSON.stringify({ 'keepalive-options': ['suppress-republish'] });
const FROM_BROKERS = ['N/+/system/0/Serial', 'N/+/keepalive'] as const;

/** A GX that is awake and has told everything once. */
export interface AwakeGx {
  readonly portal: string;
  readonly tree: GxTree;
}

export interface GxMqttSession {
  /** Connects, finds the portal id, wakes the GX and waits until it has told everything; then at once. */
  awake(signal: AbortSignal): Promise<Result<AwakeGx>>;
  /** Has one path read anew and waits for what comes of it. */
  ask(service: string, instance: number, path: string, signal: AbortSignal): Promise<Result<GxNotice>>;
  /** Taken by the broker, nothing more: a GX does not say whether it obeys. */
  write(service: string, instance: number, path: string, value: number): Promise<Result<void>>;
  /** Whether the broker itself still answers. */
  alive(signal: AbortSignal): Promise<Result<void>>;
  diagnostics(): MqttDiagnostics;
  close(): Promise<void>;
}

/** Ends waiting when the signal aborts; the work itself goes on for the others who wait. */
const unlessAborted = async <Value>(work: Promise<Value>, signal: AbortSignal, instead: Value): Promise<Value> => {
  const { promise: aborted, resolve } = Promise.withResolvers<Value>();
  const onAbort = (): void => resolve(instead);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};

export const PORTAL_OPTION = 'portal';

export const createGxMqttSession = (
  { connection, secret }: { readonly connection: Connection; readonly secret: string | null },
  { clock }: { readonly clock: Clock },
): GxMqttSession => {
  const name = `The GX at ${connection.host}`;
  const failures = gxMqttFailures(name);
  const user = connection.options?.['account']?.trim() ?? '';
  const wanted = connection.options?.[PORTAL_OPTION]?.trim().toLowerCase() ?? '';
  /** Portal ids that were heard at the broker. */
  const heard = new Set<string>();
  const waiting = new Map<string, Set<(notice: GxNotice) => void>>();
  const onPortal = new Set<() => void>();
  const onComplete = new Set<(echo: string | null) => void>();
  let gx: AwakeGx | null = null;
  let isAwake = false;
  let waking: Promise<Result<AwakeGx>> | null = null;
  let cancelKeepAlive: (() => void) | null = null;
  let beatMs: number | null = null;
  const life = new AbortController();

  const sleep = (): void => {
    isAwake = false;
    beatMs = null;
    cancelKeepAlive?.();
    cancelKeepAlive = null;
    // What it said before the break may have changed unheard.
    gx?.tree.clear();
  };
  const link = createMqttLink({
    connection,
    name,
    clock,
    user: user === '' && secret === null ? null : user,
    password: secret,
    onChange: (state) => {
      if (state === 'down') sleep();
    },
  });

  /** Waits for one of several things; null when the time limit or the caller was first. */
  const within = async <Value>(
    asked: AbortSignal,
    listen: (heardIt: (value: Value) => void) => () => void,
    start: () => Promise<Result<void>>,
  ): Promise<Result<Value | null>> => {
    const { promise, resolve } = Promise.withResolvers<Value | null>();
    const { signal, end } = eitherSignal(asked, life.signal);
    const giveUp = (): void => resolve(null);
    const cancelLimit = clock.after(ANSWER_LIMIT_MS, giveUp);
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    const unlisten = listen(resolve);
    try {
      const started = await start();
      return started.ok ? ok(await promise) : started;
    } finally {
      cancelLimit();
      signal.removeEventListener('abort', giveUp);
      end();
      unlisten();
    }
  };
  const listenTo =
    <Listener>(listeners: Set<Listener>) =>
    (listener: Listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    };

  const findPortal = async (signal: AbortSignal): Promise<Result<string>> => {
    if (wanted !== '') return ok(wanted);
    const found = await within<string>(
      signal,
      (heardIt) => {
        const look = (): void => {
          const [first] = heard;
          if (first !== undefined) heardIt(first);
        };
        look();
        return listenTo(onPortal)(look);
      },
      () => Promise.resolve(ok(undefined)),
    );
    if (!found.ok) return found;
    return found.value === null ? failures.noPortal() : ok(found.value);
  };

  /** A GX that is awake beats every 3 s; one that restarted behind a broker of its own would sleep on unnoticed. */
  const isOverdue = (): boolean => beatMs !== null && clock.monotonicMs() - beatMs > BEAT_LIMIT_MS;

  const onMessage = ({ topic, payload, retained, receivedAt }: MqttMessage): void => {
    if (gx === null || retained) return; // What a broker kept is of unknown age: a GX keeps no values itself.
    if (topic === `N/${gx.portal}/heartbeat`) beatMs = clock.monotonicMs();
    if (topic === `N/${gx.portal}/full_publish_completed`) {
      for (const listener of [...onComplete]) listener(echoOf(payload));
      return;
    }
    const told = gx.tree.hear(topic, payload, receivedAt);
    if (told?.notice.kind === 'malformed') link.countRejected();
    if (told === null || told.notice.kind === 'malformed') return;
    for (const listener of waiting.get(told.key) ?? []) listener(told.notice);
  };

  const stayAwake = (portal: string): void => {
    cancelKeepAlive?.();
    cancelKeepAlive = clock.after(KEEP_ALIVE_MS, () => {
      // A failure shows in the next read; the link counts it.
      void link.publish(`R/${portal}/keepalive`, STAY_AWAKE);
      stayAwake(portal);
    });
  };

  const wake = async (signal: AbortSignal): Promise<Result<AwakeGx>> => {
    const connected = await link.connected(signal);
    if (!connected.ok) return connected;
    const portal = await findPortal(signal);
    if (!portal.ok) return portal;
    if (gx === null) {
      gx = { portal: portal.value, tree: createGxTree(portal.value) };
      link.subscribe(`N/${portal.value}/#`, onMessage);
      const subscribed = await link.connected(signal);
      if (!subscribed.ok) return subscribed;
    }
    sleep();
    const echo = randomUUID();
    const told = await within<true>(
      signal,
      (heardIt) =>
        // A completion of somebody else's request carries another echo; before Venus OS 3.50 there is none.
        listenTo(onComplete)((said) => {
          if (said === null || said === echo) heardIt(true);
        }),
      () =>
        link.publish(
          `R/${portal.value}/keepalive`,
          JSON.stringify({ 'keepalive-options': [{ 'full-publish-completed-echo': echo }] }),
        ),
    );
    if (!told.ok) return told;
    if (told.value === null) return failures.silent(portal.value);
    if (heard.size > 1 && wanted === '') return failures.severalPortals([...heard]);
    if (life.signal.aborted || !link.isUp()) return failures.cancelled();
    isAwake = true;
    stayAwake(portal.value);
    return ok(gx);
  };

  if (wanted === '')
    for (const filter of FROM_BROKERS)
      link.subscribe(filter, ({ topic, payload }) => {
        const portal = parseTopic(topic)?.portal ?? /^N\/([^/]+)\/keepalive$/.exec(topic)?.[1];
        if (portal === undefined || payload.length === 0) return;
        heard.add(portal);
        for (const listener of [...onPortal]) listener();
      });

  const awake: GxMqttSession['awake'] = async (signal) => {
    if (isAwake && gx !== null && link.isUp() && !isOverdue()) return ok(gx);
    if (signal.aborted) return failures.cancelled();
    // Whoever asked first may leave; the others still wait for it.
    waking ??= wake(life.signal).finally(() => {
      waking = null;
    });
    return unlessAborted(waking, signal, failures.cancelled());
  };

  return {
    awake,
    ask: async (service, instance, path, signal) => {
      const found = await awake(signal);
      if (!found.ok) return found;
      const key = keyOf(service, instance, path);
      const answer = await within<GxNotice>(
        signal,
        (heardIt) => {
          const listeners = waiting.get(key) ?? new Set();
          waiting.set(key, listeners.add(heardIt));
          return () => {
            listeners.delete(heardIt);
            if (listeners.size === 0) waiting.delete(key);
          };
        },
        () => link.publish(`R/${found.value.portal}/${key}`, ''),
      );
      if (!answer.ok) return answer;
      if (signal.aborted) return failures.cancelled();
      return answer.value === null ? failures.silent(found.value.portal) : ok(answer.value);
    },
    write: async (service, instance, path, value) => {
      if (gx === null || !isAwake) return failures.silent(connection.host);
      // Never kept by the broker: a setpoint of yesterday must not be obeyed tomorrow.
      return link.publish(`W/${gx.portal}/${keyOf(service, instance, path)}`, JSON.stringify({ value }), {
        qos: 1,
        retain: false,
      });
    },
    alive: link.alive,
    diagnostics: link.diagnostics,
    close: async () => {
      life.abort();
      await link.close();
      await waking;
      sleep();
    },
  };
};
