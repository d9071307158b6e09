import type { Battery, GridLimits } from '../types.ts';
import { bestEnd, keptIn, storedBounds } from './course.ts';
import type { Curve } from './curve.ts';
import { meterOf } from './meter.ts';
import { costOf, flowAt, powerOf, reachOf, type Stage } from './step-cost.ts';

/** What a plan wants of a step, whatever the load and the sun then really are. */
export interface Intent {
  /** What a stored energy at the end of the step costs from there on (falling: it is worth something). */
  readonly ahead: Curve;
  /** An import that the battery keeps for as long as it can; null where there is none. */
  readonly importCapKw: number | null;
  readonly importPrice: number;
  readonly exportPrice: number;
}

/** What is measured now, and how long the step still lasts. */
export interface Moment {
  readonly loadKw: number;
  readonly pvKw: number;
  readonly storedKwh: number;
  readonly hoursLeft: number;
}

export interface Held {
  /** + charging. */
  readonly batteryKw: number;
  /** + import. */
  readonly gridKw: number;
  readonly curtailKw: number;
}

/** So short is no decision: a minute. */
const LEAST_HOURS = 1 / 60;

/**
 * The battery's power now: what is cheapest for the rest of the step, counting what stays stored by what the plan says that it
 * is worth. So a plan survives its forecasts: more sun is stored or sold, more load is served or bought, as is worth more.
 * The limits of the battery come first, then the grid's and the cap (where they cannot be kept, as near to them as it goes), then
 * the money.
 */
export const holdIntent = (intent: Intent, moment: Moment, battery: Battery, grid: GridLimits): Held => {
  const hours = Math.max(LEAST_HOURS, moment.hoursLeft);
  const netKw = moment.loadKw - moment.pvKw;
  const { least, most } = storedBounds(battery);
  const left = keptIn(battery, hours) * moment.storedKwh;
  // What the charge itself allows for the rest of the step; beyond its bounds it may only come back.
  const room = powerOf(battery, Math.max(0, most - left), hours);
  const stock = -powerOf(battery, Math.min(0, least - left), hours);
  const stageUpTo = (maxImportKw: number): Stage => ({
    netKw,
    pvKw: moment.pvKw,
    meter: meterOf({
      bought: intent.importPrice,
      sold: intent.exportPrice,
      maxImportKw,
      maxExportKw: grid.maxExportKw,
      soft: null,
    }),
    mostChargeKw: Math.min(battery.maxChargeKw, room, battery.fromGrid ? room : Math.max(0, -netKw)),
    mostDischargeKw: Math.min(battery.maxDischargeKw, stock, battery.toGrid ? stock : Math.max(0, netKw)),
    sunOnly: !battery.fromGrid,
    wishes: [],
  });
  const leastImport = netKw + (reachOf(stageUpTo(Number.POSITIVE_INFINITY))?.lowKw ?? 0);
  const limit = Math.min(grid.maxImportKw, intent.importCapKw ?? Number.POSITIVE_INFINITY);
  const stage = stageUpTo(Math.max(limit, leastImport));
  const cost = costOf(stage, battery, hours, battery.wearCostPerKwh);
  const reach = reachOf(stage);
  if (cost === null || reach === null) return { batteryKw: 0, gridKw: netKw, curtailKw: 0 };
  const wanted = powerOf(battery, bestEnd(cost, intent.ahead, left) - left, hours);
  const batteryKw = Math.min(reach.highKw, Math.max(reach.lowKw, wanted));
  const gridKw = flowAt(stage, batteryKw)?.gridKw ?? netKw + batteryKw;
  return { batteryKw, gridKw, curtailKw: Math.max(0, gridKw - netKw - batteryKw) };
};
