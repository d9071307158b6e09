import { type EventName, type EventPayload, events } from '../../preload/contract.ts';
import type { Clock } from '../clock.ts';
import type { EventBus } from '../events.ts';
import type { PushedEvent } from './types.ts';

const PUSH_EVERY_MS = 250;
const EVENT_NAMES = Object.keys(events) as EventName[];

/** What may replace what while both wait: the newest of a name wins, but two actions or runs are two things. */
const keyOf = (name: EventName, payload: unknown): string => {
  const named = payload as { readonly id?: unknown } | null;
  return named && typeof named.id === 'string' ? `${name}/${named.id}` : name;
};

export interface EventPush {
  /** Holds everything back while the window is hidden; what waited is sent once when it shows again. */
  setVisible(visible: boolean): void;
  close(): void;
}

/**
 * Sends the contract's events of the bus to one window, at most a few times a second, newest first to win, so that a
 * slow window never grows a queue. Stop and mode go out at once.
 */
export const createEventPush = (bus: EventBus, clock: Clock, send: (event: PushedEvent) => void): EventPush => {
  const waiting = new Map<string, PushedEvent>();
  let visible = true;
  let cancelTimer: (() => void) | null = null;

  const flush = (): void => {
    cancelTimer = null;
    if (!visible) return;
    const batch = [...waiting.values()];
    waiting.clear();
    for (const event of batch) send(event);
  };
  const schedule = (): void => {
    if (visible && cancelTimer === null && waiting.size > 0) cancelTimer = clock.after(PUSH_EVERY_MS, flush);
  };
  const removers = EVENT_NAMES.map((name) =>
    bus.on(name, ((payload: EventPayload<typeof name>) => {
      const key = keyOf(name, payload);
      waiting.delete(key);
      waiting.set(key, { name, payload });
      if (name === 'stop' || name === 'mode') {
        cancelTimer?.();
        flush();
      } else schedule();
    }) as never),
  );
  return {
    setVisible: (shown) => {
      visible = shown;
      if (shown) flush();
    },
    close: () => {
      for (const remove of removers) remove();
      cancelTimer?.();
      waiting.clear();
    },
  };
};
