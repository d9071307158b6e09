import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Center } from '../../main/center/types.ts';
import { systemClock } from '../../main/clock.ts';
import { startHomeAssistantSimulator } from '../../main/devices/simulator/home-assistant-server.ts';
import { startShellySimulator } from '../../main/devices/simulator/shelly-server.ts';
import { startSolarkSimulator } from '../../main/devices/simulator/solark-server.ts';
import type { SimulatedHouse } from '../../main/devices/simulator/types.ts';
import type { Problem } from '../../preload/contract/base.ts';
import type { Connection, DeviceView, ProbeResult } from '../../preload/contract/devices.ts';
import type { FeedStatus } from '../../preload/contract/feeds.ts';
import type { Overview } from '../../preload/contract/site.ts';
import { asker, startTestCenter } from '../support/center/test-center.ts';
import { testHouse } from '../support/simulated-house.ts';
import { ONE } from '../support/tls/pairs.ts';
import { startHttp, startTcp } from '../support/tls/servers.ts';

const WHO = 'Ann';
const PASSWORD = 'correct horse';
const CHANNEL = {
  channelId: 'switch:0',
  name: 'Miner',
  role: 'miner',
  use: 'primary',
  priority: 5,
  safeState: null,
  ratedPowerW: null,
  rules: null,
  controllable: false,
};

/** Twelve first evenings with the application, each with the mistake that somebody made. */
describe('a first run is useful whatever goes wrong', () => {
  let folder = '';
  let center: Center;
  let ask: ReturnType<typeof asker>;
  let siteId = '';
  let house: SimulatedHouse;
  let plug: Awaited<ReturnType<typeof startShellySimulator>>;
  let inverter: Awaited<ReturnType<typeof startSolarkSimulator>>;
  const ends: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'first-run-'));
    const clock = systemClock();
    house = testHouse(clock);
    plug = await startShellySimulator({ house, clock, loadId: 'miner', model: 'Plus1PM', password: PASSWORD });
    inverter = await startSolarkSimulator({ house, clock });
    ends.push(plug.close, inverter.close);
    center = (await startTestCenter(folder, { demo: 'never', clock })).center;
    ask = asker(center);
    siteId = center.status().activeSiteId ?? '';
  });
  afterAll(async () => {
    await center.stop();
    for (const end of ends) await end();
    rmSync(folder, { recursive: true, force: true });
  });

  const list = () => ask.query<readonly DeviceView[]>('devices.list', { siteId });
  beforeEach(async () => {
    for (const { id } of await list()) await ask.command('devices.remove', { siteId, deviceId: id, who: WHO });
  });
  const probe = (driverId: string, port: number, more: Partial<Connection> & { readonly password?: string } = {}) => {
    const { host = '127.0.0.1', password, ...connection } = more;
    return {
      siteId,
      driverId,
      connection: { host, port, ...connection },
      ...(password === undefined ? {} : { password }),
    };
  };
  let keys = 0;
  const problemOf = async (input: object): Promise<Problem> => {
    keys += 1;
    const request = { kind: 'command', name: 'devices.probe', input, key: `first-run-${keys}-${process.pid}-key` };
    const reply = await center.handle(request, { surface: 'window' });
    if (reply.ok) throw new Error('it was read');
    return reply.problem;
  };
  const good = () => probe('shelly-gen2', plug.port, { password: PASSWORD });
  const addGood = () =>
    ask.command<{ deviceId: string }>('devices.add', { ...good(), name: 'Plug', who: WHO, channels: [CHANNEL] });

  /** The next try of the same person works, and everything there is to look at answers. */
  const isUseful = async (): Promise<void> => {
    const found = await ask.command<ProbeResult>('devices.probe', good());
    expect(found.channels.map(({ channelId }) => channelId)).toContain('switch:0');
    const overview = await ask.query<Overview>('site.overview', { siteId });
    expect(overview.sentence.length).toBeGreaterThan(10);
    expect(await ask.query('health.get', { siteId })).toBeTruthy();
  };

  const closedPort = async (): Promise<number> => {
    const server = await startTcp((socket) => socket.destroy());
    await server.close();
    return server.port;
  };

  it.each([
    [
      'a wrong address',
      'device.unreachable',
      async () => probe('shelly-gen2', plug.port, { host: '127.7.7.7', password: PASSWORD }),
    ],
    [
      'a closed port',
      'device.unreachable',
      async () => probe('shelly-gen2', await closedPort(), { password: PASSWORD }),
    ],
    ['a wrong unit id', 'device.refused', async () => probe('solark', inverter.port, { unitId: 77 })],
    ['no password', 'device.password-needed', async () => probe('shelly-gen2', plug.port)],
    [
      'a wrong password',
      'device.password-wrong',
      async () => probe('shelly-gen2', plug.port, { password: 'wrong horse' }),
    ],
    [
      'a certificate that nobody vouches for',
      'device.untrusted',
      async () => {
        const clock = systemClock();
        const hub = await startHomeAssistantSimulator({ house, clock, loadId: 'fan', tls: ONE });
        ends.push(hub.close);
        const options = { entities: 'switch.boiler = water-heater' };
        return probe('home-assistant', hub.port, { encryption: 'verify', password: 'token', options });
      },
    ],
    [
      'a page where an answer should be',
      'device.malformed',
      async () => {
        const router = await startHttp((_, response) => response.end('<html><body>Router login</body></html>'));
        ends.push(router.close);
        return probe('shelly-gen1', router.port);
      },
    ],
    [
      'a device that takes the call and never speaks',
      'device.timeout',
      async () => {
        const silent = await startTcp(() => undefined);
        ends.push(silent.close);
        return probe('solark', silent.port, { unitId: 1 });
      },
    ],
    ['another model', 'device.refused', async () => probe('victron-gx', inverter.port)],
  ])('%s: one sentence with what to do, nothing saved, and the next try works', async (_, code, input) => {
    const problem = await problemOf(await input());
    expect(problem.code).toBe(code);
    expect(problem.message).toMatch(/^[A-Z0-9].{15,}\.$/);
    expect(problem.advice).toMatch(/^[A-Z].{10,}\.$/);
    expect(`${problem.message} ${problem.advice}`).not.toMatch(
      /correct horse|wrong horse|undefined|\[object|ECONN| {4}at /,
    );
    expect(await list()).toEqual([]);
    await isUseful();
  });

  it('says of each mistake something of its own', async () => {
    const problems = [
      await problemOf(probe('shelly-gen2', plug.port)),
      await problemOf(probe('shelly-gen2', plug.port, { password: 'wrong horse' })),
      await problemOf(probe('solark', inverter.port, { unitId: 77 })),
      await problemOf(probe('shelly-gen2', await closedPort())),
    ];
    expect(new Set(problems.map(({ message }) => message)).size).toBe(problems.length);
    expect(new Set(problems.map(({ code }) => code)).size).toBeGreaterThanOrEqual(3);
  });

  it('no price: everything but the money is there, and the status of the feeds says that none is set', async () => {
    await addGood();
    await expect.poll(async () => (await list())[0]?.state, { timeout: 20_000 }).toBe('online');
    const status = await ask.query<FeedStatus>('feeds.status', { siteId });
    const price = status.topics.find(({ topic }) => topic === 'price');
    expect(price?.sentence).toMatch(/^Prices: no provider .{10,}\.$/);
    expect(price?.servedBy).toBeNull();
    expect(price?.assumed).toBe(false);
    const { today } = await ask.query<Overview>('site.overview', { siteId });
    expect(today.cost).toBeNull();
    await isUseful();
  });

  it('a broken device beside a good one: the good one reads on, and the broken one says what is wrong with it', async () => {
    await ask.command('devices.add', {
      ...probe('solark', inverter.port, { unitId: 1 }),
      name: 'Inverter',
      who: WHO,
      channels: [{ ...CHANNEL, channelId: 'grid', name: 'Grid', role: 'grid' }],
    });
    inverter.setFault('garbage');
    await addGood();
    const stateOf = async (name: string) => (await list()).find((device) => device.name === name);
    await expect.poll(async () => (await stateOf('Inverter'))?.state, { timeout: 25_000 }).toBe('offline');
    expect((await stateOf('Inverter'))?.problem?.advice).toMatch(/^[A-Z].{10,}\.$/);
    await expect.poll(async () => (await stateOf('Plug'))?.state, { timeout: 20_000 }).toBe('online');
    expect((await stateOf('Inverter'))?.state).toBe('offline');
    inverter.setFault('none');
    await isUseful();
  });

  it('an empty home: no number is made up, and the page says what is missing', async () => {
    const { soc, today } = await ask.query<Overview>('site.overview', { siteId });
    expect([soc.nowPct, today.pvKwh, today.loadKwh, today.cost]).toEqual([null, null, null, null]);
    await isUseful();
  });
});
