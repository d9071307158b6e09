import type { LoadWish } from '../../../preload/contract/plan-settings.ts';
import type { ChannelRef } from '../../../preload/contract/safety.ts';
import type { Feeds } from '../../feeds/service-types.ts';
import type { SiteId } from '../../ids.ts';
import type { ChannelState } from './channel-state.ts';
import { HOUR_MS } from './grid-of-steps.ts';
import type { SiteDeps } from './types.ts';

const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** A miner's earnings, where a person types them among the commodities: money for a TH/s in a day. */
const HASHPRICE = 'hashprice';
/** W of a TH/s times this are kWh in a day. */
const KWH_A_DAY_PER_W = 0.024;
/** Without any price a kWh is worth this. */
const ANY_PRICE = 0.1;
/** A charger cannot go below 6 A of one phase at 230 V. */
const LEAST_CAR_KW = 1.4;

export type SuggestionDeps = Pick<SiteDeps, 'telemetry'> & {
  readonly store: Pick<SiteDeps['store'], 'prices'>;
  readonly feeds: Pick<Feeds, 'commoditiesFor'>;
};

/** What a kWh in this miner earns: the typed earnings of a TH/s and day over the energy that it takes; null where either is not known. */
const earningPerKwh = (
  deps: SuggestionDeps,
  siteId: SiteId,
  { deviceId, config }: ChannelState,
  now: number,
): number | null => {
  const typed = deps.feeds.commoditiesFor(siteId, now - 4 * WEEK_MS, now).findLast(({ name }) => name === HASHPRICE);
  const efficiency = deps.telemetry.latest(deviceId, config.channelId, 'efficiencyJTh')?.value ?? 0;
  if (typed === undefined || efficiency <= 0) return null;
  const perThDay = typed.unit.toLowerCase().includes('/ph') ? typed.value / 1000 : typed.value;
  return perThDay / (efficiency * KWH_A_DAY_PER_W);
};

/** The middle import price of the last week and of what is known ahead: a load with this value runs in the cheaper half. */
const middlePrice = (deps: SuggestionDeps, siteId: SiteId, now: number): number => {
  const prices = deps.store.prices
    .range(siteId, now - WEEK_MS, now + 2 * DAY_MS)
    .map(({ importPerKwh }) => importPerKwh)
    .toSorted((one, other) => one - other);
  return prices[Math.floor(prices.length / 2)] ?? ANY_PRICE;
};

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** The wish that suits a load of this role, until a person says another. `sensor` measures what it heats or cools. */
export const suggestionFor = (
  deps: SuggestionDeps,
  siteId: SiteId,
  state: ChannelState,
  sensor: ChannelRef | null,
  now: number,
): LoadWish => {
  const run = (minutes: number, from: string, to: string, inOnePiece: boolean): LoadWish => ({
    ...{ kind: 'run', minutes, from, to, days: [], inOnePiece },
  });
  switch (state.config.role) {
    case 'miner': {
      const value = earningPerKwh(deps, siteId, state, now) ?? middlePrice(deps, siteId, now);
      return { kind: 'value', valuePerKwh: rounded(Math.min(100, Math.max(0, value)), 3) };
    }
    case 'ev': {
      const maxKw = rounded(state.ratedKw, 2);
      return {
        kind: 'energy',
        energyKwh: 20,
        from: '18:00',
        to: '07:00',
        days: [],
        minKw: Math.min(LEAST_CAR_KW, maxKw),
        maxKw,
      };
    }
    case 'water-heater':
      return sensor === null
        ? run(120, '10:00', '17:00', false)
        : { kind: 'tank', litres: 200, minC: 45, maxC: 60, sensor, drawKwhPerDay: 6, heatPerKwh: 1 };
    case 'heat-pump':
      return sensor === null
        ? run(480, '05:00', '22:00', false)
        : { kind: 'comfort', minC: 20, maxC: 22.5, sensor, direction: 'heat', heatPerKwh: 3 };
    case 'climate':
      return sensor === null
        ? run(120, '12:00', '18:00', false)
        : { kind: 'comfort', minC: 22, maxC: 25, sensor, direction: 'cool', heatPerKwh: 3 };
    default:
      return run(120, '10:00', '17:00', true);
  }
};
