import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { WebSocketServer } from 'ws';
import type { Request } from '../../../preload/contract.ts';
import { createFakeCenter, type SceneName } from './fake-center.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
};
export const PAGE_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the built page with its real content policy, and a fake center on /bridge. */
export const servePage = async (folder: string, scene: SceneName): Promise<PageServer> => {
  const midnight = Date.UTC(2026, 5, 17, 22);
  const offsets: Partial<Record<SceneName, number>> = { evening: 20 * 60 + 20, night: 2 * 60 };
  const center = createFakeCenter(scene, midnight + (offsets[scene] ?? 13 * 60 + 42) * 60_000 + 18_000, midnight);
  const server: Server = createServer((request, response) => {
    const path = normalize((request.url ?? '/').split('?')[0] ?? '/');
    const file = join(folder, path === '/' ? 'index.html' : path);
    readFile(file).then(
      (body) => {
        response.writeHead(200, {
          'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
          'content-security-policy': PAGE_CSP,
        });
        response.end(body);
      },
      () => {
        response.writeHead(404);
        response.end();
      },
    );
  });
  const sockets = new WebSocketServer({ server, path: '/bridge' });
  sockets.on('connection', (socket) => {
    const send = (name: string, payload: unknown): void => socket.send(JSON.stringify({ event: { name, payload } }));
    center.onEvent(send);
    const timer = setInterval(() => {
      if (scene !== 'loading' && scene !== 'failing') send('live', center.live());
    }, 2000);
    socket.on('close', () => clearInterval(timer));
    socket.on('message', (data) => {
      const { id, request } = JSON.parse(String(data)) as { id: string; request: Request };
      const reply = center.answer(request);
      if (reply) socket.send(JSON.stringify({ id, reply }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
