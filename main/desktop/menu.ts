import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { MachinePreferences } from './preferences.ts';

interface MenuActions {
  readonly stop: () => void;
  readonly open: () => void;
  readonly setTheme: (theme: MachinePreferences['theme']) => void;
  readonly setLaunchAtLogin: (on: boolean) => void;
  readonly setKeepAwake: (on: boolean) => void;
  readonly setStopShortcut: (on: boolean) => void;
  readonly setQuietNights: (on: boolean) => void;
  readonly showLog: () => void;
}

export interface MenuState {
  readonly preferences: MachinePreferences;
  readonly launchAtLogin: boolean;
  readonly isDevelopment: boolean;
}

const THEMES: readonly (readonly [MachinePreferences['theme'], string])[] = [
  ['system', 'Like the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

/** The native menu: STOP, what belongs to this machine, and the roles without which copy and zoom keys die. */
export const setMenu = (state: MenuState, actions: MenuActions): void => {
  const { preferences } = state;
  const box = (
    id: string,
    label: string,
    checked: boolean,
    set: (on: boolean) => void,
  ): MenuItemConstructorOptions => ({
    id,
    label,
    type: 'checkbox',
    checked,
    click: (item) => set(item.checked),
  });
  const house: MenuItemConstructorOptions[] = [
    { id: 'stop', label: 'STOP everything', accelerator: 'CommandOrControl+.', click: actions.stop },
    { type: 'separator' },
    box('login', 'Start at login', state.launchAtLogin, actions.setLaunchAtLogin),
    box('awake', 'Keep this computer awake while automating', preferences.keepAwake, actions.setKeepAwake),
    box('shortcut', 'STOP from any application', preferences.stopShortcut !== null, actions.setStopShortcut),
    box('quiet', 'Quiet from 22:00 to 07:00', preferences.quietHours !== null, actions.setQuietNights),
    { type: 'separator' },
    { id: 'log', label: 'Show the log', click: actions.showLog },
    { type: 'separator' },
    { role: 'quit' },
  ];
  const view: MenuItemConstructorOptions[] = [
    ...THEMES.map(
      ([theme, label]): MenuItemConstructorOptions => ({
        id: `theme-${theme}`,
        label,
        type: 'radio',
        checked: preferences.theme === theme,
        click: () => actions.setTheme(theme),
      }),
    ),
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'togglefullscreen' },
    ...(state.isDevelopment ? [{ role: 'toggleDevTools' } as const] : []),
  ];
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    { label: 'House', submenu: house },
    { role: 'editMenu' },
    { label: 'View', submenu: view },
    { role: 'windowMenu' },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
};
