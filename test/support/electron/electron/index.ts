import { strict } from '../record.ts';
import { app } from './app.ts';
import { BrowserWindowStandIn } from './browser-window.ts';
import { ipcMain } from './ipc-main.ts';
import { Menu, MenuItem } from './menu.ts';
import { nativeImage } from './native-image.ts';
import { NotificationStandIn } from './notification.ts';
import { protocol } from './protocol.ts';
import { session } from './session.ts';
import {
  crashReporter,
  dialog,
  globalShortcut,
  nativeTheme,
  powerMonitor,
  powerSaveBlocker,
  safeStorage,
  screen,
  shell,
} from './system.ts';
import { TrayStandIn } from './tray.ts';

/** What `import … from 'electron'` gives the application. A module that is missing throws when it is touched. */
export const electron = strict('electron', {
  app,
  BrowserWindow: BrowserWindowStandIn,
  crashReporter,
  dialog,
  globalShortcut,
  ipcMain,
  Menu,
  MenuItem,
  nativeImage,
  nativeTheme,
  Notification: NotificationStandIn,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray: TrayStandIn,
});
export type ElectronStandIn = typeof electron;
