import { createEventBus, type EventBus } from '../events.ts';
import { newId, type SiteId, siteId } from '../ids.ts';
import { messageOf, ok, type Result } from '../result.ts';
import { type SingleController, takeControl } from '../store/single-controller.ts';
import { openStore } from '../store/store.ts';
import type { Store } from '../store/types.ts';
import { type RunningDemo, startDemo } from './demo.ts';
import { DEMO_SITE } from './demo-site.ts';
import { activeSite, emptyHome, setActiveSite } from './site-service.ts';
import type { CenterOptions } from './types.ts';

/** What every room stands on. */
export interface Ground {
  readonly control: SingleController;
  readonly store: Store;
  readonly bus: EventBus;
  /** The home that is shown and run. */
  siteIds(): readonly SiteId[];
  readonly demo: {
    /** Whether the demo was made by this start. */
    readonly fresh: boolean;
    /** Ends its simulators, if there are any. A second call does nothing. */
    stop(): Promise<void>;
  };
}

/**
 * Takes the data folder for this process alone, opens the database, and makes sure that there is a home: the demo where it is
 * wished, else the person's own, else an empty one. Failures leave nothing open behind.
 */
export const layGround = async (options: CenterOptions, startedAt: number): Promise<Result<Ground>> => {
  const { clock, dataFolder, secrets, log } = options;
  const control = takeControl({ folder: dataFolder, host: options.host, now: startedAt });
  if (!control.ok) return control;
  const opened = await openStore({ folder: dataFolder, clock, log });
  if (!opened.ok) {
    control.value.release();
    return opened;
  }
  const store = opened.value;

  const wantsDemo =
    options.demo === 'always' ||
    (options.demo === 'auto' && (store.sites.list().length === 0 || activeSite(store)?.demo));
  let demo: RunningDemo | null = null;
  if (wantsDemo) {
    const started = await startDemo({ store, secrets, clock, log, resourcesFolder: options.resourcesFolder });
    if (!started.ok) {
      store.close();
      control.value.release();
      return started;
    }
    demo = started.value;
    setActiveSite(store, DEMO_SITE.id);
  } else if (activeSite(store) === undefined || activeSite(store)?.demo) {
    const id = siteId(newId('site'));
    store.sites.add({ ...emptyHome(Intl.DateTimeFormat().resolvedOptions().timeZone), id }, startedAt);
    setActiveSite(store, id);
  }

  const bus = createEventBus((name, thrown) =>
    log.error('A listener failed', { event: name, message: messageOf(thrown) }),
  );
  return ok({
    control: control.value,
    store,
    bus,
    siteIds: () => {
      const site = activeSite(store);
      return site ? [site.id] : [];
    },
    demo: {
      fresh: demo?.fresh ?? false,
      stop: async () => {
        const running = demo;
        demo = null;
        await running?.stop();
      },
    },
  });
};
