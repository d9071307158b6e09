import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

/** A question as it reached the server. */
export interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

export interface Answered {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is; anything else as JSON. */
  readonly body?: unknown;
}

export interface FeedServer {
  readonly baseUrl: string;
  readonly asked: readonly Asked[];
  /** Replaces how it answers from now on; `silent` takes the question and never answers. */
  answer(next: ((asked: Asked) => Answered) | 'silent'): void;
}

/** A service on a loopback port, closed after the test. */
export const feedServer = async (first: (asked: Asked) => Answered): Promise<FeedServer> => {
  const asked: Asked[] = [];
  let answer: ((asked: Asked) => Answered) | 'silent' = first;
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', 'http://loopback');
    const question = { path: url.pathname, query: url.searchParams, headers: request.headers };
    asked.push(question);
    if (answer === 'silent') return;
    const { status = 200, headers = {}, body = '' } = answer(question);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  const server = createServer(onRequest);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const bound = server.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    asked,
    answer: (next) => {
      answer = next;
    },
  };
};
