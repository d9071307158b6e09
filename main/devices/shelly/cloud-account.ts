import type { Clock } from '../../clock.ts';
import type { RateLimiter } from '../../http/rate-limiter.ts';
import type { HttpAnswer, HttpClient, HttpTrouble } from '../../http/types.ts';
import { fail, ok, type Result } from '../../result.ts';
import { type CloudDevice, cloudCancelled, commandTaken, devicesIn, keyRefused, notInAccount } from './cloud-answer.ts';

const REQUEST_LIMIT_MS = 12_000;
const MAX_BYTES = 1024 * 1024;
/** So many devices answer one request. */
const BATCH = 10;
/** After a 401 the account is left alone this long; what is refused then is refused for the key. */
const PAUSE_AFTER_401_MS = 2_200;

/** A device as the account last saw it. `askedMs` is when the request went out, on the monotonic clock. */
export interface SeenDevice {
  readonly device: CloudDevice;
  readonly askedMs: number;
  readonly askedAt: number;
  readonly receivedAt: number;
  /** The cloud's clock less ours, to a second; 0 where it does not say. */
  readonly cloudAheadMs: number;
}

export interface CloudAccount {
  /** Counts the device among those that one request is for; answers how to leave. */
  join(id: string): () => void;
  /** The device as of a request that went out after `sinceMs`; what others have asked meanwhile counts. */
  see(id: string, sinceMs: number, signal: AbortSignal): Promise<Result<SeenDevice>>;
  command(path: string, id: string, body: object, signal: AbortSignal): Promise<Result<void>>;
}

interface Posted {
  readonly answer: Result<HttpAnswer, HttpTrouble>;
  readonly sentMs: number;
  readonly sentAt: number;
}

interface Waiting {
  readonly id: string;
  readonly settle: (result: Result<SeenDevice>) => void;
}

const aheadMs = (answer: Result<HttpAnswer, HttpTrouble>, receivedAt: number): number => {
  const { date } = answer.ok ? answer.value.headers : {};
  const at = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(at) ? 0 : at - receivedAt;
};

/**
 * One account of the vendor's cloud: one request a second for all its devices, so that what is asked for one is asked for
 * all. Requests go one at a time. A 401 means "too fast" or "wrong key": it is asked once more after a pause.
 */
export const createCloudAccount = (options: {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly limiter: RateLimiter;
  readonly base: string;
  /** For sentences. */
  readonly host: string;
  readonly key: string;
  readonly fingerprint: string | undefined;
}): CloudAccount => {
  const { http, clock, limiter, base, host, key } = options;
  const members = new Map<string, number>();
  const seen = new Map<string, SeenDevice>();
  const waiting = new Set<Waiting>();
  /** Ids whose batch was refused: one wrong id must not hide the others. */
  const alone = new Set<string>();
  let keyIsRefused = false;
  let fetching: AbortController | null = null;

  const nothing = (): Posted => ({
    answer: fail({ kind: 'cancelled', cause: 'it was ended before' }),
    sentMs: clock.monotonicMs(),
    sentAt: clock.now(),
  });

  /** One request for which the limiter has given leave, and the repeat after a 401. */
  const post = async (path: string, body: object, signal: AbortSignal): Promise<Posted> => {
    for (let attempt = 1; ; attempt += 1) {
      const sentMs = clock.monotonicMs();
      const sentAt = clock.now();
      const answer = await http.send({
        method: 'POST',
        url: `${base}${path}?auth_key=${encodeURIComponent(key)}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        timeoutMs: REQUEST_LIMIT_MS,
        maxBytes: MAX_BYTES,
        fingerprint: options.fingerprint,
        signal,
      });
      const isRefused = answer.ok && answer.value.status === 401;
      if (!isRefused || attempt > 1 || keyIsRefused) {
        if (answer.ok) keyIsRefused = isRefused;
        return { answer, sentMs, sentAt };
      }
      limiter.holdFor(PAUSE_AFTER_401_MS);
      if (!(await limiter.take(signal))) return nothing();
    }
  };

  const holdIfAsked = <Value>(result: Result<Value>): Result<Value> => {
    if (!result.ok && result.error.retryAfterMs !== undefined) limiter.holdFor(result.error.retryAfterMs);
    return result;
  };

  /** Those who wait first, then whoever has waited longest for news, as many as one request takes. */
  const nextBatch = (): readonly string[] => {
    const wanted = [...new Set([...waiting].map(({ id }) => id))];
    const [first] = wanted;
    if (first !== undefined && alone.has(first)) return [first];
    const others = [...members.keys()]
      .filter((id) => !wanted.includes(id))
      .sort((a, b) => (seen.get(a)?.askedMs ?? -1) - (seen.get(b)?.askedMs ?? -1));
    return [...wanted, ...others].filter((id) => !alone.has(id)).slice(0, BATCH);
  };

  const fetchBatch = async (ids: readonly string[], mine: readonly Waiting[], signal: AbortSignal): Promise<void> => {
    const { answer, sentMs, sentAt } = await post('/v2/devices/api/get', { ids, select: ['status'] }, signal);
    const refusedKey = answer.ok && answer.value.status === 401;
    const devices = refusedKey ? keyRefused(host) : holdIfAsked(devicesIn(answer, host, ids, clock.now()));
    if (!devices.ok) {
      const isOneWrong = devices.error.code === 'device.refused' || devices.error.code === 'device.not-found';
      if (isOneWrong && ids.length > 1) for (const id of ids) alone.add(id);
      else for (const { settle } of mine) settle(devices);
      return;
    }
    const receivedAt = clock.now();
    const cloudAheadMs = aheadMs(answer, receivedAt);
    for (const device of devices.value) {
      const id = ids.find((one) => one.toLowerCase() === device.id.toLowerCase());
      if (id === undefined) continue;
      alone.delete(id);
      seen.set(id, { device, askedMs: sentMs, askedAt: sentAt, receivedAt, cloudAheadMs });
    }
    for (const { id, settle } of mine) {
      const found = seen.get(id);
      settle(found && found.askedMs === sentMs ? ok(found) : notInAccount(host, id));
    }
  };

  const pump = async (): Promise<void> => {
    if (fetching) return;
    fetching = new AbortController();
    while (waiting.size > 0 && !fetching.signal.aborted) {
      // Everybody who asks until it is our turn goes into one request.
      if (!(await limiter.take(fetching.signal))) break;
      const ids = nextBatch();
      const mine = [...waiting].filter(({ id }) => ids.includes(id));
      await fetchBatch(ids, mine, fetching.signal);
    }
    fetching = null;
    if (waiting.size > 0) void pump();
  };

  return {
    join: (id) => {
      members.set(id, (members.get(id) ?? 0) + 1);
      return () => {
        const left = (members.get(id) ?? 1) - 1;
        if (left > 0) members.set(id, left);
        else {
          members.delete(id);
          seen.delete(id);
          alone.delete(id);
        }
      };
    },
    see: (id, sinceMs, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(cloudCancelled(host));
        const known = seen.get(id);
        if (known && known.askedMs > sinceMs) return resolve(ok(known));
        const onAbort = (): void => one.settle(cloudCancelled(host));
        const one: Waiting = {
          id,
          settle: (result) => {
            waiting.delete(one);
            signal.removeEventListener('abort', onAbort);
            // Nobody waits any more: what is under way is not worth its turn.
            if (waiting.size === 0 && !result.ok && result.error.code === 'device.cancelled') fetching?.abort();
            resolve(result);
          },
        };
        signal.addEventListener('abort', onAbort, { once: true });
        waiting.add(one);
        void pump();
      }),
    command: async (path, id, body, signal) => {
      if (!(await limiter.take(signal))) return cloudCancelled(host);
      const { answer } = await post(path, body, signal);
      if (answer.ok && answer.value.status === 401) return keyRefused(host);
      return holdIfAsked(commandTaken(answer, host, id, clock.now()));
    },
  };
};
