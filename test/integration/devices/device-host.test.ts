import { afterEach, describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { createActuatorVault } from '../../../main/devices/actuator-vault.ts';
import { createDeviceHost } from '../../../main/devices/device-host.ts';
import { shellyGen2 } from '../../../main/devices/shelly/driver.ts';
import { startShellySimulator } from '../../../main/devices/simulator/shelly-server.ts';
import { deviceId, siteId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { probeResult } from '../../../preload/contract/devices.ts';
import { MINER, smallHouse } from '../../support/devices/small-house.ts';
import { configOf } from '../../support/telemetry/scripted-device.ts';

const PASSWORD = 'correct horse';
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const setUp = async (options: { readonly secretOf?: () => Promise<string | null>; readonly broken?: boolean } = {}) => {
  const clock = replayClock(Date.UTC(2026, 5, 1));
  const house = smallHouse(clock);
  const simulator = await startShellySimulator({
    house,
    loadId: MINER.id,
    clock,
    model: 'Plus1PM',
    password: PASSWORD,
  });
  ends.push(simulator.close);
  const vault = createActuatorVault();
  const sink = memorySink();
  const opened: string[] = [];
  const closed: string[] = [];
  const host = createDeviceHost({
    clock,
    log: createLog(sink, clock),
    vault,
    secretOf: options.secretOf ?? (async () => PASSWORD),
    onOpen: ({ record }) => void opened.push(record.id),
    onClose: (id) => void closed.push(id),
    ...(options.broken
      ? {
          findDriver: () => ({
            ...shellyGen2,
            open: () => {
              throw new Error('a bug');
            },
          }),
        }
      : {}),
  });
  ends.push(host.closeAll);
  const connection = { host: simulator.host, port: simulator.port };
  const record = {
    id: deviceId('plug'),
    siteId: siteId('home'),
    driverId: 'shelly-gen2',
    name: 'Plug',
    identity: simulator.mac,
    connection,
    channels: [configOf('switch:0', 'miner')],
  };
  return { clock, house, simulator, vault, host, opened, closed, sink, connection, record };
};

describe('probe', () => {
  it('says what is there, in the contract’s shape, and leaves nothing behind', async () => {
    const { clock, connection, host, house, simulator } = await setUp();
    const timers = clock.pendingTimers();
    const found = await host.probe('shelly-gen2', connection, PASSWORD);
    if (!found.ok) throw new Error(found.error.message);
    expect(probeResult.parse(found.value)).toEqual(found.value);
    expect(found.value).toMatchObject({
      identity: simulator.mac,
      model: 'Plus1PM',
      channels: [{ channelId: 'switch:0', suggestedRole: 'other-load', control: { kind: 'switch' } }],
    });
    expect(found.value.channels[0]?.readings).toContainEqual({ metric: 'powerW', value: 0, unit: 'W' });
    await expect.poll(() => simulator.openSockets()).toBe(0);
    expect(clock.pendingTimers()).toBe(timers);
    expect(house.state().loads[0]?.on).toBe(false);
    expect(simulator.requests.has('Switch.Set')).toBe(false);
  });

  it.each([
    ['an unknown model', 'nothing', {}, PASSWORD, 'device.unknown-model'],
    ['a wrong password', 'shelly-gen2', {}, 'wrong', 'device.password-wrong'],
    ['no password', 'shelly-gen2', {}, null, 'device.password-needed'],
    ['an impossible address', 'shelly-gen2', { host: ' ' }, PASSWORD, 'device.connection'],
    ['a port where nothing listens', 'shelly-gen2', { port: 9 }, PASSWORD, 'device.unreachable'],
  ])('says what is wrong with %s', async (_, driverId, wrong, secret, code) => {
    const { connection, host } = await setUp();
    expect(await host.probe(driverId, { ...connection, ...wrong }, secret)).toMatchObject({
      ok: false,
      error: { code },
    });
  });

  it('gives up after half a minute with advice', async () => {
    const { clock, connection, host, simulator } = await setUp();
    simulator.setFault('slow');
    const probing = host.probe('shelly-gen2', connection, PASSWORD);
    await expect.poll(() => clock.pendingTimers()).toBeGreaterThan(2);
    for (let second = 0; second < 31; second += 1) {
      await clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const found = await probing;
    expect(found.ok || ['device.timeout', 'device.unreachable'].includes(found.error.code)).toBe(true);
  });
});

describe('open devices', () => {
  it('go to telemetry and their actuators to the vault, and again when a record is opened anew', async () => {
    const { closed, host, opened, record, vault } = await setUp();
    const lookup = vault.claim();
    await host.open(record);
    await host.open(record);
    expect([opened, closed]).toEqual([['plug', 'plug'], ['plug']]);
    expect(lookup.all()).toHaveLength(1);
    expect(host.diagnostics(record.id)).toEqual({ requests: 0, failures: 0, rejected: 0 });
    await host.closeAll();
    expect(lookup.all()).toEqual([]);
    expect(host.diagnostics(record.id)).toBeNull();
  });

  it('open although nothing answers: the poll says so', async () => {
    const { host, record, simulator } = await setUp();
    simulator.setFault('offline');
    expect(await host.open(record)).toMatchObject({ ok: true });
  });

  it('are not stopped by one whose driver is broken or whose secret cannot be read', async () => {
    const broken = await setUp({ broken: true });
    expect(await broken.host.open(broken.record)).toMatchObject({ ok: false, error: { code: 'device.driver-fault' } });
    const locked = await setUp({ secretOf: () => Promise.reject(new Error('keychain is locked')) });
    expect(await locked.host.open(locked.record)).toMatchObject({ ok: false, error: { code: 'device.secret' } });
    expect(await locked.host.open({ ...locked.record, driverId: 'nothing' })).toMatchObject({
      ok: false,
      error: { code: 'device.unknown-model' },
    });
  });

  it('never let the password into the log or a failure', async () => {
    const { connection, host, sink } = await setUp();
    const failure = await host.probe('shelly-gen2', connection, 'a wrong secret');
    expect(JSON.stringify([failure, sink.lines])).not.toMatch(/a wrong secret|correct horse/);
  });
});
