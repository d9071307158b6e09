import { EventEmitter } from 'node:events';
import type { Session, WebContents } from 'electron';
import { problem, record, strict } from '../record.ts';
import type { WebContentsStandIn } from './web-contents.ts';

type HandlerOf<
  Setter extends 'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler',
> = Parameters<Session[Setter]>[0];
type RequestHandler = NonNullable<HandlerOf<'setPermissionRequestHandler'>>;
type CheckHandler = NonNullable<HandlerOf<'setPermissionCheckHandler'>>;
type DeviceHandler = NonNullable<HandlerOf<'setDevicePermissionHandler'>>;
type CheckedPermission = Parameters<CheckHandler>[1];
const DEVICES = new Set(['usb', 'serial', 'hid', 'bluetooth']);

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

  /** What the application answers; without a handler Electron grants. */
  async _permission(contents: WebContentsStandIn, name: string, url: string): Promise<boolean> {
    const granted = await this.decide(contents, name, url);
    record.permissions.push({ name, granted });
    if (granted) problem(`the permission ${name} was granted to ${url}`);
    return granted;
  }
  private decide(contents: WebContentsStandIn, name: string, url: string): boolean | Promise<boolean> {
    const seen = contents as unknown as WebContents; // The application sees the part that is emulated.
    const check = (permission: string): boolean =>
      this.checkHandler?.(seen, permission as CheckedPermission, url, { isMainFrame: true, requestingUrl: url }) ??
      true;
    if (name.startsWith('check:')) return check(name.slice('check:'.length));
    if (DEVICES.has(name)) {
      const device = { deviceType: name, origin: url } as Parameters<DeviceHandler>[0];
      return check(name) && (this.deviceHandler?.(device) ?? true);
    }
    const handler = this.requestHandler;
    if (!handler) return true;
    const details = { requestingUrl: url, isMainFrame: true };
    return new Promise((resolve) => handler(seen, name as CheckedPermission, resolve, details));
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
