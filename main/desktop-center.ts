import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { systemClock } from './clock.ts';
import { createDesktop } from './desktop/desktop.ts';
import { desktopFlags } from './flags.ts';
import { createEventPush } from './gateway/event-push.ts';
import { createLog, fileSink } from './log.ts';
import { placesOf } from './places.ts';

/** The desktop application: Electron's surfaces around the same center that `serve` runs under plain Node. */
export const startDesktop = (entryFolder: string): void => {
  const clock = systemClock();
  const places = placesOf(entryFolder);
  const { dataFolder, demo } = desktopFlags(process.argv, process.env, process.platform);
  const sink = fileSink(join(dataFolder, 'logs'));
  const log = createLog(sink, clock);
  createDesktop({
    pageFolder: places.pageFolder,
    preloadFile: places.preloadFile,
    resourcesFolder: places.resourcesFolder,
    dataFolder,
    clock,
    log: log.room('desktop'),
    openPush: (bus, send) => createEventPush(bus, clock, send),
    createCenter: async (host) => {
      // Loaded late: the center brings native modules, whose failure is then shown in a dialog.
      const { createCenter } = await import('./center.ts');
      return createCenter({
        host: 'electron',
        version: packageJson.version,
        dataFolder,
        demo,
        clock,
        log,
        lostLogLines: sink.lostLines,
        secrets: host.secrets,
        workers: places.workers,
        resourcesFolder: places.resourcesFolder,
        missing: host.missing,
      });
    },
  });
};
