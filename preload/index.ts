import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge } from './contract.ts';

// Sandboxed: CommonJS, self-contained, under 4 kB. The contract is imported as types only; its schemas run in the
// gateway, which does not trust this page. The names of the two channels are written out for the same reason.
const REQUEST_CHANNEL = 'commandcenter:request';
const EVENT_CHANNEL = 'commandcenter:event';

const listeners = new Map<string, Set<(payload: unknown) => void>>();

ipcRenderer.on(EVENT_CHANNEL, (_event, message: { name: string; payload: unknown }) => {
  for (const listener of listeners.get(message.name) ?? []) listener(message.payload);
});

const bridge = {
  query: (name: string, input: unknown) => ipcRenderer.invoke(REQUEST_CHANNEL, { kind: 'query', name, input }),
  command: (name: string, input: unknown, key: string) =>
    ipcRenderer.invoke(REQUEST_CHANNEL, { kind: 'command', name, input, key }),
  subscribe: (name: string, listener: (payload: unknown) => void) => {
    const set = listeners.get(name) ?? new Set();
    listeners.set(name, set.add(listener));
    return () => void set.delete(listener);
  },
};

contextBridge.exposeInMainWorld('bridge', bridge as unknown as Bridge);
