import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Center } from '../../../main/center/types.ts';
import { systemClock } from '../../../main/clock.ts';
import { startGxSimulator } from '../../../main/devices/simulator/gx-server.ts';
import { startShellySimulator } from '../../../main/devices/simulator/shelly-server.ts';
import type {
  CsvReport,
  DeviceSearch,
  DeviceView,
  ProbeResult,
  TrialResult,
} from '../../../preload/contract/devices.ts';
import { proposedChannels } from '../../../preload/contract/proposed-channel.ts';
import type { LiveState } from '../../../preload/contract/site.ts';
import { asker, startTestCenter } from '../../support/center/test-center.ts';
import { testHouse } from '../../support/simulated-house.ts';

const WHO = 'Ann';
const PASSWORD = 'correct horse';

/** The window's requests on the way from "what is there" to "it is ours", through the real center. */
describe('adding devices through the contract', () => {
  const folder = mkdtempSync(join(tmpdir(), 'adding-'));
  const clock = systemClock();
  const house = testHouse(clock);
  let center: Center;
  let ask: ReturnType<typeof asker>;
  let siteId = '';
  let plug: Awaited<ReturnType<typeof startShellySimulator>>;
  let other: Awaited<ReturnType<typeof startShellySimulator>>;
  let gx: Awaited<ReturnType<typeof startGxSimulator>>;

  beforeAll(async () => {
    plug = await startShellySimulator({ house, clock, loadId: 'fan', model: 'Plus1PM', password: PASSWORD });
    other = await startShellySimulator({ house, clock, loadId: 'tank', model: 'Plus1PM' });
    gx = await startGxSimulator({ house, clock });
    center = (await startTestCenter(folder, { demo: 'never', clock })).center;
    ask = asker(center);
    siteId = center.status().activeSiteId;
  });
  afterAll(async () => {
    await center.stop();
    await Promise.all([plug.close(), other.close(), gx.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  const at = ({ host, port }: { host: string; port: number }) => ({ host, port });
  const list = () => ask.query<DeviceView[]>('devices.list', { siteId });
  const named = async (name: string): Promise<DeviceView> => {
    const found = (await list()).find((device) => device.name === name);
    if (!found) throw new Error(`no device ${name}`);
    return found;
  };

  it('tries a plug there and back with consent, and leaves nothing of it but a row', async () => {
    const input = { siteId, driverId: 'shelly-gen2', connection: at(plug), password: PASSWORD };
    const wish = { ...input, channelId: 'switch:0', who: WHO };
    await expect(ask.command('devices.try', { ...wish, consent: false })).rejects.toThrow('input.invalid');
    const tried = await ask.command<TrialResult>('devices.try', { ...wish, consent: true });
    expect(tried).toMatchObject({ outcome: 'works', before: false, tried: true, putBack: true });
    expect(house.state().loads.find(({ id }) => id === 'fan')?.on).toBe(false);
    expect(await list()).toEqual([]);
    const [row] = await ask.query<{ reasonCode: string }[]>('control.actions', { siteId });
    expect(row).toMatchObject({ reasonCode: 'TRIAL', outcome: 'confirmed', who: WHO });
  });

  it('adds what a list names, each by itself, and says of the others what is wrong', async () => {
    const csv = [
      'device,driver,host,port',
      `Tank,shelly-gen2,${other.host},${other.port}`,
      'Gone,shelly-gen2,127.0.0.1,9',
      'Odd,no-such-driver,127.0.0.1,80',
      `Cerbo,victron-gx,${gx.host},${gx.port}`,
    ].join('\n');
    const looked = await ask.command<CsvReport>('devices.importCsv', { siteId, csv, dryRun: true, who: WHO });
    expect(looked.rows.map(({ name, state }) => [name, state])).toEqual([
      ['Tank', 'ready'],
      ['Gone', 'ready'],
      ['Odd', 'problem'],
      ['Cerbo', 'ready'],
    ]);
    expect(await list()).toEqual([]);
    const done = await ask.command<CsvReport>('devices.importCsv', { siteId, csv, dryRun: false, who: WHO });
    expect(done.rows.map(({ name, state }) => [name, state])).toEqual([
      ['Tank', 'added'],
      ['Gone', 'problem'],
      ['Odd', 'problem'],
      ['Cerbo', 'added'],
    ]);
    expect(done.added).toBe(2);
    expect((await list()).map(({ name }) => name)).toEqual(['Tank', 'Cerbo']);
    const { csv: exported } = await ask.query<{ csv: string }>('devices.exportCsv', { siteId });
    expect(exported).toContain('Cerbo');
    expect(exported).not.toContain(PASSWORD);
  }, 30_000);

  it('moves a device to its new address, keeps its password, and takes no other device for it', async () => {
    const input = { siteId, driverId: 'shelly-gen2', connection: at(plug), password: PASSWORD };
    const probe = await ask.command<ProbeResult>('devices.probe', input);
    const channels = proposedChannels(probe, await list());
    await ask.command('devices.add', { ...input, name: 'Fan', who: WHO, channels });
    const { id: deviceId } = await named('Fan');
    const move = (connection: object, more = {}) =>
      ask.command('devices.reconnect', { siteId, deviceId, connection, who: WHO, ...more });
    await expect(move(at(other))).rejects.toThrow('device.identity-changed');
    await expect(move(at(plug), { password: 'wrong' })).rejects.toThrow('device.password-wrong');
    expect((await named('Fan')).connection).toEqual(at(plug));
    await move({ host: 'localhost', port: plug.port });
    await expect.poll(async () => (await named('Fan')).state, { timeout: 10_000 }).toBe('online');
    expect((await named('Fan')).connection.host).toBe('localhost');
  }, 30_000);

  it('turns a meter round by its factor, before anything else sees it', async () => {
    const gridW = async () => (await ask.query<LiveState>('site.live', { siteId })).gridW.value;
    const cerbo = await named('Cerbo');
    const grid = cerbo.channels.find(({ channelId }) => channelId === 'grid');
    if (!grid) throw new Error('no grid');
    const { control: _, measures: __, setpoint: ___, setpointSince: ____, energyTodayKwh: _____, ...rest } = grid;
    const { hold: ______, pending: _______, trouble: ________, ...config } = rest;
    await expect.poll(gridW, { timeout: 10_000 }).not.toBeNull();
    house.setGridSetpointW(1_500);
    await expect.poll(async () => Math.round(((await gridW()) ?? 0) / 100), { timeout: 20_000 }).toBe(15);
    const channel = { ...config, powerScale: -1 };
    await ask.command('devices.configure', { siteId, deviceId: cerbo.id, who: WHO, channel });
    await expect.poll(async () => Math.round(((await gridW()) ?? 0) / 100), { timeout: 20_000 }).toBe(-15);
    await expect(
      ask.command('devices.configure', {
        siteId,
        deviceId: cerbo.id,
        who: WHO,
        channel: { ...channel, powerScale: 7 },
      }),
    ).rejects.toThrow('input.invalid');
  }, 60_000);

  it('says that it has not listened long enough before it judges signs', async () => {
    const check = await ask.query<{ outcome: string; sentence: string }>('devices.checkBalance', { siteId });
    expect(check.outcome).toBe('refused');
    expect(check.sentence).toMatch(/samples|certain|close|measured/);
  });

  it('searches when it is told to, one search at a time, and ends when it is told to', async () => {
    const seen: DeviceSearch[] = [];
    const end = center.bus.on('search', (search) => void seen.push(search));
    const { searchId } = await ask.command<{ searchId: string }>('devices.search', { siteId, scan: false, who: WHO });
    await expect(ask.command('devices.search', { siteId, scan: false, who: WHO })).rejects.toThrow('device.searching');
    await ask.command('devices.endSearch', { searchId });
    await expect.poll(() => seen.at(-1)?.state, { timeout: 20_000 }).toBe('cancelled');
    expect(seen.every((search) => search.searchId === searchId)).toBe(true);
    end();
  }, 30_000);

  it('changes the place of a home, and refuses what is no time zone', async () => {
    const home = { siteId, name: 'Birch Lane', latitude: 52.5, longitude: 13.4, currency: 'EUR', who: WHO };
    await expect(ask.command('site.edit', { ...home, timeZone: 'Mars/Olympus' })).rejects.toThrow('site.zone');
    expect(center.status().sites[0]?.name).not.toBe('Birch Lane');
    await ask.command('site.edit', { ...home, latitude: 0, longitude: 0, timeZone: 'Europe/Berlin' });
    expect(center.status().sites[0]).toMatchObject({ name: 'Birch Lane', timeZone: 'Europe/Berlin' });
  });

  it('takes an object that only pretends to have a length for a wrong shape, not for a bug', async () => {
    const name = { length: { valueOf: 2, toString: 1 } };
    await expect(ask.query('devices.list', { siteId: name })).rejects.toThrow('input.invalid');
  });
});
