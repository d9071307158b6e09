import { createServer, type Socket } from 'node:net';
import type { Clock } from '../../clock.ts';
import type { FaultySimulator } from '../driver-entry.ts';
import type { SimulatorFault } from './types.ts';

const SLOW_MS = 30_000;

export interface LineServer extends FaultySimulator {
  fault(): SimulatorFault;
  /** Connections since the start. */
  connections(): number;
}

/**
 * A TCP server for protocols with one request a connection. `answer` sees what has come so far and answers null while
 * the request is not whole. `keepsOpen` leaves the socket open after the answer, as some firmwares do.
 */
export const startLineServer = (options: {
  readonly label: string;
  readonly clock: Clock;
  readonly port?: number;
  readonly keepsOpen?: boolean;
  readonly answer: (bytes: Buffer) => Buffer | null;
  readonly onClose?: () => void;
}): Promise<LineServer> => {
  const { label, clock, answer, keepsOpen = false } = options;
  const sockets = new Set<Socket>();
  const timers = new Set<() => void>();
  let fault: SimulatorFault = 'none';
  let connections = 0;
  let garbled = 0;

  const reply = (socket: Socket, bytes: Buffer): void => {
    if (socket.destroyed) return;
    if (keepsOpen) socket.write(bytes);
    else socket.end(bytes);
  };

  const server = createServer((socket) => {
    // A peer that vanishes is nothing to a server; 'close' follows and forgets the socket.
    socket.on('error', () => socket.destroy());
    if (fault === 'offline') {
      socket.destroy();
      return;
    }
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    let received = Buffer.alloc(0);
    let isAnswered = false;
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const whole = isAnswered ? null : answer(received);
      if (whole === null) return;
      isAnswered = true;
      if (fault === 'garbage') {
        garbled += 1;
        socket.end(garbage(whole, garbled));
      } else if (fault === 'slow') {
        const cancel = clock.after(SLOW_MS, () => {
          timers.delete(cancel);
          reply(socket, whole);
        });
        timers.add(cancel);
      } else reply(socket, whole);
    });
  });

  const dropAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };

  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => {
      server.removeListener('error', reject);
      const bound = server.address();
      resolve({
        label,
        host: '127.0.0.1',
        port: bound !== null && typeof bound === 'object' ? bound.port : 0,
        fault: () => fault,
        connections: () => connections,
        setFault: (next) => {
          fault = next;
          if (next === 'offline') dropAll();
        },
        close: () =>
          new Promise((closed) => {
            options.onClose?.();
            for (const cancel of timers) cancel();
            timers.clear();
            server.close(() => closed());
            dropAll();
          }),
      });
    });
  });
};

/** Cut short, another protocol, something else. */
const garbage = (whole: Buffer, turn: number): Buffer => {
  switch (turn % 3) {
    case 0:
      return whole.subarray(0, Math.floor(whole.length / 2));
    case 1:
      return Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n<html>no</html>');
    default:
      return Buffer.from('Socket connect failed: Connection refused\n');
  }
};
