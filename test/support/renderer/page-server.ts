import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { lookUpPageFile, PAGE_HEADERS, readPageFile } from '../../../main/page-files.ts';
import type { Request } from '../../../preload/contract.ts';
import { createFakeCenter, type SceneName } from './fake-center.ts';

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
    const file = lookUpPageFile(folder, (request.url ?? '/').split('?')[0] ?? '/');
    const answer = async (): Promise<void> => {
      const body = file.found ? await readPageFile(file.path) : undefined;
      if (!file.found || body === undefined) response.writeHead(404).end();
      else response.writeHead(200, { ...PAGE_HEADERS, 'content-type': file.type }).end(body);
    };
    answer().catch((thrown: unknown) => response.destroy(new Error('The page could not be read', { cause: thrown })));
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
