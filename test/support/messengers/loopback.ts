import { createServer, type IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Aborts when the other side hangs up. */
  readonly gone: AbortSignal;
}

/** `lost`: it was heard and done, and the connection breaks before the answer. */
export type Reply =
  | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
  | 'lost';

export interface Loopback {
  readonly url: string;
  readonly asked: readonly Asked[];
}

/** A service on a loopback port that answers JSON, closed after the test. */
export const startLoopback = async (answer: (asked: Asked) => Reply | Promise<Reply>): Promise<Loopback> => {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const url = new URL(request.url ?? '/', 'http://loopback');
      const question: Asked = {
        method: request.method ?? '',
        path: decodeURIComponent(url.pathname),
        query: url.searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
        gone: gone.signal,
      };
      asked.push(question);
      const reply = await answer(question);
      if (reply === 'lost') {
        request.socket.destroy();
        return;
      }
      const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
      response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const bound = server.address();
  return { url: `http://127.0.0.1:${bound !== null && typeof bound === 'object' ? bound.port : 0}`, asked };
};
