import type { BacktestAsk } from '../../../preload/contract/backtest.ts';
import type { PeakCharge, Tariff } from '../../../preload/contract/tariff.ts';
import type { Tariffs } from '../../feeds/tariff/types.ts';
import type { SiteId } from '../../ids.ts';
import { ok, permanent, type Result } from '../../result.ts';
import type { Store } from '../../store/types.ts';
import { batteryOf, gridLimitsOf } from '../site/site-battery.ts';
import type { PeakTariff } from '../types.ts';
import { type HomeLoadDeps, homeLoads, type PlayedChannel } from './home-loads.ts';
import type { SimSite } from './types.ts';

export interface HomeDeps {
  readonly store: Pick<Store, 'sites' | 'settings' | 'safety' | 'plans'> & HomeLoadDeps['store'];
  readonly tariffs: Pick<Tariffs, 'tariffAt'>;
  readonly weatherFor: HomeLoadDeps['weatherFor'];
}

/** A home whose past can be played, and what was assumed of it. */
export interface PlayableHome {
  readonly site: SimSite;
  /** What is played of the home's loads: their past is taken out of the load. */
  readonly channels: readonly PlayedChannel[];
  readonly currency: string;
  readonly notes: readonly string[];
}

/** A battery is half full at the beginning, whatever it was. */
const INITIAL_SOC_PCT = 50;
const MONTHS_A_YEAR = 12;
/** A price for each kW is played in steps of so many kW, up to so many. */
const KW_STEP = 0.5;
const MOST_KW = 20;

const perKwCost = (tiers: readonly { readonly fromKw: number; readonly perKw: number }[], kw: number): number =>
  tiers.reduce((sum, { fromKw, perKw }, place) => {
    const to = Math.min(kw, tiers[place + 1]?.fromKw ?? Number.POSITIVE_INFINITY);
    return sum + Math.max(0, to - fromKw) * perKw;
  }, 0);

const tiersOf = ({ price }: PeakCharge, vat: number): PeakTariff['tiers'] => {
  if (price.kind === 'steps')
    return price.steps.map(({ amount }, place) => ({
      upToKw: price.steps[place + 1]?.fromKw ?? Number.POSITIVE_INFINITY,
      cost: amount * vat,
    }));
  const share = price.per === 'year' ? 1 / MONTHS_A_YEAR : 1;
  return Array.from({ length: MOST_KW / KW_STEP }, (_, place) => ({
    upToKw: (place + 1) * KW_STEP,
    cost: perKwCost(price.tiers, (place + 0.5) * KW_STEP) * vat * share,
  }));
};

/** The peak charge as it is played: one by months without windows, the mean of the highest days. */
const peakTariffOf = (
  tariff: Tariff | undefined,
): { readonly peakTariff: PeakTariff | null; readonly notes: readonly string[] } => {
  const charges = tariff?.peakCharges ?? [];
  const charge = charges.find(({ windows, apart }) => windows.length === 0 && apart !== 'none') ?? null;
  const left = charges.length - (charge === null ? 0 : 1);
  const vat = tariff?.typedWithVat === true ? 1 : 1 + (tariff?.vatPct ?? 0) / 100;
  return {
    peakTariff: charge === null ? null : { largestDailyPeaks: charge.peaks, tiers: tiersOf(charge, vat) },
    notes: [
      ...(left > 0
        ? ['Charges for power that hold at certain hours only, or for single intervals, are not counted.']
        : []),
      ...(charge?.price.kind === 'per-kw'
        ? [`The price for each kW of the peak is counted in steps of ${KW_STEP} kW.`]
        : []),
    ],
  };
};

/** The home as it is played, with another battery if one was asked for. Failures: `backtest.site`, `backtest.no-battery`. */
export const homeToPlay = (deps: HomeDeps, siteId: SiteId, ask: BacktestAsk, now: number): Result<PlayableHome> => {
  const { store, tariffs } = deps;
  const site = store.sites.get(siteId);
  if (site === undefined)
    return permanent('backtest.site', `There is no site ${siteId}.`, 'Open a site in the settings and try again.');
  const settings = store.settings.get(siteId);
  const safety = store.safety.get(siteId);
  const asked = ask.batteryKwh ?? settings.batteryCapacityKwh;
  const battery = batteryOf({
    settings: { ...settings, batteryCapacityKwh: asked },
    // Limits that were typed for the battery that is there say nothing about another one.
    safety: ask.batteryKwh === undefined ? safety : { ...safety, batteryMaxChargeW: null, batteryMaxDischargeW: null },
    wishes: store.plans.settings(siteId).battery,
    socPct: Math.max(INITIAL_SOC_PCT, settings.minimumSocPct),
  });
  const played = homeLoads(deps, { siteId, from: ask.from, to: ask.to, now });
  if (
    battery === null &&
    played.loads.length === 0 &&
    ask.batteryKwh !== 0 &&
    ask.policies.some((policy) => policy !== 'none')
  )
    return permanent(
      'backtest.no-battery',
      'The capacity of the battery is not known.',
      'Enter the usable capacity in the settings, or try one out: give its capacity here.',
    );
  const powerKw = ask.batteryKw;
  const { peakTariff, notes } = peakTariffOf(tariffs.tariffAt(siteId, ask.from) ?? undefined);
  return ok({
    site: {
      zone: site.timeZone,
      battery:
        battery === null || powerKw === undefined
          ? battery
          : { ...battery, maxChargeKw: powerKw, maxDischargeKw: powerKw },
      grid: gridLimitsOf(settings, safety),
      peakTariff,
      loads: played.loads,
      miners: {
        pauseBelowSocPct: settings.minersPauseBelowSocPct,
        resumeAboveSocPct: settings.minersResumeAboveSocPct,
      },
    },
    channels: played.channels,
    currency: site.currency,
    notes: [
      ...notes,
      ...(battery === null
        ? []
        : [`The battery begins at ${battery.initialSocPct} %; what is left at the end counts nothing.`]),
      ...played.notes,
    ],
  });
};
