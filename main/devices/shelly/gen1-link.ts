import { z } from 'zod';
import type { Connection } from '../../../preload/contract/devices.ts';
import type { Clock } from '../../clock.ts';
import { jsonAnswer } from '../../http/json-answer.ts';
import type { HttpClient } from '../../http/types.ts';
import { ok, type Result } from '../../result.ts';
import { eitherSignal } from '../any-signal.ts';
import type { DeviceDiagnostics, DeviceIdentity } from '../types.ts';
import { agreedFingerprint, webAddress } from '../web-address.ts';
import {
  counterpartOf,
  laterGeneration,
  notAShelly,
  notThisDevice,
  passwordNeeded,
  passwordWrong,
} from './failures.ts';
import { deviceInfoSchema, firstGenerationSchema } from './frames.ts';

const REQUEST_LIMIT_MS = 10_000;
const MAX_BYTES = 128 * 1024;
/** So long a known device at the address is not asked again who it is before it is written to. */
const KNOWN_FOR_MS = 30_000;
export const DEFAULT_USER = 'admin';

export interface Gen1Link {
  readonly address: string;
  identify(signal: AbortSignal): Promise<Result<DeviceIdentity>>;
  /** One GET, one after another; its answer is checked. */
  get<Shape>(path: string, schema: z.ZodType<Shape>, signal: AbortSignal): Promise<Result<Shape>>;
  /** The same for a command: first makes sure who answers, unless that is fresh. */
  command(path: string, signal: AbortSignal): Promise<Result<unknown>>;
  /** Every status names its device: notes it, or fails where it is another one. */
  confirm(mac: string | null | undefined): Result<void>;
  diagnostics(): DeviceDiagnostics;
  close(): void;
}

/** HTTP with Basic login, as the first generation speaks it. It bears about two connections: requests go one by one. */
export const createGen1Link = (options: {
  readonly connection: Connection;
  readonly secret: string | null;
  readonly clock: Clock;
  readonly http: HttpClient;
}): Gen1Link => {
  const { connection, secret, clock, http } = options;
  const base = webAddress(connection, 'off');
  const fingerprint = agreedFingerprint(connection);
  const address = base.slice(base.indexOf('//') + 2);
  const user = connection.options?.['account']?.trim() || DEFAULT_USER;
  const login = secret === null ? null : `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
  const life = new AbortController();
  let lane: Promise<unknown> = Promise.resolve();
  let requests = 0;
  let failures = 0;
  let rejected = 0;
  let serial: string | null = null;
  let knownAtMs = Number.NEGATIVE_INFINITY;

  const ask = async <Shape>(
    path: string,
    schema: z.ZodType<Shape>,
    signal: AbortSignal,
    withLogin: boolean,
  ): Promise<Result<Shape>> => {
    const answer = await http.send({
      url: `${base}${path}`,
      headers: withLogin && login !== null ? { authorization: login } : {},
      timeoutMs: REQUEST_LIMIT_MS,
      maxBytes: MAX_BYTES,
      fingerprint,
      signal,
    });
    if (answer.ok && answer.value.status === 401)
      return secret === null ? passwordNeeded(address) : passwordWrong(address);
    return jsonAnswer(answer, schema, counterpartOf(address, path.split('?')[0] ?? path), clock.now());
  };

  const queued = <Value>(work: (signal: AbortSignal) => Promise<Result<Value>>, asked: AbortSignal) => {
    const { signal, end } = eitherSignal(asked, life.signal);
    const mine = lane.then(async () => {
      const result = await work(signal);
      requests += 1;
      if (!result.ok) failures += 1;
      if (!result.ok && result.error.code === 'device.malformed') rejected += 1;
      return result;
    });
    lane = mine;
    return mine.finally(end);
  };

  const confirm: Gen1Link['confirm'] = (mac) => {
    const found = mac?.toUpperCase();
    if (found === undefined || serial === null) return ok(undefined);
    if (found !== serial) return notThisDevice(address, serial, found);
    knownAtMs = clock.monotonicMs();
    return ok(undefined);
  };

  const identify = async (signal: AbortSignal): Promise<Result<DeviceIdentity>> => {
    const answer = await ask('/shelly', z.looseObject({}), signal, false);
    if (!answer.ok) return answer;
    const info = firstGenerationSchema.safeParse(answer.value);
    if (!info.success) {
      const later = deviceInfoSchema.safeParse(answer.value);
      return later.success ? laterGeneration(address, later.data.app ?? later.data.model) : notAShelly(address);
    }
    const found = info.data.mac.toUpperCase();
    const same = confirm(found);
    if (!same.ok) return same;
    serial = found;
    knownAtMs = clock.monotonicMs();
    return ok({ serial: found, model: info.data.type, firmware: info.data.fw ?? null });
  };

  return {
    address,
    identify: (signal) => queued(identify, signal),
    get: (path, schema, signal) => queued((own) => ask(path, schema, own, true), signal),
    command: (path, signal) =>
      queued(async (own) => {
        if (clock.monotonicMs() - knownAtMs > KNOWN_FOR_MS) {
          const known = await identify(own);
          if (!known.ok) return known;
        }
        return ask(path, z.looseObject({}), own, true);
      }, signal),
    confirm,
    diagnostics: () => ({ requests, failures, rejected }),
    close: () => life.abort(),
  };
};
