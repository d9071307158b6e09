import { createEventBus } from '../../../main/events.ts';
import { createLearning } from '../../../main/learning/learning.ts';
import { DEFAULT_SETTINGS } from '../../../preload/contract/house.ts';
import { DEMO_SITE, openDemoHome } from './demo-home.ts';

/** Learning with its real worker over a real store in a temp folder; small trainings. */
export const liveLearning = async (now: number, filled: boolean, epochs = 3) => {
  const home = await openDemoHome(now, filled);
  const bus = createEventBus((_, thrown) => {
    throw thrown;
  });
  const issued: number[] = [];
  bus.on('forecast', (event) => issued.push(event.issuedAt));
  const learning = createLearning({
    store: home.store,
    clock: home.clock,
    log: home.log,
    bus,
    workerUrl: new URL('../../../main/learning/learning-worker.ts', import.meta.url),
    dataFolder: home.folder,
    siteOf: (asked) => (asked === DEMO_SITE.id ? DEMO_SITE : undefined),
    settingsOf: () => ({ ...DEFAULT_SETTINGS, batteryCapacityKwh: 10 }),
    training: { seed: 7, members: 1, epochs },
  });
  learning.start(new AbortController().signal);
  const close = async (): Promise<void> => {
    await learning.stop();
    home.close();
  };
  return { ...home, learning, issued, close };
};
