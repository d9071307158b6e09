import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Center } from '../../../../main/center/types.ts';
import { systemClock } from '../../../../main/clock.ts';
import { createMqttLink } from '../../../../main/devices/mqtt/mqtt-link.ts';
import { startMqttBroker } from '../../../../main/devices/simulator/mqtt-broker.ts';
import { createHomePresence } from '../../../../main/gateway/home-presence/home-presence.ts';
import { DEFAULT_PRESENCE } from '../../../../main/gateway/home-presence/settings.ts';
import { createLog, memorySink } from '../../../../main/log.ts';
import { fileSecretStore } from '../../../../main/secrets.ts';
import type { Action } from '../../../../preload/contract/control.ts';
import type { DeviceView } from '../../../../preload/contract/devices.ts';
import type { PresenceSettings } from '../../../../preload/contract/presence.ts';
import type { CenterStatus } from '../../../../preload/contract/site.ts';
import { asker, startTestCenter } from '../../../support/center/test-center.ts';
import { mosquittoMissing, startMosquitto } from '../../../support/mqtt/mosquitto.ts';

const clock = systemClock();
const never = new AbortController().signal;
const ends: (() => unknown)[] = [];
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'presence-'));
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  rmSync(folder, { recursive: true, force: true });
});

const componentSchema = z.looseObject({
  p: z.string(),
  uniq_id: z.string(),
  name: z.string().optional(),
  stat_t: z.string().optional(),
  cmd_t: z.string().optional(),
  val_tpl: z.string().optional(),
  pl_prs: z.string().optional(),
  ops: z.array(z.string()).optional(),
  exp_aft: z.number().optional(),
});
const discoverySchema = z.object({
  dev: z.object({ ids: z.array(z.string()), name: z.string() }),
  o: z.object({ name: z.string() }),
  avty_t: z.string(),
  cmps: z.record(z.string(), z.union([componentSchema, z.strictObject({ p: z.string() })])),
});
type Component = z.output<typeof componentSchema>;

/** Does with MQTT what Home Assistant does: finds devices, follows their topics, and fills its templates. */
const startHomeAssistant = async (port: number, login: { user?: string; password?: string } = {}) => {
  const link = createMqttLink({ connection: { host: '127.0.0.1', port }, ...login, name: 'broker', clock });
  ends.push(link.close);
  const components = new Map<string, Component>();
  const heard = new Map<string, string>();
  let device: { readonly name: string; readonly availability: string } | null = null;
  link.subscribe('homeassistant/device/+/config', ({ payload }) => {
    if (payload.length === 0) {
      components.clear();
      device = null;
      return;
    }
    const found = discoverySchema.parse(JSON.parse(payload.toString('utf8')));
    device = { name: found.dev.name, availability: found.avty_t };
    for (const [id, component] of Object.entries(found.cmps)) {
      const full = componentSchema.safeParse(component);
      if (full.success) components.set(id, full.data);
      else components.delete(id);
    }
    for (const topic of new Set([found.avty_t, ...[...components.values()].flatMap(({ stat_t }) => stat_t ?? [])]))
      if (!heard.has(topic)) {
        heard.set(topic, '');
        link.subscribe(topic, (message) => heard.set(topic, message.payload.toString('utf8')));
      }
  });
  expect(await link.connected(never)).toMatchObject({ ok: true });
  const componentOf = (id: string): Component => {
    const found = components.get(id);
    if (!found) throw new Error(`no component ${id} among ${[...components.keys()].join(', ')}`);
    return found;
  };
  return {
    components,
    device: () => device,
    isAvailable: () => device !== null && heard.get(device.availability) === 'online',
    availability: () => (device === null ? null : heard.get(device.availability)),
    /** The state as a template such as {{ value_json.grid_w }} brings it. */
    state: (id: string): unknown => {
      const { stat_t = '', val_tpl } = componentOf(id);
      const text = heard.get(stat_t);
      if (text === undefined || text === '') return undefined;
      const [, field] = /value_json\.(\w+)/.exec(val_tpl ?? '') ?? [];
      return field === undefined ? text : z.record(z.string(), z.unknown()).parse(JSON.parse(text))[field];
    },
    command: async (id: string, payload: string) =>
      expect(await link.publish(componentOf(id).cmd_t ?? '', payload, { qos: 1 })).toMatchObject({ ok: true }),
    press: async (id: string) => {
      const { cmd_t = '', pl_prs = 'PRESS' } = componentOf(id);
      expect(await link.publish(cmd_t, pl_prs, { qos: 1 })).toMatchObject({ ok: true });
    },
    say: link.publish,
  };
};

const startPresence = async (center: Center, settings: Partial<PresenceSettings>, password?: string) => {
  const sink = memorySink();
  const presence = createHomePresence({
    clock,
    log: createLog(sink, clock),
    bus: center.bus,
    gateway: center,
    secrets: fileSecretStore(join(folder, 'presence-secrets')),
    state: center.state,
    version: '1.2.3',
    random: () => 0.1,
  });
  presence.start(never);
  ends.push(presence.stop);
  const saved = await presence.configure(
    { ...DEFAULT_PRESENCE, enabled: true, host: '127.0.0.1', ...settings },
    { who: 'Ada', password },
  );
  expect(saved).toMatchObject({ ok: true });
  return { presence, log: sink.lines };
};
const startCenter = async () => {
  const { center } = await startTestCenter(folder);
  ends.push(center.stop);
  return { center, ...asker(center) };
};

describe.skipIf(mosquittoMissing)('with a real Mosquitto', () => {
  it('Home Assistant finds the house, sees it, and its STOP stops the real center', async () => {
    const broker = await startMosquitto({ users: { cc: 'broker password', ha: 'other' } });
    ends.push(broker.close);
    const { center, query } = await startCenter();
    const { presence, log } = await startPresence(center, { port: broker.port, user: 'cc' }, 'broker password');
    const hub = await startHomeAssistant(broker.port, { user: 'ha', password: 'other' });
    await expect.poll(() => hub.isAvailable(), { timeout: 15_000 }).toBe(true);
    expect(presence.status().state).toBe('up');
    expect(hub.device()?.name).toMatch(/^CommandCenter /);
    // A device that was not read yet has no value: null, never 0.
    for (const id of ['grid_power', 'pv_power', 'battery_power', 'load_power', 'battery_level'])
      await expect.poll(() => hub.state(id), { timeout: 30_000, message: id }).toEqual(expect.any(Number));
    expect(String(hub.state('now'))).toMatch(/^[A-Z].+/);
    expect(hub.state('mode')).toBe('automate');
    expect(hub.state('stopped')).toBe('OFF');
    const miners = [...hub.components].filter(([id]) => id.includes('miner') && !id.endsWith('_power'));
    expect(miners.map(([, { p }]) => p)).toEqual(['switch', 'switch']);
    await expect.poll(() => miners.map(([id]) => hub.state(id)), { timeout: 15_000 }).not.toContain('None');

    await hub.press('stop');
    await expect.poll(() => hub.state('stopped'), { timeout: 15_000 }).toBe('ON');
    const { stop } = await query<CenterStatus>('center.status', {});
    expect(stop).toMatchObject({ who: 'Home Assistant', surface: 'mqtt' });
    await expect
      .poll(async () => (await query<CenterStatus>('center.status', {})).stop?.devices.map(({ state }) => state), {
        timeout: 20_000,
      })
      .not.toContain('commanded');
    await expect.poll(() => miners.map(([id]) => hub.state(id)), { timeout: 15_000 }).toEqual(['OFF', 'OFF']);
    expect(log.join('\n')).not.toContain('broker password');

    await presence.stop();
    await expect.poll(() => hub.availability()).toBe('offline');
  }, 60_000);

  it('is marked as away by the broker when it dies, and announces itself to a Home Assistant that starts anew', async () => {
    const broker = await startMosquitto();
    ends.push(broker.close);
    const { center } = await startCenter();
    const { presence } = await startPresence(center, { port: broker.port });
    const hub = await startHomeAssistant(broker.port);
    await expect.poll(() => hub.isAvailable(), { timeout: 15_000 }).toBe(true);
    hub.components.clear();
    await hub.say('homeassistant/status', 'online', { qos: 1 });
    await expect.poll(() => hub.components.size, { timeout: 15_000 }).toBeGreaterThan(10);
    await broker.stop();
    await broker.start();
    // The broker forgot all that it kept: everything is said anew.
    const other = await startHomeAssistant(broker.port);
    await expect.poll(() => other.isAvailable(), { timeout: 20_000 }).toBe(true);
    expect(other.components.has('stop')).toBe(true);
    expect((await presence.configure({ ...presence.settings(), enabled: false }, { who: 'Ada' })).ok).toBe(true);
    await expect.poll(() => other.components.size).toBe(0);
    expect(presence.status().state).toBe('off');
  }, 60_000);
});

describe('with the broker of ours', () => {
  const setUp = async () => {
    const broker = await startMqttBroker({ clock });
    ends.push(broker.close);
    const house = await startCenter();
    const { presence, log } = await startPresence(house.center, { port: broker.port });
    const hub = await startHomeAssistant(broker.port);
    await expect.poll(() => hub.isAvailable(), { timeout: 15_000 }).toBe(true);
    return { broker, house, hub, log, presence };
  };

  it('commands go the way of every command: logged by name, checked, and shown as they are', async () => {
    const { broker, house, hub, log } = await setUp();
    await hub.command('mode', 'watch');
    await expect.poll(() => hub.state('mode')).toBe('watch');
    await hub.command('mode', 'autopilot');
    await expect.poll(() => log.some((line) => line.includes('not obeyed'))).toBe(true);
    expect((await house.query<CenterStatus>('center.status', {})).mode).toBe('watch');

    const devices = await house.query<readonly DeviceView[]>('devices.list', {
      siteId: (await house.query<CenterStatus>('center.status', {})).activeSiteId,
    });
    const miner = devices.flatMap(({ channels, id }) =>
      channels.filter(({ role }) => role === 'miner').map((channel) => ({ ...channel, deviceId: id })),
    )[0];
    const [id] = [...hub.components].find(([, { p }]) => p === 'switch') ?? [''];
    const wanted = miner?.setpoint === true ? 'OFF' : 'ON';
    await hub.command(id, wanted);
    const actions = async () =>
      house.query<readonly Action[]>('control.actions', { siteId: miner && devices[0]?.siteId, limit: 50 });
    await expect
      .poll(async () => (await actions()).find(({ who }) => who === 'Home Assistant'), { timeout: 15_000 })
      .toMatchObject({ origin: 'manual', surface: 'mqtt' });
    expect(broker.clients().length).toBeGreaterThan(0);
  }, 60_000);

  it('never obeys a command that the broker kept', async () => {
    const { broker, house, hub, presence } = await setUp();
    const topic = hub.components.get('stop')?.cmd_t ?? '';
    await presence.stop();
    broker.publish(topic, 'STOP', { retain: true });
    const again = await startPresence(house.center, { port: broker.port });
    await expect.poll(() => again.log.some((line) => line.includes('the broker kept it'))).toBe(true);
    expect((await house.query<CenterStatus>('center.status', {})).stop).toBeNull();
  }, 60_000);
});

it('says why it is not shown, and what is wrong with settings, saving nothing then', async () => {
  const broker = await startMqttBroker({ clock, users: { cc: 'right' } });
  ends.push(broker.close);
  const { center } = await startCenter();
  const { presence } = await startPresence(center, { port: broker.port, user: 'cc' }, 'wrong');
  await expect
    .poll(() => presence.status())
    .toMatchObject({ state: 'failing', sentence: expect.stringContaining('refuses this user and password') });
  const before = presence.settings();
  const wrong = async (settings: Partial<PresenceSettings>) => {
    const result = await presence.configure({ ...before, ...settings }, { who: 'Ada' });
    return result.ok ? 'ok' : Object.keys(result.error.fields ?? {}).join();
  };
  expect(await wrong({ host: '' })).toBe('host');
  expect(await wrong({ port: 0 })).toBe('port');
  expect(await wrong({ prefix: 'home/#' })).toBe('prefix');
  expect(await wrong({ encryption: 'pinned' })).toBe('fingerprint');
  // What is kept for one broker is never said to another.
  expect(await wrong({ host: 'localhost' })).toBe('password');
  expect(presence.settings()).toEqual(before);
  await presence.configure({ ...presence.settings(), port: 1 }, { who: 'Ada' });
  await expect
    .poll(() => presence.status())
    .toMatchObject({ state: 'failing', sentence: expect.stringContaining('nothing listens') });
}, 30_000);
