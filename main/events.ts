import type { Notice } from '../preload/contract/house.ts';
import type { EventName, EventPayload } from '../preload/contract.ts';
import type { DeviceId, SiteId } from './ids.ts';
import type { Reading } from './reading.ts';

/**
 * The typed bus over which rooms of one floor meet. Names of the contract go on to the windows; the others stay inside.
 */
interface InnerEvents {
  /** Validated readings of one poll or push, good and suspect alike. */
  readings: { readonly siteId: SiteId; readonly deviceId: DeviceId; readonly readings: readonly Reading[] };
  /** A device came, went, or answered after silence. */
  deviceState: { readonly siteId: SiteId; readonly deviceId: DeviceId; readonly state: 'online' | 'late' | 'offline' };
  /** The machine slept or the clock jumped: distrust every reading, re-read, then decide. */
  timeJump: { readonly spanMs: number };
  /** What is told outside the window now: after debounce, repeats and quiet hours. */
  told: Pick<Notice, 'id' | 'at' | 'level' | 'title' | 'text'>;
}

export type BusEventName = EventName | keyof InnerEvents;
export type BusPayload<Name extends BusEventName> = Name extends EventName
  ? EventPayload<Name>
  : Name extends keyof InnerEvents
    ? InnerEvents[Name]
    : never;

type Listener<Name extends BusEventName> = (payload: BusPayload<Name>) => void;

export interface EventBus {
  emit<Name extends BusEventName>(name: Name, payload: BusPayload<Name>): void;
  /** Answers the function that removes the listener. */
  on<Name extends BusEventName>(name: Name, listener: Listener<Name>): () => void;
  listenerCount(): number;
}

/** `onError` hears of a listener that threw: one bad listener never keeps the others from hearing. */
export const createEventBus = (onError: (name: BusEventName, thrown: unknown) => void): EventBus => {
  const listeners = new Map<BusEventName, Set<(payload: never) => void>>();
  return {
    emit: (name, payload) => {
      for (const listener of [...(listeners.get(name) ?? [])]) {
        try {
          (listener as Listener<typeof name>)(payload);
        } catch (thrown) {
          onError(name, thrown);
        }
      }
    },
    on: (name, listener) => {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener as (payload: never) => void));
      return () => void set.delete(listener as (payload: never) => void);
    },
    listenerCount: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
  };
};
