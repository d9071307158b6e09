import { stepLoads } from '../loads.ts';
import { publishedPrices } from '../published.ts';
import type { Past, SimPolicy, SimSite } from '../types.ts';
import { CHANCES, SCENARIOS, type Usual } from '../usual.ts';
import { tierLoads } from './tier-loads.ts';

const HOUR_MS = 3_600_000;
const LOOK_HOURS = 24;
/** Bounds of the tiers: the lowest charge ahead, as a share of the usable capacity. */
const PLENTY = 0.4;
const ENOUGH = 0.15;
/** Shares of the prices ahead that count as cheap and as dear. */
const CHEAP = 0.2;
const DEAR = 0.5;

const mean = (values: Float64Array): number => values.reduce((sum, value, bin) => sum + value * (CHANCES[bin] ?? 0), 0);

/**
 * Fixed tiers by the lowest charge ahead on self-consumption, from forecasts: with plenty the battery covers the house always,
 * with enough in the dearer half of the hours, else it holds what it has and takes the cheapest hours from the grid.
 */
export const tiersPolicy = (past: Past, site: SimSite, usual: Usual): SimPolicy => {
  const { battery } = site;
  const prices = publishedPrices(past);
  const load = new Float64Array(SCENARIOS);
  const sun = new Float64Array(SCENARIOS);
  const look = Math.round((LOOK_HOURS * HOUR_MS) / past.stepMs);
  const sunOf = (step: number, next: number): number =>
    usual.belief().reduce((sum, chance, sky) => {
      usual.of(step, next, sky, load, sun);
      return sum + chance * mean(sun);
    }, 0);
  const miners = tierLoads(past, site, stepLoads(past, site.loads), (step, next) => {
    const sunKw = sunOf(step, next);
    return sunKw - mean(load);
  });
  return {
    name: 'tiers',
    holdsBack: false,
    wishes: miners.wishes,
    decide: (state) => {
      const { step, energyKwh } = state;
      if (site.loads.length > 0) {
        usual.look(step);
        miners.decide(state);
      }
      if (battery === null) return { kind: 'rest' };
      const least = (battery.minSocPct / 100) * battery.capacityKwh;
      const most = (battery.maxSocPct / 100) * battery.capacityKwh;
      usual.look(step);
      const end = Math.min(past.end, step + look);
      const ahead: number[] = [];
      let stored = energyKwh;
      let lowest = stored;
      for (let next = step; next < end; next += 1) {
        const surplus = (sunOf(step, next) - mean(load)) * past.hours;
        const change = surplus > 0 ? surplus * battery.chargeEfficiency : surplus / battery.dischargeEfficiency;
        stored = Math.min(most, Math.max(least, stored + change));
        lowest = Math.min(lowest, stored);
        ahead.push(prices.importPrice(step, next));
      }
      const share = most > least ? (lowest - least) / (most - least) : 1;
      if (share >= PLENTY) return { kind: 'follow', charge: true, discharge: true };
      const sorted = ahead.toSorted((one, other) => one - other);
      const level = (of: number): number => sorted[Math.min(sorted.length - 1, Math.floor(of * sorted.length))] ?? 0;
      const price = past.importPrice[step] ?? 0;
      const { chargeEfficiency, dischargeEfficiency, wearCostPerKwh } = battery;
      const worth = (level(CHEAP) + 2 * wearCostPerKwh) / (chargeEfficiency * dischargeEfficiency);
      const dear = price >= level(DEAR);
      if (share < ENOUGH && price <= level(CHEAP) && worth < level(0.8)) {
        const kw = Math.min(battery.maxChargeKw, battery.capacityKwh / (LOOK_HOURS * CHEAP));
        return {
          kind: 'value',
          dispatch: (_, now) => Math.min(battery.maxChargeKw, Math.max(kw, now.pvKw - now.loadKw)),
        };
      }
      return { kind: 'follow', charge: true, discharge: dear };
    },
  };
};
