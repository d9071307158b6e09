import { networkInterfaces } from 'node:os';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { messageOf } from '../../result.ts';
import { eitherSignal } from '../any-signal.ts';
import type { Driver, DriverDeps, Sighting } from '../types.ts';
import { listenForServices } from './listen.ts';
import { type Interfaces, type Network, networkOf, ownAddresses, ownNetworks } from './networks.ts';
import { doorsOf, knockAtAll } from './scan.ts';
import type { Discovery, Found, SearchReport } from './types.ts';

const LISTEN_MS = 5_000;
/** A recogniser that has not answered by now is not waited for. */
const RECOGNISE_MS = 10_000;

type Recognised = Awaited<ReturnType<NonNullable<NonNullable<Driver['discovery']>['recognise']>>>;
type SearchableDriver = Pick<Driver, 'id' | 'label' | 'defaultPort' | 'discovery'>;

/** Two findings of one device as one: where it lives stays as first seen, for a device with two addresses is one. */
const together = (one: Found, other: Found): Found => ({
  ...one,
  unitId: one.unitId ?? other.unitId,
  identity: one.identity ?? other.identity,
  model: one.model || other.model,
  name: one.name || other.name,
  how: one.how === 'announced' || other.how === 'announced' ? 'announced' : 'answered',
});

/** One search: what was found, who was asked already, what went wrong. */
const createHunt = (options: {
  readonly deps: DriverDeps;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onFound: (found: Found) => void;
}) => {
  const { deps, clock, log, signal, onFound } = options;
  const found = new Map<string, Found>();
  const asked = new Map<string, Promise<Recognised>>();
  const troubles = new Set<string>();

  const tell = (next: Found): void => {
    const place = `${next.driverId} ${next.host}:${next.port}`;
    const same = [...found].find(
      ([key, known]) =>
        key === place ||
        (next.identity !== null && known.driverId === next.driverId && known.identity === next.identity),
    );
    const merged = same ? together(same[1], next) : next;
    if (same && JSON.stringify(merged) === JSON.stringify(same[1])) return;
    found.set(same?.[0] ?? place, merged);
    onFound(merged);
  };

  const recognise = async (driver: SearchableDriver, sighting: Sighting): Promise<Recognised> => {
    const limit = new AbortController();
    const { promise: late, resolve: giveUp } = Promise.withResolvers<null>();
    const cancelTimer = clock.after(RECOGNISE_MS, () => limit.abort());
    const either = eitherSignal(signal, limit.signal);
    const onAbort = (): void => giveUp(null);
    either.signal.addEventListener('abort', onAbort, { once: true });
    if (either.signal.aborted) giveUp(null);
    try {
      return await Promise.race([driver.discovery?.recognise?.(sighting, deps, either.signal) ?? null, late]);
    } catch (thrown) {
      // One broken recogniser must never stop the others.
      const text = `${driver.label} could not be looked for: ${messageOf(thrown)}.`;
      if (!troubles.has(text)) log.warn('A recogniser failed.', { driver: driver.id, error: messageOf(thrown) });
      troubles.add(text);
      return null;
    } finally {
      cancelTimer();
      either.signal.removeEventListener('abort', onAbort);
      either.end();
    }
  };

  /** Each driver asks at each door once, however often it is announced. */
  const recogniseOnce = (driver: SearchableDriver, sighting: Sighting): Promise<Recognised> => {
    const key = `${driver.id} ${sighting.host}:${sighting.port}`;
    const known = asked.get(key) ?? recognise(driver, sighting);
    asked.set(key, known);
    return known;
  };

  const look = async (driver: SearchableDriver, sighting: Sighting, how: Found['how']): Promise<void> => {
    const seen = await recogniseOnce(driver, sighting);
    if (signal.aborted) return;
    const isClaimed = how === 'announced' && (driver.discovery?.claims !== undefined || !driver.discovery?.recognise);
    // Who names himself is told also when he does not answer without a password.
    if (!seen && !isClaimed) return;
    const { host, port, name } = sighting;
    tell({
      driverId: driver.id,
      host,
      port,
      unitId: seen?.unitId ?? null,
      identity: seen?.identity ?? null,
      model: seen?.model ?? '',
      name,
      how,
    });
  };

  const claims = (driver: SearchableDriver, service: string, sighting: Sighting): boolean => {
    const { discovery } = driver;
    if (!discovery?.services?.some((each) => each.toLowerCase() === service.toLowerCase())) return false;
    try {
      return discovery.claims?.(sighting) ?? true;
    } catch (thrown) {
      troubles.add(`${driver.label} could not be looked for: ${messageOf(thrown)}.`);
      return false;
    }
  };

  return { look, claims, trouble: (text: string) => void troubles.add(text), troubles: () => [...troubles] };
};

/** Looks for the devices of all drivers: by what they announce, and by a scan that a person started. */
export const createDiscovery = (options: {
  readonly drivers: readonly SearchableDriver[];
  readonly deps: DriverDeps;
  readonly clock: Clock;
  readonly log: Log;
  /** For tests and for computers with unusual networks. */
  readonly interfaces?: () => Interfaces;
  readonly mdns?: { readonly addresses?: readonly string[]; readonly port?: number; readonly listenMs?: number };
}): Discovery => {
  const { drivers, deps, clock } = options;
  const log = options.log.room('discovery');
  const interfaces = options.interfaces ?? networkInterfaces;
  const services = [...new Set(drivers.flatMap(({ discovery }) => discovery?.services ?? []))];

  return {
    networks: () => ownNetworks(interfaces()).map(({ name }) => name),
    search: async ({ signal, scan, subnets }, onFound): Promise<SearchReport> => {
      const hunt = createHunt({ deps, clock, log, signal, onFound });
      const work: Promise<void>[] = [];

      const listening = listenForServices(
        {
          clock,
          services,
          addresses: options.mdns?.addresses ?? ownAddresses(interfaces()),
          ...(options.mdns?.port === undefined ? {} : { port: options.mdns.port }),
          listenMs: options.mdns?.listenMs ?? LISTEN_MS,
          signal,
          onTrouble: hunt.trouble,
        },
        ({ service, sighting }) => {
          for (const driver of drivers)
            if (hunt.claims(driver, service, sighting)) work.push(hunt.look(driver, sighting, 'announced'));
        },
      );

      const networks: Network[] = [];
      if (scan && subnets === undefined) networks.push(...ownNetworks(interfaces()));
      else if (scan)
        for (const text of subnets ?? []) {
          const network = networkOf(text);
          if (network) networks.push(network);
          else hunt.trouble(`"${text}" is not searched: it is no private network of at most 254 addresses.`);
        }

      const searchable = drivers.filter(({ discovery }) => discovery?.scanPort !== undefined && discovery.recognise);
      const ports = [...new Set(searchable.flatMap(({ discovery }) => discovery?.scanPort ?? []))];
      const hosts = [...new Set(networks.flatMap((network) => network.hosts))];
      const knocks = await knockAtAll({ clock, doors: doorsOf(hosts, ports), signal }, async ({ host, port }) => {
        // One after another: a small device bears few connections.
        for (const driver of searchable)
          if (driver.discovery?.scanPort === port)
            await hunt.look(driver, { host, port, name: '', txt: {} }, 'answered');
      });
      await listening;
      await Promise.all(work);
      return {
        networks: networks.map(({ name }) => name),
        knocks,
        troubles: hunt.troubles(),
        cancelled: signal.aborted,
      };
    },
  };
};
