import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

/** Environment variable that names the data folder. */
const VARIABLE = 'COMMANDCENTER_DATA';
const NAME = 'CommandCenter';

/**
 * The folder that holds everything of an installation. `$COMMANDCENTER_DATA` wins; else the place where the platform
 * keeps application data. A relative XDG_DATA_HOME is ignored, as the XDG base directory specification asks.
 */
export const defaultDataFolder = (
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  home: string = homedir(),
): string => {
  const { join, isAbsolute } = platform === 'win32' ? win32 : posix;
  const chosen = env[VARIABLE];
  if (chosen) return chosen;
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), NAME);
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', NAME);
  const xdg = env['XDG_DATA_HOME'];
  return join(xdg && isAbsolute(xdg) ? xdg : join(home, '.local', 'share'), 'commandcenter');
};
