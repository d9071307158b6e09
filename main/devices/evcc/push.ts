import { connect, type Socket } from 'node:net';
import { type RawData, WebSocket } from 'ws';
import type { Connection } from '../../../preload/contract/devices.ts';
import type { Clock } from '../../clock.ts';
import { connectTls } from '../../http/tls.ts';
import { agreedFingerprint } from '../web-address.ts';

const OPEN_TIMEOUT_MS = 10_000;
/** Forecasts make the first messages large. */
const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

export interface EvccPush {
  /** Opens the socket where there is none; the poll that finds it closed opens it again. */
  ensureOpen(): void;
  close(): void;
}

/** Listens to evcc's WebSocket: the first message holds everything, the others what has changed. */
export const createEvccPush = (options: {
  readonly connection: Connection;
  readonly secret: string | null;
  readonly clock: Clock;
  readonly onMessage: (message: unknown, isFirst: boolean) => void;
  readonly onMalformed: () => void;
}): EvccPush => {
  const { connection, secret, clock } = options;
  const life = new AbortController();
  let socket: WebSocket | null = null;
  let opening = false;

  const receive = (from: WebSocket, data: RawData, isBinary: boolean, isFirst: boolean): void => {
    if (from !== socket) return;
    try {
      if (isBinary) throw new SyntaxError('binary');
      options.onMessage(JSON.parse(data.toString()), isFirst);
    } catch {
      // A stream that sends nonsense is begun anew: what it changed meanwhile is in the next first message.
      options.onMalformed();
      from.terminate();
    }
  };

  const transport = async (): Promise<Socket | null> => {
    const { host, port, encryption } = connection;
    if ((encryption ?? 'off') === 'off') return connect({ host, port });
    const secured = await connectTls({ host, port, fingerprint: agreedFingerprint(connection), signal: life.signal });
    return secured.ok ? secured.value : null; // Why it is not trusted is said by the poll.
  };

  const open = async (): Promise<void> => {
    const stream = await transport();
    if (stream === null || life.signal.aborted) {
      stream?.destroy();
      return;
    }
    const { host, port } = connection;
    const name = host.includes(':') ? `[${host}]` : host;
    const opened = new WebSocket(`ws://${name}:${port}/ws`, {
      createConnection: () => stream,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      ...(secret === null ? {} : { headers: { authorization: `Bearer ${secret}` } }),
    });
    socket = opened;
    let messages = 0;
    const cancelTimer = clock.after(OPEN_TIMEOUT_MS, () => opened.terminate());
    opened.on('open', cancelTimer);
    opened.on('message', (data, isBinary) => {
      messages += 1;
      receive(opened, data, isBinary, messages === 1);
    });
    // The close that follows says all that is needed; the poll says it to a person.
    opened.on('error', () => opened.terminate());
    opened.on('close', () => {
      cancelTimer();
      stream.destroy();
      if (socket === opened) socket = null;
    });
  };

  return {
    ensureOpen: () => {
      if (socket !== null || opening || life.signal.aborted) return;
      opening = true;
      void open().finally(() => {
        opening = false;
      });
    },
    close: () => {
      life.abort();
      socket?.terminate();
      socket = null;
    },
  };
};
