import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import type { Socket } from 'node:net';
import { createGunzip } from 'node:zlib';
import type { Clock } from '../clock.ts';
import { fail, messageOf, ok, type Result } from '../result.ts';
import { plainCause } from './network-words.ts';
import { connectTls } from './tls.ts';
import type { HttpAnswer, HttpClient, HttpRequest, HttpTrouble } from './types.ts';

const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_MAX_BYTES = 4 * 1024 * 1024;

const headersOf = (response: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(response.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );

/** Reads the body up to a limit, unpacking gzip; the limit counts what comes out, so that a small bomb stays small. */
const readBody = (response: IncomingMessage, maxBytes: number): Promise<Result<string, HttpTrouble>> =>
  new Promise((resolve) => {
    const packed = /^(x-)?gzip$/i.test(response.headers['content-encoding'] ?? '');
    const source = packed ? response.pipe(createGunzip()) : response;
    const chunks: Buffer[] = [];
    let bytes = 0;
    source.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) resolve(fail({ kind: 'too-large', cause: `it is larger than ${maxBytes} bytes` }));
      else chunks.push(chunk);
    });
    source.on('error', (error) => resolve(fail({ kind: 'cut-short', cause: plainCause(messageOf(error)) })));
    response.on('error', (error) => resolve(fail({ kind: 'cut-short', cause: plainCause(messageOf(error)) })));
    response.on('aborted', () => resolve(fail({ kind: 'cut-short', cause: 'it broke off in the middle' })));
    source.on('end', () => resolve(ok(Buffer.concat(chunks).toString('utf8'))));
  });

/** HTTP for drivers and feeds: one connection a request, one deadline for all of it, nothing larger than agreed. */
export const createHttpClient = ({ clock }: { readonly clock: Clock }): HttpClient => ({
  send: async (input: HttpRequest) => {
    let url: URL;
    try {
      url = new URL(input.url);
    } catch {
      // The address itself may hold a key: it is not repeated.
      return fail({ kind: 'unreachable', cause: 'its address is no web address' });
    }
    const limit = new AbortController();
    let timedOut = false;
    const timeoutMs = input.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const cancelTimer = clock.after(timeoutMs, () => {
      timedOut = true;
      limit.abort();
    });
    const onAbort = (): void => limit.abort();
    input.signal.addEventListener('abort', onAbort, { once: true });
    if (input.signal.aborted) limit.abort();
    try {
      const answer = await exchange(url, input, limit.signal);
      if (answer.ok || !limit.signal.aborted) return answer;
      return timedOut
        ? fail({ kind: 'timed-out', cause: `no whole answer came within ${Math.round(timeoutMs / 1000)} s` })
        : fail({ kind: 'cancelled', cause: 'it was ended before the answer came' });
    } finally {
      cancelTimer();
      input.signal.removeEventListener('abort', onAbort);
    }
  },
});

const exchange = async (
  url: URL,
  input: HttpRequest,
  signal: AbortSignal,
): Promise<Result<HttpAnswer, HttpTrouble>> => {
  const isEncrypted = url.protocol === 'https:';
  if (!isEncrypted && url.protocol !== 'http:')
    return fail({ kind: 'unreachable', cause: `"${url.protocol}" is no way to a web server` });
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (isEncrypted ? 443 : 80) : Number(url.port);
  let socket: Socket | null = null;
  if (isEncrypted) {
    const secured = await connectTls({ host, port, fingerprint: input.fingerprint, signal });
    if (!secured.ok) return secured;
    socket = secured.value;
  }
  const { promise, resolve } = Promise.withResolvers<Result<HttpAnswer, HttpTrouble>>();
  let sent: ClientRequest;
  try {
    sent = plainRequest({
      host,
      port,
      method: input.method ?? 'GET',
      path: `${url.pathname}${url.search}`,
      // With an agent, even one of its own, the connection that is given here would not be used.
      ...(socket === null ? { agent: false as const } : { createConnection: () => socket }),
      headers: {
        host: url.host,
        'accept-encoding': 'gzip',
        ...(input.body === undefined ? {} : { 'content-length': Buffer.byteLength(input.body) }),
        ...input.headers,
      },
    });
  } catch {
    // A key that was pasted with a line break: what it is stays out of the words.
    socket?.destroy();
    return fail({ kind: 'unreachable', cause: 'the key or the address has a sign that cannot be sent' });
  }
  const onAbort = (): void => resolve(fail({ kind: 'cancelled', cause: 'it was ended' }));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  sent.on('error', (error) => resolve(fail({ kind: 'unreachable', cause: plainCause(messageOf(error)) })));
  sent.on('response', (response) => {
    void readBody(response, input.maxBytes ?? DEFAULT_MAX_BYTES).then((body) =>
      resolve(
        body.ok ? ok({ status: response.statusCode ?? 0, headers: headersOf(response), body: body.value }) : body,
      ),
    );
  });
  sent.end(input.body);
  const answer = await promise;
  signal.removeEventListener('abort', onAbort);
  sent.destroy();
  socket?.destroy();
  return answer;
};
