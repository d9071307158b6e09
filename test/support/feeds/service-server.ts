import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

/** What a service heard, for looking at afterwards. */
export interface HeardRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface ServiceReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Says that more comes than does, and hangs up. */
  readonly cutShort?: boolean;
}

/** A service on a real loopback socket that answers as the test says and remembers who asked. */
export const startService = async (
  answer: (request: HeardRequest) => ServiceReply,
): Promise<{ readonly baseUrl: string; readonly heard: readonly HeardRequest[] }> => {
  const heard: HeardRequest[] = [];
  const reply = (response: ServerResponse, { status = 200, headers = {}, body = '', cutShort }: ServiceReply): void => {
    if (!cutShort) {
      response.writeHead(status, headers).end(body);
      return;
    }
    response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body) + 1000) });
    response.write(body, () => response.destroy());
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://service');
      const asked: HeardRequest = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      heard.push(asked);
      reply(response, answer(asked));
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
  const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
  return { baseUrl: `http://127.0.0.1:${port}`, heard };
};
