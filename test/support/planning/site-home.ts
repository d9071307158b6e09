import type { ChannelSnapshot } from '../../../main/control/types.ts';
import { channelId, deviceId } from '../../../main/ids.ts';
import type { ForecastOutlook } from '../../../main/learning/types.ts';
import { createPastPeaks } from '../../../main/planning/site/past-peaks.ts';
import type { SiteDeps } from '../../../main/planning/site/types.ts';
import type { StoredCarbon } from '../../../main/store/feed-types.ts';
import type { DeviceRecord, Store } from '../../../main/store/types.ts';
import type { FreshReading } from '../../../main/telemetry/types.ts';
import type { Metric } from '../../../preload/contract/base.ts';
import type { ChannelConfig, ControlKind } from '../../../preload/contract/devices.ts';
import type { WeatherPoint } from '../../../preload/contract/feeds.ts';
import type { ForecastKind } from '../../../preload/contract/insight.ts';
import type { Tariff, TariffRate } from '../../../preload/contract/tariff.ts';
import { channelConfig, fresh, liveState } from '../house-views.ts';
import { HOME, tempStore } from '../store/temp-store.ts';

const HOUR_MS = 3_600_000;

/** What the parts around the planner would say; every function of the hour of the UTC day. */
export interface Surround {
  now: number;
  socPct: number | null;
  stale: boolean;
  /** W by moment. */
  loadW: (at: number) => number;
  pvW: (at: number) => number;
  /** How far poor and good lie from the middle, as a share. */
  spread: number;
  forecastHours: number;
  rates: readonly TariffRate[];
  tariff: Tariff | null;
  carbon: readonly StoredCarbon[];
  weather: readonly WeatherPoint[];
  snapshots: ChannelSnapshot[];
  readings: Map<string, FreshReading>;
}

const outlookOf = (kind: ForecastKind, surround: Surround): ForecastOutlook => {
  const { now, spread, forecastHours } = surround;
  const first = Math.floor(now / HOUR_MS) * HOUR_MS;
  const valueAt = kind === 'load' ? surround.loadW : surround.pvW;
  return {
    issuedAt: now - 600_000,
    servedBecause: 'Nothing better is there.',
    points: Array.from({ length: kind === 'wind' ? 0 : forecastHours }, (_, hour) => {
      const at = first + hour * HOUR_MS;
      const p50 = valueAt(at);
      return { at, p10: p50 * (1 - spread), p50, p90: p50 * (1 + spread) };
    }),
  };
};

export const deviceWith = (id: string, channels: readonly Partial<ChannelConfig>[]): DeviceRecord => ({
  id: deviceId(id),
  siteId: HOME,
  driverId: 'shelly-gen2',
  name: id,
  identity: null,
  connection: { host: '192.0.2.9', port: 80 },
  channels: channels.map((channel) => channelConfig(channel)),
});

export const snapshotOf = (
  id: string,
  config: ChannelConfig,
  control: ControlKind,
  more: Partial<ChannelSnapshot> = {},
): ChannelSnapshot => ({
  ...{ deviceId: deviceId(id), config, control, deviceState: 'online', current: null, powerW: null },
  ...{ sinceChangeMs: null, switchesLastHour: 0, writesToday: 0, hold: null, busy: false },
  ...more,
});

/** A home over a real database; everything else around it says what the test wants. */
export const siteHome = async (more: Partial<Surround> = {}) => {
  const { store } = await tempStore();
  const surround: Surround = {
    now: Date.parse('2026-06-17T11:40:00Z'),
    ...{ socPct: 60, stale: false, loadW: () => 500, pvW: () => 0, spread: 0.2, forecastHours: 72 },
    ...{ rates: [], tariff: null, carbon: [], weather: [], snapshots: [], readings: new Map() },
    ...more,
  };
  const deps: SiteDeps & { readonly store: Store } = {
    store,
    telemetry: {
      live: () => {
        const soc = fresh(surround.socPct, '%');
        return liveState({ socPct: surround.stale ? { ...soc, freshness: 'stale' } : soc });
      },
      latest: (device, channel, metric) => surround.readings.get(`${device}/${channel}/${metric}`),
    },
    learning: { outlook: (_, kind) => outlookOf(kind, surround) },
    feeds: { carbonFor: () => surround.carbon, weatherFor: () => surround.weather },
    tariffs: { ratesOf: () => surround.rates, tariffAt: () => surround.tariff },
    commander: { channels: () => surround.snapshots },
    pastPeaks: createPastPeaks(store),
  };
  const read = (device: string, channel: string, metric: Metric, value: number): void => {
    surround.readings.set(`${device}/${channel}/${metric}`, {
      ...{ channelId: channelId(channel), metric, value, quality: 'good' },
      ...{ measuredAt: surround.now, receivedAt: surround.now, limitMs: 300_000 },
    });
  };
  return { store, deps, surround, read };
};

/** Rates of an hour each from `from` on. */
export const hourlyRates = (from: number, prices: readonly number[], exportPerKwh = 0.08): readonly TariffRate[] =>
  prices.map((importPerKwh, hour) => ({
    ...{ at: from + hour * HOUR_MS, stepMs: HOUR_MS, importPerKwh, exportPerKwh },
    ...{ source: 'Dynamic, prices of EPEX', assumed: false },
  }));
