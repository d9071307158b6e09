import { type EventName, type EventPayload, events } from '../../preload/contract.ts';
import type { Clock } from '../clock.ts';
import type { EventBus } from '../events.ts';
import type { PushedEvent } from './types.ts';

const PUSH_EVERY_MS = 250;
/** Actions, runs and notices that wait for a hidden window; it fetches the older ones itself when it shows again. */
const MAX_WAITING_IDS = 200;
const EVENT_NAMES = Object.keys(events) as EventName[];

/** The id of an action, run or notice, or what it is about; undefined for what a newer one of its name always replaces. */
const idOf = (payload: unknown): string | undefined => {
  const named = payload as { readonly id?: unknown; readonly about?: unknown } | null;
  const id = named?.id ?? named?.about;
  return typeof id === 'string' ? id : undefined;
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
  /** The newest of each name, or of each id where a name has several things. In the order in which they came. */
  const waiting = new Map<string, PushedEvent>();
  /** Those keys of `waiting` that carry an id. */
  const withId = new Set<string>();
  let visible = true;
  let cancelTimer: (() => void) | null = null;

  const forget = (): void => {
    waiting.clear();
    withId.clear();
  };
  const keep = (name: EventName, payload: unknown): void => {
    const id = idOf(payload);
    const key = id === undefined ? name : `${name}/${id}`;
    waiting.delete(key);
    waiting.set(key, { name, payload });
    if (id === undefined) return;
    withId.delete(key);
    withId.add(key);
    const [oldest] = withId;
    if (withId.size <= MAX_WAITING_IDS || oldest === undefined) return;
    withId.delete(oldest);
    waiting.delete(oldest);
  };
  const flush = (): void => {
    cancelTimer = null;
    if (!visible) return;
    const batch = [...waiting.values()];
    forget();
    for (const event of batch) send(event);
  };
  const schedule = (): void => {
    if (visible && cancelTimer === null && waiting.size > 0) cancelTimer = clock.after(PUSH_EVERY_MS, flush);
  };
  const removers = EVENT_NAMES.map((name) =>
    bus.on(name, ((payload: EventPayload<typeof name>) => {
      keep(name, payload);
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
      forget();
    },
  };
};
