import { createServer, type Socket } from 'node:net';

/** A TCP server that answers each chunk as the test says: for replies that no honest device gives. */
export const startRawServer = async (
  onData: (socket: Socket, chunk: Buffer, connection: number) => void,
): Promise<{ readonly port: number; connections(): number; close(): Promise<void> }> => {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    const number = connections;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => onData(socket, chunk, number));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  return {
    port: bound !== null && typeof bound === 'object' ? bound.port : 0,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};
