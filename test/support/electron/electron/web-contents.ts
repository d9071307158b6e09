import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { IpcMainInvokeEvent, WebContents, WebPreferences } from 'electron';
import { fromBrowser, toBrowser } from '../address.ts';
import type { Session } from '../cdp.ts';
import { makeCodec } from '../codec.ts';
import { injectScripts, WORLD } from '../inject.ts';
import { problem, strict } from '../record.ts';
import { runtime } from '../state.ts';
import { app } from './app.ts';
import { ipcMain } from './ipc-main.ts';
import { answerPaused, type PausedRequest } from './requests.ts';
import { defaultSession } from './session.ts';

const codec = makeCodec();
let nextId = 1;

interface FromPreload {
  readonly k: 'send' | 'invoke' | 'preload-error' | 'preload-done';
  readonly id?: number;
  readonly channel?: string;
  readonly args?: unknown;
  readonly message?: string;
}
interface ConsoleArgument {
  readonly value?: unknown;
  readonly description?: string;
}
type OpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0];

/** One page of the browser behind one window. */
export class WebContentsStandIn extends EventEmitter {
  readonly id: number;
  readonly ready: Promise<void>;
  readonly session = defaultSession;
  _targetId = '';
  private cdp: Session | undefined;
  private url = '';
  private preloadWorld: number | undefined;
  private openHandler: OpenHandler | undefined;
  private expectedNavigation: string | undefined;
  private destroyed = false;
  private readonly prefs: WebPreferences;
  private readonly self: this;

  constructor(prefs: WebPreferences, size: { width: number; height: number }) {
    super();
    this.prefs = prefs;
    this.id = nextId;
    nextId += 1;
    this.self = strict('webContents', this);
    this.ready = this.attach(size);
    this.ready.catch((error: Error) => problem(`a window could not be set up: ${error.stack}`));
    queueMicrotask(() => app.emit('web-contents-created', {}, this.self));
    // biome-ignore lint/correctness/noConstructorReturn: the caller must hold the strict view.
    return this.self;
  }
  get mainFrame() {
    const url = this.getURL();
    const frame = {
      url,
      origin: url && URL.canParse(url) ? new URL(url).origin : 'null',
      parent: null,
      detached: false,
    };
    return { ...frame, top: frame, routingId: 1, processId: this.id };
  }
  getURL(): string {
    return fromBrowser(this.url);
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }
  _destroy(): void {
    this.destroyed = true;
    this.emit('destroyed');
  }

  private get page(): Session {
    if (!this.cdp) throw new Error('the page is not attached yet');
    return this.cdp;
  }
  private async attach(size: { width: number; height: number }): Promise<void> {
    const { cdp } = runtime();
    const created = await cdp.send<{ targetId: string }>('Target.createTarget', {
      url: 'about:blank',
      newWindow: true,
    });
    this._targetId = created.targetId;
    const attached = await cdp.send<{ sessionId: string }>('Target.attachToTarget', {
      targetId: created.targetId,
      flatten: true,
    });
    this.cdp = cdp.session(attached.sessionId);
    const secret = randomBytes(16).toString('hex');
    this.listen(this.cdp, `ask${secret}`);
    await Promise.all([
      this.cdp.send('Page.enable'),
      this.cdp.send('Runtime.enable'),
      this.cdp.send('Log.enable'),
      this.cdp.send('Runtime.addBinding', { name: '__standinToMain', executionContextName: WORLD }),
      this.cdp.send('Runtime.addBinding', { name: `ask${secret}` }),
      this.cdp.send('Fetch.enable', { patterns: [{ urlPattern: '*', requestStage: 'Request' }] }),
      this.cdp.send('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false }),
    ]);
    await injectScripts(this.cdp, secret, this.prefs);
  }
  private listen(cdp: Session, askName: string): void {
    cdp.on<{ context: { id: number; name: string; auxData?: { type?: string } } }>(
      'Runtime.executionContextCreated',
      ({ context }) => {
        if (context.name === WORLD && context.auxData?.type === 'isolated') this.preloadWorld = context.id;
      },
    );
    cdp.on('Runtime.executionContextsCleared', () => {
      this.preloadWorld = undefined;
    });
    cdp.on<{ name: string; payload: string; executionContextId: number }>('Runtime.bindingCalled', (call) => {
      if (call.name === '__standinToMain') void this.fromPreload(JSON.parse(call.payload), call.executionContextId);
      else if (call.name === askName) void this.fromPage(JSON.parse(call.payload), askName, call.executionContextId);
    });
    cdp.on<{ type: string; args: readonly ConsoleArgument[] }>('Runtime.consoleAPICalled', ({ type, args }) => {
      const message = args.map((argument) => String(argument.value ?? argument.description)).join(' ');
      if (type === 'error') problem(`page console: ${message}`);
      this.emit('console-message', { level: type, message });
    });
    cdp.on<{ exceptionDetails: { text: string; exception?: ConsoleArgument } }>('Runtime.exceptionThrown', (thrown) =>
      problem(`page exception: ${thrown.exceptionDetails.exception?.description ?? thrown.exceptionDetails.text}`),
    );
    cdp.on<{ entry: { level: string; text: string; url?: string } }>('Log.entryAdded', ({ entry }) => {
      if (entry.level === 'error') problem(`page log: ${entry.text} ${fromBrowser(entry.url ?? '')}`.trim());
    });
    cdp.on<{ frame: { url: string; parentId?: string } }>('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId) return;
      this.url = frame.url;
      this.emit('did-navigate', {}, this.getURL(), 200, '');
    });
    cdp.on('Page.loadEventFired', () => {
      // A page that is gone is silent, as in Electron.
      if (!this.destroyed && this.url !== '' && this.url !== 'about:blank') this.emit('did-finish-load', {});
    });
    cdp.on('Inspector.targetCrashed', () => this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }));
    cdp.on<{ url: string }>('Page.windowOpen', ({ url }) => this.askToOpen(url));
    cdp.on<PausedRequest>('Fetch.requestPaused', (paused) => {
      // The page may go away under its request, as it may in Electron.
      answerPaused(this.page, paused, (url) => this.navigationPrevented(paused, url)).catch(() => undefined);
    });
  }

  private askToOpen(url: string): void {
    const referrer = { url: this.getURL(), policy: 'no-referrer' as const };
    const details = {
      url: fromBrowser(url),
      frameName: '',
      features: '',
      disposition: 'new-window' as const,
      referrer,
    };
    const verdict = this.openHandler?.(details) ?? { action: 'allow' };
    if (verdict.action !== 'deny') problem(`window.open was allowed for ${url}: child windows are not emulated`);
  }
  private async fromPage(
    ask: { k: string; id?: number; name?: string; url?: string },
    askName: string,
    context: number,
  ) {
    if (ask.k === 'open') return this.askToOpen(ask.url ?? '');
    const granted = await defaultSession._permission(this.self, ask.name ?? '', this.getURL());
    await this.call(`(id, granted) => globalThis.${askName}Answer(id, granted)`, [ask.id, granted], context);
  }
  private async fromPreload(message: FromPreload, context: number): Promise<void> {
    if (message.k === 'preload-done') return;
    if (message.k === 'preload-error') return problem(`the preload failed: ${message.message}`);
    const event = { sender: this.self, senderFrame: this.mainFrame, frameId: 1, processId: this.id, type: 'frame' };
    const args = codec.decode(message.args) as unknown[];
    const channel = message.channel ?? '';
    if (message.k === 'send') {
      if (!ipcMain.emit(channel, event, ...args)) problem(`ipcRenderer.send('${channel}'): nobody listens`);
      return;
    }
    await this.deliver({ k: 'reply', id: message.id, ...(await this.answer(channel, event, args)) }, context);
  }
  private async answer(channel: string, event: object, args: readonly unknown[]): Promise<object> {
    try {
      const handler = ipcMain._handlers.get(channel);
      if (!handler) throw new Error(`No handler registered for '${channel}'`);
      return { value: codec.encode(await handler(event as IpcMainInvokeEvent, ...args)) };
    } catch (thrown) {
      return { error: `Error invoking remote method '${channel}': ${String(thrown)}` };
    }
  }
  private async call(functionDeclaration: string, values: readonly unknown[], context: number): Promise<void> {
    const args = values.map((value) => ({ value }));
    await this.page
      .send('Runtime.callFunctionOn', { functionDeclaration, arguments: args, executionContextId: context })
      .catch(() => undefined); // The page went away meanwhile, as a real message would be lost.
  }
  private async deliver(message: object, context = this.preloadWorld): Promise<void> {
    if (context !== undefined) await this.call('(m) => globalThis.__standinDeliver?.(m)', [message], context);
  }
  send(channel: string, ...args: readonly unknown[]): void {
    if (this.destroyed) throw new TypeError('Object has been destroyed');
    const encoded = codec.encode(args);
    void this.ready.then(() => this.deliver({ k: 'event', channel, args: encoded })).catch(() => undefined);
  }

  /** Asks the application about a navigation that it did not begin itself. */
  private navigationPrevented(paused: PausedRequest, url: string): boolean {
    const isMainFrame = paused.frameId === this._targetId;
    if (isMainFrame && this.expectedNavigation === url) {
      this.expectedNavigation = undefined;
      return false;
    }
    let prevented = false;
    const event = {
      url,
      isMainFrame,
      isSameDocument: false,
      frame: isMainFrame ? this.mainFrame : null,
      preventDefault: () => {
        prevented = true;
      },
    };
    this.emit('will-frame-navigate', event);
    if (isMainFrame && !prevented) this.emit('will-navigate', event, url);
    return prevented;
  }
  async loadURL(url: string): Promise<void> {
    await this.ready;
    const done = new Promise<void>((resolve) => this.once('did-finish-load', () => resolve()));
    this.expectedNavigation = url;
    const answer = await this.page.send<{ errorText?: string; loaderId?: string }>('Page.navigate', {
      url: toBrowser(url),
    });
    if (answer.errorText) {
      this.emit('did-fail-load', {}, -2, answer.errorText, url, true);
      throw new Error(`${answer.errorText} loading '${url}'`);
    }
    if (answer.loaderId) return done;
    this.expectedNavigation = undefined; // A change of the fragment alone loads nothing.
  }
  reload(): void {
    this.expectedNavigation = this.getURL();
    void this.page.send('Page.reload').catch(() => undefined);
  }
  async executeJavaScript(code: string): Promise<unknown> {
    await this.ready;
    const answer = await this.page.send<{ result: { value?: unknown }; exceptionDetails?: { text: string } }>(
      'Runtime.evaluate',
      { expression: code, awaitPromise: true, returnByValue: true },
    );
    if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.text);
    return answer.result.value;
  }
}
