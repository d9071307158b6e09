import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { ok, type Result } from '../../result.ts';
import { callError, cancelled, timedOut, wentAway } from './failures.ts';
import { callText, type Frame } from './frames.ts';

/** Chargers are slow: the specification leaves it open, maintained central systems wait 30 to 60 s. */
export const CALL_TIMEOUT_MS = 30_000;

type Reply = Extract<Frame, { kind: 'result' | 'error' }>;

export interface CallLane {
  /** One call after another: the next one leaves when the last was answered or given up (OCPP-J 1.6, 4.1.1). */
  call(action: string, payload: object, signal: AbortSignal): Promise<Result<object>>;
  /** False where nobody waits for it: late, or never asked. */
  receive(reply: Reply): boolean;
  /** The connection is gone: whoever waits hears of it. */
  end(): void;
}

/** The calls from us to one charger over one connection. */
export const createCallLane = (options: {
  readonly charger: string;
  readonly clock: Clock;
  readonly send: (text: string) => void;
}): CallLane => {
  const { charger, clock, send } = options;
  let isOver = false;
  let lane: Promise<void> = Promise.resolve();
  let waiting: { readonly id: string; readonly action: string; settle(result: Result<object>): void } | null = null;

  /** Sends and waits; ends when answered, given up, or gone, and not when nobody wants the answer any more. */
  const exchange = (action: string, payload: object): Promise<Result<object>> =>
    new Promise((resolve) => {
      const id = randomUUID();
      const settle = (result: Result<object>): void => {
        waiting = null;
        cancelTimer();
        resolve(result);
      };
      const cancelTimer = clock.after(CALL_TIMEOUT_MS, () => settle(timedOut(charger, action, CALL_TIMEOUT_MS)));
      waiting = { id, action, settle };
      send(callText(id, action, payload));
    });

  return {
    call: (action, payload, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(cancelled(action));
        const onAbort = (): void => resolve(cancelled(action));
        signal.addEventListener('abort', onAbort, { once: true });
        lane = lane.then(async () => {
          if (isOver) resolve(wentAway(charger, action));
          else if (!signal.aborted) resolve(await exchange(action, payload));
          signal.removeEventListener('abort', onAbort);
        });
      }),
    receive: (reply) => {
      if (waiting?.id !== reply.id) return false;
      const { action, settle } = waiting;
      settle(reply.kind === 'result' ? ok(reply.payload) : callError(charger, action, reply.code, reply.description));
      return true;
    },
    end: () => {
      isOver = true;
      waiting?.settle(wentAway(charger, waiting.action));
    },
  };
};
