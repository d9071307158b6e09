import { batteryHealth } from '../../models/battery-health/battery-health.ts';
import type { BatterySample } from '../../models/battery-health/life.ts';
import { channelId, type SiteId } from '../ids.ts';
import { ok, type Result } from '../result.ts';
import type { SeriesKey } from '../store/types.ts';
import { type HourSources, withSources } from './hour-sources.ts';
import type { BatteryAnswer, BatteryTask } from './protocol.ts';

const DAY_MS = 86_400_000;
/** Hours are kept for 400 days by default, and for as long as a person chooses. */
const READ_MS = 4_000 * DAY_MS;
/** Home batteries are lithium iron phosphate as a rule, and nothing asks a person which theirs is. */
const CHEMISTRY = 'lfp';

const hours = (sources: HourSources, key: SeriesKey, now: number): ReadonlyMap<number, number> => {
  const id = sources.series.find(key);
  const rows = id === undefined ? [] : sources.rollups.range('hour', id, now - READ_MS, now);
  return new Map(rows.flatMap((row) => (row.quality === 'suspect' ? [] : [[row.at, row.mean]])));
};

/** Temperatures of the battery itself, from the first channel that measures one. */
const temperatures = (sources: HourSources, site: SiteId, now: number): ReadonlyMap<number, number> => {
  for (const device of sources.devices.list(site))
    for (const channel of device.channels) {
      if (channel.role !== 'battery') continue;
      const key = { siteId: site, deviceId: device.id, channelId: channel.channelId, metric: 'tempC' } as const;
      const found = hours(sources, key, now);
      if (found.size > 0) return found;
    }
  return new Map();
};

/** The health of a site's battery from all hours that are kept of it. */
export const runBatteryHealth = (task: BatteryTask): Result<BatteryAnswer> =>
  withSources(task.databasePath, (sources) => {
    const { now, site } = task;
    const own = (channel: string, metric: 'socPct' | 'powerW') =>
      hours(sources, { siteId: site.id, deviceId: '', channelId: channelId(channel), metric }, now);
    const soc = own('site:soc', 'socPct');
    const power = own('site:battery', 'powerW');
    const temp = temperatures(sources, site.id, now);
    const history = [...new Set([...soc.keys(), ...power.keys()])]
      .toSorted((one, other) => one - other)
      .map(
        (at): BatterySample => ({
          at,
          socPct: soc.get(at) ?? null,
          powerW: power.get(at) ?? null,
          tempC: temp.get(at) ?? null,
        }),
      );
    return ok({ task: 'battery', health: batteryHealth(history, task.capacityKwh, CHEMISTRY, null, now) });
  });
