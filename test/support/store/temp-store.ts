import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Clock, replayClock } from '../../../main/clock.ts';
import { channelId, deviceId, siteId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { Result } from '../../../main/result.ts';
import { openStore } from '../../../main/store/store.ts';
import type { DeviceRecord, Store } from '../../../main/store/types.ts';
import type { Site } from '../../../preload/contract/site.ts';

export const NOW = Date.UTC(2026, 10, 21, 9, 0);

/** An empty folder that goes with the test. */
export const tempFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'commandcenter-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** The value of a result that must be good. */
export const good = <Value>(result: Result<Value>): Value => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
};

/** The failure of a result that must have failed. */
export const failureOf = <Value>(result: Result<Value>) => {
  if (result.ok) throw new Error('It was expected to fail.');
  return result.error;
};

export const HOME = siteId('home');
export const PLUG = deviceId('plug');
export const SWITCH = channelId('switch:0');

export const homeSite = (more: Partial<Site> = {}): Site => ({
  id: HOME,
  name: 'Home',
  latitude: 52.5,
  longitude: 13.4,
  timeZone: 'Europe/Berlin',
  currency: 'EUR',
  demo: false,
  provenance: null,
  ...more,
});

export const plugDevice = (more: Partial<DeviceRecord> = {}): DeviceRecord => ({
  id: PLUG,
  siteId: HOME,
  driverId: 'shelly-gen2',
  name: 'Miner A',
  identity: 'aabbcc',
  connection: { host: '192.0.2.7', port: 80 },
  channels: [
    {
      channelId: SWITCH,
      name: 'Relay',
      role: 'miner',
      use: 'primary',
      priority: 1,
      safeState: false,
      ratedPowerW: 1200,
      rules: { minOnMs: 1, minOffMs: 1, maxSwitchesPerHour: 6, writeBudgetPerDay: 100 },
      controllable: true,
    },
  ],
  ...more,
});

/** A real store in a temporary folder, with one home, closed after the test. */
export const tempStore = async (
  options: { readonly folder?: string; readonly clock?: Clock; readonly site?: Site } = {},
): Promise<{ readonly store: Store; readonly folder: string; readonly lines: readonly string[] }> => {
  const folder = options.folder ?? tempFolder();
  const clock = options.clock ?? replayClock(NOW);
  const sink = memorySink();
  const store = good(await openStore({ folder, clock, log: createLog(sink, clock) }));
  onTestFinished(() => store.close());
  const site = options.site ?? homeSite();
  if (!store.sites.get(site.id)) store.sites.add(site, NOW);
  return { store, folder, lines: sink.lines };
};
