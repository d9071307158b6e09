import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, crashReporter, protocol, safeStorage, session } from 'electron';
import { messageOf } from '../result.ts';
import { createHome, type Home, SCHEME } from './address.ts';
import { watchCrashes } from './crashes.ts';
import { createMissing } from './missing.ts';
import { servePage } from './page-files.ts';
import { keychainSecretStore } from './secrets.ts';
import { guardAllContents, guardSession } from './security.ts';
import { failToStart, startCenter } from './start-center.ts';
import { openSurfaces, type Surfaces } from './surfaces.ts';
import type { DesktopCenter, DesktopOptions } from './types.ts';
import { HIDDEN_ARGUMENT } from './window.ts';

/** Longest wait for the center to bring devices into their safe states at an ordinary end. */
const STOP_PATIENCE_MS = 8000;

/** What must be said before the first page exists. */
const prepare = (options: DesktopOptions, home: Home): void => {
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  crashReporter.start({ uploadToServer: false });
  if (process.platform === 'win32') app.setAppUserModelId('io.commandcenter.desktop');
  guardAllContents(app, home, options.log);
};

/**
 * The desktop application around a center. Call it before Electron is ready: it takes the single-instance lock, opens
 * what a person sees, and ends the center in order when the application quits.
 */
export const createDesktop = (options: DesktopOptions): void => {
  const { clock, log } = options;
  if (!app.requestSingleInstanceLock()) {
    // The first one shows its window; two controllers must never fight over one battery.
    log.info('Another instance runs already: it was asked to show its window');
    app.exit(0);
    return;
  }
  const home = createHome(app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL']);
  prepare(options, home);
  let center: DesktopCenter | null = null;
  let surfaces: Surfaces | null = null;
  let quitting = false;
  let askedEarly = false;
  let stopped: Promise<void> | null = null;

  const stopCenter = (): Promise<void> => {
    stopped ??= (async () => {
      surfaces?.stop();
      await Promise.race([center?.stop(), clock.sleep(STOP_PATIENCE_MS)]);
    })();
    return stopped;
  };
  const end = (): void => {
    stopCenter()
      .catch((thrown: unknown) => log.error('The center did not stop cleanly', { message: messageOf(thrown) }))
      .finally(() => app.exit(0));
  };
  const open = async (): Promise<void> => {
    const missing = createMissing();
    mkdirSync(options.dataFolder, { recursive: true, mode: 0o700 });
    guardSession(session.defaultSession, home, app.getPath('downloads'), log);
    protocol.handle(SCHEME, servePage(options.pageFolder, home));
    const secrets = await keychainSecretStore(safeStorage, join(options.dataFolder, 'secrets'), missing);
    center = await startCenter(options.createCenter, { secrets, missing: missing.list }, options.dataFolder, log);
    if (center === null) return app.exit(1);
    if (quitting) return end();
    surfaces = await openSurfaces({
      options,
      home,
      center,
      missing,
      isQuitting: () => quitting,
      startsHidden: () => process.argv.includes(HIDDEN_ARGUMENT) && !askedEarly,
    });
  };

  watchCrashes({ app, clock, log, stopCenter });
  const show = (): void => {
    if (surfaces) surfaces.show();
    else askedEarly = true;
  };
  app.on('second-instance', show);
  app.on('activate', show);
  // Closing the last window does not end the control of a home; the close rule has spoken already.
  app.on('window-all-closed', () => undefined);
  app.on('before-quit', () => {
    quitting = true;
  });
  app.on('will-quit', (event) => {
    event.preventDefault();
    end();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());
  app
    .whenReady()
    .then(open)
    .catch((thrown: unknown) => failToStart(app, log, thrown));
};
