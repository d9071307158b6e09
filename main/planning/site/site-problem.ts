import type { PlanSettings } from '../../../preload/contract/plan-settings.ts';
import type { Site } from '../../../preload/contract/site.ts';
import type { MeteredInterval } from '../../feeds/tariff/peaks.ts';
import type { SiteId } from '../../ids.ts';
import { type Failure, ok, permanent, type Result, temporary } from '../../result.ts';
import { addLocalDays } from '../../zone.ts';
import type { Battery, DemandCharge, Problem } from '../types.ts';
import { type Expected, expectedOf, MILD_C, pricesOf, weatherBySteps } from './ahead.ts';
import { stepCarbon } from './carbon.ts';
import { channelStates } from './channel-state.ts';
import { demandChargesOf } from './demand.ts';
import { atOf, HOUR_MS, STEP_MS, type Steps } from './grid-of-steps.ts';
import { atOnce, type InPieces } from './in-pieces.ts';
import { batteryLane, loadLanes } from './lanes.ts';
import { laneOf } from './load-parts.ts';
import { habitKw } from './measured.ts';
import { isOther, otherLoadsKw } from './other-loads.ts';
import type { StepPrices } from './prices.ts';
import { reserveOf } from './reserve.ts';
import { batteryOf, endValuePerKwh, gridLimitsOf } from './site-battery.ts';
import { softLimitsOf } from './soft-limits.ts';
import type { PowerBand, SiteDeps, SiteProblem } from './types.ts';
import { plannedParts } from './wishes.ts';

const DAY_MS = 24 * HOUR_MS;
const HORIZON_MS = 36 * HOUR_MS;
const SOLVER = { gap: 0.001, timeLimitSeconds: 20 } as const;

/** The state of charge, only where it may be decided on. */
const socOf = (deps: SiteDeps, site: Site): Result<number> => {
  const { value, freshness } = deps.telemetry.live(site.id).socPct;
  if (value !== null && (freshness === 'fresh' || freshness === 'late')) return ok(value);
  return temporary(
    'plan.no-soc',
    value === null
      ? 'The charge of the battery is not measured.'
      : 'The last charge of the battery is too old to plan with.',
    'Look at the battery on the page Devices: a plan is made as soon as it answers.',
  );
};

const withReserve = (
  battery: Battery,
  settings: PlanSettings,
  expected: Pick<Expected, 'pvKw'> & { readonly loadKw: readonly PowerBand[] },
  prices: StepPrices,
  windMs: readonly (number | null)[],
): Battery => {
  const { pvKw, loadKw } = expected;
  const reserve = reserveOf({
    battery,
    wishes: settings.reserve,
    pvKw,
    loadKw,
    importPrice: prices.importPrice,
    windMs,
  });
  return {
    ...battery,
    finalValuePerKwh: endValuePerKwh(battery, prices.importPrice, DAY_MS / STEP_MS),
    reserveSocPct: reserve.socPct,
    reservePricePerKwh: reserve.pricePerKwh,
  };
};

/** The battery as it is; null without one. A failure where its charge is not known well enough to plan with. */
const measuredBattery = (deps: SiteDeps, site: Site, wishes: PlanSettings['battery']): Result<Battery | null> => {
  const [settings, safety] = [deps.store.settings.get(site.id), deps.store.safety.get(site.id)];
  if (settings.batteryCapacityKwh === null || settings.batteryCapacityKwh <= 0) return ok(null);
  const soc = socOf(deps, site);
  return soc.ok ? ok(batteryOf({ settings, safety, wishes, socPct: soc.value })) : soc;
};

const chargesOf = function* (deps: SiteDeps, site: Site, steps: Steps, now: number): InPieces<readonly DemandCharge[]> {
  const tariff = deps.tariffs.tariffAt(site.id, now);
  if (tariff === null || tariff.peakCharges.length === 0) return [];
  const zone = site.timeZone;
  const months = Math.max(
    ...tariff.peakCharges.map(({ lookback, pickedFromMonths }) =>
      Math.max(pickedFromMonths, lookback?.kind === 'highest' ? lookback.months + 1 : 1),
    ),
  );
  const question = {
    siteId: site.id,
    zone,
    holidays: tariff.holidays,
    from: addLocalDays(now, -31 * months, zone),
    now,
  };
  const intervals: (readonly MeteredInterval[])[] = [];
  for (const charge of tariff.peakCharges) intervals.push(yield* deps.pastPeaks({ ...question, charge }));
  return demandChargesOf({ tariff, intervals, steps, zone, now });
};

/**
 * The home as a problem for the optimiser, with soft limits, in quarters from the current one on, as far as forecasts reach and
 * `horizonMs` asks. Failures: `plan.no-site`, `plan.no-load`, `plan.no-sun`, `plan.no-prices`, `plan.no-soc`.
 */
export const siteProblemInPieces = function* (
  deps: SiteDeps,
  siteId: SiteId,
  now: number,
  horizonMs: number = HORIZON_MS,
): InPieces<Result<SiteProblem, Failure>> {
  const { store } = deps;
  const site = store.sites.get(siteId);
  if (site === undefined) return permanent('plan.no-site', 'There is no such home.', 'Open a home that exists.');
  const expected = expectedOf(deps, site, now, horizonMs);
  if (!expected.ok) return expected;
  const { steps, pvKw, householdKw } = expected.value;
  yield;
  const prices = pricesOf(deps, site, steps);
  if (!prices.ok) return prices;
  yield;
  const settings = store.plans.settings(siteId);
  const battery = measuredBattery(deps, site, settings.battery);
  if (!battery.ok) return battery;

  yield;
  const states = channelStates(deps, siteId, now);
  const { windMs, outsideC, outsideKnown } = weatherBySteps(deps, siteId, steps);
  const parts = plannedParts({ deps, site, settings, states, steps, outsideC, now });
  yield;
  const planned = new Set(settings.loads.map(laneOf));
  const others = [...states].flatMap(([lane, state]) => {
    if (planned.has(lane) || !isOther(state)) return [];
    const place = { siteId, deviceId: state.deviceId, channelId: state.config.channelId };
    return [{ state, habitKw: habitKw(store, place, site.timeZone, now) }];
  });
  const otherKw = otherLoadsKw(others, steps, site.timeZone);
  const loadKw = householdKw.map(({ p10, p50, p90 }, step) => {
    const other = otherKw[step] ?? 0;
    return { p10: p10 + other, p50: p50 + other, p90: p90 + other };
  });

  const carbonG = stepCarbon(deps.feeds.carbonFor(siteId, steps.startAt - 2 * DAY_MS, atOf(steps, steps.count)), steps);
  const weights = { cost: settings.aim.money, carbon: settings.aim.perKgCo2, imported: settings.aim.perImportedKwh };
  const charges = yield* chargesOf(deps, site, steps, now);
  const kept =
    battery.value === null ? null : withReserve(battery.value, settings, { pvKw, loadKw }, prices.value, windMs);
  const problem: Problem = {
    startAt: steps.startAt,
    zone: site.timeZone,
    stepMs: STEP_MS,
    loadKw: loadKw.map(({ p50 }) => p50),
    pvKw: pvKw.map(({ p50 }) => p50),
    importPrice: prices.value.importPrice,
    exportPrice: prices.value.exportPrice,
    carbonG,
    batteries: kept === null ? [] : [kept],
    grid: gridLimitsOf(store.settings.get(siteId), store.safety.get(siteId)),
    peakTariff: null,
    demandCharges: charges,
    flexibleLoads: parts.flexible,
    modulatingLoads: parts.modulating,
    heatStores: parts.heat,
    weights,
    soft: softLimitsOf(prices.value, charges, weights, parts),
    solver: SOLVER,
  };
  const hasComfort = settings.loads.some(({ wish }) => wish.kind === 'comfort');
  return ok({
    siteId,
    currency: site.currency,
    madeAt: now,
    problem,
    lanes: [...(kept === null ? [] : [batteryLane(states, kept.capacityKwh)]), ...loadLanes(settings, states)],
    parts: parts.parts,
    pvKw,
    loadKw,
    priceKnown: prices.value.known,
    leansOn: { ...expected.value.leansOn, prices: prices.value.source },
    unmet: parts.unmet,
    notes: [
      ...parts.notes,
      ...(carbonG === null && weights.carbon > 0 ? ['Carbon counts, but no feed says anything about it.'] : []),
      ...(hasComfort && !outsideKnown ? [`No weather is known: ${MILD_C} °C outside are assumed.`] : []),
    ],
  });
};

/** The same, all at once. */
export const siteProblem = (...asked: Parameters<typeof siteProblemInPieces>): Result<SiteProblem, Failure> =>
  atOnce(siteProblemInPieces(...asked));
