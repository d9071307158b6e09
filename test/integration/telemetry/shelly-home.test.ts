import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../../main/clock.ts';
import { createActuatorVault } from '../../../main/devices/actuator-vault.ts';
import { createDeviceHost } from '../../../main/devices/device-host.ts';
import { startShellySimulator } from '../../../main/devices/simulator/shelly-server.ts';
import { channelId, deviceId } from '../../../main/ids.ts';
import { createTelemetry } from '../../../main/telemetry/telemetry.ts';
import { MINER, smallHouse } from '../../support/devices/small-house.ts';
import { openHouse } from '../../support/telemetry/open-house.ts';
import { configOf, SITE } from '../../support/telemetry/scripted-device.ts';

const never = new AbortController().signal;
/** The first poll comes within a second; the machine may be busy. */
const PATIENT = { timeout: 10_000 };
const RELAY = channelId('switch:0');
const ends: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Everything as in the product, on the real clock and real sockets: host, vault, telemetry, store. */
const setUp = async (options: { readonly identity?: string } = {}) => {
  const clock = systemClock();
  const simulated = smallHouse(clock);
  const simulator = await startShellySimulator({
    house: simulated,
    loadId: MINER.id,
    clock,
    model: 'Plus1PM',
    password: 'a password',
  });
  ends.push(simulator.close);
  const house = await openHouse(clock);
  ends.push(house.end);
  const telemetry = createTelemetry({ store: house.store, clock, log: house.log, bus: house.bus });
  telemetry.start(never);
  ends.push(telemetry.stop);
  const vault = createActuatorVault();
  const host = createDeviceHost({
    clock,
    log: house.log,
    vault,
    secretOf: async () => 'a password',
    onClose: telemetry.remove,
  });
  ends.push(host.closeAll);
  const record = {
    id: deviceId('plug'),
    siteId: SITE,
    driverId: 'shelly-gen2',
    name: 'Plug',
    identity: options.identity ?? simulator.mac,
    connection: { host: simulator.host, port: simulator.port },
    channels: [configOf('switch:0', 'miner', { ratedPowerW: 1_200, safeState: false, controllable: true })],
  };
  const opened = await host.open(record);
  if (!opened.ok) throw new Error(opened.error.message);
  telemetry.add(opened.value);
  return { ...house, clock, simulated, simulator, telemetry, host, vault, record };
};

it('shows a press at the wall within a second, without a poll', async () => {
  const { bus, simulator, telemetry, record } = await setUp();
  await expect.poll(() => telemetry.pollers(SITE)[0]?.polls24h, PATIENT).toBe(1);
  const seen = Promise.withResolvers<number>();
  bus.on('live', ({ loads }) => {
    if (loads[0]?.on) seen.resolve(performance.now());
  });
  const polls = telemetry.pollers(SITE)[0]?.polls24h;
  simulator.pressButton();
  await seen.promise;
  expect(telemetry.pollers(SITE)[0]?.polls24h).toBe(polls);
  await expect.poll(() => telemetry.latest(record.id, RELAY, 'powerW')?.value, PATIENT).toBe(1_200);
});

it('hands the actuator to the vault, and a refresh after the write shows its effect', async () => {
  const { simulated, telemetry, vault, record } = await setUp();
  await expect.poll(() => telemetry.pollers(SITE)[0]?.state, PATIENT).toBe('online');
  const relay = vault.claim().get(record.id, RELAY);
  if (!relay) throw new Error('no actuator');
  expect(await relay.write(true, { leaseMs: 60_000, signal: never })).toMatchObject({ ok: true });
  expect(simulated.state().loads[0]?.on).toBe(true);
  expect(await telemetry.refresh(record.id, never)).toMatchObject({ ok: true });
  expect(telemetry.live(SITE).loads[0]).toMatchObject({
    on: true,
    note: 'mining',
    power: { value: 1_200, freshness: 'fresh' },
  });
});

it('neither reads nor switches a stranger at the address', async () => {
  const { simulated, telemetry, vault, record } = await setUp({ identity: '0123456789AB' });
  await expect.poll(() => telemetry.pollers(SITE)[0]?.state, PATIENT).toBe('offline');
  expect(telemetry.pollers(SITE)[0]?.problem?.message).toContain('Another device');
  expect(telemetry.live(SITE).loads[0]?.power.freshness).toBe('absent');
  const relay = vault.claim().get(record.id, RELAY);
  expect(await relay?.write(true, { leaseMs: null, signal: never })).toMatchObject({
    ok: false,
    error: { code: 'device.identity-changed' },
  });
  expect(simulated.state().loads[0]?.on).toBe(false);
});

it('closes a device everywhere', async () => {
  const { host, simulator, telemetry, vault, record } = await setUp();
  await expect.poll(() => simulator.openSockets(), PATIENT).toBe(1);
  await host.close(record.id);
  await expect.poll(() => simulator.openSockets(), PATIENT).toBe(0);
  expect(telemetry.pollers(SITE)).toEqual([]);
  expect(vault.claim().all()).toEqual([]);
});
