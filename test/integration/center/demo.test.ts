import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startDemo } from '../../../main/center/demo.ts';
import { DEMO_SITE } from '../../../main/center/demo-site.ts';
import { replayClock } from '../../../main/clock.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { fileSecretStore } from '../../../main/secrets.ts';
import { openStore } from '../../../main/store/store.ts';
import { localDate } from '../../../main/zone.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.parse('2026-11-21T08:40:00Z');

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('the running demo', () => {
  it('knows prices and weather three days ahead at each hour, and leaves no timer', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'running-demo-'));
    folders.push(folder);
    const clock = replayClock(NOW);
    const log = createLog(memorySink(), clock);
    const opened = await openStore({ folder, clock, log });
    if (!opened.ok) throw new Error(opened.error.message);
    const store = opened.value;
    const secrets = fileSecretStore(join(folder, 'secrets'));
    const resourcesFolder = resolve(import.meta.dirname, '../../../resources');
    const demo = await startDemo({ store, secrets, clock, log, resourcesFolder });
    if (!demo.ok) throw new Error(demo.error.message);

    const known = (): { readonly hours: number; readonly days: number } => {
      const hour = Math.floor(clock.now() / HOUR_MS) * HOUR_MS;
      const day = (at: number): string => localDate(at, DEMO_SITE.timeZone);
      return {
        hours: store.prices.range(DEMO_SITE.id, hour, hour + 3 * DAY_MS).length,
        days: store.weather.range(DEMO_SITE.id, day(hour), day(hour + 3 * DAY_MS)).length,
      };
    };
    expect(known()).toEqual({ hours: 72, days: 4 });
    clock.jump(5 * DAY_MS);
    expect(known().hours).toBe(0);
    await clock.advance(HOUR_MS);
    expect(known()).toEqual({ hours: 72, days: 4 });

    await demo.value.stop();
    expect(clock.pendingTimers()).toBe(0);
    store.close();
  });
});
