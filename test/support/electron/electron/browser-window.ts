import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions, Rectangle } from 'electron';
import { problem, strict } from '../record.ts';
import { runtime } from '../state.ts';
import { app } from './app.ts';
import { WebContentsStandIn } from './web-contents.ts';
import { openWindows } from './windows.ts';

const INSECURE = {
  contextIsolation: false,
  sandbox: false,
  nodeIntegration: true,
  webSecurity: false,
  webviewTag: true,
};
let nextId = 1;

/** A window without a frame: bounds and visibility are kept, the page is real. */
export class BrowserWindowStandIn extends EventEmitter {
  readonly id: number;
  readonly webContents: WebContentsStandIn;
  readonly _options: BrowserWindowConstructorOptions;
  private bounds: Rectangle;
  private visible: boolean;
  private minimized = false;
  private destroyed = false;
  private title: string;
  private readonly self: this;

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super();
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    this.id = nextId;
    nextId += 1;
    this._options = options;
    this.bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 800, height: options.height ?? 600 };
    this.visible = options.show !== false;
    this.title = options.title ?? app.getName();
    const prefs = options.webPreferences ?? {};
    for (const [name, bad] of Object.entries(INSECURE))
      if (Reflect.get(prefs, name) === bad) problem(`insecure webPreferences.${name}: ${bad}`);
    if (options.windowStatePersistence && !options.name) problem('windowStatePersistence needs a unique name');
    this.self = strict('BrowserWindow', this);
    openWindows.add(this.self);
    this.webContents = new WebContentsStandIn(prefs, { width: this.bounds.width, height: this.bounds.height });
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show', {}));
    // biome-ignore lint/correctness/noConstructorReturn: the caller must hold the strict view.
    return this.self;
  }
  static getAllWindows(): BrowserWindowStandIn[] {
    return [...openWindows];
  }
  static getFocusedWindow(): BrowserWindowStandIn | null {
    return [...openWindows].find((window) => window.isVisible()) ?? null;
  }
  static fromWebContents(contents: WebContentsStandIn): BrowserWindowStandIn | null {
    return [...openWindows].find((window) => window.webContents === contents) ?? null;
  }
  private alive(): void {
    if (this.destroyed) throw new TypeError('Object has been destroyed');
  }
  loadURL(url: string): Promise<void> {
    this.alive();
    return this.webContents.loadURL(url);
  }
  show(): void {
    this.alive();
    if (!this.visible) {
      this.visible = true;
      this.emit('show', {});
    }
    this.focus();
  }
  hide(): void {
    this.alive();
    if (!this.visible) return;
    this.visible = false;
    this.emit('hide', {});
  }
  focus(): void {
    this.alive();
    this.emit('focus', {});
  }
  isVisible(): boolean {
    this.alive();
    return this.visible;
  }
  isFocused(): boolean {
    return this.visible && !this.minimized;
  }
  minimize(): void {
    this.minimized = true;
    this.emit('minimize', {});
  }
  restore(): void {
    this.minimized = false;
    this.emit('restore', {});
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  getBounds(): Rectangle {
    this.alive();
    return { ...this.bounds };
  }
  setBounds(bounds: Partial<Rectangle>): void {
    this.bounds = { ...this.bounds, ...bounds };
    this.emit('resize', {});
  }
  getTitle(): string {
    return this.title;
  }
  setTitle(title: string): void {
    this.title = title;
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  close(): void {
    if (this.destroyed) return;
    let prevented = false;
    this.emit('close', {
      preventDefault: () => {
        prevented = true;
      },
    });
    if (!prevented) this.destroy();
  }
  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    openWindows.delete(this.self);
    const contents = this.webContents;
    void contents.ready
      .then(() => runtime().cdp.send('Target.closeTarget', { targetId: contents._targetId }))
      .catch(() => undefined);
    setImmediate(() => {
      contents._destroy();
      this.emit('closed', {});
      if (openWindows.size === 0) app._allClosed();
    });
  }
}
