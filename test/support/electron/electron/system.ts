import { EventEmitter } from 'node:events';
import { problem, record, strict } from '../record.ts';
import { app } from './app.ts';

/** Small modules of the operating system, each recorded or driven by the spec. */
const answer = async (kind: string, args: readonly unknown[]): Promise<unknown> => {
  record.dialogs.push({ kind, options: args.at(-1) });
  if (record.dialogAnswers.length > 0) return record.dialogAnswers.shift();
  problem(`dialog.${kind} was shown, and the spec prepared no answer`);
  return { canceled: true, response: 0, checkboxChecked: false };
};

export const dialog = strict('dialog', {
  showMessageBox: (...args: readonly unknown[]) => answer('showMessageBox', args),
  showSaveDialog: (...args: readonly unknown[]) => answer('showSaveDialog', args),
  showErrorBox: (title: string, content: string): void => {
    record.dialogs.push({ kind: 'showErrorBox', options: { title, content } });
  },
});

export const shell = strict('shell', {
  openExternal: async (url: string): Promise<void> => void record.externals.push(url),
  openPath: async (path: string): Promise<string> => {
    record.externals.push(path);
    return '';
  },
  showItemInFolder: (path: string): void => void record.externals.push(path),
});

export const globalShortcut = strict('globalShortcut', {
  register: (accelerator: string, callback: () => void): boolean => {
    if (record.shortcuts.has(accelerator)) return false;
    record.shortcuts.set(accelerator, callback);
    return true;
  },
  isRegistered: (accelerator: string): boolean => record.shortcuts.has(accelerator),
  unregister: (accelerator: string): void => void record.shortcuts.delete(accelerator),
  unregisterAll: (): void => record.shortcuts.clear(),
});

class NativeThemeStandIn extends EventEmitter {
  shouldUseDarkColors = false;
  private source: 'system' | 'light' | 'dark' = 'system';
  get themeSource(): 'system' | 'light' | 'dark' {
    return this.source;
  }
  set themeSource(source: 'system' | 'light' | 'dark') {
    this.source = source;
    this.shouldUseDarkColors = source === 'dark';
    this.emit('updated');
  }
}
export const nativeTheme = strict('nativeTheme', new NativeThemeStandIn());

class PowerMonitorStandIn extends EventEmitter {
  isOnBatteryPower(): boolean {
    return false;
  }
  getSystemIdleTime(): number {
    return 0;
  }
}
export const powerMonitor = strict('powerMonitor', new PowerMonitorStandIn());

let nextBlocker = 1;
export const powerSaveBlocker = strict('powerSaveBlocker', {
  start: (type: 'prevent-app-suspension' | 'prevent-display-sleep'): number => {
    record.powerBlockers.set(nextBlocker, type);
    nextBlocker += 1;
    return nextBlocker - 1;
  },
  stop: (id: number): boolean => record.powerBlockers.delete(id),
  isStarted: (id: number): boolean => record.powerBlockers.has(id),
});

const PREFIX = 'standin:';
/** Reversible and not a protection; the shape is what counts. */
export const safeStorage = strict('safeStorage', {
  isAsyncEncryptionAvailable: async (): Promise<boolean> => app.isReady() && !record.lacks.keychain,
  getSelectedStorageBackend: () => (record.lacks.keychain ? ('basic_text' as const) : ('gnome_libsecret' as const)),
  encryptStringAsync: async (text: string): Promise<Buffer> =>
    Buffer.from(PREFIX + Buffer.from(text).toString('base64')),
  decryptStringAsync: async (encrypted: Buffer): Promise<{ shouldReEncrypt: boolean; result: string }> => {
    const text = encrypted.toString();
    if (!text.startsWith(PREFIX)) throw new Error('Error while decrypting the ciphertext provided.');
    return { shouldReEncrypt: false, result: Buffer.from(text.slice(PREFIX.length), 'base64').toString() };
  },
});

const DISPLAY = {
  id: 1,
  bounds: { x: 0, y: 0, width: 1920, height: 1080 },
  workArea: { x: 0, y: 0, width: 1920, height: 1080 },
  workAreaSize: { width: 1920, height: 1080 },
  scaleFactor: 1,
};
export const screen = strict('screen', {
  getPrimaryDisplay: () => DISPLAY,
  getAllDisplays: () => [DISPLAY],
  getDisplayMatching: () => DISPLAY,
});

export const crashReporter = strict('crashReporter', {
  start: (options: { uploadToServer?: boolean }): void => {
    if (app.isReady()) problem('crashReporter.start was called after ready');
    if (options.uploadToServer !== false) problem('crashReporter would send crash dumps away');
  },
});
