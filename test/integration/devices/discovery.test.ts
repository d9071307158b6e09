import { createSocket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import multicastDns from 'multicast-dns';
import { afterEach, describe, expect, it } from 'vitest';
import { replayClock, systemClock } from '../../../main/clock.ts';
import { createDiscovery } from '../../../main/devices/discovery/discovery.ts';
import type { Found } from '../../../main/devices/discovery/types.ts';
import { createDriverDeps } from '../../../main/devices/driver-deps.ts';
import { evcc } from '../../../main/devices/evcc/driver.ts';
import { shellyGen2 } from '../../../main/devices/shelly/driver.ts';
import { startEvccSimulator } from '../../../main/devices/simulator/evcc-server.ts';
import { startShellySimulator } from '../../../main/devices/simulator/shelly-server.ts';
import type { DiscoveryHints, Driver } from '../../../main/devices/types.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { MINER, smallHouse } from '../../support/devices/small-house.ts';

const never = new AbortController().signal;
const ends: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const clock = systemClock();
const sink = memorySink();
const log = createLog(sink, clock);

const searchWith = (drivers: readonly Driver[], mdns: { port?: number; listenMs: number; addresses?: string[] }) => {
  const found: Found[] = [];
  const discovery = createDiscovery({
    drivers,
    deps: createDriverDeps({ clock, log }),
    clock,
    log,
    interfaces: () => ({}),
    mdns,
  });
  const search = (request: { scan: boolean; subnets?: string[]; signal?: AbortSignal }) =>
    discovery.search({ signal: never, ...request }, (one) => void found.push(one));
  return { discovery, found, search };
};
/** The same driver, looked for at another port or by other hints. */
const withHints = (driver: Driver, hints: Partial<DiscoveryHints>): Driver => ({
  ...driver,
  discovery: { ...driver.discovery, ...hints },
});
const madeUp = (id: string, discovery: DiscoveryHints): Driver => ({
  ...shellyGen2,
  id,
  label: `Made up ${id}`,
  discovery,
});

const listenOn = async (host: string): Promise<{ server: Server; port: number; connections: () => number }> => {
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  ends.push(() => void server.close());
  const address = server.address();
  return { server, port: typeof address === 'object' && address ? address.port : 0, connections: () => count };
};

describe('a scan that a person started', () => {
  it('finds the simulators of two vendors by asking them', async () => {
    const still = replayClock(Date.UTC(2026, 5, 1));
    const house = smallHouse(still);
    const shelly = await startShellySimulator({ house, loadId: MINER.id, clock: still, model: 'Plus1PM' });
    const site = await startEvccSimulator({ house, loadId: MINER.id, clock: still });
    ends.push(shelly.close, site.close);
    const { found, search } = searchWith(
      [withHints(shellyGen2, { scanPort: shelly.port }), withHints(evcc, { scanPort: site.port })],
      { listenMs: 1, addresses: [] },
    );
    const report = await search({ scan: true, subnets: ['127.0.0.0/28'] });
    expect(report).toEqual({ networks: ['127.0.0.0/28'], knocks: 28, troubles: [], cancelled: false });
    expect(found.toSorted((a, b) => a.driverId.localeCompare(b.driverId))).toEqual([
      {
        driverId: 'evcc',
        host: '127.0.0.1',
        port: site.port,
        unitId: null,
        identity: 'evcc_Simulated_home',
        model: 'evcc 0.312.0',
        name: '',
        how: 'answered',
      },
      {
        driverId: 'shelly-gen2',
        host: '127.0.0.1',
        port: shelly.port,
        unitId: null,
        identity: shelly.mac,
        model: 'Plus1PM',
        name: '',
        how: 'answered',
      },
    ]);
  });

  it('asks nobody without a scan, and no network that is not private', async () => {
    const { port, connections } = await listenOn('127.0.0.1');
    const driver = madeUp('any', { scanPort: port, recognise: async () => ({ identity: 'x', model: 'x' }) });
    const { found, search } = searchWith([driver], { listenMs: 1, addresses: [] });
    expect((await search({ scan: false, subnets: ['127.0.0.0/30'] })).knocks).toBe(0);
    const report = await search({ scan: true, subnets: ['8.8.8.0/24', '127.0.0.0/16'] });
    expect(report).toMatchObject({ knocks: 0, networks: [] });
    expect(report.troubles).toHaveLength(2);
    expect(found).toEqual([]);
    expect(connections()).toBe(0);
  });

  it('goes on when one recogniser throws and another never answers', async () => {
    const { port } = await listenOn('127.0.0.2');
    const still = replayClock(0);
    const reports: Found[] = [];
    const deps = createDriverDeps({ clock: still, log });
    const discovery = createDiscovery({
      drivers: [
        madeUp('broken', { scanPort: port, recognise: () => Promise.reject(new Error('out of order')) }),
        madeUp('silent', { scanPort: port, recognise: () => new Promise(() => undefined) }),
        madeUp('sound', { scanPort: port, recognise: async () => ({ identity: 'S1', model: 'Sound', unitId: 3 }) }),
      ],
      deps,
      clock: still,
      log,
      interfaces: () => ({}),
      mdns: { listenMs: 1, addresses: [] },
    });
    const isDone = { yet: false };
    const searching = discovery
      .search({ signal: never, scan: true, subnets: ['127.0.0.2/32'] }, (one) => void reports.push(one))
      .finally(() => {
        isDone.yet = true;
      });
    while (!isDone.yet) {
      await still.advance(100);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const report = await searching;
    expect(reports).toMatchObject([{ driverId: 'sound', identity: 'S1', unitId: 3, host: '127.0.0.2' }]);
    expect(report.troubles).toEqual(['Made up broken could not be looked for: out of order.']);
    expect(still.pendingTimers()).toBe(0);
  });

  it('opens 32 connections at most at once, one a device', async () => {
    let [open, most] = [0, 0];
    const hosts: string[] = [];
    const server = createServer((socket) => socket.on('error', () => socket.destroy()));
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    ends.push(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const recognise: DiscoveryHints['recognise'] = async ({ host }) => {
      open += 1;
      most = Math.max(most, open);
      hosts.push(host);
      await new Promise((resolve) => setTimeout(resolve, 2));
      open -= 1;
      return null;
    };
    const { search } = searchWith([madeUp('all', { scanPort: port, recognise })], { listenMs: 1, addresses: [] });
    expect((await search({ scan: true, subnets: ['127.1.2.0/24'] })).knocks).toBe(254);
    expect(new Set(hosts).size).toBe(254);
    expect(hosts).toHaveLength(254);
    expect(most).toBeGreaterThan(8);
    expect(most).toBeLessThanOrEqual(32);
  });

  it('ends at once when it is cancelled, and tells nothing more', async () => {
    const { port } = await listenOn('127.0.0.3');
    const ending = new AbortController();
    const driver = madeUp('slow', {
      scanPort: port,
      recognise: (_sighting, _deps, signal) =>
        new Promise((resolve) => {
          ending.abort();
          signal.addEventListener('abort', () => resolve({ identity: 'late', model: 'late' }));
          if (signal.aborted) resolve({ identity: 'late', model: 'late' });
        }),
    });
    const { found, search } = searchWith([driver], { listenMs: 60_000, addresses: [] });
    const report = await search({ scan: true, subnets: ['127.0.0.0/24'], signal: ending.signal });
    expect(report.cancelled).toBe(true);
    expect(report.knocks).toBeLessThan(254);
    expect(found).toEqual([]);
  });
});

/** Whether a multicast that is sent on the loopback interface comes back: some computers do not let it. */
const hasMulticast = await new Promise<boolean>((resolve) => {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const finish = (result: boolean): void => {
    clearTimeout(timer);
    socket.close();
    resolve(result);
  };
  const timer = setTimeout(() => finish(false), 500);
  socket.on('error', () => finish(false));
  socket.on('message', () => finish(true));
  socket.bind(0, '0.0.0.0', () => {
    socket.addMembership('224.0.0.251', '127.0.0.1');
    socket.setMulticastInterface('127.0.0.1');
    socket.send('x', socket.address().port, '224.0.0.251');
  });
});
if (!hasMulticast) process.stderr.write('No multicast on the loopback interface: announcements are not tested here.\n');

describe.skipIf(!hasMulticast)('announcements on the network', () => {
  /** Answers as Shelly and evcc do: the service, then the rest when it is asked for. */
  const announce = async (
    service: string,
    name: string,
    place: { port: number; txt: string[]; withAddress: boolean },
    mdnsPort: number,
  ): Promise<void> => {
    const responder = multicastDns({ interface: '127.0.0.1', bind: '0.0.0.0', port: mdnsPort });
    const instance = `${name}.${service}.local`;
    const host = `${name}.local`;
    responder.on('query', ({ questions = [] }) => {
      for (const { name: asked, type } of questions) {
        if (asked === `${service}.local` && type === 'PTR')
          responder.respond([{ name: asked, type: 'PTR', ttl: 120, data: instance }]);
        if (asked === instance && type === 'SRV')
          responder.respond([
            { name: instance, type: 'SRV', ttl: 120, data: { port: place.port, target: host, weight: 0, priority: 0 } },
          ]);
        if (asked === instance && type === 'TXT')
          responder.respond([
            { name: instance, type: 'TXT', ttl: 120, data: place.txt.map((text) => Buffer.from(text)) },
          ]);
        if (asked === host && type === 'A' && place.withAddress)
          responder.respond([{ name: host, type: 'A', ttl: 120, data: '127.0.0.1' }]);
      }
    });
    await new Promise<void>((resolve) => responder.once('ready', resolve));
    ends.push(() => new Promise<void>((resolve) => responder.destroy(resolve)));
  };
  const freeUdpPort = async (): Promise<number> => {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const { port } = socket.address();
    await new Promise<void>((resolve) => socket.close(() => resolve()));
    return port;
  };

  it('are heard, resolved and asked who they are; the scan then adds nothing twice', async () => {
    const still = replayClock(Date.UTC(2026, 5, 1));
    const house = smallHouse(still);
    const shelly = await startShellySimulator({ house, loadId: MINER.id, clock: still, model: 'Plus1PM' });
    ends.push(shelly.close);
    const mdnsPort = await freeUdpPort();
    await announce('_shelly._tcp', shelly.deviceId, { port: shelly.port, txt: ['gen=2'], withAddress: true }, mdnsPort);
    await announce('_http._tcp', 'evcc', { port: 7_071, txt: ['path=/'], withAddress: false }, mdnsPort);
    await announce('_http._tcp', 'a printer', { port: 631, txt: [], withAddress: true }, mdnsPort);
    const { found, search } = searchWith([withHints(shellyGen2, { scanPort: shelly.port }), evcc], {
      port: mdnsPort,
      listenMs: 1_500,
      addresses: ['127.0.0.1'],
    });
    const report = await search({ scan: true, subnets: ['127.0.0.1/32'] });
    expect(report.troubles).toEqual([]);
    const last = [...new Map(found.map((one) => [one.driverId, one])).values()];
    expect(last.find(({ driverId }) => driverId === 'shelly-gen2')).toMatchObject({
      host: '127.0.0.1',
      port: shelly.port,
      identity: shelly.mac,
      model: 'Plus1PM',
      name: shelly.deviceId,
      how: 'announced',
    });
    // It names itself and does not answer: it is told, but nobody is invented.
    const site = last.find(({ driverId }) => driverId === 'evcc');
    expect(site).toMatchObject({ name: 'evcc', port: 7_071, identity: null, how: 'announced' });
    expect(new Set(found.map(({ driverId, identity, host }) => `${driverId} ${identity ?? host}`)).size).toBe(
      new Set(found.map(({ driverId }) => driverId)).size,
    );
    expect(shelly.requests.get('Shelly.GetDeviceInfo') ?? 0).toBe(0);
  });

  it('that cannot be heard are said, and the scan goes on', async () => {
    const taken = createSocket('udp4');
    await new Promise<void>((resolve) => taken.bind(0, '0.0.0.0', resolve));
    ends.push(() => new Promise<void>((resolve) => taken.close(() => resolve())));
    const { port } = await listenOn('127.0.0.4');
    const driver = madeUp('there', {
      services: ['_there._tcp'],
      scanPort: port,
      recognise: async () => ({ identity: 'T', model: 'There' }),
    });
    const { found, search } = searchWith([driver], {
      port: taken.address().port,
      listenMs: 100,
      addresses: ['127.0.0.1'],
    });
    const report = await search({ scan: true, subnets: ['127.0.0.4/32'] });
    expect(report.troubles.join()).toMatch(/cannot be heard/);
    expect(found).toMatchObject([{ identity: 'T' }]);
  });
});
