/**
 * Checked by the type checker alone: what the stand-in offers must exist in Electron's own typings, and what the
 * application passes and receives must fit them. A renamed or changed API breaks the build where the binary is absent.
 */
import type { EventEmitter } from 'node:events';
import type * as Real from 'electron';
import type { app } from './electron/app.ts';
import type { BrowserWindowStandIn } from './electron/browser-window.ts';
import type { ElectronStandIn } from './electron/index.ts';
import type { ipcMain } from './electron/ipc-main.ts';
import type { Menu, MenuItem } from './electron/menu.ts';
import type { NativeImageStandIn } from './electron/native-image.ts';
import type { NotificationStandIn } from './electron/notification.ts';
import type { protocol } from './electron/protocol.ts';
import type { defaultSession } from './electron/session.ts';
import type * as system from './electron/system.ts';
import type { TrayStandIn } from './electron/tray.ts';
import type { WebContentsStandIn } from './electron/web-contents.ts';

type Callable = (...args: never[]) => unknown;
/** Members for specs begin with an underscore or are listed by the caller. */
type Offered<Mine, Own> = Exclude<Extract<keyof Mine, string>, keyof EventEmitter | `_${string}` | Own>;
/** Names that Electron does not know. */
type Unknown<RealType, Mine, Own = never> = Exclude<Offered<Mine, Own>, keyof RealType>;
/** Functions of the stand-in that would not take what Electron's take. */
type Unfit<RealType, Mine, Own = never> = {
  [Name in Offered<Mine, Own>]: Name extends keyof RealType
    ? RealType[Name] extends Callable
      ? Mine[Name] extends (...args: Parameters<RealType[Name]>) => unknown
        ? never
        : Name
      : never
    : never;
}[Offered<Mine, Own>];
type Conforms<RealType, Mine, Own = never> = [Unknown<RealType, Mine, Own> | Unfit<RealType, Mine, Own>];
type None = [never];

/** Each line is an error of the type checker where a module does not conform; the error names the member. */
export type Checks = [
  Expect<Conforms<typeof Real, ElectronStandIn, 'Menu' | 'MenuItem'>>,
  Expect<Conforms<Real.App, typeof app>>,
  Expect<Conforms<Real.BrowserWindow, BrowserWindowStandIn>>,
  Expect<Conforms<Real.WebContents, WebContentsStandIn, 'ready'>>,
  Expect<Conforms<Real.Menu, Menu>>,
  Expect<Conforms<Real.MenuItem, MenuItem>>,
  Expect<Conforms<Real.NativeImage, NativeImageStandIn, 'png'>>,
  Expect<Conforms<Real.Tray, TrayStandIn, 'image' | 'imagePath' | 'menu' | 'menusSet' | 'toolTip' | 'setContextMenu'>>,
  Expect<Conforms<Real.Notification, NotificationStandIn, 'options' | 'shown' | 'closed' | 'press'>>,
  Expect<Conforms<Real.Protocol, typeof protocol>>,
  Expect<Conforms<Real.IpcMain, typeof ipcMain>>,
  Expect<Conforms<Real.Session, typeof defaultSession>>,
  Expect<Conforms<Real.Dialog, typeof system.dialog>>,
  Expect<Conforms<Real.Shell, typeof system.shell>>,
  Expect<Conforms<Real.GlobalShortcut, typeof system.globalShortcut>>,
  Expect<Conforms<Real.NativeTheme, typeof system.nativeTheme>>,
  Expect<Conforms<Real.PowerMonitor, typeof system.powerMonitor>>,
  Expect<Conforms<Real.PowerSaveBlocker, typeof system.powerSaveBlocker>>,
  Expect<Conforms<Real.SafeStorage, typeof system.safeStorage>>,
  Expect<Conforms<Real.Screen, typeof system.screen>>,
  Expect<Conforms<Real.CrashReporter, typeof system.crashReporter>>,
];
type Expect<Found extends None> = Found;
