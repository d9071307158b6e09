import { z } from 'zod';
import { parseJson, retryAfterMs, statusFailure, troubleFailure } from '../../http/json-answer.ts';
import type { HttpAnswer, HttpTrouble } from '../../http/types.ts';
import { type Failure, fail, ok, permanent, type Result, temporary } from '../../result.ts';
import { unixS } from './components.ts';

/** What the vendor's cloud answers, and every failure of it. The key stands in the address and never in a sentence. */
const KEY_ADVICE =
  'Copy key and server again from the Shelly app: User settings, Authorization cloud key. It changes with the password.';
const TOO_OFTEN_MS = 10_000;

const counterpart = (host: string, what: string) => ({
  room: 'device' as const,
  name: `The Shelly cloud at ${host}`,
  what,
  accessAdvice: KEY_ADVICE,
});

/** One device as `get` answers it. `status` is the device's own, the last that came, however old. */
export const cloudDeviceSchema = z.object({
  id: z.string().min(1),
  code: z.string().nullish(),
  gen: z.string().nullish(),
  online: z.union([z.literal(0), z.literal(1), z.boolean()]),
  status: z.looseObject({ _updated: z.string().nullish() }).nullish(),
});
export type CloudDevice = z.infer<typeof cloudDeviceSchema>;

/** The older interface answers failures with status 200; this one is said to do so at a full quota too. */
const refusalSchema = z.object({ isok: z.literal(false), errors: z.record(z.string(), z.unknown()).optional() });
const errorSchema = z.object({ error: z.string() });

export const keyMissing = (host: string) =>
  permanent('device.password-needed', `The Shelly cloud at ${host} needs the account's key.`, KEY_ADVICE);

export const keyRefused = (host: string) =>
  permanent(
    'device.access',
    `The Shelly cloud at ${host} refuses the key (401), or the account has no devices there.`,
    `${KEY_ADVICE} Other programs with the same key share its one request a second.`,
  );

const tooOften = (host: string, waitMs: number) =>
  fail<Failure>({
    code: 'device.too-often',
    kind: 'temporary',
    message: `The Shelly cloud at ${host} says that it is asked too often.`,
    advice: 'It is asked again by itself; other programs with the same key share its one request a second.',
    retryAfterMs: waitMs,
  });

export const cloudCancelled = (host: string) =>
  temporary('device.cancelled', `Asking the Shelly cloud at ${host} was ended.`, 'Nothing needs to be done.');

export const undated = (id: string) =>
  temporary(
    'device.malformed',
    `What the Shelly cloud sent of ${id} does not say when it was measured, so it is not used.`,
    'It is asked again by itself; open the device in the Shelly app when this goes on.',
  );

export const notInAccount = (host: string, id: string) =>
  permanent(
    'device.not-in-account',
    `The Shelly cloud at ${host} knows no device ${id} in this account.`,
    'Copy the device id from the Shelly app: the device, Settings, Device information.',
  );

export const deviceOffline = (id: string) =>
  temporary(
    'device.offline',
    `The Shelly ${id} is not connected to its cloud.`,
    'Check that it has power and Wi-Fi, and that its cloud is enabled.',
  );

const named = (host: string, code: string, what: string): { readonly ok: false; readonly error: Failure } =>
  permanent(
    'device.refused',
    `The Shelly cloud at ${host} refused ${what}: ${code}.`,
    'Check the device id, and that this model has such a channel.',
  );

/** The vendor's own word for what is wrong, where there is one that is surely a word. */
const errorWord = (body: string): string | null => {
  let data: unknown;
  try {
    data = JSON.parse(body);
  } catch {
    return null; // A proxy's page, or nothing: the status says enough.
  }
  const word = errorSchema.safeParse(data).data?.error ?? '';
  return /^[A-Z_]{3,60}$/.test(word) ? word : null;
};

const refusal = (answer: HttpAnswer, host: string, what: string, id: string, now: number) => {
  if (answer.status === 429) return tooOften(host, retryAfterMs(answer.headers, now) ?? TOO_OFTEN_MS);
  const word = errorWord(answer.body);
  if (word === 'DEVICE_OFFLINE') return deviceOffline(id);
  if (word !== null && answer.status < 500) return named(host, word, what);
  return statusFailure(answer, counterpart(host, what), now);
};

const overQuota = (body: string): boolean => {
  try {
    const refused = refusalSchema.safeParse(JSON.parse(body));
    return refused.success && refused.data.errors?.['max_req'] !== undefined;
  } catch {
    return false; // No JSON: the caller says so.
  }
};

/** The devices that were asked for. */
export const devicesIn = (
  answer: Result<HttpAnswer, HttpTrouble>,
  host: string,
  ids: readonly string[],
  now: number,
): Result<readonly CloudDevice[]> => {
  const what = 'the state of its devices';
  if (!answer.ok) return troubleFailure(answer.error, counterpart(host, what));
  const refused = refusal(answer.value, host, what, ids.join(', '), now);
  if (refused) return refused;
  if (overQuota(answer.value.body)) return tooOften(host, TOO_OFTEN_MS);
  return parseJson(answer.value.body, z.array(cloudDeviceSchema), counterpart(host, what));
};

/** A command: success is 200 with nothing in it. */
export const commandTaken = (
  answer: Result<HttpAnswer, HttpTrouble>,
  host: string,
  id: string,
  now: number,
): Result<void> => {
  const what = 'the command';
  if (!answer.ok) return troubleFailure(answer.error, counterpart(host, what));
  const refused = refusal(answer.value, host, what, id, now);
  if (refused) return refused;
  const { body } = answer.value;
  if (body.trim() === '') return ok(undefined);
  if (overQuota(body)) return tooOften(host, TOO_OFTEN_MS);
  const word = errorWord(body);
  if (word === 'DEVICE_OFFLINE') return deviceOffline(id);
  if (word !== null) return named(host, word, what);
  // Some servers answer with an empty object; a web page is no answer.
  const parsed = parseJson(body, z.looseObject({}), counterpart(host, what));
  return parsed.ok ? ok(undefined) : parsed;
};

const unixTimes = z.object({
  ts: unixS.optional(),
  unixtime: unixS.optional(),
  sys: z.object({ unixtime: unixS.optional() }).optional(),
});

/**
 * When the cloud last heard of the device: `2026-08-19 18:00:00`, UTC by the cloud's own clock; where that is missing, the
 * device's own time stamp. Null where nothing says it.
 */
export const updatedAt = (device: CloudDevice): number | null => {
  const found = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)/.exec(device.status?._updated ?? '');
  const at = found ? Date.parse(`${found[1]}T${found[2]}Z`) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  const own = unixTimes.safeParse(device.status).data;
  // 0 is a device that has no time yet.
  const ownS = own?.ts || own?.sys?.unixtime || own?.unixtime || undefined;
  return ownS === undefined ? null : Math.round(ownS * 1000);
};
