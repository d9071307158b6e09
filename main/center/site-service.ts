import type { Problem } from '../../preload/contract/base.ts';
import type { CenterStatus, Site } from '../../preload/contract/site.ts';
import { isTestMode } from '../automation/rules/test-mode.ts';
import type { Clock } from '../clock.ts';
import type { Commander, EmergencyStop } from '../control/types.ts';
import type { EventBus } from '../events.ts';
import type { SiteService } from '../gateway/rooms.ts';
import { newId, type SiteId, siteId } from '../ids.ts';
import { ok, permanent, type Result } from '../result.ts';
import type { Store } from '../store/types.ts';
import { isTimeZone } from '../zone.ts';
import { DEMO_SITE } from './demo-site.ts';

const ACTIVE_SITE = 'active-site';

/** The home that is shown and run; undefined before the first one is made. */
export const activeSite = (store: Store): Site | undefined =>
  store.sites.get(siteId(store.state.get(ACTIVE_SITE) ?? '')) ?? store.sites.list()[0];

export const setActiveSite = (store: Store, id: SiteId): void => store.state.set(ACTIVE_SITE, id);

/** A home of one's own with nothing in it yet: devices are added next. */
export const emptyHome = (timeZone: string): Omit<Site, 'id'> => ({
  name: 'My home',
  latitude: 0,
  longitude: 0,
  timeZone,
  currency: 'EUR',
  demo: false,
  provenance: null,
});

const noZone = (timeZone: string): { readonly ok: false; readonly error: Problem } => ({
  ok: false,
  error: {
    code: 'site.zone',
    kind: 'permanent',
    message: `${timeZone} is no time zone.`,
    advice: 'Choose one such as Europe/Berlin. Nothing was changed.',
    fields: { timeZone: 'Choose one such as Europe/Berlin.' },
  },
});

interface SiteServiceDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly commander: Commander;
  readonly emergencyStop: EmergencyStop;
  readonly about: { readonly version: string; readonly host: CenterStatus['host']; readonly startedAt: number };
  link(): string | null;
  /** Opens the devices of a site, or closes them all. */
  openSite(id: SiteId): Promise<Result<void>>;
  closeSite(id: SiteId): Promise<void>;
  /** Takes the demo's simulators, secrets and model files away. */
  removeDemo(): Promise<void>;
}

/** Which home is open, and how the demo is left. */
export const createSiteService = (deps: SiteServiceDeps): SiteService => {
  const { store, clock, bus, commander, emergencyStop, about } = deps;

  const active = (): Site => {
    const site = activeSite(store);
    if (site === undefined) throw new Error('The center runs without a site.');
    return site;
  };
  const status = (): CenterStatus => {
    const site = active();
    return {
      version: about.version,
      host: about.host,
      now: clock.now(),
      startedAt: about.startedAt,
      activeSiteId: site.id,
      sites: [...store.sites.list()],
      mode: commander.mode(site.id),
      testMode: isTestMode(store.state, site.id),
      stop: emergencyStop.state(site.id),
      pendingProposals: commander.pending(site.id).length,
    };
  };
  const open = async (id: SiteId): Promise<Result<void, Problem>> => {
    if (store.sites.get(id) === undefined)
      return permanent('site.unknown', 'There is no such home.', 'Reload the page: it may have been removed.');
    const before = active().id;
    if (before !== id) await deps.closeSite(before);
    setActiveSite(store, id);
    const opened = await deps.openSite(id);
    bus.emit('status', status());
    bus.emit('devices', { siteId: id, at: clock.now() });
    return opened;
  };

  return {
    status,
    link: deps.link,
    open,
    edit: ({ who: _who, siteId: id, ...home }) => {
      const site = store.sites.get(id);
      if (!site || site.demo)
        return permanent(
          'site.unknown',
          'There is no such home to change.',
          'The demo stays as it is; set up your own.',
        );
      if (!isTimeZone(home.timeZone)) return noZone(home.timeZone);
      store.sites.update({ ...site, ...home });
      bus.emit('status', status());
      return ok(undefined);
    },
    leaveDemo: async ({ who: _who, ...home }) => {
      if (!isTimeZone(home.timeZone)) return noZone(home.timeZone);
      const id = siteId(newId('site'));
      store.sites.add({ ...home, id, demo: false, provenance: null }, clock.now());
      const opened = await open(id);
      if (!opened.ok) return opened;
      if (store.sites.get(DEMO_SITE.id)) {
        await deps.removeDemo();
        store.sites.remove(DEMO_SITE.id);
      }
      bus.emit('status', status());
      return ok({ siteId: id });
    },
  };
};
