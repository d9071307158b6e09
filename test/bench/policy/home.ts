import { localHour, localWeekday } from '../../../main/zone.ts';
import type { PolicyHome, PolicySeries } from '../../../models/control-policy/types.ts';
import { createData } from '../plan/data.ts';

export const ZONE = 'Europe/Berlin';
const HOUR_MS = 3_600_000;
/** Network charges, levies and tax beside the market's price, EUR per kWh, and what the market pays back. */
const ADDED_TAX = 1.19;
const CHARGES = 0.15;
const FEED_IN = 0.079;
/** Tomorrow's prices are out at this local hour. */
const AUCTION_HOUR = 13;

/** A usual battery for the measured home in Eschborn. */
export const HOME: PolicyHome = {
  battery: {
    ...{ capacityKwh: 10, minSocPct: 10, maxSocPct: 100, maxChargeKw: 5, maxDischargeKw: 5 },
    ...{ chargeEfficiency: 0.95, dischargeEfficiency: 0.95, standingLossPerHour: 0.0002, wearCostPerKwh: 0.02 },
    ...{ fromGrid: true, toGrid: false },
  },
  maxImportKw: 17,
  maxExportKw: 10,
};

/** Measured use and sun of the home with the German market's prices of the same hours. */
export const measuredSeries = (from: string, to: string, stepMinutes: number): PolicySeries => {
  const data = createData();
  const stepMs = stepMinutes * 60_000;
  const startAt = Date.parse(from);
  const steps = Math.round((Date.parse(to) - startAt) / stepMs);
  const column = (of: (at: number) => number) =>
    Float64Array.from({ length: steps }, (_, step) => of(startAt + step * stepMs));
  const spot = data.spot(startAt, stepMs, steps);
  const hour = column((at) => localHour(at, ZONE));
  return {
    startAt,
    stepHours: stepMs / HOUR_MS,
    loadKw: Float64Array.from(data.powerKw('load_total_kwh', startAt, stepMs, steps)),
    pvKw: Float64Array.from(data.powerKw('pv_total_kwh', startAt, stepMs, steps)),
    importPrice: Float64Array.from(spot, (price) => price * ADDED_TAX + CHARGES * ADDED_TAX),
    exportPrice: new Float64Array(steps).fill(FEED_IN),
    localHour: hour,
    weekday: column((at) => localWeekday(at, ZONE)),
    knownSteps: hour.map((each) => Math.ceil(((each >= AUCTION_HOUR ? 48 : 24) - each) * (HOUR_MS / stepMs))),
  };
};
