import type { Menu } from './electron/menu.ts';
import type { NotificationStandIn } from './electron/notification.ts';
import type { TrayStandIn } from './electron/tray.ts';

interface ShownDialog {
  readonly kind: string;
  readonly options: unknown;
}

/** What the application did to the desktop: a spec reads it, clicks in it, and asserts that `problems` is empty. */
export interface Recorder {
  readonly problems: string[];
  readonly notifications: NotificationStandIn[];
  readonly trays: TrayStandIn[];
  applicationMenu: Menu | null;
  readonly dialogs: ShownDialog[];
  /** Prepared answers, taken first in first out; a dialog without an answer is a problem. */
  readonly dialogAnswers: unknown[];
  /** Addresses that were handed to the operating system. */
  readonly externals: string[];
  /** Every request of a page that was not for the application's own scheme, with what became of it. */
  readonly foreignRequests: { readonly url: string; readonly fate: 'cancelled' | 'let through' }[];
  readonly permissions: { readonly name: string; readonly granted: boolean }[];
  readonly shortcuts: Map<string, () => void>;
  readonly powerBlockers: Map<number, string>;
  readonly downloads: { readonly url: string; readonly state: string; readonly path: string }[];
  /** Switches for what a desktop may lack. */
  readonly lacks: { notifications: boolean; keychain: boolean };
}

export const record: Recorder = {
  problems: [],
  notifications: [],
  trays: [],
  applicationMenu: null,
  dialogs: [],
  dialogAnswers: [],
  externals: [],
  foreignRequests: [],
  permissions: [],
  shortcuts: new Map(),
  powerBlockers: new Map(),
  downloads: [],
  lacks: { notifications: false, keychain: false },
};

export const problem = (sentence: string): void => void record.problems.push(sentence);

const notEmulated = (what: string): never => {
  throw new Error(`electron stand-in: ${what} is not emulated`);
};

const ALWAYS_ASKED = new Set<PropertyKey>(['then', 'toJSON', '__esModule', 'default']);

/** The same object, but a member that it lacks throws instead of being silently undefined. */
export const strict = <Target extends object>(name: string, target: Target): Target =>
  new Proxy(target, {
    get: (object, key, receiver) =>
      key in object || typeof key === 'symbol' || ALWAYS_ASKED.has(key)
        ? Reflect.get(object, key, receiver)
        : notEmulated(`${name}.${key}`),
  });
