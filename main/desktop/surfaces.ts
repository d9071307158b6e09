import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import {
  app,
  type BrowserWindow,
  dialog,
  globalShortcut,
  ipcMain,
  nativeTheme,
  powerMonitor,
  powerSaveBlocker,
  shell,
} from 'electron';
import type { Home } from './address.ts';
import { createCloseRule } from './close-window.ts';
import { createIpc } from './ipc.ts';
import { createLoginItem } from './login-item.ts';
import { setMenu } from './menu.ts';
import type { Missing } from './missing.ts';
import { createNotifications } from './notifications.ts';
import { createPower } from './power.ts';
import { createPreferences, type MachinePreferences } from './preferences.ts';
import { createRequests } from './requests.ts';
import { createStopShortcut, STOP_SHORTCUT } from './stop-shortcut.ts';
import { createTrayLife } from './tray-life.ts';
import type { DesktopCenter, DesktopOptions } from './types.ts';
import { createMainWindow, type DesktopPage, HIDDEN_ARGUMENT, type MainWindow } from './window.ts';

interface SurfaceDeps {
  readonly options: DesktopOptions;
  readonly home: Home;
  readonly center: DesktopCenter;
  readonly missing: Missing;
  readonly isQuitting: () => boolean;
  /** Whether the window waits until it is asked for. */
  readonly startsHidden: () => boolean;
}

export interface Surfaces {
  show(): void;
  stop(): void;
}

/** A page that died is loaded once more; the second time the person is told, since a loop would only hide the cause. */
const createCrashRule = (tell: (problem: string) => void) => {
  const reloaded = new WeakSet<BrowserWindow>();
  return (window: BrowserWindow): void => {
    if (reloaded.has(window)) tell('The window failed twice. The home is still being run. The log names the cause.');
    else window.webContents.reload();
    reloaded.add(window);
  };
};

/** Minutes of the local day: 22:00 to 07:00. */
const QUIET_NIGHTS = { fromMinute: 1320, toMinute: 420 };

/** The program that autostart runs; unpackaged, Electron needs the application's folder beside it. */
const startCommand = (): readonly string[] => [
  process.env['APPIMAGE'] ?? process.execPath,
  ...(app.isPackaged ? [] : [app.getAppPath()]),
  HIDDEN_ARGUMENT,
];

/** Everything a person can see or touch of a running center: window, tray, notifications, menu, shortcut, power. */
export const openSurfaces = async (deps: SurfaceDeps): Promise<Surfaces> => {
  const { options, home, center, missing } = deps;
  const { clock, log } = options;
  const preferences = createPreferences(log);
  const requests = createRequests(center, userInfo().username, log);
  const ipc = createIpc({ ipcMain, home, center, openPush: options.openPush, log });
  let main: MainWindow | null = null;
  let askedEarly = false;
  const open = (page?: DesktopPage): void => {
    if (main) main.show(page);
    else askedEarly = true; // The tray stands before the window does.
  };
  const tell = (problem: string | null): void => {
    if (problem === null) return;
    open();
    void dialog.showMessageBox({ type: 'warning', title: 'CommandCenter', message: problem, buttons: ['OK'] });
  };

  const tray = await createTrayLife({
    imageFolder: join(options.resourcesFolder, 'tray'),
    center,
    requests,
    missing,
    clock,
    log,
    open,
    tell,
  });
  const notifications = createNotifications({
    bus: center.bus,
    clock,
    log,
    missing,
    requests,
    preferences: preferences.get,
    zoneOf: (siteId) => center.status().sites.find((site) => site.id === siteId)?.timeZone ?? 'UTC',
    open,
  });
  const power = createPower({
    powerMonitor,
    powerSaveBlocker,
    center,
    bus: center.bus,
    log,
    keepAwake: () => preferences.get().keepAwake,
    quit: () => app.quit(),
  });
  const shortcut = createStopShortcut(globalShortcut, missing, () => void requests.stop('keyboard').then(tell));
  const login = createLoginItem({
    app,
    platform: process.platform,
    configFolder: process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'),
    command: startCommand(),
    hiddenArgument: HIDDEN_ARGUMENT,
  });

  const refreshMenu = async (): Promise<void> => {
    const state = {
      preferences: preferences.get(),
      launchAtLogin: await login.isOn(),
      isDevelopment: home.isDevelopment,
    };
    setMenu(state, {
      stop: () => void requests.stop('keyboard').then(tell),
      open,
      setTheme: (theme) => change({ theme }),
      setLaunchAtLogin: (on) =>
        void login.set(on).then((result) => {
          if (!result.ok) tell(`${result.error.message} ${result.error.advice}`);
          return refreshMenu();
        }),
      setKeepAwake: (keepAwake) => change({ keepAwake }),
      setQuietNights: (on) => change({ quietHours: on ? QUIET_NIGHTS : null }),
      setStopShortcut: (on) => change({ stopShortcut: on ? STOP_SHORTCUT : null }),
      showLog: () => shell.showItemInFolder(join(options.dataFolder, 'logs', 'commandcenter.log')),
    });
  };
  const apply = (now: MachinePreferences): void => {
    nativeTheme.themeSource = now.theme;
    shortcut.hold(now.stopShortcut);
    power.refresh();
  };
  const change = (changes: Partial<MachinePreferences>): void => {
    preferences.set(changes);
    apply(preferences.get());
    void refreshMenu();
  };
  apply(preferences.get());
  await refreshMenu();

  main = createMainWindow({
    home,
    preload: options.preloadFile,
    icon: join(options.resourcesFolder, 'icons', '256.png'),
    hidden: deps.startsHidden() && !askedEarly,
    log,
    onCreated: (window) => {
      ipc.attach(window);
      // Windows says here, and nowhere else, that the session ends.
      window.on('session-end', () => app.quit());
    },
    onClose: createCloseRule({
      preferences,
      isQuitting: deps.isQuitting,
      hasTray: tray.isConfirmed,
      quit: () => app.quit(),
    }),
    onCrashed: createCrashRule(tell),
  });
  return {
    show: () => open(),
    stop: () => {
      shortcut.hold(null);
      power.stop();
      notifications.stop();
      tray.stop();
      ipc.stop();
    },
  };
};
