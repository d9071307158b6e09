import type { SiteSettings } from '../../../preload/contract/house.ts';
import type { PlanSettings } from '../../../preload/contract/plan-settings.ts';
import type { Safety } from '../../../preload/contract/safety.ts';
import type { Battery, GridLimits } from '../types.ts';

export const BATTERY_ID = 'battery';
/** Of common home batteries, where nobody typed a limit: half the capacity an hour. */
const KW_PER_KWH = 0.5;
const HOURS_A_DAY = 24;

const kw = (powerW: number | null): number => (powerW === null ? Number.POSITIVE_INFINITY : powerW / 1000);

/** What the grid may give and take: the settings' limits, and what the main fuse carries on all phases. */
export const gridLimitsOf = (settings: SiteSettings, safety: Safety): GridLimits => {
  const fuseKw =
    safety.fuseA === null ? Number.POSITIVE_INFINITY : (safety.fuseA * safety.voltageV * safety.phases) / 1000;
  return {
    maxImportKw: Math.min(settings.maxGridImportW / 1000, fuseKw),
    maxExportKw: Math.min(settings.maxGridExportW / 1000, fuseKw),
  };
};

/** The home's battery; null where its capacity is not known. The reserve is put in later, when the forecasts are read. */
export const batteryOf = (input: {
  readonly settings: SiteSettings;
  readonly safety: Safety;
  readonly wishes: PlanSettings['battery'];
  readonly socPct: number;
}): Battery | null => {
  const { settings, safety, wishes, socPct } = input;
  const capacityKwh = settings.batteryCapacityKwh;
  if (capacityKwh === null || capacityKwh <= 0) return null;
  const usualKw = capacityKwh * KW_PER_KWH;
  const limitKw = (typedW: number | null): number =>
    Math.min(typedW === null ? usualKw : typedW / 1000, kw(safety.inverterMaxW));
  return {
    id: BATTERY_ID,
    capacityKwh,
    minSocPct: settings.minimumSocPct,
    maxSocPct: 100,
    initialSocPct: Math.min(100, Math.max(0, socPct)),
    finalSocPct: null,
    finalValuePerKwh: 0,
    maxChargeKw: limitKw(safety.batteryMaxChargeW),
    maxDischargeKw: limitKw(safety.batteryMaxDischargeW),
    chargeEfficiency: wishes.chargeEfficiencyPct / 100,
    dischargeEfficiency: wishes.dischargeEfficiencyPct / 100,
    standingLossPerHour: 1 - (1 - wishes.standingLossPctPerDay / 100) ** (1 / HOURS_A_DAY),
    wearCostPerKwh: wishes.wearPerKwh,
    reserveSocPct: null,
    reservePricePerKwh: 0,
    fromGrid: wishes.fromGrid,
    toGrid: wishes.toGrid,
  };
};

/**
 * What a stored kWh is worth at the end of the horizon: it saves an import of the cheaper half of the last day, less the loss
 * on the way out and the wear. The cheaper half, because a kWh that is missing can be bought in those hours too; so a battery
 * is never filled only to be full at the end, and never emptied only because the horizon ends.
 */
export const endValuePerKwh = (
  battery: Pick<Battery, 'dischargeEfficiency' | 'wearCostPerKwh'>,
  importPrice: readonly number[],
  stepsADay: number,
): number => {
  const lastDay = importPrice.slice(-stepsADay).toSorted((one, other) => one - other);
  const cheaper = lastDay.slice(0, Math.max(1, Math.ceil(lastDay.length / 2)));
  const price = cheaper.reduce((all, each) => all + each, 0) / Math.max(1, cheaper.length);
  return Math.max(0, battery.dischargeEfficiency * (price - battery.wearCostPerKwh));
};
