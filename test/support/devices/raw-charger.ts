import { WebSocket } from 'ws';

type Frame = readonly unknown[];

/** A charger that says exactly what a test tells it to, frame by frame. */
export interface RawCharger {
  /** Every frame that came, parsed. */
  readonly frames: readonly Frame[];
  send(frame: unknown): void;
  sendText(text: string | Buffer): void;
  /** The next frame that satisfies the condition, also one that came before. */
  next(wanted: (frame: Frame) => boolean): Promise<Frame>;
  /** The answer to a call of ours. */
  answerTo(id: string): Promise<Frame>;
  isOpen(): boolean;
  close(): void;
}

/** What it answers to calls: by action, in lower camel case; what is not named stays without an answer. */
export type Answers = Readonly<Record<string, (payload: unknown) => object>>;

export const dialRaw = (options: {
  readonly port: number;
  readonly path: string;
  readonly protocol?: string | undefined;
  readonly password?: { readonly user: string; readonly password: string };
  readonly answers?: Answers;
  /** Whether it answers pings. */
  readonly pongs?: boolean;
}): Promise<RawCharger | { readonly refused: number }> =>
  new Promise((resolve, reject) => {
    const { port, path, protocol = 'ocpp1.6', password, answers = {}, pongs = true } = options;
    const authorization =
      password && `Basic ${Buffer.from(`${password.user}:${password.password}`).toString('base64')}`;
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocol === '' ? [] : [protocol], {
      ...(authorization ? { headers: { authorization } } : {}),
      autoPong: pongs,
    });
    const frames: Frame[] = [];
    const waiting = new Set<() => void>();
    socket.on('unexpected-response', (_request, response) => {
      socket.terminate();
      resolve({ refused: response.statusCode ?? 0 });
    });
    socket.on('error', reject);
    socket.on('message', (data) => {
      const frame = JSON.parse(data.toString()) as Frame;
      frames.push(frame);
      const [type, id, action, payload] = frame;
      const name = String(action);
      const answer = type === 2 ? answers[`${name.charAt(0).toLowerCase()}${name.slice(1)}`] : undefined;
      if (answer) socket.send(JSON.stringify([3, id, answer(payload)]));
      for (const look of [...waiting]) look();
    });
    const next: RawCharger['next'] = (wanted) =>
      new Promise((found) => {
        const look = (): void => {
          const frame = frames.find(wanted);
          if (!frame) return;
          waiting.delete(look);
          found(frame);
        };
        waiting.add(look);
        look();
      });
    socket.on('open', () =>
      resolve({
        frames,
        send: (frame) => socket.send(JSON.stringify(frame)),
        sendText: (text) => socket.send(text),
        next,
        answerTo: (id) => next(([type, frameId]) => type !== 2 && frameId === id),
        isOpen: () => socket.readyState === WebSocket.OPEN,
        close: () => socket.terminate(),
      }),
    );
  });
