import { MqttClient } from 'mqtt';
import type { Clock } from '../../clock.ts';
import { plainCause } from '../../http/network-words.ts';
import { type Failure, messageOf, ok, type Result } from '../../result.ts';
import { openStream, type StreamTarget } from '../open-stream.ts';
import type { MqttFailures } from './failures.ts';

const ANSWER_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_S = 30;
/** More than this in one message is no reading of ours. */
const MOST_BYTES_A_MESSAGE = 4 * 1024 * 1024;
const GOODBYE_MS = 1_000;
/** CONNACK return codes (MQTT 3.1.1, 3.2.2.3). */
const NOT_AVAILABLE = 3;
const BAD_CREDENTIALS = 4;
const NOT_AUTHORISED = 5;

export interface LastWill {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

export interface MqttMessage {
  readonly topic: string;
  readonly payload: Buffer;
  /** It was kept by the broker, so nobody knows from this how old it is. */
  readonly retained: boolean;
  readonly receivedAt: number;
}

export interface PublishOptions {
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

export interface SessionOptions {
  readonly target: StreamTarget;
  readonly user: string | null;
  readonly password: string | null;
  readonly clientId: string;
  readonly will: LastWill | null;
  readonly clock: Clock;
  readonly failures: MqttFailures;
  onMessage(message: MqttMessage): void;
  /** Something came that is no MQTT or too large. */
  onMalformed(): void;
}

/** One connection, from CONNECT to its end. Nothing of it survives: a command is never delivered later. */
export interface MqttSession {
  subscribe(filter: string): Promise<Result<void>>;
  unsubscribe(filter: string): void;
  publish(topic: string, payload: string | Buffer, options: PublishOptions): Promise<Result<void>>;
  /** One round trip; a connection that does not answer is ended. */
  ping(): Promise<Result<void>>;
  /** Settles with why it ended. */
  readonly ended: Promise<Failure>;
  /** Says goodbye, so that the last will is not sent, and leaves no socket and no timer. */
  close(): Promise<void>;
}

const codeOf = (thrown: Error): number | null =>
  'code' in thrown && typeof thrown.code === 'number' ? thrown.code : null;

/** Connects, logs in and answers a session, or why not. */
export const openSession = async (options: SessionOptions, signal: AbortSignal): Promise<Result<MqttSession>> => {
  const { clock, failures, target, user, password, will } = options;
  const opened = await openStream(target, clock, signal);
  if (!opened.ok) return failures.trouble(opened.error);
  const socket = opened.value;
  const { promise: ended, resolve: end } = Promise.withResolvers<Failure>();
  let reason: Failure | null = null;

  const client = new MqttClient(() => socket, {
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    clientId: options.clientId,
    keepalive: KEEP_ALIVE_S,
    // The clock of ours decides; this one only stands behind it.
    connectTimeout: 3 * ANSWER_TIMEOUT_MS,
    timerVariant: 'native',
    ...(user === null ? {} : { username: user }),
    ...(password === null ? {} : { password }),
    ...(will === null
      ? {}
      : { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1 as const, retain: will.retain } }),
  });

  const destroy = (why: { readonly error: Failure }): void => {
    reason ??= why.error;
    client.end(true);
    socket.destroy();
  };
  const judge = (error: Error): { readonly error: Failure } => {
    const code = codeOf(error);
    if (code === BAD_CREDENTIALS || code === NOT_AUTHORISED) return failures.passwordWrong();
    if (code === NOT_AVAILABLE) return failures.busy();
    if (code !== null) return failures.refused(messageOf(error).replace(/^Connection refused: /, ''));
    if ('code' in error) return failures.lost(plainCause(messageOf(error)));
    if (/timeout/i.test(error.message)) return failures.silent('for a sign of life');
    options.onMalformed();
    return failures.notMqtt();
  };
  client.on('error', (error) => destroy(judge(error)));
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MOST_BYTES_A_MESSAGE) return;
    options.onMalformed();
    destroy(failures.notMqtt());
  });
  client.on('packetreceive', () => {
    bytes = 0;
  });
  socket.once('close', () => end(reason ?? failures.lost('it broke the connection off').error));
  client.on('message', (topic, payload, packet) =>
    options.onMessage({ topic, payload, retained: packet.retain, receivedAt: clock.now() }),
  );

  /** Waits for the broker's answer, for the end of the connection, or for the time limit, whatever is first. */
  const answered = (what: string, ask: (done: (result: Result<void>) => void) => void): Promise<Result<void>> =>
    new Promise((resolve) => {
      const cancelTimer = clock.after(ANSWER_TIMEOUT_MS, () => finish(failures.silent(what)));
      const finish = (result: Result<void>): void => {
        cancelTimer();
        resolve(result);
      };
      void ended.then((error) => finish({ ok: false, error }));
      ask(finish);
    });

  const onAbort = (): void => destroy(failures.cancelled());
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const welcome = await answered('to let us in', (done) => client.once('connect', () => done(ok(undefined))));
  signal.removeEventListener('abort', onAbort);
  if (!welcome.ok) {
    destroy(welcome);
    return welcome;
  }

  return ok({
    subscribe: (filter) =>
      answered(`for "${filter}"`, (done) =>
        client.subscribe(filter, { qos: 1 }, (error, granted) => {
          const refused = error !== null || (granted ?? []).some(({ qos }) => qos === 128);
          done(refused ? failures.topicRefused(filter) : ok(undefined));
        }),
      ),
    // What the broker answers changes nothing: nobody listens any more.
    unsubscribe: (filter) => void client.unsubscribe(filter, () => undefined),
    publish: (topic, payload, { qos, retain }) =>
      answered(`to take "${topic}"`, (done) =>
        client.publish(topic, payload, { qos, retain }, (error) =>
          done(error ? failures.lost(plainCause(messageOf(error))) : ok(undefined)),
        ),
      ),
    ping: async () => {
      const { promise: heard, resolve: hear } = Promise.withResolvers<void>();
      const onPacket = ({ cmd }: { readonly cmd?: string }): void => {
        if (cmd === 'pingresp') hear();
      };
      client.on('packetreceive', onPacket);
      const answer = await answered('for a sign of life', (done) => {
        void heard.then(() => done(ok(undefined)));
        client.sendPing();
      });
      client.off('packetreceive', onPacket);
      if (!answer.ok) destroy(answer);
      return answer;
    },
    ended,
    close: async () => {
      if (!socket.destroyed) {
        const { promise: flushed, resolve: flush } = Promise.withResolvers<void>();
        const cancelTimer = clock.after(GOODBYE_MS, flush);
        socket.once('close', flush);
        // DISCONNECT (3.14): the broker forgets the last will.
        socket.end(Buffer.from([0xe0, 0x00]), flush);
        await flushed;
        cancelTimer();
        socket.off('close', flush);
      }
      destroy(failures.cancelled());
      await ended;
    },
  });
};
