import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SiteId } from '../../preload/contract/base.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { StopTokens } from './stop-tokens.ts';
import type { Gateway } from './types.ts';

export const STOP_PATH = '/stop';
/** So many wrong tokens a minute are answered one by one; after that they only hear to come later. */
const WRONG_A_MINUTE = 5;
const MINUTE_MS = 60_000;

/** Answers a request to `/stop`, from whichever socket it came. */
export type StopDoor = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const tokenIn = (request: IncomingMessage): string | null =>
  /^Bearer ([\w-]{1,200})$/.exec(request.headers.authorization ?? '')?.[1] ?? null;

/**
 * STOP for what is no window: a wall panel, a script, another controller. `POST /stop` with `Authorization: Bearer TOKEN`
 * and nothing else: a GET never stops, so no link, preview or crawler can. A right token is obeyed also while wrong ones
 * are held up, because it cannot be guessed and a stop must not wait for whoever tries.
 */
export const createStopDoor = (deps: {
  readonly gateway: Pick<Gateway, 'handle'>;
  readonly tokens: Pick<StopTokens, 'nameOf'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly log: Log;
  siteId(): SiteId;
}): StopDoor => {
  const { clock, gateway, log, tokens } = deps;
  let wrong: readonly number[] = [];

  const answer = (
    response: ServerResponse,
    status: number,
    body: Readonly<Record<string, unknown>>,
    headers: Readonly<Record<string, string>> = {},
  ): void => {
    response.writeHead(status, {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      Connection: 'close',
      ...headers,
    });
    response.end(`${JSON.stringify(body)}\n`);
  };
  const refuse = (response: ServerResponse, status: number, sentence: string, headers = {}): void =>
    answer(response, status, { stopped: false, sentence }, headers);

  const refuseToken = (response: ServerResponse): void => {
    const nowMs = clock.monotonicMs();
    wrong = [...wrong.filter((atMs) => nowMs - atMs < MINUTE_MS), nowMs].slice(-WRONG_A_MINUTE - 1);
    if (wrong.length <= WRONG_A_MINUTE) {
      log.warn('A stop was asked for with a wrong token');
      refuse(response, 401, 'This token is not known. "npm run cli -- stop-token" makes one.', {
        'WWW-Authenticate': 'Bearer',
      });
      return;
    }
    const waitS = Math.ceil((MINUTE_MS - (nowMs - (wrong[0] ?? nowMs))) / 1_000);
    refuse(response, 429, 'Too many wrong tokens: wait a minute.', {
      'Retry-After': String(Math.max(1, waitS)),
    });
  };

  return async (request, response) => {
    request.resume(); // Whatever is sent along says nothing that counts.
    if (request.method !== 'POST') return refuse(response, 405, 'Only POST stops the house.', { Allow: 'POST' });
    // A page of another origin has no business here, whatever it knows.
    if (request.headers.origin !== undefined) return refuse(response, 403, 'A stop is not taken from a web page.');
    const token = tokenIn(request);
    const name = token === null ? null : tokens.nameOf(token);
    if (name === null) return refuseToken(response);
    const reply = await gateway.handle(
      {
        kind: 'command',
        name: 'stop.activate',
        input: { siteId: deps.siteId(), who: name, surface: 'http' },
        key: `stop-${randomUUID()}`,
      },
      { surface: 'http' },
    );
    if (!reply.ok) return refuse(response, 500, `${reply.problem.message} ${reply.problem.advice}`);
    return answer(response, 200, { stopped: true, sentence: 'The house is stopped until a person re-enables it.' });
  };
};
