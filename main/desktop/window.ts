import { BrowserWindow, nativeTheme } from 'electron';
import type { Log } from '../log.ts';
import { messageOf } from '../result.ts';
import type { Home } from './address.ts';

/** The page's own ground colours, so that nothing flashes before it paints. */
const GROUND = { light: '#f6f7f9', dark: '#0f1419' };

/** Given by the autostart entry: start without showing a window. */
export const HIDDEN_ARGUMENT = '--hidden';

/** Routes of the page that the desktop's own surfaces lead to. */
export type DesktopPage = 'approvals' | 'health';

interface WindowDeps {
  readonly home: Home;
  readonly preload: string;
  readonly icon: string;
  readonly hidden: boolean;
  readonly log: Log;
  /** Called for each new window before its page loads. */
  readonly onCreated: (window: BrowserWindow) => void;
  /** Asked when a person closes the window: `hide` keeps it, `close` lets it go. */
  readonly onClose: (window: BrowserWindow) => 'hide' | 'close' | 'wait';
  readonly onCrashed: (window: BrowserWindow) => void;
}

export interface MainWindow {
  /** Opens, shows and focuses the window, whatever state it was in; `page` is a name of the page's own routes. */
  show(page?: DesktopPage): void;
  current(): BrowserWindow | null;
}

/** The one window: isolated, sandboxed, bounds kept by Electron under its name. */
export const createMainWindow = (deps: WindowDeps): MainWindow => {
  let window: BrowserWindow | null = null;

  const load = (target: BrowserWindow, page?: DesktopPage): void => {
    target
      .loadURL(page ? `${deps.home.url}#/${page}` : deps.home.url)
      .catch((thrown: unknown) => deps.log.error('The page did not load', { message: messageOf(thrown) }));
  };
  const open = (page?: DesktopPage): void => {
    const created = new BrowserWindow({
      name: 'main',
      windowStatePersistence: true,
      width: 1320,
      height: 860,
      minWidth: 380,
      minHeight: 560,
      show: false,
      title: 'CommandCenter',
      icon: deps.icon,
      backgroundColor: nativeTheme.shouldUseDarkColors ? GROUND.dark : GROUND.light,
      webPreferences: {
        preload: deps.preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webviewTag: false,
        devTools: deps.home.isDevelopment,
        spellcheck: false,
      },
    });
    window = created;
    deps.onCreated(created);
    // A quit while the page still loads destroys the window first.
    created.once('ready-to-show', () => {
      if (!created.isDestroyed()) created.show();
    });
    created.on('close', (event) => {
      const verdict = deps.onClose(created);
      if (verdict === 'close') return;
      event.preventDefault();
      if (verdict === 'hide') created.hide();
    });
    created.on('closed', () => {
      window = null;
    });
    created.webContents.on('render-process-gone', (_event, details) => {
      deps.log.error('The window died', { reason: details.reason, exitCode: details.exitCode });
      if (details.reason !== 'clean-exit') deps.onCrashed(created);
    });
    created.on('unresponsive', () => deps.log.warn('The window does not respond'));
    load(created, page);
  };

  if (!deps.hidden) open();
  return {
    current: () => window,
    show: (page) => {
      if (!window || window.isDestroyed()) return open(page);
      if (page) load(window, page);
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
  };
};
