import type { Tariffs } from '../../feeds/tariff/types.ts';
import type { SiteId } from '../../ids.ts';
import { ok, permanent, type Result } from '../../result.ts';
import type { Store } from '../../store/types.ts';
import { batteryOf, gridLimitsOf } from '../site/site-battery.ts';
import type { HomeToLearn } from './types.ts';

export interface HomeDeps {
  readonly store: Pick<Store, 'sites' | 'settings' | 'safety' | 'plans'>;
  readonly tariffs: Pick<Tariffs, 'tariffAt'>;
}

const limit = (kw: number): number | null => (Number.isFinite(kw) ? kw : null);

/** The home as a policy is trained for it. Failures: `policy.site`, `policy.no-battery`. */
export const homeToLearn = ({ store, tariffs }: HomeDeps, siteId: SiteId, now: number): Result<HomeToLearn> => {
  const site = store.sites.get(siteId);
  if (site === undefined)
    return permanent('policy.site', `There is no site ${siteId}.`, 'Open a site in the settings and try again.');
  const settings = store.settings.get(siteId);
  const safety = store.safety.get(siteId);
  const battery = batteryOf({ settings, safety, wishes: store.plans.settings(siteId).battery, socPct: 50 });
  if (battery === null)
    return permanent(
      'policy.no-battery',
      'A policy is learnt for homes with a battery; the capacity of this one is not known.',
      'Enter the usable capacity of the battery in the settings.',
    );
  const grid = gridLimitsOf(settings, safety);
  const tariff = tariffs.tariffAt(siteId, now);
  const { capacityKwh, minSocPct, maxSocPct, maxChargeKw, maxDischargeKw, fromGrid, toGrid } = battery;
  const { chargeEfficiency, dischargeEfficiency, standingLossPerHour, wearCostPerKwh } = battery;
  return ok({
    home: {
      battery: {
        ...{ capacityKwh, minSocPct, maxSocPct, maxChargeKw, maxDischargeKw, fromGrid, toGrid },
        ...{ chargeEfficiency, dischargeEfficiency, standingLossPerHour, wearCostPerKwh },
      },
      ...{ maxImportKw: limit(grid.maxImportKw), maxExportKw: limit(grid.maxExportKw) },
    },
    timeZone: site.timeZone,
    fixedPrices: { fixedImportPerKwh: settings.fixedImportPerKwh, fixedExportPerKwh: settings.fixedExportPerKwh },
    powerCharged: (tariff?.peakCharges.length ?? 0) > 0,
  });
};
