import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../main/clock.ts';
import { startMqttBroker } from '../../../main/devices/simulator/mqtt-broker.ts';
import { fileSecretStore } from '../../../main/secrets.ts';
import type { PresenceSettings } from '../../../preload/contract/presence.ts';
import { type QueryOutput, queries } from '../../../preload/contract.ts';
import { asker, startTestCenter } from '../../support/center/test-center.ts';
import { tempFolder } from '../../support/store/temp-store.ts';
import { ONE, OTHER } from '../../support/tls/pairs.ts';

const clock = systemClock();
const setUp = async () => {
  const folder = tempFolder();
  const { center, log } = await startTestCenter(folder);
  onTestFinished(() => center.stop());
  const { query, command } = asker(center);
  const view = async () =>
    queries['presence.get'].output.parse(await query<QueryOutput<'presence.get'>>('presence.get', {}));
  const set = (settings: PresenceSettings, password?: string | null) =>
    command('presence.set', { who: 'Ada', settings, ...(password === undefined ? {} : { password }) });
  return { folder, log, set, view };
};
const withState = (state: string) => ({ status: { state } });

it('a window sets the broker and its password, sees what comes of it, and never reads the password', async () => {
  const broker = await startMqttBroker({ clock, users: { cc: 'right password' } });
  onTestFinished(broker.close);
  const { folder, log, set, view } = await setUp();
  const before = await view();
  expect(before).toMatchObject({ settings: { enabled: false, host: '' }, password: 'none', status: { state: 'off' } });

  const settings = { ...before.settings, enabled: true, host: '127.0.0.1', port: broker.port, user: 'cc' };
  await set(settings, 'wrong password');
  await expect.poll(view, { timeout: 15_000 }).toMatchObject(withState('failing'));
  expect((await view()).status.sentence).toContain('refuses this user and password');

  expect(await set(settings, 'right password')).toEqual({});
  await expect.poll(view, { timeout: 15_000 }).toMatchObject({ settings, password: 'kept', status: { state: 'up' } });
  expect(JSON.stringify(await view())).not.toContain('right password');
  expect(log.join('\n')).not.toMatch(/(right|wrong) password/);
  expect(log.find((line) => line.includes('shows the home was set'))).toContain('Ada');

  // Left out, the password stays; another broker is not told it; null removes it.
  await set({ ...settings, prefix: 'ha' });
  await expect.poll(view, { timeout: 15_000 }).toMatchObject({ password: 'kept', status: { state: 'up' } });
  await expect(set({ ...settings, host: 'localhost' })).rejects.toThrow(/kept one is for another broker/);
  expect((await view()).settings).toMatchObject({ host: '127.0.0.1', prefix: 'ha' });
  await set({ ...settings, enabled: false }, null);
  expect(await view()).toMatchObject({ password: 'none', status: { state: 'off' } });
  const secrets = fileSecretStore(join(folder, 'secrets'));
  expect(await secrets.get('home-presence/password')).toEqual({ ok: true, value: null });
}, 60_000);

it('a broker that vouches for itself is trusted only after its certificate was agreed to', async () => {
  const broker = await startMqttBroker({ clock, tls: ONE });
  onTestFinished(broker.close);
  const { set, view } = await setUp();
  const { settings } = await view();
  const encrypted = { ...settings, enabled: true, host: '127.0.0.1', port: broker.port, encryption: 'verify' } as const;
  await set(encrypted);
  await expect.poll(view, { timeout: 15_000 }).toMatchObject(withState('failing'));
  const { fingerprint } = (await view()).status;
  expect(fingerprint).toBe(ONE.fingerprint);
  await set({ ...encrypted, encryption: 'pinned', fingerprint });
  await expect.poll(view, { timeout: 15_000 }).toMatchObject(withState('up'));
  await set({ ...encrypted, encryption: 'pinned', fingerprint: OTHER.fingerprint });
  await expect.poll(view, { timeout: 15_000 }).toMatchObject({ status: { state: 'failing', fingerprint } });
}, 60_000);
