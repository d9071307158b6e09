import type { Codec } from './codec.ts';
import type { WorldBridge } from './inject-bridge.ts';

export interface PreloadSetup {
  readonly platform: string;
  readonly arch: string;
  readonly versions: Readonly<Record<string, string | undefined>>;
  readonly argv: readonly string[];
}

type Listener = (...args: readonly unknown[]) => void;
type Require = (id: string) => unknown;
type PreloadBody = (require: Require, module: object, exports: object, process: object, global: object) => void;

/**
 * Runs the application's preload in an isolated world with what a sandboxed preload may have; its source text is
 * injected. `Buffer` and `setImmediate` are not given, and `require` knows electron, events, timers and url only.
 */
export const isolatedWorld = (bridge: WorldBridge, codec: Codec, setup: PreloadSetup, preload: PreloadBody): void => {
  const toHost = Reflect.get(globalThis, '__standinToMain') as (text: string) => void;
  Reflect.deleteProperty(globalThis, '__standinToMain');
  const tell = (message: object): void => toHost(JSON.stringify(message));
  const refuse = (what: string): never => {
    throw new Error(`electron stand-in: ${what} is not emulated`);
  };
  const strict = <Target extends object>(name: string, target: Target): Target =>
    new Proxy(target, {
      get: (object, key, receiver) =>
        key in object || typeof key === 'symbol' || key === 'then' || key === '__esModule'
          ? Reflect.get(object, key, receiver)
          : refuse(`${name}.${key}`),
    });

  class Emitter {
    private readonly listeners = new Map<string, { listener: Listener; once: boolean }[]>();
    private add(name: string, listener: Listener, once: boolean): this {
      this.listeners.set(name, [...(this.listeners.get(name) ?? []), { listener, once }]);
      return this;
    }
    on(name: string, listener: Listener): this {
      return this.add(name, listener, false);
    }
    addListener(name: string, listener: Listener): this {
      return this.add(name, listener, false);
    }
    once(name: string, listener: Listener): this {
      return this.add(name, listener, true);
    }
    off(name: string, listener: Listener): this {
      const rest = (this.listeners.get(name) ?? []).filter((entry) => entry.listener !== listener);
      this.listeners.set(name, rest);
      return this;
    }
    removeListener(name: string, listener: Listener): this {
      return this.off(name, listener);
    }
    removeAllListeners(name?: string): this {
      if (name === undefined) this.listeners.clear();
      else this.listeners.delete(name);
      return this;
    }
    listenerCount(name: string): number {
      return this.listeners.get(name)?.length ?? 0;
    }
    emit(name: string, ...args: readonly unknown[]): boolean {
      const entries = this.listeners.get(name) ?? [];
      for (const entry of entries) {
        if (entry.once) this.off(name, entry.listener);
        entry.listener.apply(this, [...args]);
      }
      return entries.length > 0;
    }
  }

  const pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const emitter = new Emitter();
  let sequence = 0;
  const ipcRenderer = strict(
    'ipcRenderer',
    Object.assign(emitter, {
      send: (channel: string, ...args: readonly unknown[]) => tell({ k: 'send', channel, args: codec.encode(args) }),
      invoke: async (channel: string, ...args: readonly unknown[]): Promise<unknown> => {
        const encoded = codec.encode(args);
        sequence += 1;
        const id = sequence;
        const answer = new Promise((resolve, reject) => pending.set(id, { resolve, reject }));
        tell({ k: 'invoke', id, channel, args: encoded });
        return answer;
      },
      sendSync: () => refuse('ipcRenderer.sendSync'),
      postMessage: () => refuse('ipcRenderer.postMessage'),
      sendToHost: () => refuse('ipcRenderer.sendToHost'),
    }),
  );
  interface Delivery {
    readonly k: 'reply' | 'event';
    readonly id?: number;
    readonly channel?: string;
    readonly error?: string;
    readonly value?: unknown;
    readonly args?: unknown;
  }
  Reflect.set(globalThis, '__standinDeliver', (message: Delivery): void => {
    if (message.k === 'event') {
      const args = codec.decode(message.args) as unknown[];
      emitter.emit(message.channel ?? '', { sender: ipcRenderer, ports: [] }, ...args);
      return;
    }
    const call = pending.get(message.id ?? -1);
    pending.delete(message.id ?? -1);
    if (message.error !== undefined) call?.reject(new Error(message.error));
    else call?.resolve(codec.decode(message.value));
  });
  const contextBridge = strict('contextBridge', {
    exposeInMainWorld: (key: string, api: unknown): void => {
      let error: string | undefined;
      bridge.hooks['exposed'] = (message) => {
        error = message.error;
      };
      bridge.post({ k: 'expose', key, v: bridge.pack(api) });
      if (error) throw new Error(error);
    },
  });

  const electron = strict('electron (preload)', { contextBridge, ipcRenderer });
  const modules: Record<string, unknown> = {
    electron,
    'electron/renderer': electron,
    events: Object.assign(Emitter, { EventEmitter: Emitter }),
    timers: { setTimeout, setInterval, clearTimeout, clearInterval },
    url: { URL, URLSearchParams },
  };
  const require: Require = (id) => {
    const name = id.replace(/^node:/, '');
    if (!Object.hasOwn(modules, name)) throw new Error(`module not found: ${id}`);
    return modules[name];
  };
  const process = Object.freeze({
    ...setup,
    sandboxed: true,
    contextIsolated: true,
    type: 'renderer',
    env: {},
    isMainFrame: true,
  });
  const module = { exports: {} };
  try {
    preload(require, module, module.exports, process, globalThis);
  } catch (thrown) {
    tell({ k: 'preload-error', message: thrown instanceof Error ? thrown.message : String(thrown) });
  }
  tell({ k: 'preload-done' });
};
