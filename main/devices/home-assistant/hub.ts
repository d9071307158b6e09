import { z } from 'zod';
import type { Connection } from '../../../preload/contract/devices.ts';
import { jsonAnswer } from '../../http/json-answer.ts';
import { type Failure, fail, ok, type Result } from '../../result.ts';
import { eitherSignal } from '../any-signal.ts';
import type { DeviceDiagnostics, DriverDeps } from '../types.ts';
import { agreedFingerprint, webAddress } from '../web-address.ts';
import { createHubFailures } from './failures.ts';
import {
  callResultSchema,
  configSchema,
  type EntityState,
  entityStateSchema,
  type HubConfig,
  instantOf,
  type StateChange,
} from './messages.ts';
import type { ServiceCall } from './readings.ts';
import { createHubSocket, type HubCommand } from './socket.ts';

const MOST_BYTES = 32 * 1024 * 1024;
/** After a refused upgrade REST alone is used for so long. */
const SOCKET_RETRY_MS = 60_000;
/** After a refused token nothing is sent for so long: the server bans addresses that knock too often. */
const REFUSED_PAUSE_MS = 300_000;
const CLOCK_TOLERANCE_MS = 5_000;

/** Every entity by its own shape: one odd entity among thousands must not hide the others. */
const looseStates = z.array(z.unknown());

export interface Hub {
  readonly name: string;
  /** The wish to know: states of these entities are kept up to date while the socket stands. */
  states(entityIds: readonly string[], signal: AbortSignal): Promise<Result<ReadonlyMap<string, EntityState>>>;
  /** One entity, asked anew; null where there is none of that name. */
  state(entityId: string, signal: AbortSignal): Promise<Result<EntityState | null>>;
  everything(signal: AbortSignal): Promise<Result<readonly EntityState[]>>;
  config(signal: AbortSignal): Promise<Result<HubConfig>>;
  /** Answers the id of the context under which the server acts; null where it did not say. */
  callService(call: ServiceCall, entityId: string, signal: AbortSignal): Promise<Result<string | null>>;
  /** Their clock as ours, ms: from what the server says of its own time. */
  toOurTime(theirs: number): number;
  diagnostics(): DeviceDiagnostics;
  close(): void;
}

/** One server: its WebSocket where it can be had, REST for single states and where it cannot. */
export const createHub = (options: {
  readonly connection: Connection;
  readonly secret: string | null;
  readonly deps: Pick<DriverDeps, 'clock' | 'http'>;
  readonly onChange: (change: StateChange) => void;
}): Hub => {
  const { connection, secret } = options;
  const { clock, http } = options.deps;
  const token = secret ?? '';
  const address = `${connection.host}:${connection.port}`;
  const failures = createHubFailures(address);
  const life = new AbortController();
  const counts = { requests: 0, failures: 0, rejected: 0 };
  const known = new Map<string, EntityState>();
  let opening: Promise<Result<'socket' | 'rest'>> | null = null;
  let noSocketAtMs: number | null = null;
  let refused: { readonly error: Failure; readonly atMs: number } | null = null;
  let behindMs = 0;

  const reject = (): void => {
    counts.rejected += 1;
  };
  const noteClock = (theirs: number | null): void => {
    if (theirs === null) return;
    const difference = clock.now() - theirs;
    behindMs = Math.abs(difference) > CLOCK_TOLERANCE_MS ? difference : 0;
  };
  const onChange = (change: StateChange): void => {
    noteClock(change.firedAt);
    if (change.state === null) known.delete(change.entityId);
    else known.set(change.entityId, change.state);
    options.onChange(change);
  };
  const socket = createHubSocket({ connection, token, clock, failures, onChange, onMalformed: reject });

  const counted = <Value>(result: Result<Value>): Result<Value> => {
    counts.requests += 1;
    if (result.ok) return result;
    counts.failures += 1;
    if (result.error.code === 'device.access') refused = { error: result.error, atMs: clock.monotonicMs() };
    return result;
  };

  /** Nothing is sent without a token, nor soon after one was refused. */
  const barred = (): Result<never> | null => {
    if (life.signal.aborted) return failures.cancelled();
    if (token === '') return failures.tokenNeeded();
    return refused !== null && clock.monotonicMs() - refused.atMs < REFUSED_PAUSE_MS ? fail(refused.error) : null;
  };

  const rest = async <Shape>(
    path: string,
    schema: z.ZodType<Shape>,
    what: string,
    asked: AbortSignal,
    body?: object,
  ): Promise<Result<Shape>> => {
    const bar = barred();
    if (bar !== null) return bar;
    const { signal, end } = eitherSignal(asked, life.signal);
    const answer = await http.send({
      url: `${webAddress(connection, 'off')}/api/${path}`,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      timeoutMs: 10_000,
      maxBytes: MOST_BYTES,
      fingerprint: agreedFingerprint(connection),
      signal,
    });
    end();
    if (answer.ok) {
      const at = Date.parse(answer.value.headers['date'] ?? '');
      if (!Number.isNaN(at)) noteClock(at);
    }
    const parsed = counted(jsonAnswer(answer, schema, failures.counterpart(what), clock.now()));
    if (!parsed.ok && parsed.error.code === 'device.malformed') reject();
    return parsed;
  };

  const command = async (message: HubCommand, signal: AbortSignal): Promise<Result<unknown>> => {
    const answer = counted(await socket.call(message, signal));
    if (!answer.ok) return answer;
    return answer.value.success
      ? ok(answer.value.result)
      : counted(failures.refused(`"${message.type}"`, answer.value));
  };

  const readable = (values: readonly unknown[]): readonly EntityState[] =>
    values.flatMap((value) => {
      const parsed = entityStateSchema.safeParse(value);
      if (!parsed.success) reject();
      return parsed.success ? [parsed.data] : [];
    });

  const everything = async (by: 'socket' | 'rest', signal: AbortSignal): Promise<Result<readonly EntityState[]>> => {
    const answer =
      by === 'socket'
        ? await command({ type: 'get_states' }, signal)
        : await rest('states', looseStates, 'its states', signal);
    if (!answer.ok) return answer;
    const list = looseStates.safeParse(answer.value);
    if (list.success) return ok(readable(list.data));
    reject();
    return failures.malformed('its states');
  };

  const connect = async (signal: AbortSignal): Promise<Result<'socket' | 'rest'>> => {
    const opened = await socket.open(signal);
    if (opened.ok === 'no-websocket') {
      noSocketAtMs = clock.monotonicMs();
      return ok('rest');
    }
    const entered = counted(opened);
    if (!entered.ok) return entered;
    noSocketAtMs = null;
    // Older servers do not know it: one message a frame is as good.
    await socket.call({ type: 'supported_features', features: { coalesce_messages: 1 } }, signal);
    // Subscribed before asked, so that no change falls between.
    const heard = await command({ type: 'subscribe_events', event_type: 'state_changed' }, signal);
    const states = heard.ok ? await everything('socket', signal) : heard;
    if (!states.ok) {
      socket.close();
      return states;
    }
    known.clear();
    for (const state of states.value) known.set(state.entity_id, state);
    return ok('socket');
  };

  const way = async (asked: AbortSignal): Promise<Result<'socket' | 'rest'>> => {
    const bar = barred();
    if (bar !== null) return bar;
    if (socket.isOpen() && opening === null) return ok('socket');
    if (noSocketAtMs !== null && clock.monotonicMs() - noSocketAtMs < SOCKET_RETRY_MS) return ok('rest');
    const { signal, end } = eitherSignal(asked, life.signal);
    opening ??= connect(signal).finally(() => {
      opening = null;
    });
    return opening.finally(end);
  };

  const state: Hub['state'] = async (entityId, signal) => {
    const answer = await rest(`states/${entityId}`, entityStateSchema, `the state of ${entityId}`, signal);
    if (!answer.ok) return answer.error.code === 'device.not-found' ? ok(null) : answer;
    if (answer.value.entity_id !== entityId) {
      reject();
      return failures.malformed(`the state of ${entityId}`);
    }
    const held = known.get(entityId);
    // An event may have overtaken this answer.
    if (held === undefined || (saidAt(held) ?? 0) <= (saidAt(answer.value) ?? 0)) known.set(entityId, answer.value);
    return ok(answer.value);
  };

  return {
    name: `Home Assistant at ${address}`,
    states: async (entityIds, signal) => {
      const by = await way(signal);
      if (!by.ok) return by;
      if (by.value === 'socket') {
        const alive = counted(await socket.ping(signal));
        if (!alive.ok) return alive;
      } else {
        const all = await everything('rest', signal);
        if (!all.ok) return all;
        known.clear();
        for (const one of all.value) known.set(one.entity_id, one);
      }
      return ok(
        new Map(
          entityIds.flatMap((id) => {
            const found = known.get(id);
            return found === undefined ? [] : [[id, found] as const];
          }),
        ),
      );
    },
    state,
    everything: async (signal) => everything('rest', signal),
    config: (signal) => rest('config', configSchema, 'its settings', signal),
    callService: async ({ data, domain, service }, entityId, signal) => {
      const by = await way(signal);
      if (!by.ok) return by;
      if (by.value === 'rest') {
        const body = { entity_id: entityId, ...data };
        const answer = await rest(`services/${domain}/${service}`, looseStates, `"${domain}.${service}"`, signal, body);
        return answer.ok ? ok(null) : answer;
      }
      const message = {
        type: 'call_service',
        domain,
        service,
        service_data: data,
        target: { entity_id: entityId },
      };
      const answer = await command(message, signal);
      if (!answer.ok) return answer;
      return ok(callResultSchema.safeParse(answer.value).data?.context?.id ?? null);
    },
    toOurTime: (theirs) => theirs + behindMs,
    diagnostics: () => ({ ...counts }),
    close: () => {
      life.abort();
      socket.close();
      known.clear();
    },
  };
};

/** When a state was said, as the server has it; `last_reported` moves also when the same is said again. */
export const saidAt = ({ last_reported, last_updated }: EntityState): number | null =>
  instantOf(last_reported) ?? instantOf(last_updated);
