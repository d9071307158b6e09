import { z } from 'zod';
import type { Connection } from '../../../preload/contract/devices.ts';
import type { Clock } from '../../clock.ts';
import { type Counterpart, jsonAnswer } from '../../http/json-answer.ts';
import type { HttpClient } from '../../http/types.ts';
import { ok, permanent, type Result, temporary } from '../../result.ts';
import type { DeviceDiagnostics } from '../types.ts';
import { agreedFingerprint, webAddress } from '../web-address.ts';
import { type EvccState, stateOf } from './state.ts';

const TIMEOUT_MS = 10_000;

export interface EvccRest {
  readonly name: string;
  /** The whole state now. */
  state(signal: AbortSignal): Promise<Result<EvccState>>;
  /** Sets something: `loadpoints/1/mode/pv`. Success means that evcc took it. */
  set(path: string, what: string, signal: AbortSignal): Promise<Result<void>>;
  /** Takes something back: `batterymode`. */
  release(path: string, what: string, signal: AbortSignal): Promise<Result<void>>;
  /** A push that could not be read. */
  countRejected(): void;
  diagnostics(): DeviceDiagnostics;
}

/** evcc's own interface over HTTP. Control asks for no login; an API key is sent where one was entered. */
export const createEvccRest = (options: {
  readonly connection: Connection;
  readonly secret: string | null;
  readonly http: HttpClient;
  readonly clock: Clock;
}): EvccRest => {
  const { connection, secret, http, clock } = options;
  const base = webAddress(connection, 'off');
  const name = `The evcc at ${connection.host}:${connection.port}`;
  const counts = { requests: 0, failures: 0, rejected: 0 };

  const ask = async (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    what: string,
    signal: AbortSignal,
  ): Promise<Result<unknown>> => {
    counts.requests += 1;
    const answer = await http.send({
      method,
      url: `${base}/api/${path}`,
      headers: { accept: 'application/json', ...(secret === null ? {} : { authorization: `Bearer ${secret}` }) },
      timeoutMs: TIMEOUT_MS,
      fingerprint: agreedFingerprint(connection),
      signal,
    });
    const counterpart: Counterpart = {
      room: 'device',
      name,
      what,
      accessAdvice: 'Make an API key in evcc under Configuration, and enter it here.',
    };
    const parsed = jsonAnswer(answer, z.unknown(), counterpart, clock.now());
    if (parsed.ok) return parsed;
    counts.failures += 1;
    if (parsed.error.code === 'device.malformed') counts.rejected += 1;
    return parsed;
  };

  const told = async (answer: Promise<Result<unknown>>): Promise<Result<void>> => {
    const result = await answer;
    return result.ok ? ok(undefined) : result;
  };

  return {
    name,
    state: async (signal) => {
      const answer = await ask('GET', 'state', 'its state', signal);
      if (!answer.ok) return answer;
      const state = stateOf(answer.value);
      if (state) return ok(state);
      counts.failures += 1;
      counts.rejected += 1;
      return temporary(
        'device.malformed',
        `What answers at ${connection.host}:${connection.port} does not speak as evcc does.`,
        'Check the address and the port; evcc uses 7070 unless it was changed.',
      );
    },
    set: (path, what, signal) => told(ask('POST', path, what, signal)),
    release: (path, what, signal) => told(ask('DELETE', path, what, signal)),
    countRejected: () => {
      counts.rejected += 1;
    },
    diagnostics: () => ({ ...counts }),
  };
};

export const notThere = (name: string, what: string) =>
  permanent(
    'device.no-channel',
    `${name} has no ${what}.`,
    'Look at the configuration of evcc, or remove the channel.',
  );

export const wrongSetpoint = (wanted: string) =>
  permanent('device.wrong-setpoint', `This takes ${wanted}.`, `Ask for ${wanted}.`);
