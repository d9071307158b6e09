import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge, EventName, EventPayload, Reply } from './contract.ts';

// Sandboxed: CommonJS, self-contained, under 4 kB. The contract is imported as types only; its schemas run in the
// gateway, which does not trust this page. The names of the two channels are written out for the same reason.
const REQUEST_CHANNEL = 'commandcenter:request';
const EVENT_CHANNEL = 'commandcenter:event';

type Listener = (payload: never) => void;
const listeners = new Map<string, Set<Listener>>();

ipcRenderer.on(EVENT_CHANNEL, (_event, message: { name: string; payload: unknown }) => {
  for (const listener of listeners.get(message.name) ?? []) listener(message.payload as never);
});

/** The channel is gone when the application ends: a reply says so, since nothing is thrown through the door. */
const ask = (request: unknown): Promise<Reply<never>> =>
  ipcRenderer.invoke(REQUEST_CHANNEL, request).catch(() => ({
    ok: false,
    problem: {
      code: 'link.closed',
      kind: 'temporary',
      message: 'The center did not answer.',
      advice: 'What was asked may still happen: look at the action history before you ask again.',
    },
  }));

const bridge: Bridge = {
  query: (name, input) => ask({ kind: 'query', name, input }),
  command: (name, input, key) => ask({ kind: 'command', name, input, key }),
  subscribe: <Name extends EventName>(name: Name, listener: (payload: EventPayload<Name>) => void) => {
    // A function of its own, so that the same listener subscribed twice is ended twice.
    const own: Listener = (payload) => listener(payload);
    const set = listeners.get(name) ?? new Set();
    listeners.set(name, set.add(own));
    return () => void set.delete(own);
  },
};

contextBridge.exposeInMainWorld('bridge', bridge);
