import { connect } from 'node:net';
import type { Clock } from '../../clock.ts';

/** On a home's network an answer takes a few ms; over Wi-Fi to a sleeping device up to a few hundred. */
const CONNECT_MS = 400;
/** Small routers drop connections when many are opened at once. */
const AT_ONCE = 32;

/** Whether somebody listens there; opens a connection and closes it again without a word. */
const isListening = (clock: Clock, host: string, port: number, signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const socket = connect({ host, port });
    const finish = (result: boolean): void => {
      cancelTimer();
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(result);
    };
    const onAbort = (): void => finish(false);
    const cancelTimer = clock.after(CONNECT_MS, () => finish(false));
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('connect', () => finish(true));
    socket.on('error', () => finish(false));
  });

export interface Door {
  readonly host: string;
  readonly port: number;
}

/** Every address at one port before the next port, so that no single device is asked several things at once. */
export const doorsOf = (hosts: readonly string[], ports: readonly number[]): readonly Door[] =>
  ports.flatMap((port) => hosts.map((host) => ({ host, port })));

/** Knocks at each door, at most 32 at once; `onOpen` is waited for and counts as one of them. Answers how many knocks. */
export const knockAtAll = async (
  options: {
    readonly clock: Clock;
    readonly doors: readonly Door[];
    readonly signal: AbortSignal;
  },
  onOpen: (door: Door) => Promise<void>,
): Promise<number> => {
  const { clock, doors, signal } = options;
  let next = 0;
  const walk = async (): Promise<void> => {
    for (let door = doors[next]; door && !signal.aborted; door = doors[next]) {
      next += 1;
      if (await isListening(clock, door.host, door.port, signal)) await onOpen(door);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, doors.length) }, walk));
  return next;
};
