import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { App } from 'electron';
import { messageOf, ok, permanent, type Result } from '../result.ts';

/** Start at login. `isOn` is always read back, since a system may ignore what it was told. */
export interface LoginItem {
  isOn(): Promise<boolean>;
  set(on: boolean): Promise<Result<boolean>>;
}

const ignored = (detail: string) =>
  permanent(
    'login-item.ignored',
    `Start at login could not be changed: ${detail}.`,
    "Change it in the system's own settings, or run `serve` on a machine that is always on.",
  );

const systemLoginItem = (app: Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>, hiddenArgument: string) => {
  const isOn = async (): Promise<boolean> => app.getLoginItemSettings({ args: [hiddenArgument] }).openAtLogin;
  return {
    isOn,
    set: async (on: boolean) => {
      app.setLoginItemSettings({ openAtLogin: on, args: [hiddenArgument] });
      return (await isOn()) === on ? ok(on) : ignored('the system did not take it');
    },
  };
};

/** The Desktop Entry Specification quotes an argument in double quotes and escapes these four. */
const quoted = (argument: string): string => `"${argument.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`;

/** XDG autostart: one desktop entry of ours in the person's folder, and nothing of anybody else's. */
export const xdgLoginItem = (configFolder: string, command: readonly string[]): LoginItem => {
  const path = join(configFolder, 'autostart', 'commandcenter.desktop');
  const entry = [
    '[Desktop Entry]',
    'Type=Application',
    'Name=CommandCenter',
    "Comment=Runs this home's energy",
    `Exec=${command.map(quoted).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
  const isOn = async (): Promise<boolean> => {
    try {
      return (await readFile(path, 'utf8')) === entry;
    } catch {
      return false; // No entry, or one that cannot be read: the desktop would not start it either.
    }
  };
  return {
    isOn,
    set: async (on) => {
      try {
        if (on) {
          await mkdir(dirname(path), { recursive: true });
          await writeFile(path, entry, { mode: 0o644 });
        } else await rm(path, { force: true });
      } catch (thrown) {
        return ignored(messageOf(thrown));
      }
      return (await isOn()) === on ? ok(on) : ignored('the autostart folder did not keep it');
    },
  };
};

interface LoginItemOptions {
  readonly app: Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>;
  readonly platform: NodeJS.Platform;
  readonly configFolder: string;
  /** The program with its arguments, the hidden start among them. */
  readonly command: readonly string[];
  readonly hiddenArgument: string;
}

export const createLoginItem = ({
  app,
  platform,
  configFolder,
  command,
  hiddenArgument,
}: LoginItemOptions): LoginItem =>
  platform === 'linux' ? xdgLoginItem(configFolder, command) : systemLoginItem(app, hiddenArgument);
