import { connectionSchema } from '../../../preload/contract/devices.ts';
import type { ChannelId } from '../../ids.ts';
import type { Reading } from '../../reading.ts';
import { ok, type Result, temporary } from '../../result.ts';
import type { DeviceIdentity, Driver, DriverDeps, OpenDevice, OpenOptions } from '../types.ts';
import { SENSORS_OPTION, sensorsOf, vrmChannels } from './channels.ts';
import { type VenusValues, venusReadings } from './venus-readings.ts';
import { createVrmApi } from './vrm-api.ts';
import { createBatteryWidget } from './vrm-battery.ts';
import { chosenInstallation, INSTALLATION_OPTION, installationsOf } from './vrm-site.ts';
import { valuesOfRows } from './vrm-values.ts';

const ASK_BATTERY_AGAIN_MS = 3_600_000;
const OF_THE_BATTERY = ['powerW', 'voltageV', 'currentA', 'socPct', 'tempC'] as const;

interface Site {
  readonly siteId: number;
  readonly identity: DeviceIdentity;
  /** Instances of battery monitors as the overview has them. */
  readonly batteries: readonly number[];
}

const open = ({ connection, secret }: OpenOptions, deps: DriverDeps): OpenDevice => {
  const { clock } = deps;
  const api = createVrmApi({ connection, secret }, deps);
  const sensors = sensorsOf(connection);
  const widget = createBatteryWidget();
  let site: Site | null = null;
  let present: readonly ChannelId[] | null = null;
  let rejected = 0;
  let askBatteryFromMs = Number.NEGATIVE_INFINITY;

  const findSite = async (signal: AbortSignal): Promise<Result<Site>> => {
    if (site !== null) return ok(site);
    const all = await installationsOf(api, signal);
    if (!all.ok) return all;
    const chosen = chosenInstallation(all.value, connection);
    if (!chosen.ok) return chosen;
    const overview = await api.overview(chosen.value.siteId, signal);
    if (!overview.ok) return overview;
    const gateway = overview.value.find(({ name }) => /gateway/i.test(name));
    site = {
      siteId: chosen.value.siteId,
      identity: {
        // The installation stays the same one when its GX is exchanged, and it is another source than the GX itself.
        serial: `vrm_site_${chosen.value.siteId}`,
        model: gateway?.productName ?? 'Victron installation in VRM',
        firmware: gateway?.firmwareVersion ?? null,
      },
      batteries: overview.value.flatMap(({ name, instance }) =>
        /battery/i.test(name) && instance !== null ? [instance] : [],
      ),
    };
    return ok(site);
  };

  /** What the newest values do not tell of the battery; null where nobody can say which battery is meant. */
  const batteryOf = (values: VenusValues, { batteries }: Site): number | null => {
    const [only, ...others] = values.instances('battery').length > 0 ? values.instances('battery') : batteries;
    return only !== undefined && others.length === 0 ? only : null;
  };

  const withBattery = async (
    readings: readonly Reading[],
    instance: number | null,
    { siteId }: Site,
    signal: AbortSignal,
  ): Promise<readonly Reading[]> => {
    const known = new Set(readings.filter(({ channelId }) => channelId === 'battery').map(({ metric }) => metric));
    const isWhole = OF_THE_BATTERY.every((metric) => known.has(metric));
    if (isWhole || instance === null || clock.monotonicMs() < askBatteryFromMs) return readings;
    const answer = await api.batterySummary(siteId, instance, signal);
    if (!answer.ok) return readings; // It was counted, and the rest is as good as without it.
    const more = widget.readings(answer.value, clock.now()).filter(({ metric }) => !known.has(metric));
    if (more.length === 0) askBatteryFromMs = clock.monotonicMs() + ASK_BATTERY_AGAIN_MS;
    return [...readings, ...more];
  };

  return {
    reader: {
      identify: async (signal) => {
        const found = await findSite(signal);
        return found.ok ? ok(found.value.identity) : found;
      },
      read: async (signal) => {
        const found = await findSite(signal);
        if (!found.ok) return found;
        const rows = await api.diagnosticRows(found.value.siteId, signal);
        if (!rows.ok) return rows;
        const receivedAt = clock.now();
        const dated = valuesOfRows(rows.value, receivedAt);
        rejected += dated.rejected;
        const readings = await withBattery(
          venusReadings(dated.values, { receivedAt, sensors }),
          batteryOf(dated.values, found.value),
          found.value,
          signal,
        );
        if (readings.length === 0) return nothingYet();
        present = [...new Set(readings.map(({ channelId }) => channelId))];
        return ok(readings);
      },
      diagnostics: () => {
        const counts = api.diagnostics();
        return { ...counts, rejected: counts.rejected + rejected };
      },
    },
    actuators: [],
    present: () => present ?? vrmChannels(connection).map(({ channelId }) => channelId),
    // Each request ends with its signal: nothing stays open between two.
    close: () => Promise.resolve(),
  };
};

const nothingYet = () =>
  temporary(
    'victron.no-values',
    'VRM has no values of this installation.',
    'Check in VRM that the GX is online and sends data; a new installation needs some minutes.',
  );

/** Every Victron system that sends to VRM, over the VRM API v2: to look at, with nothing to control. */
export const victronVrm: Driver = {
  id: 'victron-vrm',
  label: 'Victron VRM (cloud)',
  vendor: 'Victron Energy',
  products: [
    'Cerbo GX',
    'Ekrano GX',
    'Venus GX',
    'Color Control GX',
    'MultiPlus-II GX',
    'EasySolar-II GX',
    'GlobalLink 520',
  ],
  deviceClass: 'inverter',
  reach: 'cloud',
  connectionSchema,
  defaultHost: 'vrmapi.victronenergy.com',
  defaultPort: 443,
  needsUnitId: false,
  takesPassword: true,
  secret: {
    label: 'Access token',
    help: 'VRM: Preferences → Integrations → Access tokens. It is kept in the keychain.',
  },
  encryption: 'verify',
  options: [INSTALLATION_OPTION, SENSORS_OPTION],
  suggestOptions: async (options, deps, signal) => {
    const all = await installationsOf(createVrmApi(options, deps), signal);
    return all.ok
      ? ok(all.value.map(({ siteId, name }) => ({ field: INSTALLATION_OPTION.name, line: `${siteId}`, label: name })))
      : all;
  },
  pollPeriodMs: 180_000,
  // A GX sends every 1 to 15 minutes by its setting, and we look every 3.
  freshnessLimitMs: 1_200_000,
  parallelRequests: 1,
  channels: vrmChannels({ host: 'vrmapi.victronenergy.com', port: 443 }),
  channelsFor: vrmChannels,
  busKey: ({ host, port }) => `vrm:${host.toLowerCase()}:${port}`,
  open,
};
