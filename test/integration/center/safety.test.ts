import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Center } from '../../../main/center/types.ts';
import { createControlClient } from '../../../main/cli/control-client.ts';
import { controlSocketPath } from '../../../main/gateway/control-path.ts';
import type { Action } from '../../../preload/contract/control.ts';
import type { HealthView } from '../../../preload/contract/house.ts';
import type { Drill } from '../../../preload/contract/safety.ts';
import type { CenterStatus } from '../../../preload/contract/site.ts';
import { asker, startTestCenter } from '../../support/center/test-center.ts';

const WHO = 'Ann';

/** The demo home on its simulators, with the real clock, database and sockets. */
describe('the safety of a running house', () => {
  let folder = '';
  let center: Center;
  let ask: ReturnType<typeof asker>;
  let siteId: CenterStatus['activeSiteId'];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'safety-'));
    center = (await startTestCenter(folder)).center;
    ask = asker(center);
    siteId = center.status().activeSiteId;
    await ask.command('mode.set', { siteId, who: WHO, surface: 'window', mode: 'watch' });
  }, 60_000);
  afterAll(async () => {
    await center.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('a drill reads every simulator and switches none', async () => {
    const before = await ask.query<readonly Action[]>('control.actions', { siteId, limit: 100 });
    const drill = await ask.command<Drill>('stop.drill', { siteId, who: WHO, surface: 'window' });
    expect(drill.devices.length).toBeGreaterThan(2);
    expect(drill.devices.every(({ result }) => result === 'ready' || result === 'already-safe')).toBe(true);
    const after = await ask.query<readonly Action[]>('control.actions', { siteId, limit: 100 });
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(center.status().stop).toBeNull();
    const kept = await ask.query<{ readonly lastDrill: Drill | null }>('safety.get', { siteId });
    expect(kept.lastDrill).toEqual(drill);
  });

  it('the guard is a line of the Health page', async () => {
    const health = await ask.query<HealthView>('health.get', { siteId });
    expect(health.components.find(({ name }) => name === 'safety guard')?.state).toMatch(/^(ok|degraded)$/);
  });

  it('a token stops it over the control socket, and a window cannot make one', async () => {
    const token = 'stop-secret';
    const hash = createHash('sha256').update(token).digest('hex');
    const change = { who: WHO, name: 'Wall panel', hash };
    await expect(ask.command('stop.setToken', change)).rejects.toThrow('stop.only-terminal');
    const made = await createControlClient(folder).command('stop.setToken', change);
    expect(made).toEqual({ ok: true, value: { names: ['Wall panel'] } });
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(
        {
          socketPath: controlSocketPath(folder),
          path: '/stop',
          method: 'POST',
          headers: { authorization: `Bearer ${token}` },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      sent.on('error', reject);
      sent.end();
    });
    expect(status).toBe(200);
    expect(center.status().stop).toMatchObject({ who: 'Wall panel', surface: 'http' });
    await expect(ask.command('stop.drill', { siteId, who: WHO, surface: 'window' })).rejects.toThrow('control.stopped');
    await ask.command('stop.release', { siteId, who: WHO, surface: 'window' });
    expect(center.status()).toMatchObject({ stop: null, mode: 'watch' });
  });
});
