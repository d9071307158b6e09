import { EventEmitter } from 'node:events';
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { problem, strict } from '../record.ts';
import { runtime } from '../state.ts';
import { onQuitRole } from './menu.ts';
import { lockInstance } from './single-instance.ts';
import { openWindows } from './windows.ts';

const CLOSING_GRACE_MS = 50;

class AppStandIn extends EventEmitter {
  isPackaged = false;
  private ready = false;
  private quitting = false;
  private locked = false;
  private sandboxed = false;
  private loginItem = { openAtLogin: false };
  private readonly paths = new Map<string, string>();

  whenReady(): Promise<void> {
    return this.ready ? Promise.resolve() : new Promise((resolve) => this.once('ready', () => resolve()));
  }
  isReady(): boolean {
    return this.ready;
  }
  /** For the host: the main bundle was evaluated. */
  _becomeReady(): void {
    this.ready = true;
    if (!this.sandboxed) problem('app.enableSandbox() was not called before ready');
    this.emit('ready', {}, {});
  }
  /** For windows: the last one closed. */
  _allClosed(): void {
    if (this.quitting) return;
    if (this.listenerCount('window-all-closed') === 0) this.quit();
    else this.emit('window-all-closed');
  }
  private prevented(event: string): boolean {
    let prevented = false;
    this.emit(event, {
      preventDefault: () => {
        prevented = true;
      },
    });
    return prevented;
  }
  quit(): void {
    if (this.quitting || this.prevented('before-quit')) return;
    this.quitting = true;
    for (const window of [...openWindows]) window.close();
    setTimeout(() => {
      if (openWindows.size > 0 || this.prevented('will-quit')) this.quitting = false;
      else this.exit(0);
    }, CLOSING_GRACE_MS);
  }
  exit(code = 0): void {
    this.emit('quit', {}, code);
    process.exit(code);
  }
  requestSingleInstanceLock(additionalData?: unknown): boolean {
    const start = { argv: process.argv, cwd: process.cwd(), additionalData: additionalData ?? null };
    this.locked = lockInstance(runtime().setup.userData, start, (second) =>
      this.emit('second-instance', {}, second.argv, second.cwd, second.additionalData),
    );
    return this.locked;
  }
  hasSingleInstanceLock(): boolean {
    return this.locked;
  }
  getPath(name: string): string {
    const { userData } = runtime().setup;
    const known: Record<string, string> = {
      userData,
      sessionData: userData,
      home: os.homedir(),
      appData: path.dirname(userData),
      temp: os.tmpdir(),
      logs: path.join(userData, 'logs'),
      exe: process.execPath,
      downloads: path.join(userData, 'Downloads'),
      documents: path.join(userData, 'Documents'),
      crashDumps: path.join(userData, 'Crashpad'),
    };
    const found = this.paths.get(name) ?? known[name];
    if (!found) throw new Error(`Failed to get '${name}' path`);
    if (name === 'logs') mkdirSync(found, { recursive: true });
    return found;
  }
  setPath(name: string, folder: string): void {
    if (!path.isAbsolute(folder)) throw new Error('Path must be absolute');
    this.paths.set(name, folder);
  }
  getAppPath(): string {
    return runtime().setup.appPath;
  }
  getVersion(): string {
    return runtime().setup.packageJson.version ?? '0.0.0';
  }
  getName(): string {
    const { productName, name } = runtime().setup.packageJson;
    return productName ?? name ?? 'Electron';
  }
  getLocale(): string {
    return 'en-US';
  }
  setAppUserModelId(_id: string): void {
    if (process.platform !== 'win32') problem('app.setAppUserModelId was called on another system than Windows');
  }
  setLoginItemSettings(settings: { openAtLogin?: boolean }): void {
    if (process.platform === 'linux') problem('app.setLoginItemSettings does nothing on Linux');
    this.loginItem = { openAtLogin: settings.openAtLogin ?? false };
  }
  getLoginItemSettings(): { openAtLogin: boolean } {
    return { ...this.loginItem };
  }
  enableSandbox(): void {
    if (this.ready) throw new Error('app.enableSandbox() can only be called before app is ready');
    this.sandboxed = true;
  }
}

export const app = strict('app', new AppStandIn());
onQuitRole(() => app.quit());
