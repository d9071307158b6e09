import { createEventBus } from '../../../main/events.ts';
import { createLearning } from '../../../main/learning/learning.ts';
import type { SiteSettings } from '../../../preload/contract/house.ts';
import { DEFAULT_SETTINGS } from '../../../preload/contract/house.ts';
import type { ModelEvent } from '../../../preload/contract/models.ts';
import { DEMO_SITE, openDemoHome } from './demo-home.ts';
import { PLAIN_MODELS } from './plain-models.ts';

/** Learning with its real worker and small models, over a real store in a temp folder. */
export const liveLearning = async (now: number, filled: boolean, settings: Partial<SiteSettings> = {}) => {
  const home = await openDemoHome(now, filled);
  const bus = createEventBus((_, thrown) => {
    throw thrown;
  });
  const issued: number[] = [];
  const told: ModelEvent[] = [];
  bus.on('forecast', (event) => issued.push(event.issuedAt));
  bus.on('models', (event) => told.push(event));
  const open = () => {
    const learning = createLearning({
      ...{ store: home.store, clock: home.clock, log: home.log, bus, dataFolder: home.folder, version: '0.0.0' },
      workerUrl: new URL('./plain-worker.ts', import.meta.url),
      models: PLAIN_MODELS,
      siteOf: (asked) => (asked === DEMO_SITE.id ? DEMO_SITE : undefined),
      settingsOf: () => ({ ...DEFAULT_SETTINGS, batteryCapacityKwh: 10, ...settings }),
    });
    learning.start(new AbortController().signal);
    return learning;
  };
  const learning = open();
  const others: { stop(): Promise<void> }[] = [];
  return {
    ...home,
    ...{ learning, bus, issued, told },
    /** As after a restart: another room over the same store. */
    restarted: () => {
      const again = open();
      others.push(again);
      return again;
    },
    close: async (): Promise<void> => {
      await Promise.all([learning, ...others].map((each) => each.stop()));
      home.close();
    },
  };
};

/** Options of a task that nobody ends. */
export const free = { signal: new AbortController().signal, onProgress: (): void => undefined };
