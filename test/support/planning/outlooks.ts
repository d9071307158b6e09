import type { Outlook } from '../../../main/planning/advice/outlook.ts';
import type { SiteProblem } from '../../../main/planning/site/types.ts';
import type { Battery } from '../../../main/planning/types.ts';
import { HOME } from '../store/temp-store.ts';
import { MADE_BATTERY } from './advice-home.ts';

const QUARTER_MS = 15 * 60_000;

const exactly = (kw: number) => ({ p10: kw, p50: kw, p90: kw });

export const OUTLOOK_BATTERY: Battery = {
  ...MADE_BATTERY,
  id: 'battery',
  initialSocPct: 50,
  finalSocPct: null,
  finalValuePerKwh: 0.1,
  reserveSocPct: null,
  reservePricePerKwh: 0,
  fromGrid: true,
  toGrid: false,
};

/** 36 hours of a home without sun or battery and one price, from the start on; a test changes what it is about. */
export const outlook = (startAt: number, more: Partial<Outlook> = {}): Outlook => {
  const steps = more.importPrice?.length ?? 144;
  return {
    ...{ startAt, stepMs: QUARTER_MS, currency: 'EUR', zone: 'Europe/Berlin' },
    importPrice: Array.from({ length: steps }, () => 0.3),
    exportPrice: Array.from({ length: steps }, () => 0.08),
    carbonG: null,
    pvKw: Array.from({ length: steps }, () => exactly(0)),
    loadKw: Array.from({ length: steps }, () => exactly(0.4)),
    ...{ battery: null, maxExportKw: 100, demandCharges: [], perKgCo2: 0 },
    ...more,
  };
};

/** The same as the planner's side of a home gives it. */
export const siteProblemOf = (given: Outlook): SiteProblem => ({
  siteId: HOME,
  currency: given.currency,
  madeAt: given.startAt,
  problem: {
    ...{ startAt: given.startAt, zone: given.zone, stepMs: given.stepMs },
    loadKw: given.loadKw.map(({ p50 }) => p50),
    pvKw: given.pvKw.map(({ p50 }) => p50),
    importPrice: given.importPrice,
    exportPrice: given.exportPrice,
    carbonG: given.carbonG,
    batteries: given.battery === null ? [] : [given.battery],
    grid: { maxImportKw: 100, maxExportKw: given.maxExportKw },
    peakTariff: null,
    demandCharges: given.demandCharges,
    ...{ flexibleLoads: [], modulatingLoads: [], heatStores: [], soft: null },
    weights: { cost: 1, carbon: 0, imported: 0 },
    solver: { gap: 0.001, timeLimitSeconds: 10 },
  },
  ...{ lanes: [], parts: [], pvKw: given.pvKw, loadKw: given.loadKw, priceKnown: given.importPrice.map(() => true) },
  leansOn: { prices: null, sun: null, load: '' },
  ...{ unmet: [], notes: [] },
});
