import type { Clock } from '../../clock.ts';
import { fail, ok, type Result } from '../../result.ts';
import {
  cancelled,
  closedByUs,
  type ExceptionMeaning,
  exceptionFailure,
  type ModbusFailure,
  malformed,
} from './failures.ts';
import type { FramingName } from './framing.ts';
import { createLane, type Lane } from './lane.ts';
import { type Link, openLink } from './link.ts';
import {
  COIL_ON,
  decodeReply,
  encodeRequest,
  READ_COILS,
  READ_DISCRETE,
  READ_HOLDING,
  READ_INPUT,
  type Request,
  WRITE_COIL,
  WRITE_MULTIPLE,
  WRITE_SINGLE,
} from './pdu.ts';

export interface ModbusClientOptions {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  /** To connect, and again for each answer. */
  readonly timeoutMs?: number;
  /** Quiet after each answer, for serial lines behind a gateway. */
  readonly pauseMs?: number;
  /** Left out: Modbus TCP. */
  readonly framing?: FramingName;
  /** The queue that is shared with other devices on the bus; left out: one of its own. */
  readonly lane?: Lane;
  /** What this vendor means by an exception, where it differs from the standard. */
  readonly meanings?: Readonly<Record<number, ExceptionMeaning>>;
}

interface ModbusCounters {
  readonly requests: number;
  readonly connections: number;
  readonly failures: number;
  readonly exceptions: number;
  /** Cut short, wrong length, wrong echo, or no Modbus at all. */
  readonly malformed: number;
  /** Well formed, but no answer to what was asked. */
  readonly unmatched: number;
}

/**
 * One connection to one Modbus address, opened when first needed and again after any loss. Requests wait for each
 * other: a device or a serial line behind it never sees two at once. Pauses between attempts are the caller's.
 */
export interface ModbusClient {
  readHolding(unitId: number, address: number, count: number, signal: AbortSignal): Words;
  readInput(unitId: number, address: number, count: number, signal: AbortSignal): Words;
  /** Coils and discrete inputs, as 0 and 1. */
  readCoils(unitId: number, address: number, count: number, signal: AbortSignal): Words;
  readDiscrete(unitId: number, address: number, count: number, signal: AbortSignal): Words;
  writeCoil(unitId: number, address: number, on: boolean, signal: AbortSignal): Promise<Result<void, ModbusFailure>>;
  writeSingle(
    unitId: number,
    address: number,
    value: number,
    signal: AbortSignal,
  ): Promise<Result<void, ModbusFailure>>;
  writeMultiple(
    unitId: number,
    address: number,
    values: readonly number[],
    signal: AbortSignal,
  ): Promise<Result<void, ModbusFailure>>;
  counters(): ModbusCounters;
  /** Ends the connection and every request that waits; nothing opens again. */
  close(): Promise<void>;
}

type Words = Promise<Result<readonly number[], ModbusFailure>>;

export const createModbusClient = (options: ModbusClientOptions): ModbusClient => {
  const { host, port, clock, timeoutMs = 3_000, pauseMs = 0, meanings = {}, framing = 'tcp' } = options;
  const lane = options.lane ?? createLane();
  const address = `${host}:${port}`;
  const counters = { requests: 0, connections: 0, failures: 0, exceptions: 0, malformed: 0, unmatched: 0 };
  const closing = new AbortController();
  let link: Link | null = null;
  const own = new Set<Promise<unknown>>();

  const connected = async (signal: AbortSignal): Promise<Result<Link, ModbusFailure>> => {
    if (link?.alive()) return ok(link);
    const count = (what: 'malformed' | 'unmatched'): void => {
      counters[what] += 1;
    };
    const opened = await openLink({ host, port, clock, timeoutMs, framing, count }, signal);
    if (opened.ok) {
      counters.connections += 1;
      link = opened.value;
    }
    return opened;
  };

  /** A link that idled may have died unseen; a read asks once more on a new one, a write never goes twice. */
  const exchange = async (unitId: number, request: Request, what: string, signal: AbortSignal) => {
    const reused = link?.alive() ?? false;
    const open = await connected(signal);
    if (!open.ok) return open;
    const first = await open.value.exchange(unitId, encodeRequest(request), what, signal);
    if (first.ok || !first.error.lost || !reused || !('count' in request)) return first;
    const again = await connected(signal);
    return again.ok ? again.value.exchange(unitId, encodeRequest(request), what, signal) : again;
  };

  const perform = async (unitId: number, request: Request, signal: AbortSignal): Words => {
    const what = sentence(request);
    if (closing.signal.aborted) return fail(closedByUs());
    if (signal.aborted) return fail(cancelled(what));
    const sinceMs = clock.monotonicMs() - lane.answeredMs;
    if (sinceMs < pauseMs) await clock.sleep(pauseMs - sinceMs, signal);
    if (signal.aborted) return fail(cancelled(what));
    counters.requests += 1;
    const answer = await exchange(unitId, request, what, signal);
    lane.answeredMs = clock.monotonicMs();
    if (!answer.ok) return fail(answer.error);
    const reply = decodeReply(request, answer.value);
    switch (reply.kind) {
      case 'words':
        return ok(reply.words);
      case 'written':
        return ok([]);
      case 'exception':
        counters.exceptions += 1;
        return fail(exceptionFailure(`${host}:${port}`, reply.exception, what, meanings));
      case 'malformed':
        counters.malformed += 1;
        link?.destroy();
        return fail(malformed(address, reply.what));
    }
  };

  const inTurn = async (unitId: number, request: Request, caller: AbortSignal): Words => {
    const signal = AbortSignal.any([caller, closing.signal]);
    const turn = lane.inTurn(() => perform(unitId, request, signal), signal);
    own.add(turn);
    const result = await turn.finally(() => own.delete(turn));
    if (!result.ok) counters.failures += 1;
    return result;
  };

  const written = async (result: Words): Promise<Result<void, ModbusFailure>> => {
    const answer = await result;
    return answer.ok ? ok(undefined) : answer;
  };

  return {
    readHolding: (unitId, at, count, signal) => inTurn(unitId, { fn: READ_HOLDING, address: at, count }, signal),
    readInput: (unitId, at, count, signal) => inTurn(unitId, { fn: READ_INPUT, address: at, count }, signal),
    readCoils: (unitId, at, count, signal) => inTurn(unitId, { fn: READ_COILS, address: at, count }, signal),
    readDiscrete: (unitId, at, count, signal) => inTurn(unitId, { fn: READ_DISCRETE, address: at, count }, signal),
    writeCoil: (unitId, at, on, signal) =>
      written(inTurn(unitId, { fn: WRITE_COIL, address: at, values: [on ? COIL_ON : 0] }, signal)),
    writeSingle: (unitId, at, value, signal) =>
      written(inTurn(unitId, { fn: WRITE_SINGLE, address: at, values: [value] }, signal)),
    writeMultiple: (unitId, at, values, signal) =>
      written(inTurn(unitId, { fn: WRITE_MULTIPLE, address: at, values }, signal)),
    counters: () => ({ ...counters }),
    close: async () => {
      closing.abort();
      link?.destroy();
      await Promise.allSettled(own);
      link?.destroy();
    },
  };
};

const sentence = (request: Request): string =>
  'count' in request ? `read ${request.count} registers from ${request.address}` : `write register ${request.address}`;
