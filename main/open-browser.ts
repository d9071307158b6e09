import { spawn, spawnSync } from 'node:child_process';

const APP_WINDOWS = ['chromium', 'chromium-browser', 'google-chrome', 'microsoft-edge'];

const present = (command: string): boolean => spawnSync('which', [command], { stdio: 'ignore' }).status === 0;

const commandFor = (address: string): readonly [string, readonly string[]] | undefined => {
  if (process.platform === 'darwin') return ['open', [address]];
  if (process.platform === 'win32') return ['cmd', ['/c', 'start', '', address]];
  if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return undefined;
  const browser = APP_WINDOWS.find(present);
  if (browser) return [browser, [`--app=${address}`]];
  return present('xdg-open') ? ['xdg-open', [address]] : undefined;
};

/** Opens the page in a window of its own where a Chromium is there, else in the default browser, else not at all. */
export const openBrowser = (address: string): boolean => {
  const command = commandFor(address);
  if (command === undefined) return false;
  const [name, args] = command;
  const child = spawn(name, [...args], { stdio: 'ignore', detached: true });
  child.once('error', () => process.stdout.write(`${name} could not be started: open the address above yourself.\n`));
  child.unref();
  return true;
};
