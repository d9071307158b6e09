import { join, resolve } from 'node:path';
import type { KnownChannel } from '../../../main/automation/check/types.ts';
import type { ReplayHome } from '../../../main/automation/replay/types.ts';
import { DEMO_SITE, demoDeviceId } from '../../../main/center/demo-site.ts';
import { replayClock } from '../../../main/clock.ts';
import { DEMO_BATTERY_KWH, DEMO_PLACE, DEMO_PV_PEAK_W } from '../../../main/devices/simulator/demo-home.ts';
import { loadDemoData } from '../../../main/devices/simulator/demo-profile.ts';
import { channelId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { openStore } from '../../../main/store/store.ts';
import type { Store } from '../../../main/store/types.ts';
import { fillDemoHistory } from '../../../main/telemetry/demo-history.ts';
import { DEFAULT_SETTINGS } from '../../../preload/contract/house.ts';
import { DEFAULT_SAFETY } from '../../../preload/contract/safety.ts';

export const DEMO_NOW = Date.UTC(2026, 8, 10, 9, 0);

/** A store file with the demo home's mapped year, as the application makes it. */
export const demoPast = async (folder: string): Promise<Store> => {
  const clock = replayClock(DEMO_NOW);
  const log = createLog(memorySink(), clock);
  const opened = await openStore({ folder, clock, log });
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  store.sites.add(DEMO_SITE, DEMO_NOW);
  store.settings.set(DEMO_SITE.id, { batteryCapacityKwh: DEMO_BATTERY_KWH, pvPeakW: DEMO_PV_PEAK_W }, 'Demo', DEMO_NOW);
  const data = loadDemoData(join(resolve(import.meta.dirname, '../../..'), 'resources', 'demo'));
  if (!data.ok) throw new Error(data.error.message);
  const { timeZone } = DEMO_PLACE;
  const filled = fillDemoHistory({ store, siteId: DEMO_SITE.id, data: data.value, timeZone, now: DEMO_NOW, log });
  if (!filled.ok) throw new Error(filled.error.message);
  return store;
};

const plug = (name: 'miner-a' | 'miner-b' | 'water-heater', label: string, ratedPowerW: number): KnownChannel => ({
  deviceId: demoDeviceId(name),
  config: {
    channelId: channelId('switch:0'),
    name: label,
    role: name === 'water-heater' ? 'water-heater' : 'miner',
    use: 'primary',
    priority: 1,
    safeState: false,
    ratedPowerW,
    rules: { minOnMs: 600_000, minOffMs: 600_000, maxSwitchesPerHour: 6, writeBudgetPerDay: 100 },
    controllable: true,
  },
  control: { kind: 'switch' },
});

/** The demo home with its three switched loads. */
export const demoHome = (more: Partial<ReplayHome> = {}): ReplayHome => ({
  site: DEMO_SITE,
  settings: { ...DEFAULT_SETTINGS, batteryCapacityKwh: DEMO_BATTERY_KWH, pvPeakW: DEMO_PV_PEAK_W },
  safety: DEFAULT_SAFETY,
  channels: [
    plug('miner-a', 'Miner A', 1_250),
    plug('miner-b', 'Miner B', 850),
    plug('water-heater', 'Water heater', 2_000),
  ],
  deviceNames: {},
  workflowNames: {},
  ...more,
});
