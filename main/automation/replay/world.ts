import type { Quantity } from '../../../preload/contract/rules.ts';
import type { ChannelRef } from '../../../preload/contract/safety.ts';
import type { StoredForecast } from '../../store/types.ts';
import { forecastValue } from '../rules/forecast-values.ts';
import { localDayOf } from '../rules/local-day.ts';
import type { RuleNames, RuleWorld } from '../rules/types.ts';
import { weatherValue } from '../rules/weather-values.ts';
import type { Flows } from './flows.ts';
import type { Loads } from './loads.ts';
import { FORECAST_HOLDS_MS, storedKind } from './read-data.ts';
import { channelKey, type ReplayData, type ReplayHome } from './types.ts';

/** The past as rules see it, moved on step by step. */
export interface PastWorld {
  /** The same object each time: who keeps it sees it change. */
  readonly world: RuleWorld;
  moveTo(step: number, flows: Flows): void;
  /** The step is over: what its loads drew counts to their energy of the day. */
  endStep(): void;
}

const HOUR_MS = 3_600_000;
/** The exchange publishes the prices of the next day early in the afternoon. */
const NEXT_DAY_KNOWN_AT_MINUTES = 14 * 60;

const known = (column: Float64Array | undefined, step: number): number | null => {
  const value = column?.[step] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
};

/** The place of the last item whose time has come; −1 where none has. `timeOf` ascends. */
const lastBy = <Item>(items: readonly Item[], at: number, timeOf: (item: Item) => number): number => {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && timeOf(item) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

const sourcesOfThen = (data: ReplayData, zone: string) => {
  /** The newest forecast that had been issued, unless it is too old. */
  const forecast = (kind: StoredForecast['kind'], at: number): StoredForecast | null => {
    const issues = data.forecasts.get(kind) ?? [];
    const newest = issues[lastBy(issues, at, ({ issuedAt }) => issuedAt)];
    return newest === undefined || at - newest.issuedAt > FORECAST_HOLDS_MS ? null : newest;
  };
  const pricesWithin = (from: number, to: number) => {
    const first = Math.max(
      0,
      lastBy(data.prices, from, (row) => row.at),
    );
    const last = lastBy(data.prices, to - 1, (row) => row.at);
    return data.prices.slice(first, last + 1).filter((row) => row.at + row.stepMs > from);
  };
  const pricesKnown = (at: number, to: number) => {
    const today = localDayOf(at, zone);
    const knowsTomorrow = at >= today.momentOf(NEXT_DAY_KNOWN_AT_MINUTES);
    const until = knowsTomorrow ? localDayOf(today.endAt, zone).endAt : today.endAt;
    return pricesWithin(at, Math.min(to, until));
  };
  /** The newest weather that had come and says something of the span. */
  const weather = (at: number, from: number, to: number) => {
    for (let place = lastBy(data.weather, at, ({ knownAt }) => knownAt); place >= 0; place -= 1) {
      const issue = data.weather[place];
      if (issue === undefined || at - issue.knownAt > FORECAST_HOLDS_MS) break;
      const rows = issue.rows.filter((row) => row.at < to && row.at + row.stepMs > from);
      if (rows.length > 0) return rows;
    }
    return [];
  };
  let dayRows: readonly { readonly at: number; readonly stepMs: number; readonly perKwh: number }[] = [];
  let dayAt = Number.NaN;
  const pricesOfDay = (at: number) => {
    const day = localDayOf(at, zone);
    if (day.startAt !== dayAt) {
      dayAt = day.startAt;
      dayRows = pricesWithin(day.startAt, day.endAt).map((row) => ({
        at: row.at,
        stepMs: row.stepMs,
        perKwh: row.importPerKwh,
      }));
    }
    return dayRows;
  };
  return { forecast, pricesKnown, weather, pricesOfDay };
};

export const createPastWorld = (data: ReplayData, home: ReplayHome, names: RuleNames, loads: Loads): PastWorld => {
  const { site } = home;
  const zone = site.timeZone;
  const then = sourcesOfThen(data, zone);
  const energyToday = new Map<string, number>();
  const memo = new Map<Quantity, number | null>();
  let step = 0;
  let at = data.from;
  let lookedAt: number | null = null;
  let dayAt = Number.NaN;
  let flows: Flows = { pvW: null, loadW: null, batteryW: null, gridW: null, socPct: null };
  const refKey = ({ deviceId, channelId }: ChannelRef): string => channelKey(deviceId, channelId);
  const metered = new Set<string>();

  const surplus = (own: readonly ChannelRef[]): number | null => {
    const { gridW, batteryW } = flows;
    if (gridW === null || batteryW === null) return null;
    let sum = Math.min(0, batteryW) - gridW;
    for (const channel of own) {
      const powerW = loads.powerW(refKey(channel));
      if (powerW === null) return null;
      sum += Math.max(0, powerW);
    }
    return sum;
  };

  const read = (quantity: Quantity): number | null => {
    switch (quantity.of) {
      case 'soc':
        return flows.socPct;
      case 'pv-power':
        return flows.pvW;
      case 'load-power':
        return flows.loadW;
      case 'household-power':
        return known(data.householdW, step);
      case 'battery-power':
        return flows.batteryW;
      case 'import-power':
        return flows.gridW === null ? null : Math.max(0, flows.gridW);
      case 'export-power':
        return flows.gridW === null ? null : Math.max(0, -flows.gridW);
      case 'import-price':
        return known(data.importPerKwh, step);
      case 'export-price':
        return known(data.exportPerKwh, step);
      case 'carbon':
        return known(data.carbon, step);
      case 'battery-voltage':
        return known(data.voltageV, step);
      case 'channel-power':
        return loads.powerW(refKey(quantity.channel));
      case 'channel-temperature':
        return known(data.channels.get(refKey(quantity.channel))?.tempC, step);
      case 'channel-energy-today':
        metered.add(refKey(quantity.channel));
        return loads.powerW(refKey(quantity.channel)) === null
          ? null
          : (energyToday.get(refKey(quantity.channel)) ?? 0);
      case 'forecast':
        return forecastValue(quantity, at, {
          forecast: (kind) => then.forecast(storedKind(kind), at),
          prices: then.pricesKnown,
        });
      case 'weather':
        return weatherValue(quantity, at, (from, to) => then.weather(at, from, to));
      case 'surplus-power':
        return null; // Asked with the rule's own channels.
    }
  };

  const world: RuleWorld = {
    get at() {
      return at;
    },
    zone,
    latitude: site.latitude,
    longitude: site.longitude,
    mode: 'automate',
    names,
    get lookedAt() {
      return lookedAt;
    },
    quantity: (quantity, own) => {
      if (quantity.of === 'surplus-power') return surplus(own);
      const found = memo.get(quantity);
      if (found !== undefined) return found;
      const value = read(quantity);
      memo.set(quantity, value);
      return value;
    },
    isOn: (channel) => loads.isOn(refKey(channel)),
    isHeld: () => false,
    // Whether a device answered then was not kept.
    isOnline: () => null,
    pricesOfDay: () => then.pricesOfDay(at),
  };
  return {
    world,
    moveTo: (next, present) => {
      memo.clear();
      lookedAt = next === 0 ? null : at;
      step = next;
      at = data.from + next * data.stepMs;
      flows = present;
      const startAt = localDayOf(at, zone).startAt;
      if (startAt !== dayAt) energyToday.clear();
      dayAt = startAt;
    },
    endStep: () => {
      // Only of channels that a rule asks for.
      for (const key of metered) {
        const powerW = loads.powerW(key);
        if (powerW !== null)
          energyToday.set(key, (energyToday.get(key) ?? 0) + (powerW * data.stepMs) / HOUR_MS / 1000);
      }
    },
  };
};
