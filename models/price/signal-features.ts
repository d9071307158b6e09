import type { MarketSlot } from './market-signals.ts';
import { feature, type PriceFeature, type PriceMoment } from './price-feature.ts';
import { endOf } from './price-features.ts';
import { byHour, meanOf, type SignalTable } from './price-origin.ts';

const NAMES: Readonly<Record<MarketSlot, string>> = {
  load: 'Load of the grid',
  solar: 'Solar power of the grid',
  wind: 'Wind power of the grid',
  residual: 'Load that renewables leave',
  neighbours: 'Mean price of other markets',
  gas: 'Price of gas',
  carbon: 'Price of carbon',
  coal: 'Price of coal',
};
const HOURLY = ['load', 'solar', 'wind', 'residual', 'neighbours'] as const;
const DAILY = ['gas', 'carbon', 'coal'] as const;
const UNIT = 'spreads of 28 days';

/** 0 where the frame knows nothing of it: what a usual day is. */
const of = (slot: MarketSlot, value: (moment: PriceMoment, table: SignalTable) => number) => (moment: PriceMoment) => {
  const table = moment.at.signals.find((each) => each.slot === slot);
  return table === undefined ? 0 : value(moment, table) / table.spread;
};
const unusual = (table: SignalTable): Float64Array => byHour((hour) => table.at(0, hour) - table.mean(hour, 28));
const sinceWeek = (table: SignalTable): Float64Array => byHour((hour) => table.at(0, hour) - table.at(7, hour));

const hourlyFeatures = (slot: MarketSlot): readonly PriceFeature[] => {
  const what = NAMES[slot];
  return [
    feature(
      `${slot}_newest`,
      'profile',
      UNIT,
      `${what} at this hour of the newest day, less the usual`,
      of(slot, (m, t) => t.at(0, m.hour) - t.mean(m.hour, 28)),
    ),
    feature(
      `${slot}_weekday`,
      'hour',
      UNIT,
      `${what} at this hour of the newest same weekday, less the usual`,
      of(slot, (m, t) => t.at(m.of.weekBack[m.hour] ?? 6, m.hour) - t.mean(m.hour, 28)),
    ),
    feature(
      `${slot}_end`,
      'day',
      UNIT,
      `${what} in the last 2 hours, less the usual`,
      of(slot, (m, t) => endOf(m, unusual(t), 2)),
    ),
    feature(
      `${slot}_day`,
      'day',
      UNIT,
      `${what} on the newest day, less the usual`,
      of(slot, (_, t) => meanOf(unusual(t))),
    ),
    feature(
      `${slot}_since_weekday`,
      'hour',
      UNIT,
      `${what} at this hour of the newest day, less the newest same weekday`,
      of(slot, (m, t) => t.at(0, m.hour) - t.at(m.of.weekBack[m.hour] ?? 6, m.hour)),
    ),
    feature(
      `${slot}_end_since_week`,
      'day',
      UNIT,
      `${what} in the last 4 hours, less a week before`,
      of(slot, (m, t) => endOf(m, sinceWeek(t), 4)),
    ),
    feature(
      `${slot}_week`,
      'hour',
      UNIT,
      `${what} at this hour over 7 days, less the newest same weekday`,
      of(slot, (m, t) => t.mean(m.hour, 7) - t.at(m.of.weekBack[m.hour] ?? 6, m.hour)),
    ),
  ];
};

const dailyFeatures = (slot: MarketSlot): readonly PriceFeature[] => [
  feature(
    `${slot}_month`,
    'day',
    UNIT,
    `${NAMES[slot]} on the newest day, less the mean of 28 days`,
    of(slot, (_, t) => meanOf(unusual(t))),
  ),
  feature(
    `${slot}_week`,
    'day',
    UNIT,
    `${NAMES[slot]} on the newest day, less a week before`,
    of(slot, (_, t) => meanOf(sinceWeek(t))),
  ),
];

/** Features of the market's measurements; each is 0 where the frame has no such signal. */
export const SIGNAL_FEATURES: readonly PriceFeature[] = [
  ...HOURLY.flatMap(hourlyFeatures),
  ...DAILY.flatMap(dailyFeatures),
];
