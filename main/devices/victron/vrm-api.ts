import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Connection } from '../../../preload/contract/devices.ts';
import { type Counterpart, parseJson, statusFailure, troubleFailure } from '../../http/json-answer.ts';
import { type Failure, permanent, type Result, temporary } from '../../result.ts';
import type { DeviceDiagnostics, DriverDeps } from '../types.ts';
import { agreedFingerprint, webAddress } from '../web-address.ts';
import {
  diagnosticsSchema,
  envelopeSchema,
  installationsSchema,
  meSchema,
  overviewSchema,
  type VrmDevice,
  type VrmInstallation,
  type VrmRow,
  type VrmWidgetValue,
  widgetSchema,
} from './vrm-answers.ts';

/** VRM gives 200 requests and one more each 0.33 s; half of that is left to the person's other programs. */
const BUDGET = { burst: 100, refillMs: 660 };
/** Where VRM says "too often" without saying for how long. */
const HOLD_MS = 60_000;
/** The answer is cut off at the count; the default of 100 is too few for any real system. */
const ROWS = 1_000;
const ACCESS_ADVICE =
  'Make a new access token in VRM under Preferences → Integrations → Access tokens, for an account that sees this installation.';

/** The calls of the VRM API v2 that are used here; each answers parsed data or says in plain words why not. */
export interface VrmApi {
  /** The id of the token's owner. */
  me(signal: AbortSignal): Promise<Result<number>>;
  installations(userId: number, signal: AbortSignal): Promise<Result<readonly VrmInstallation[]>>;
  overview(siteId: number, signal: AbortSignal): Promise<Result<readonly VrmDevice[]>>;
  /** The newest row of every value of every device. */
  diagnosticRows(siteId: number, signal: AbortSignal): Promise<Result<readonly VrmRow[]>>;
  /** Values of a battery by attribute id; without an instance VRM answers none. */
  batterySummary(
    siteId: number,
    instance: number,
    signal: AbortSignal,
  ): Promise<Result<ReadonlyMap<number, VrmWidgetValue>>>;
  /** Any other call, below `/v2`. `what` names it in failures. */
  ask<Shape>(path: string, what: string, schema: z.ZodType<Shape>, signal: AbortSignal): Promise<Result<Shape>>;
  diagnostics(): DeviceDiagnostics;
}

const textOf = (errors: unknown): string => {
  const text = typeof errors === 'string' ? errors : (JSON.stringify(errors) ?? '');
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
};

const tokenMissing = () => permanent('device.password-needed', 'VRM asks for an access token.', ACCESS_ADVICE);

export const createVrmApi = (
  { connection, secret }: { readonly connection: Connection; readonly secret: string | null },
  { clock, http, limiterOf }: Pick<DriverDeps, 'clock' | 'http' | 'limiterOf'>,
): VrmApi => {
  const base = `${webAddress(connection, 'verify')}/v2`;
  const token = secret?.trim() ?? '';
  // The account is not known before the first answer; its token stands for it, and never in the clear.
  const account = createHash('sha256').update(token).digest('hex').slice(0, 16);
  const limiter = limiterOf(`vrm:${connection.host.toLowerCase()}:${connection.port}:${account}`, BUDGET);
  const counts = { requests: 0, failures: 0, rejected: 0 };

  /** Some failures come as success: `{"success": false}` with status 200. */
  const refused = (what: string, envelope: z.infer<typeof envelopeSchema>): { ok: false; error: Failure } => {
    const said = textOf(envelope.errors).replaceAll(token, '…');
    if (/token|unauthori|forbidden|permission|access denied/i.test(`${said} ${String(envelope.error_code ?? '')}`))
      return permanent('device.access', `VRM refuses access to ${what}: ${said}`, ACCESS_ADVICE);
    return temporary(
      'device.refused',
      `VRM refused ${what}: ${said}`,
      'It is asked again by itself; look at the installation in VRM when this goes on.',
    );
  };

  const asked = async <Shape>(
    path: string,
    what: string,
    schema: z.ZodType<Shape>,
    signal: AbortSignal,
  ): Promise<Result<Shape>> => {
    const counterpart: Counterpart = { room: 'device', name: 'VRM', what, accessAdvice: ACCESS_ADVICE };
    // Only printable characters may stand in a header; whatever else was pasted is no token.
    if (!/^[\x21-\x7e]+$/.test(token)) return tokenMissing();
    if (!(await limiter.take(signal)))
      return temporary('device.cancelled', `Asking VRM for ${what} was ended.`, 'Nothing needs to be done.');
    counts.requests += 1;
    const answer = await http.send({
      url: `${base}${path}`,
      headers: { 'x-authorization': `Token ${token}`, accept: 'application/json' },
      fingerprint: agreedFingerprint(connection),
      signal,
    });
    if (!answer.ok) return troubleFailure(answer.error, counterpart);
    const failed = statusFailure(answer.value, counterpart, clock.now());
    if (failed?.error.code === 'device.too-often') limiter.holdFor(failed.error.retryAfterMs ?? HOLD_MS);
    if (failed) return failed;
    const envelope = parseJson(answer.value.body, envelopeSchema, counterpart);
    if (!envelope.ok) return envelope;
    if (envelope.value.success === false) return refused(what, envelope.value);
    return parseJson(answer.value.body, schema, counterpart);
  };

  const ask: VrmApi['ask'] = async (path, what, schema, signal) => {
    const result = await asked(path, what, schema, signal);
    if (!result.ok) counts.failures += 1;
    if (!result.ok && result.error.code === 'device.malformed') counts.rejected += 1;
    return result;
  };

  return {
    ask,
    me: (signal) => ask('/users/me', 'who owns the access token', meSchema, signal),
    installations: (userId, signal) =>
      ask(`/users/${userId}/installations?extended=1`, 'the list of installations', installationsSchema, signal),
    overview: (siteId, signal) =>
      ask(`/installations/${siteId}/system-overview`, 'the devices of the installation', overviewSchema, signal),
    diagnosticRows: (siteId, signal) =>
      ask(`/installations/${siteId}/diagnostics?count=${ROWS}`, 'the newest values', diagnosticsSchema, signal),
    batterySummary: (siteId, instance, signal) =>
      ask(`/installations/${siteId}/widgets/BatterySummary?instance=${instance}`, 'the battery', widgetSchema, signal),
    diagnostics: () => ({ ...counts }),
  };
};
