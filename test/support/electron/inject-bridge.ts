/** A value on its way between the page's world and the preload's: what can be cloned, or a handle to what cannot. */
export type Packed =
  | { readonly t: 'clone'; readonly v: unknown }
  | { readonly t: 'error'; readonly m: string }
  | { readonly t: 'promise' | 'function'; readonly id: number }
  | { readonly t: 'array'; v: readonly Packed[] }
  | { readonly t: 'object'; v: readonly (readonly [string, Packed])[] };

export interface WorldMessage {
  readonly k: string;
  readonly id?: number;
  readonly call?: number;
  readonly ok?: boolean;
  readonly key?: string;
  readonly error?: string;
  readonly v?: Packed;
  readonly args?: readonly Packed[];
}

export interface WorldBridge {
  post(message: WorldMessage): void;
  pack(value: unknown): Packed;
  unpack(packed: Packed, freeze?: boolean): unknown;
  readonly hooks: Record<string, (message: WorldMessage) => void>;
}

type Callable = (...args: readonly unknown[]) => unknown;

/**
 * One end of the context bridge; runs in both worlds, and its source text is injected, so that it refers to nothing
 * outside itself. The worlds talk through synchronous CustomEvents under a random name, whose detail Chromium clones.
 */
export const makeBridge = (inbox: string, outbox: string): WorldBridge => {
  const dispatch = window.dispatchEvent.bind(window);
  const listen = window.addEventListener.bind(window);
  const BridgeEvent = CustomEvent;
  const functions = new Map<number, Callable>();
  const functionIds = new WeakMap<Callable, number>();
  const remotes = new Map<number, Callable>();
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  const replies = new Map<number, WorldMessage>();
  const hooks: Record<string, (message: WorldMessage) => void> = {};
  let sequence = 0;

  const post = (message: WorldMessage): void => void dispatch(new BridgeEvent(outbox, { detail: message }));
  const packError = (thrown: unknown): Packed =>
    thrown instanceof Error ? { t: 'error', m: thrown.message } : pack(thrown);

  const packFunction = (value: Callable): Packed => {
    let id = functionIds.get(value);
    if (id === undefined) {
      sequence += 1;
      id = sequence;
      functionIds.set(value, id);
      functions.set(id, value);
    }
    return { t: 'function', id };
  };
  const packPromise = (value: Promise<unknown>): Packed => {
    sequence += 1;
    const id = sequence;
    value.then(
      (result) => post({ k: 'settle', id, ok: true, v: pack(result) }),
      (thrown: unknown) => post({ k: 'settle', id, ok: false, v: packError(thrown) }),
    );
    return { t: 'promise', id };
  };
  const pack = (value: unknown, seen = new Map<unknown, Packed>(), depth = 0): Packed => {
    if (depth > 1000) throw new TypeError('Electron contextBridge recursion depth exceeded.');
    if (typeof value === 'function') return packFunction(value as Callable);
    if (typeof value === 'symbol') throw new TypeError('An object could not be cloned.');
    if (value === null || typeof value !== 'object') return { t: 'clone', v: value };
    if (value instanceof Promise) return packPromise(value);
    if (value instanceof Error) return packError(value);
    const known = seen.get(value);
    if (known) return known;
    if (Array.isArray(value)) {
      const packed: Packed = { t: 'array', v: [] };
      seen.set(value, packed);
      packed.v = value.map((item) => pack(item, seen, depth + 1));
      return packed;
    }
    if (Object.prototype.toString.call(value) === '[object Object]') {
      // Own enumerable string keys only: methods of a prototype are dropped, as in Electron.
      const packed: Packed = { t: 'object', v: [] };
      seen.set(value, packed);
      packed.v = Object.entries(value).map(([key, item]) => [key, pack(item, seen, depth + 1)] as const);
      return packed;
    }
    structuredClone(value);
    return { t: 'clone', v: value };
  };

  const remoteFunction = (id: number): Callable => {
    const known = remotes.get(id);
    if (known) return known;
    const remote: Callable = (...args) => {
      sequence += 1;
      const call = sequence;
      post({ k: 'call', call, id, args: args.map((argument) => pack(argument)) });
      const reply = replies.get(call);
      replies.delete(call);
      if (!reply?.v) throw new Error('stand-in: no reply over the context bridge');
      const value = unpack(reply.v);
      if (reply.ok) return value;
      throw value;
    };
    remotes.set(id, remote);
    return remote;
  };
  const unpack = (packed: Packed, freeze = false): unknown => {
    switch (packed.t) {
      case 'clone':
        return packed.v;
      case 'error':
        return new Error(packed.m);
      case 'promise':
        return new Promise((resolve, reject) => waiting.set(packed.id, { resolve, reject }));
      case 'function':
        return remoteFunction(packed.id);
      case 'array': {
        const array = packed.v.map((item) => unpack(item, freeze));
        return freeze ? Object.freeze(array) : array;
      }
      case 'object': {
        const object = Object.fromEntries(packed.v.map(([key, item]) => [key, unpack(item, freeze)]));
        return freeze ? Object.freeze(object) : object;
      }
    }
  };

  const answerCall = (message: WorldMessage): WorldMessage => {
    const head = { k: 'ret', ...(message.call === undefined ? {} : { call: message.call }) };
    try {
      const called = functions.get(message.id ?? -1);
      if (!called) throw new Error('stand-in: unknown function handle');
      return { ...head, ok: true, v: pack(called(...(message.args ?? []).map((argument) => unpack(argument)))) };
    } catch (thrown) {
      return { ...head, ok: false, v: packError(thrown) };
    }
  };
  listen(inbox, (event) => {
    const message = (event as CustomEvent<WorldMessage>).detail;
    event.stopImmediatePropagation();
    if (message.k === 'call') return post(answerCall(message));
    if (message.k === 'ret') return void replies.set(message.call ?? -1, message);
    if (message.k !== 'settle') return hooks[message.k]?.(message);
    const promise = waiting.get(message.id ?? -1);
    waiting.delete(message.id ?? -1);
    if (promise && message.v) (message.ok ? promise.resolve : promise.reject)(unpack(message.v));
  });
  return { post, pack: (value) => pack(value), unpack, hooks };
};
