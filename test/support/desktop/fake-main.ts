/** The real desktop around a fake house: run from source in the stand-in, with the built preload. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../main/clock.ts';
import { createDesktop } from '../../../main/desktop/desktop.ts';
import { createEventPush } from '../../../main/gateway/event-push.ts';
import { createLog, fileSink } from '../../../main/log.ts';
import { ok, permanent } from '../../../main/result.ts';
import { createFakeHouse } from './fake-house.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const clock = systemClock();
const dataFolder = process.env['COMMANDCENTER_DATA'] ?? '';
let failures = Number(process.env['FAKE_HOUSE_FAILS'] ?? 0);
const house = createFakeHouse();
Reflect.set(globalThis, 'fakeHouse', house);

createDesktop({
  pageFolder: join(import.meta.dirname, 'page'),
  preloadFile: join(root, 'out', 'preload', 'index.cjs'),
  resourcesFolder: join(root, 'resources'),
  dataFolder,
  clock,
  log: createLog(fileSink(join(dataFolder, 'logs')), clock),
  openPush: (bus, send) => createEventPush(bus, clock, send),
  createCenter: async (host) => {
    Reflect.set(globalThis, 'desktopHost', host);
    failures -= 1;
    return failures >= 0
      ? permanent('store.newer', 'The database is newer than this version.', 'Install the newest version.')
      : ok({ ...house, stop: async () => writeFileSync(join(dataFolder, 'stopped'), 'in order') });
  },
});
