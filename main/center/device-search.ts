import type { Problem, SiteId } from '../../preload/contract/base.ts';
import type { DeviceSearch, FoundDevice } from '../../preload/contract/devices.ts';
import type { Discovery, Found } from '../devices/discovery/types.ts';
import { driverOf } from '../devices/registry.ts';
import type { EventBus } from '../events.ts';
import { newId } from '../ids.ts';
import type { Log } from '../log.ts';
import { messageOf, ok, permanent, type Result } from '../result.ts';
import type { Store } from '../store/types.ts';

interface Running {
  readonly end: AbortController;
  readonly siteId: SiteId;
}

const countWords = (count: number): string => (count === 1 ? '1 device' : `${count} devices`);

/** Searches of the network that a person started, one at a time; what they find goes out as `search` events. */
export const createDeviceSearch = (deps: {
  readonly discovery: Discovery;
  readonly store: Pick<Store, 'devices'>;
  readonly bus: EventBus;
  readonly log: Log;
}) => {
  const { discovery, store, bus } = deps;
  const log = deps.log.room('devices');
  const running = new Map<string, Running>();
  const work = new Set<Promise<void>>();

  /** Where it is here already: bound to its identity, or at the same address. */
  const knownAs = (siteId: SiteId, found: Found): string | null =>
    store.devices
      .list(siteId)
      .find(
        ({ identity, driverId, connection }) =>
          driverId === found.driverId &&
          ((identity !== null && identity === found.identity) ||
            (connection.host === found.host && connection.port === found.port)),
      )?.name ?? null;

  const viewOf = (siteId: SiteId, found: Found): FoundDevice => ({
    ...found,
    label: driverOf(found.driverId)?.label ?? found.driverId,
    knownAs: knownAs(siteId, found),
  });

  const run = async (searchId: string, siteId: SiteId, scan: boolean, signal: AbortSignal): Promise<void> => {
    const found: FoundDevice[] = [];
    const networks = scan ? [...discovery.networks()] : [];
    const tell = (state: DeviceSearch['state'], sentence: string): void =>
      bus.emit('search', { searchId, siteId, state, found: [...found], networks, sentence });
    const looking = scan
      ? `Listening, and asking each address of ${networks.join(', ') || 'no network: none is private here'}.`
      : 'Listening for devices that announce themselves.';
    tell('running', looking);
    try {
      const report = await discovery.search({ signal, scan }, (next) => {
        const view = viewOf(siteId, next);
        const at = found.findIndex(
          ({ driverId, host, port, identity }) =>
            driverId === view.driverId &&
            ((identity !== null && identity === view.identity) || (host === view.host && port === view.port)),
        );
        if (at < 0) found.push(view);
        else found[at] = view;
        tell('running', looking);
      });
      const ended = report.cancelled ? 'Ended' : 'Done';
      tell(
        report.cancelled ? 'cancelled' : 'done',
        [
          `${ended}: ${found.length === 0 ? 'nothing was found' : `${countWords(found.length)} found`}.`,
          ...report.troubles,
        ].join(' '),
      );
    } catch (thrown) {
      log.error('A search of the network failed.', { error: messageOf(thrown) });
      tell('done', `The search failed: ${messageOf(thrown)}. Add the device by its address.`);
    }
  };

  return {
    search: (siteId: SiteId, scan: boolean): Result<{ readonly searchId: string }, Problem> => {
      if ([...running.values()].some((one) => one.siteId === siteId))
        return permanent('device.searching', 'The network is being searched already.', 'Wait for it, or end it first.');
      const searchId = newId('search');
      const end = new AbortController();
      running.set(searchId, { end, siteId });
      const one = run(searchId, siteId, scan, end.signal).finally(() => {
        running.delete(searchId);
        work.delete(one);
      });
      work.add(one);
      return ok({ searchId });
    },
    endSearch: (searchId: string): void => running.get(searchId)?.end.abort(),
    stop: async (): Promise<void> => {
      for (const { end } of running.values()) end.abort();
      await Promise.all(work);
    },
  };
};
