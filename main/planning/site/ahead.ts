import type { Site } from '../../../preload/contract/site.ts';
import type { SiteId } from '../../ids.ts';
import type { ForecastOutlook } from '../../learning/types.ts';
import { ok, permanent, type Result, temporary } from '../../result.ts';
import { localTime } from '../../zone.ts';
import { addBands, expectedKw, noPower } from './expected.ts';
import { atOf, HOUR_MS, perStep, STEP_MS, type Steps, stepsFrom } from './grid-of-steps.ts';
import { PATTERN_MS, quotesOf, type StepPrices, stepPrices } from './prices.ts';
import type { LeansOn, PowerBand, SiteDeps } from './types.ts';

/** With fewer steps there is nothing to plan. */
const LEAST_STEPS = 8;
/** Outside, where no weather is known, °C. */
export const MILD_C = 10;

/** The bands of the house over the steps that the forecasts reach. */
export interface Expected {
  readonly steps: Steps;
  readonly pvKw: readonly PowerBand[];
  readonly householdKw: readonly PowerBand[];
  readonly leansOn: Omit<LeansOn, 'prices'>;
}

const issuedWords = (what: string, { issuedAt }: ForecastOutlook, zone: string): string =>
  issuedAt === null ? what : `${what} of ${localTime(issuedAt, zone)}`;

/** What is forecast of the house: as far as all that it has is forecast. */
export const expectedOf = (deps: SiteDeps, site: Site, now: number, horizonMs: number): Result<Expected> => {
  const asked = stepsFrom(now, horizonMs);
  const load = deps.learning.outlook(site.id, 'load');
  const household = expectedKw(load.points, asked);
  if (household.length < LEAST_STEPS)
    return temporary(
      'plan.no-load',
      `There is no forecast of the load for the next hours. ${load.servedBecause}`,
      'Wait for the next forecast, or make one on the page Forecast.',
    );
  const roles = new Set(deps.store.devices.list(site.id).flatMap(({ channels }) => channels.map(({ role }) => role)));
  const sun = deps.learning.outlook(site.id, 'solar');
  const pv = expectedKw(sun.points, asked);
  const hasSun = roles.has('pv');
  if (hasSun && pv.length < LEAST_STEPS)
    return temporary(
      'plan.no-sun',
      `There is no forecast of the sun for the next hours. ${sun.servedBecause}`,
      'Wait for the next forecast, or make one on the page Forecast.',
    );
  const wind = expectedKw(deps.learning.outlook(site.id, 'wind').points, asked);
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

/** What power costs and brings in each step. */
export const pricesOf = (deps: SiteDeps, site: Site, steps: Steps): Result<StepPrices> => {
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

/** Wind and temperature outside in each step, as far as anybody says anything. */
export const weatherBySteps = (deps: SiteDeps, siteId: SiteId, steps: Steps) => {
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
