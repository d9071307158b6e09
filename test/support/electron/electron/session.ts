import { EventEmitter } from 'node:events';
import { problem, record, strict } from '../record.ts';
import type { WebContentsStandIn } from './web-contents.ts';

type RequestHandler = (
  contents: unknown,
  permission: string,
  done: (granted: boolean) => void,
  details: object,
) => void;
type CheckHandler = (contents: unknown, permission: string, origin: string, details: object) => boolean;
type DeviceHandler = (details: object) => boolean;
type BeforeRequest = (details: { url: string }, done: (answer: { cancel?: boolean }) => void) => void;

class SessionStandIn extends EventEmitter {
  private requestHandler: RequestHandler | null = null;
  private checkHandler: CheckHandler | null = null;
  private deviceHandler: DeviceHandler | null = null;
  private beforeRequest: BeforeRequest | null = null;
  readonly webRequest = strict('session.webRequest', {
    onBeforeRequest: (handler: BeforeRequest | null): void => {
      this.beforeRequest = handler;
    },
  });

  setPermissionRequestHandler(handler: RequestHandler | null): void {
    this.requestHandler = handler;
  }
  setPermissionCheckHandler(handler: CheckHandler | null): void {
    this.checkHandler = handler;
  }
  setDevicePermissionHandler(handler: DeviceHandler | null): void {
    this.deviceHandler = handler;
  }
  setSpellCheckerEnabled(_enabled: boolean): void {}

  /** What the application answers; without a handler Electron grants. */
  async _permission(contents: WebContentsStandIn, name: string, url: string): Promise<boolean> {
    const granted = await this.decide(contents, name, url);
    record.permissions.push({ name, granted });
    if (granted) problem(`the permission ${name} was granted to ${url}`);
    return granted;
  }
  private decide(contents: WebContentsStandIn, name: string, url: string): boolean | Promise<boolean> {
    if (name.startsWith('check:')) return this.checkHandler?.(contents, name.slice(6), url, {}) ?? true;
    if (['usb', 'serial', 'hid', 'bluetooth'].includes(name))
      return (
        (this.checkHandler?.(contents, name, url, {}) ?? true) && (this.deviceHandler?.({ deviceType: name }) ?? true)
      );
    const handler = this.requestHandler;
    if (!handler) return true;
    return new Promise((resolve) => handler(contents, name, resolve, { requestingUrl: url, isMainFrame: true }));
  }
  /** Whether the application cancels this request. */
  _cancels(url: string): Promise<boolean> {
    const handler = this.beforeRequest;
    if (!handler) return Promise.resolve(false);
    return new Promise((resolve) => handler({ url }, (answer) => resolve(answer.cancel === true)));
  }
}

export const defaultSession = strict('session.defaultSession', new SessionStandIn());
export const session = strict('session', { defaultSession });
