import { execFile } from 'node:child_process';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const PATIENCE_MS = 2000;

/**
 * Whether a tray icon will be seen. macOS and Windows always show one; a Linux desktop only where somebody owns the
 * StatusNotifierWatcher name on the session bus (GNOME without an extension does not).
 */
export const hasTrayHost = (platform: NodeJS.Platform, run: typeof execFile = execFile): Promise<boolean> => {
  if (platform !== 'linux') return Promise.resolve(true);
  const call = ['call', '--session', '--dest', 'org.freedesktop.DBus', '--object-path', '/org/freedesktop/DBus'];
  const method = ['--method', 'org.freedesktop.DBus.NameHasOwner', WATCHER];
  return new Promise((resolve) => {
    run('gdbus', [...call, ...method], { timeout: PATIENCE_MS }, (error, stdout) =>
      // Without gdbus or a session bus nothing is confirmed, and the window then never hides by itself.
      resolve(error === null && String(stdout).includes('true')),
    );
  });
};
