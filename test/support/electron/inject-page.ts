import type { WorldBridge } from './inject-bridge.ts';

/** What the page asks of the host besides IPC; answered by `__standinAnswer`. */
type PageAsk =
  | { readonly k: 'permission'; readonly id: number; readonly name: string }
  | { readonly k: 'open'; readonly url: string };

/**
 * Runs in the page's own world before its first script; its source text is injected. It takes what the preload exposes,
 * and puts the application's permission and window-open handlers where Chromium's own would be.
 */
export const mainWorld = (bridge: WorldBridge, askName: string): void => {
  bridge.hooks['expose'] = (message) => {
    const key = message.key ?? '';
    if (Object.hasOwn(window, key))
      return bridge.post({
        k: 'exposed',
        error: 'Cannot bind an API on top of an existing property on the window object',
      });
    const value = message.v && bridge.unpack(message.v, true);
    Object.defineProperty(window, key, { value, enumerable: true, writable: false, configurable: false });
    bridge.post({ k: 'exposed' });
  };

  const ask = Reflect.get(globalThis, askName) as (text: string) => void;
  Reflect.deleteProperty(globalThis, askName);
  const waiting = new Map<number, (granted: boolean) => void>();
  let sequence = 0;
  Object.defineProperty(globalThis, `${askName}Answer`, {
    enumerable: false,
    value: (id: number, granted: boolean) => {
      waiting.get(id)?.(granted);
      waiting.delete(id);
    },
  });
  const permission = (name: string): Promise<boolean> =>
    new Promise((resolve) => {
      sequence += 1;
      waiting.set(sequence, resolve);
      ask(JSON.stringify({ k: 'permission', id: sequence, name } satisfies PageAsk));
    });
  const refuse = async (name: string): Promise<never> => {
    await permission(name);
    throw new DOMException('Permission denied', 'NotAllowedError');
  };
  const replace = (owner: object | undefined, member: string, value: unknown): void => {
    if (owner) Object.defineProperty(owner, member, { value, configurable: true, writable: true });
  };
  const part = (name: string): object | undefined => Reflect.get(navigator, name) as object | undefined;

  replace(part('mediaDevices'), 'getUserMedia', () => refuse('media'));
  replace(part('mediaDevices'), 'getDisplayMedia', () => refuse('display-capture'));
  replace(part('usb'), 'requestDevice', () => refuse('usb'));
  replace(part('serial'), 'requestPort', () => refuse('serial'));
  replace(part('hid'), 'requestDevice', () => refuse('hid'));
  replace(part('bluetooth'), 'requestDevice', () => refuse('bluetooth'));
  replace(part('clipboard'), 'readText', () => refuse('clipboard-read'));
  replace(part('clipboard'), 'read', () => refuse('clipboard-read'));
  replace(navigator, 'requestMIDIAccess', () => refuse('midi'));
  replace(part('geolocation'), 'getCurrentPosition', (_done: unknown, failed?: (error: unknown) => void) => {
    void permission('geolocation').then(() => failed?.({ code: 1, message: 'User denied Geolocation' }));
  });
  replace(window.Notification, 'requestPermission', async () => {
    const granted = await permission('notifications');
    return granted ? 'granted' : 'denied';
  });
  replace(part('permissions'), 'query', async (descriptor: { name: string }) => {
    const granted = await permission(`check:${descriptor.name}`);
    return { state: granted ? 'granted' : 'denied', name: descriptor.name, onchange: null };
  });
  replace(window, 'open', (url?: string | URL) => {
    ask(
      JSON.stringify({ k: 'open', url: new URL(String(url ?? 'about:blank'), location.href).href } satisfies PageAsk),
    );
    return null;
  });
};
