import type { ForecastView } from '../../../preload/contract/insight.ts';
import type { PlanLane } from '../../../preload/contract/plan.ts';
import type { PlannedLoad, PlanSettings } from '../../../preload/contract/plan-settings.ts';
import type { Site } from '../../../preload/contract/site.ts';
import type { SiteId } from '../../ids.ts';
import { type Failure, ok, permanent, type Result, temporary } from '../../result.ts';
import { addLocalDays, localTime } from '../../zone.ts';
import type { Battery, DemandCharge, Problem, SoftLimits } from '../types.ts';
import { stepCarbon } from './carbon.ts';
import { type ChannelState, channelStates, freshValue } from './channel-state.ts';
import { demandChargesOf } from './demand.ts';
import { addBands, expectedKw, noPower } from './expected.ts';
import { atOf, HOUR_MS, perStep, STEP_MS, type Steps, stepsFrom } from './grid-of-steps.ts';
import { heatParts } from './heat-parts.ts';
import { laneNote } from './lane-words.ts';
import { joined, type LoadInput, type LoadParts, laneOf, loadParts, NO_PARTS } from './load-parts.ts';
import { energySince, gridIntervals, habitKw, hourlyMeans, minutesOnSince } from './measured.ts';
import { isOther, otherLoadsKw } from './other-loads.ts';
import { PATTERN_MS, quotesOf, type StepPrices, stepPrices } from './prices.ts';
import { reserveOf } from './reserve.ts';
import { BATTERY_ID, batteryOf, endValuePerKwh, gridLimitsOf } from './site-battery.ts';
import { fitThermalModel, type ThermalHour, type ThermalModel, USUAL_ZONE } from './thermal-fit.ts';
import type { LeansOn, PowerBand, SiteDeps, SiteProblem } from './types.ts';

const DAY_MS = 24 * HOUR_MS;
const HORIZON_MS = 36 * HOUR_MS;
/** With fewer steps there is nothing to plan. */
const LEAST_STEPS = 8;
/** A zone's answer is learnt from so many days. */
const THERMAL_DAYS = 21;
const MILD_C = 10;
/** A limit is bent only where it has to be: what bending costs is so many times what a kWh or a peak could bring. */
const BEND_TIMES = 30;
const STEPS_AN_HOUR = HOUR_MS / STEP_MS;
const SOLVER = { gap: 0.001, timeLimitSeconds: 20 } as const;

/** The bands of the house over the steps that the forecasts reach. */
interface Expected {
  readonly steps: Steps;
  readonly pvKw: readonly PowerBand[];
  readonly householdKw: readonly PowerBand[];
  readonly leansOn: Omit<LeansOn, 'prices'>;
}

const issuedWords = (what: string, { issuedAt }: ForecastView, zone: string): string =>
  issuedAt === null ? what : `${what} of ${localTime(issuedAt, zone)}`;

const expectedOf = (deps: SiteDeps, site: Site, now: number, horizonMs: number): Result<Expected> => {
  const asked = stepsFrom(now, horizonMs);
  const load = deps.learning.view(site.id, 'load', 72);
  const household = expectedKw(load.points, asked);
  if (household.length < LEAST_STEPS)
    return temporary(
      'plan.no-load',
      `There is no forecast of the load for the next hours. ${load.servedBecause}`,
      'Wait for the next forecast, or make one on the page Forecast.',
    );
  const roles = new Set(deps.store.devices.list(site.id).flatMap(({ channels }) => channels.map(({ role }) => role)));
  const sun = deps.learning.view(site.id, 'solar', 72);
  const pv = expectedKw(sun.points, asked);
  const hasSun = roles.has('pv');
  if (hasSun && pv.length < LEAST_STEPS)
    return temporary(
      'plan.no-sun',
      `There is no forecast of the sun for the next hours. ${sun.servedBecause}`,
      'Wait for the next forecast, or make one on the page Forecast.',
    );
  const wind = deps.learning.kinds(site.id).includes('wind')
    ? expectedKw(deps.learning.view(site.id, 'wind', 72).points, asked)
    : [];
  const count = Math.min(asked.count, household.length, hasSun ? pv.length : asked.count);
  const steps = { ...asked, count };
  return ok({
    steps,
    pvKw: addBands(hasSun ? pv.slice(0, count) : noPower(steps), wind),
    householdKw: household.slice(0, count),
    leansOn: {
      sun: hasSun ? issuedWords('sun forecast', sun, site.timeZone) : null,
      load: issuedWords('load forecast', load, site.timeZone),
    },
  });
};

const pricesOf = (deps: SiteDeps, site: Site, steps: Steps): Result<StepPrices> => {
  const [from, to] = [steps.startAt - PATTERN_MS, atOf(steps, steps.count)];
  const rates = deps.tariffs.ratesOf(site.id, from, to);
  const rows = deps.store.prices.range(site.id, from, to);
  const current = [...rates, ...rows].find(({ at, stepMs }) => at <= steps.startAt && at + stepMs > steps.startAt);
  const prices = stepPrices({
    quotes: quotesOf(rates, rows),
    fixed: deps.store.settings.get(site.id),
    steps,
    source: current?.source ?? null,
  });
  return prices === null
    ? permanent(
        'plan.no-prices',
        'It is not known what power costs.',
        'Type a tariff or a fixed price on the page Settings, or choose a price feed.',
      )
    : ok(prices);
};

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

const weatherBySteps = (deps: SiteDeps, siteId: SiteId, steps: Steps) => {
  const rows = deps.feeds.weatherFor(siteId, steps.startAt - HOUR_MS, atOf(steps, steps.count));
  const at = new Map<number, (typeof rows)[number]>();
  for (const row of rows)
    for (let quarter = Math.floor(row.at / STEP_MS) * STEP_MS; quarter < row.at + row.stepMs; quarter += STEP_MS)
      at.set(quarter, row);
  const outside = perStep(steps, (start) => at.get(start)?.tempC ?? null);
  const known = outside.filter((value) => value !== null);
  const usual = known.length === 0 ? MILD_C : known.reduce((all, each) => all + each, 0) / known.length;
  return {
    windMs: perStep(steps, (start) => at.get(start)?.windMs ?? null),
    outsideC: outside.map((value) => value ?? usual),
    outsideKnown: known.length > 0,
  };
};

/** What a zone's past says of it: hours in which its sensor, the weather and its heating are all known. */
const thermalOf = (deps: SiteDeps, site: Site, load: PlannedLoad, now: number): ThermalModel => {
  if (load.wish.kind !== 'comfort') return USUAL_ZONE;
  const to = Math.floor(now / HOUR_MS) * HOUR_MS;
  const from = to - THERMAL_DAYS * DAY_MS;
  const sensor = { siteId: site.id, ...load.wish.sensor, metric: 'tempC' } as const;
  const heating = { siteId: site.id, deviceId: load.deviceId, channelId: load.channelId, metric: 'powerW' } as const;
  const inside = hourlyMeans(deps.store, sensor, from, to);
  if (inside.size === 0) return USUAL_ZONE;
  const power = hourlyMeans(deps.store, heating, from, to);
  const outside = new Map(deps.feeds.weatherFor(site.id, from, to).map(({ at, tempC }) => [at, tempC]));
  const hours = [...inside].flatMap(([at, insideC]): readonly ThermalHour[] => {
    const [outsideC, powerW] = [outside.get(at) ?? null, power.get(at)];
    return outsideC === null || powerW === undefined ? [] : [{ at, insideC, outsideC, powerKw: powerW / 1000 }];
  });
  return fitThermalModel(hours, load.wish.direction === 'cool' ? -load.wish.heatPerKwh : load.wish.heatPerKwh);
};

const plannedParts = (input: {
  readonly deps: SiteDeps;
  readonly site: Site;
  readonly settings: PlanSettings;
  readonly states: ReadonlyMap<string, ChannelState>;
  readonly steps: Steps;
  readonly outsideC: readonly number[];
  readonly now: number;
}): LoadParts => {
  const { deps, site, settings, states, steps, now } = input;
  const pins = deps.store.plans.pins(site.id, now);
  return joined(
    settings.loads.map((load) => {
      const state = states.get(laneOf(load));
      if (state === undefined) return NO_PARTS;
      const place = { siteId: site.id, deviceId: load.deviceId, channelId: load.channelId };
      const done: LoadInput['done'] = (from) => {
        const energyKwh = energySince(deps.store, place, from, now);
        const byPower = energyKwh === null ? null : (energyKwh / state.ratedKw) * 60;
        return { energyKwh, minutes: minutesOnSince(deps.store, place, from, now) ?? byPower };
      };
      const common = { load, state, steps, zone: site.timeZone, now, done };
      const own = { ...common, pins: pins.filter(({ laneId }) => laneId === laneOf(load)) };
      const { wish } = load;
      if (wish.kind !== 'tank' && wish.kind !== 'comfort') return loadParts(own);
      const measuredC = wish.sensor === null ? null : freshValue(deps.telemetry, wish.sensor, 'tempC', now);
      const thermal = thermalOf(deps, site, load, now);
      return heatParts({ ...own, measuredC, outsideC: input.outsideC, thermal }, wish);
    }),
  );
};

/** Above everything that bending could bring: the dearest kWh many times over, and what the highest peak costs. */
const softLimitsOf = (
  prices: StepPrices,
  charges: readonly DemandCharge[],
  weights: Problem['weights'],
  parts: LoadParts,
): SoftLimits => {
  const dearest = Math.max(0.05, ...[...prices.importPrice, ...prices.exportPrice].map(Math.abs));
  const earned = Math.max(0, ...parts.flexible.map(({ valuePerKwh }) => valuePerKwh));
  const peakPerKw = charges.reduce((all, { price, peaks }) => {
    const most =
      price.kind === 'per-kw'
        ? Math.max(0, ...price.tiers.map(({ perKw }) => perKw))
        : Math.max(0, ...price.steps.map(({ amount }) => amount));
    return all + most / peaks;
  }, 0);
  const ofMoney =
    Math.max(weights.cost, 0.01) * (BEND_TIMES * Math.max(dearest, earned) + 2 * STEPS_AN_HOUR * peakPerKw);
  const perKwh = ofMoney + BEND_TIMES * (weights.carbon + weights.imported);
  const strongest = Math.max(1, ...parts.flexible.map(({ powerKw }) => powerKw));
  return { perKwh, perKelvinHour: perKwh, perRunHour: perKwh * strongest };
};

const batteryLane = (states: ReadonlyMap<string, ChannelState>, capacityKwh: number): PlanLane => {
  const channels = [...states.values()].filter(({ config }) => config.role === 'battery');
  const chosen = channels.find(({ config, control }) => config.controllable && control !== null) ?? channels[0];
  return {
    id: BATTERY_ID,
    name: 'Battery',
    role: 'battery',
    note: `${Number(capacityKwh.toFixed(1))} kWh`,
    deviceId: chosen?.deviceId ?? null,
    channelId: chosen?.config.channelId ?? null,
    controllable: channels.some(({ config, control }) => config.controllable && control !== null),
  };
};

const loadLanes = (settings: PlanSettings, states: ReadonlyMap<string, ChannelState>): readonly PlanLane[] =>
  settings.loads.flatMap((load): readonly PlanLane[] => {
    const state = states.get(laneOf(load));
    if (state === undefined) return [];
    const { config, control, deviceId } = state;
    return [
      {
        ...{ id: laneOf(load), name: config.name, role: config.role, note: laneNote(load.wish) },
        ...{ deviceId, channelId: config.channelId, controllable: config.controllable && control !== null },
      },
    ];
  });

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

const chargesOf = (deps: SiteDeps, site: Site, steps: Steps, now: number): readonly DemandCharge[] => {
  const tariff = deps.tariffs.tariffAt(site.id, now);
  if (tariff === null || tariff.peakCharges.length === 0) return [];
  const zone = site.timeZone;
  const months = Math.max(
    ...tariff.peakCharges.map(({ lookback, pickedFromMonths }) =>
      Math.max(pickedFromMonths, lookback?.kind === 'highest' ? lookback.months + 1 : 1),
    ),
  );
  const from = addLocalDays(now, -31 * months, zone);
  return demandChargesOf({ tariff, intervals: gridIntervals(deps.store, site.id, from, now), steps, zone, now });
};

/**
 * The home as a problem for the optimiser, with soft limits, in quarters from the current one on, as far as forecasts reach and
 * `horizonMs` asks. Failures: `plan.no-site`, `plan.no-load`, `plan.no-sun`, `plan.no-prices`, `plan.no-soc`.
 */
export const siteProblem = (
  deps: SiteDeps,
  siteId: SiteId,
  now: number,
  horizonMs: number = HORIZON_MS,
): Result<SiteProblem, Failure> => {
  const { store } = deps;
  const site = store.sites.get(siteId);
  if (site === undefined) return permanent('plan.no-site', 'There is no such home.', 'Open a home that exists.');
  const expected = expectedOf(deps, site, now, horizonMs);
  if (!expected.ok) return expected;
  const { steps, pvKw, householdKw } = expected.value;
  const prices = pricesOf(deps, site, steps);
  if (!prices.ok) return prices;
  const settings = store.plans.settings(siteId);
  const battery = measuredBattery(deps, site, settings.battery);
  if (!battery.ok) return battery;

  const states = channelStates(deps, siteId, now);
  const { windMs, outsideC, outsideKnown } = weatherBySteps(deps, siteId, steps);
  const parts = plannedParts({ deps, site, settings, states, steps, outsideC, now });
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
  const charges = chargesOf(deps, site, steps, now);
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
