import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import {
  DEMO_BATTERY_KWH,
  DEMO_PLACE,
  DEMO_PLUG_PASSWORD,
  DEMO_PV_PEAK_W,
  type DemoHome,
  type DemoHouseMemory,
  startDemoHome,
} from '../devices/simulator/demo-home.ts';
import { loadDemoData } from '../devices/simulator/demo-profile.ts';
import { channelId } from '../ids.ts';
import type { Log } from '../log.ts';
import { ok, type Result } from '../result.ts';
import type { SecretStore } from '../secrets.ts';
import type { Store } from '../store/types.ts';
import { demoPrices, demoWeather, fillDemoHistory } from '../telemetry/demo-history.ts';
import { DEMO_PLAN_SETTINGS, DEMO_SITE, demoDeviceId, demoDeviceRecords } from './demo-site.ts';
import { secretNameOf } from './device-service.ts';

const MEMORY_NAME = `house:${DEMO_SITE.id}`;
const REMEMBER_EVERY_MS = 15_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How far ahead prices and weather are known, as a real home's feeds know them. */
const AHEAD_MS = 3 * DAY_MS;
const memorySchema = z.strictObject({ socPct: z.number().min(0).max(100), on: z.array(z.string()) });

/** Where the house stood when it was last seen; the first time, where its mapped past ends. */
const remembered = (store: Store, now: number): DemoHouseMemory => {
  const text = store.state.get(MEMORY_NAME);
  const parsed = text === undefined ? undefined : memorySchema.safeParse(JSON.parse(text));
  if (parsed?.success) return parsed.data;
  const key = { siteId: DEMO_SITE.id, deviceId: '', channelId: channelId('site:soc'), metric: 'socPct' } as const;
  const last = store.rollups.range('hour', store.series.idOf(key), now - DAY_MS, now).at(-1);
  return { socPct: last?.mean ?? 50, on: [] };
};

/** The demo while it runs: its simulated house with five protocol servers. */
export interface RunningDemo {
  /** True when the demo site was made just now. */
  readonly fresh: boolean;
  readonly home: DemoHome;
  stop(): Promise<void>;
}

/**
 * Makes the demo site where it is missing, fills its past, and starts its devices. The application behind it uses the
 * same drivers as for a real home; only this file and the simulators know better.
 */
export const startDemo = async (deps: {
  readonly store: Store;
  readonly secrets: SecretStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly resourcesFolder: string;
}): Promise<Result<RunningDemo>> => {
  const { store, secrets, clock, log } = deps;
  const data = loadDemoData(join(deps.resourcesFolder, 'demo'));
  if (!data.ok) return data;
  const now = clock.now();
  const fresh = store.sites.get(DEMO_SITE.id) === undefined;
  if (fresh) {
    store.sites.add(DEMO_SITE, now);
    store.settings.set(
      DEMO_SITE.id,
      { batteryCapacityKwh: DEMO_BATTERY_KWH, pvPeakW: DEMO_PV_PEAK_W },
      'Demo home',
      now,
    );
    store.plans.setSettings(DEMO_SITE.id, DEMO_PLAN_SETTINGS, 'Demo home', now);
  }
  const filled = fillDemoHistory({
    store,
    siteId: DEMO_SITE.id,
    data: data.value,
    timeZone: DEMO_PLACE.timeZone,
    now,
    log,
  });
  if (!filled.ok) return filled;
  const started = await startDemoHome({ data: data.value, clock, memory: remembered(store, now) });
  if (!started.ok) return started;
  const home = started.value;

  await secrets.set(secretNameOf(demoDeviceId('miner-b')), DEMO_PLUG_PASSWORD);
  for (const record of demoDeviceRecords(home)) {
    const known = store.devices.get(record.id);
    if (known) store.devices.update({ ...known, connection: record.connection });
    else store.devices.add(record, now);
  }

  const remember = (): void => {
    const state = home.house.state();
    const on = state.loads.filter((load) => load.on).map((load) => load.id);
    store.state.set(MEMORY_NAME, JSON.stringify({ socPct: state.socPct, on }));
  };
  const lookAhead = (): void => {
    const from = Math.floor(clock.now() / HOUR_MS) * HOUR_MS;
    const span = [data.value, DEMO_PLACE.timeZone, from, from + AHEAD_MS] as const;
    store.prices.upsert(DEMO_SITE.id, demoPrices(...span));
    store.weather.upsert(DEMO_SITE.id, demoWeather(...span));
  };
  /** Now and again and again; answers the function that ends it. */
  const repeat = (everyMs: number, work: () => void): (() => void) => {
    let cancel: () => void = () => undefined;
    const tick = (): void => {
      work();
      cancel = clock.after(everyMs, tick);
    };
    tick();
    return () => cancel();
  };
  const ends = [repeat(REMEMBER_EVERY_MS, remember), repeat(HOUR_MS, lookAhead)];
  return ok({
    fresh,
    home,
    stop: async () => {
      for (const end of ends) end();
      remember();
      await home.close();
    },
  });
};
