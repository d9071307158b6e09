import type { Measure } from '../../../preload/contract/base.ts';
import type { ChannelConfig } from '../../../preload/contract/devices.ts';
import type { Quantity } from '../../../preload/contract/rules.ts';
import type { ChannelRef } from '../../../preload/contract/safety.ts';
import type { LiveState, Site } from '../../../preload/contract/site.ts';
import { isOn } from '../../control/stage.ts';
import type { Commander } from '../../control/types.ts';
import type { Feeds } from '../../feeds/service-types.ts';
import { channelEnergyToday } from '../../store/quarters-today.ts';
import type { PriceRow, Store, StoredForecast } from '../../store/types.ts';
import { freshnessOf } from '../../telemetry/freshness.ts';
import type { Telemetry } from '../../telemetry/types.ts';
import { forecastValue } from './forecast-values.ts';
import { localDayOf } from './local-day.ts';
import type { RuleNames, RuleWorld } from './types.ts';
import { weatherValue } from './weather-values.ts';

/** After a load was switched its meter and the grid's do not yet speak of the same moment. */
const SETTLING_MS = 60_000;
const HOUR_MS = 3_600_000;

export interface WorldDeps {
  readonly store: Pick<Store, 'prices' | 'settings' | 'forecasts' | 'series' | 'rollups' | 'readings'>;
  readonly telemetry: Pick<Telemetry, 'live' | 'latest' | 'channels' | 'pollers'>;
  readonly commander: Pick<Commander, 'view' | 'mode'>;
  readonly feeds: Pick<Feeds, 'weatherFor' | 'carbonFor'>;
}

/** Only a memo: what is asked for does not change while its rule stands. */
const quantityKeys = new WeakMap<Quantity, string>();
const quantityKey = (quantity: Quantity): string => {
  const key = quantityKeys.get(quantity) ?? JSON.stringify(quantity);
  quantityKeys.set(quantity, key);
  return key;
};

/** A value to decide on; null when it is old or absent. */
const known = (measure: Measure): number | null =>
  measure.freshness === 'fresh' || measure.freshness === 'late' ? measure.value : null;

const keyOf = ({ deviceId, channelId }: ChannelRef): string => `${deviceId}/${channelId}`;

/** The present as rules see it: taken once, each value read at most once, so that all rules decide on the same house. */
export const createLiveWorld = (
  deps: WorldDeps,
  site: Site,
  names: RuleNames,
  at: number,
  lookedAt: number | null,
): RuleWorld => {
  const { store, telemetry, commander, feeds } = deps;
  const zone = site.timeZone;
  const memo = new Map<string, number | null>();
  const once = (key: string, read: () => number | null): number | null => {
    const found = memo.get(key);
    if (found !== undefined) return found;
    const value = read();
    memo.set(key, value);
    return value;
  };
  const lazy = <Value>(make: () => Value): (() => Value) => {
    let made: { readonly value: Value } | null = null;
    return () => {
      made ??= { value: make() };
      return made.value;
    };
  };

  const pricesOfDay = lazy(() =>
    dayPrices().map((row) => ({ at: row.at, stepMs: row.stepMs, perKwh: row.importPerKwh })),
  );

  const live: LiveState = telemetry.live(site.id);
  const gridW = known(live.gridW);
  const channels = lazy(
    () =>
      new Map<string, ChannelConfig>(
        telemetry
          .channels(site.id)
          .map(({ deviceId, config }) => [keyOf({ deviceId, channelId: config.channelId }), config]),
      ),
  );
  const hasBattery = lazy(() => [...channels().values()].some((config) => config.role === 'battery'));
  const pollers = lazy(() => new Map(telemetry.pollers(site.id).map((poller) => [poller.deviceId, poller.state])));
  const forecasts = new Map<StoredForecast['kind'], StoredForecast | null>();
  const forecast = (kind: StoredForecast['kind']): StoredForecast | null => {
    const found = forecasts.get(kind);
    if (found !== undefined) return found;
    const latest = store.forecasts.latest(site.id, kind) ?? null;
    forecasts.set(kind, latest);
    return latest;
  };
  const dayPrices = lazy((): readonly PriceRow[] => {
    const day = localDayOf(at, zone);
    return store.prices
      .range(site.id, day.startAt - HOUR_MS, day.endAt)
      .filter((row) => row.at >= day.startAt || row.at + row.stepMs > day.startAt);
  });

  const reading = (channel: ChannelRef, metric: 'powerW' | 'tempC'): number | null => {
    const found = telemetry.latest(channel.deviceId, channel.channelId, metric);
    if (!found || pollers().get(channel.deviceId) === 'offline') return null;
    return freshnessOf(at - found.measuredAt, found.limitMs) === 'stale' ? null : found.value;
  };
  const isChannelOn = (channel: ChannelRef): boolean | null => {
    const { setpoint } = commander.view(channel.deviceId, channel.channelId);
    if (setpoint !== null) return isOn(setpoint);
    return live.loads.find((load) => keyOf(load) === keyOf(channel))?.on ?? null;
  };

  /** What the rule's own loads draw, W; null while one of them has just been switched, or nobody knows. */
  const ownPower = (own: readonly ChannelRef[]): number | null => {
    let sum = 0;
    for (const channel of own) {
      const { pending, setpointSince } = commander.view(channel.deviceId, channel.channelId);
      if (pending !== null || (setpointSince !== null && Math.abs(at - setpointSince) < SETTLING_MS)) return null;
      const on = isChannelOn(channel);
      const powerW =
        reading(channel, 'powerW') ??
        (on === false ? 0 : on === true ? (channels().get(keyOf(channel))?.ratedPowerW ?? null) : null);
      if (powerW === null) return null;
      sum += Math.max(0, powerW);
    }
    return sum;
  };
  const surplus = (own: readonly ChannelRef[]): number | null => {
    // A home without a battery gives nothing out of one; a battery that does not answer is unknown.
    const batteryW = live.batteryW.freshness === 'absent' && !hasBattery() ? 0 : known(live.batteryW);
    const ownW = ownPower(own);
    return gridW === null || batteryW === null || ownW === null ? null : ownW - gridW + Math.min(0, batteryW);
  };

  const priceNow = (side: 'importPerKwh' | 'exportPerKwh'): number | null => {
    const row = dayPrices().find((each) => each.at <= at && at < each.at + each.stepMs);
    if (row) return row[side];
    const { fixedImportPerKwh, fixedExportPerKwh } = store.settings.get(site.id);
    return side === 'importPerKwh' ? fixedImportPerKwh : fixedExportPerKwh;
  };
  const carbonNow = (): number | null => {
    const rows = feeds.carbonFor(site.id, at - HOUR_MS, at + 1);
    return rows.findLast((row) => row.at <= at && at < row.at + row.stepMs)?.gPerKwh ?? null;
  };

  const read = (quantity: Quantity, own: readonly ChannelRef[]): number | null => {
    switch (quantity.of) {
      case 'soc':
        return known(live.socPct);
      case 'pv-power':
        return known(live.pvW);
      case 'load-power':
        return known(live.loadW);
      case 'household-power':
        return known(live.householdW);
      case 'battery-power':
        return known(live.batteryW);
      case 'import-power':
        return gridW === null ? null : Math.max(0, gridW);
      case 'export-power':
        return gridW === null ? null : Math.max(0, -gridW);
      case 'surplus-power':
        return once(`surplus/${own.map(keyOf).join('|')}`, () => surplus(own));
      case 'import-price':
        return once('import-price', () => priceNow('importPerKwh'));
      case 'export-price':
        return once('export-price', () => priceNow('exportPerKwh'));
      case 'carbon':
        return once('carbon', carbonNow);
      case 'battery-voltage':
        return known(live.batteryVoltageV);
      case 'channel-power':
        return once(quantityKey(quantity), () => reading(quantity.channel, 'powerW'));
      case 'channel-temperature':
        return once(quantityKey(quantity), () => reading(quantity.channel, 'tempC'));
      case 'channel-energy-today':
        return once(quantityKey(quantity), () =>
          channelEnergyToday(store, { siteId: site.id, ...quantity.channel }, zone, at),
        );
      case 'forecast':
        return once(quantityKey(quantity), () =>
          forecastValue(quantity, at, {
            forecast: (kind) => forecast(kind === 'pv' ? 'solar' : kind),
            prices: (from, to) => store.prices.range(site.id, from - HOUR_MS, to),
          }),
        );
      case 'weather':
        return once(quantityKey(quantity), () =>
          weatherValue(quantity, at, (from, to) => feeds.weatherFor(site.id, from, to)),
        );
    }
  };

  return {
    at,
    zone,
    latitude: site.latitude,
    longitude: site.longitude,
    mode: commander.mode(site.id),
    names,
    lookedAt,
    quantity: read,
    isOn: isChannelOn,
    isHeld: (channel) => {
      const { hold } = commander.view(channel.deviceId, channel.channelId);
      return hold !== null && hold.until > at && (hold.origin === 'manual' || hold.origin === 'stop');
    },
    isOnline: (deviceId) => {
      const state = pollers().get(deviceId);
      return state === undefined || state === 'starting' ? null : state !== 'offline';
    },
    pricesOfDay,
  };
};
