import type { z } from 'zod';
import type { Connection } from '../../../preload/contract/devices.ts';
import type { Clock } from '../../clock.ts';
import type { HttpClient } from '../../http/types.ts';
import { ok, type Result } from '../../result.ts';
import { eitherSignal } from '../any-signal.ts';
import type { DeviceDiagnostics, DeviceIdentity } from '../types.ts';
import { agreedFingerprint, webAddress } from '../web-address.ts';
import { cancelled, firstGeneration, malformed, notAShelly, notThisDevice } from './failures.ts';
import { deviceInfoSchema, firstGenerationSchema, type Notification } from './frames.ts';
import { createHttpChannel } from './http-channel.ts';
import { createSocketChannel } from './socket-channel.ts';

/** After a refused upgrade the socket is left alone this long: the device may be out of its six channels. */
const SOCKET_RETRY_MS = 60_000;
/** A gateway answers for a sleeping valve within a minute. */
const RADIO_TIMEOUT_MS = 62_000;

export interface ShellyLink {
  readonly address: string;
  identify(signal: AbortSignal): Promise<Result<DeviceIdentity>>;
  /** One RPC, over the shared socket where there is one and over HTTP otherwise; its result is checked. */
  call<Schema extends z.ZodType>(
    method: string,
    params: object,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<Result<z.output<Schema>>>;
  /** The same for what the device hands on by radio: it takes up to a minute, and nothing else waits for it. */
  callAside<Schema extends z.ZodType>(
    method: string,
    params: object,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<Result<z.output<Schema>>>;
  /** A push that could not be read. */
  countRejected(): void;
  diagnostics(): DeviceDiagnostics;
  close(): void;
}

/**
 * One device: a single shared WebSocket (the device bears about six channels, other programs count too) with HTTP as
 * the way out, and the check after each connection that it is still the same device. Requests go one after another.
 */
export const createShellyLink = (options: {
  readonly connection: Connection;
  readonly secret: string | null;
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly onNotification: (notification: Notification) => void;
}): ShellyLink => {
  const { connection, secret, clock } = options;
  const { host, port } = connection;
  const base = webAddress(connection, 'off');
  const fingerprint = agreedFingerprint(connection);
  const address = base.slice(base.indexOf('//') + 2);
  let requests = 0;
  let failures = 0;
  let rejected = 0;
  let serial: string | null = null;
  let socketRefusedAt: number | null = null;
  /** Ends with the link, so that nothing opens after close. */
  const life = new AbortController();
  let lane: Promise<unknown> = Promise.resolve();
  const onMalformed = (): void => {
    rejected += 1;
  };
  const socket = createSocketChannel({
    address,
    host,
    port,
    encryption: base.startsWith('https') ? { fingerprint } : undefined,
    secret,
    clock,
    onNotification: options.onNotification,
    onMalformed,
  });
  const http = createHttpChannel({ http: options.http, address, base, fingerprint, secret, onMalformed });

  const recognise = (data: unknown): Result<DeviceIdentity> => {
    const info = deviceInfoSchema.safeParse(data);
    if (!info.success) {
      const first = firstGenerationSchema.safeParse(data);
      return first.success ? firstGeneration(address, first.data.type) : notAShelly(address);
    }
    const found = info.data.mac.toUpperCase();
    if (serial !== null && found !== serial) return notThisDevice(address, serial, found);
    serial = found;
    return ok({ serial: found, model: info.data.app ?? info.data.model, firmware: info.data.ver ?? null });
  };

  /** Opens the way and makes sure who answers: the socket, or HTTP where the device refuses the upgrade. */
  const way = async (signal: AbortSignal): Promise<Result<'socket' | 'http'>> => {
    if (socket.isOpen()) return ok('socket');
    if (socketRefusedAt !== null && clock.monotonicMs() - socketRefusedAt < SOCKET_RETRY_MS) return ok('http');
    const opened = await socket.open(signal);
    if (opened.ok === false) return opened;
    const by = opened.ok === true ? 'socket' : 'http';
    const info = by === 'socket' ? await socket.call('Shelly.GetDeviceInfo', {}, signal) : await http.info(signal);
    const known = info.ok ? recognise(info.value) : info;
    if (known.ok) {
      socketRefusedAt = by === 'http' ? clock.monotonicMs() : null;
      return ok(by);
    }
    socket.close();
    return known;
  };

  const counted = <Value>(result: Result<Value>): Result<Value> => {
    requests += 1;
    if (!result.ok) failures += 1;
    return result;
  };

  const ask = (by: 'socket' | 'http', method: string, params: object, signal: AbortSignal, timeoutMs?: number) =>
    (by === 'socket' ? socket : http).call(method, params, signal, timeoutMs);

  const checked = <Schema extends z.ZodType>(
    answer: Result<unknown>,
    method: string,
    schema: Schema,
  ): Result<z.output<Schema>> => {
    if (!answer.ok) return answer;
    const parsed = schema.safeParse(answer.value);
    if (parsed.success) return ok(parsed.data);
    onMalformed();
    return malformed(address, method);
  };

  const once = async <Schema extends z.ZodType>(
    method: string,
    params: object,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<Result<z.output<Schema>>> => {
    if (signal.aborted) return counted(cancelled(method));
    const by = await way(signal);
    return counted(by.ok ? checked(await ask(by.value, method, params, signal), method, schema) : by);
  };

  return {
    address,
    identify: async (asked) => {
      const { signal, end } = eitherSignal(asked, life.signal);
      const info = await http.info(signal).finally(end);
      return counted(info.ok ? recognise(info.value) : info);
    },
    call: (method, params, schema, asked) => {
      const { signal, end } = eitherSignal(asked, life.signal);
      const mine = lane.then(() => once(method, params, schema, signal)).finally(end);
      lane = mine;
      return mine;
    },
    callAside: async (method, params, schema, asked) => {
      const { signal, end } = eitherSignal(asked, life.signal);
      // In its turn it opens the way; then it lets the others pass.
      const turn = lane.then(() => (signal.aborted ? cancelled(method) : way(signal)));
      lane = turn;
      const by = await turn;
      const answer = by.ok
        ? checked(await ask(by.value, method, params, signal, RADIO_TIMEOUT_MS), method, schema)
        : by;
      end();
      return counted(answer);
    },
    countRejected: onMalformed,
    diagnostics: () => ({ requests, failures, rejected }),
    close: () => {
      life.abort();
      socket.close();
    },
  };
};
