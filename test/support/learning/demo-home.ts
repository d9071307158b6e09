import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { replayClock } from '../../../main/clock.ts';
import { loadDemoData } from '../../../main/devices/simulator/demo-profile.ts';
import { siteId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { openStore } from '../../../main/store/store.ts';
import { fillDemoHistory } from '../../../main/telemetry/demo-history.ts';
import type { Site } from '../../../preload/contract/site.ts';

export const ZONE = 'Europe/Berlin';
export const DEMO_SITE: Site = {
  id: siteId('demo'),
  name: 'Demo home',
  latitude: 50.16,
  longitude: 8.55,
  timeZone: ZONE,
  currency: 'EUR',
  demo: true,
  provenance: 'Measured elsewhere.',
};

const demoData = () => {
  const loaded = loadDemoData(resolve(import.meta.dirname, '../../../resources/demo'));
  if (!loaded.ok) throw new Error(loaded.error.message);
  return loaded.value;
};

/** A real store in a temp folder with the demo's site; `filled` gives it its past. */
export const openDemoHome = async (now: number, filled: boolean) => {
  const folder = mkdtempSync(join(tmpdir(), 'commandcenter-learning-'));
  const clock = replayClock(now);
  const log = createLog(memorySink(), clock);
  const opened = await openStore({ folder, clock, log });
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  store.sites.add(DEMO_SITE, now);
  const fill = () =>
    fillDemoHistory({ store, siteId: DEMO_SITE.id, data: demoData(), timeZone: ZONE, now: clock.now(), log });
  if (filled) {
    const done = fill();
    if (!done.ok) throw new Error(done.error.message);
  }
  const close = (): void => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, clock, log, store, fill, close };
};
