import type { Recommendation } from '../../../preload/contract/plan.ts';
import type { PriceLookup } from '../../store/price-lookup.ts';
import { localTime } from '../../zone.ts';
import { meterCost } from './day-account.ts';
import type { Basis } from './found.ts';
import { amount, money } from './words.ts';

const QUARTER_MS = 15 * 60_000;
/** It may have begun so much before the advised start, and have ended so much after its end. */
const EARLY_MS = 2 * QUARTER_MS;
const LATE_MS = 4 * QUARTER_MS;
/** Rollups of the last quarter are there by then. */
const SETTLED_MS = 2 * QUARTER_MS;
/** Less of what was advised is something else. */
const LEAST_SHARE = 0.5;
const LEAST_KWH = 0.25;
/** A meter and a forecast are never that exact. */
const NEARLY = 1.02;
const NEARLY_PCT = 2;

type Outcome = NonNullable<Recommendation['outcome']>;

/** A quarter's value by its start; null where it was not measured. Energies in kWh, grid + import, battery + charging. */
export interface MeasuredAround {
  readonly grid: (at: number) => number | null;
  readonly houseLoad: (at: number) => number | null;
  readonly battery: (at: number) => number | null;
  readonly socPct: (at: number) => number | null;
  /** Of the load that the advice is about. */
  readonly load: (at: number) => number | null;
  readonly price: PriceLookup;
}

export interface Told {
  readonly recommendation: Pick<Recommendation, 'startAt' | 'endAt' | 'saving'>;
  readonly basis: Basis;
  readonly currency: string;
  readonly zone: string;
}

/** The span that has to be measured before anything can be said. */
export const judgedSpan = ({ recommendation, basis }: Pick<Told, 'recommendation' | 'basis'>) => {
  const { startAt, endAt } = recommendation;
  if (basis.is !== 'run') return { from: startAt, to: endAt };
  const elseEnd = basis.elseAt + (endAt - startAt);
  return { from: Math.min(startAt - EARLY_MS, basis.elseAt), to: Math.max(endAt + LATE_MS, elseEnd) };
};

/** From when on it can be judged. */
export const judgedFrom = (told: Pick<Told, 'recommendation' | 'basis'>): number => judgedSpan(told).to + SETTLED_MS;

const quartersIn = (from: number, to: number): readonly number[] => {
  const first = Math.floor(from / QUARTER_MS) * QUARTER_MS;
  return Array.from(
    { length: Math.max(0, Math.ceil((to - first) / QUARTER_MS)) },
    (_, index) => first + index * QUARTER_MS,
  );
};

/** All values of a span; null where one is missing. */
const whole = (of: (at: number) => number | null, from: number, to: number): readonly number[] | null => {
  const values = quartersIn(from, to).map(of);
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? known : null;
};
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** What some more use costs a home whose meter showed `gridKwh` without it. */
const costOfUse = (price: PriceLookup, at: number, gridKwh: number, kwh: number): number | null => {
  const known = price(at, QUARTER_MS);
  return known === null ? null : meterCost(gridKwh + kwh, known) - meterCost(gridKwh, known);
};

const ofRun = (told: Told, basis: Basis & { readonly is: 'run' }, measured: MeasuredAround): Outcome | null => {
  const { startAt, endAt } = told.recommendation;
  const advised = quartersIn(startAt - EARLY_MS, endAt + LATE_MS);
  const drawn = advised.map((at) => ({ at, kwh: measured.load(at), grid: measured.grid(at) }));
  if (basis.load === null || drawn.some(({ kwh, grid }) => kwh === null || grid === null)) return null;
  const totalKwh = sum(drawn.map(({ kwh }) => kwh ?? 0));
  if (totalKwh < basis.energyKwh * LEAST_SHARE) return { cameTrue: false, saving: 0, sentence: 'It did not run then.' };
  const paid = drawn.map(({ at, kwh, grid }) => costOfUse(measured.price, at, (grid ?? 0) - (kwh ?? 0), kwh ?? 0));
  const usual = quartersIn(basis.elseAt, basis.elseAt + (endAt - startAt));
  const spared = usual.map((at) => {
    const grid = measured.grid(at);
    // What it drew there itself is not there when it runs there instead.
    const own = advised.includes(at) ? (measured.load(at) ?? 0) : 0;
    return grid === null ? null : costOfUse(measured.price, at, grid - own, totalKwh / usual.length);
  });
  const costs = [...paid, ...spared].filter((cost) => cost !== null);
  if (costs.length < paid.length + spared.length) return null;
  const cost = sum(costs.slice(0, paid.length));
  const saving = sum(costs.slice(paid.length)) - cost;
  const then = `at ${localTime(basis.elseAt, told.zone)} it would have cost ${money(cost + saving, told.currency)}`;
  return {
    ...{ cameTrue: saving > 0, saving },
    sentence: `It ran, used ${totalKwh.toFixed(1)} kWh and cost ${money(cost, told.currency)}; ${then}.`,
  };
};

const ofPeak = ({ recommendation }: Told, capKw: number, measured: MeasuredAround): Outcome | null => {
  const kwh = whole(measured.grid, recommendation.startAt, recommendation.endAt);
  if (kwh === null) return null;
  const highestKw = Math.max(0, ...kwh) * 4;
  const cameTrue = highestKw <= capKw * NEARLY;
  const saving = cameTrue ? recommendation.saving : 0;
  return { cameTrue, saving, sentence: `The highest quarter took ${highestKw.toFixed(1)} kW from the grid.` };
};

const ofSurplus = (
  { recommendation, currency }: Told,
  basis: Basis & { readonly is: 'surplus' },
  measured: MeasuredAround,
): Outcome | null => {
  const kwh = whole(measured.houseLoad, recommendation.startAt, recommendation.endAt);
  if (kwh === null) return null;
  const moreKwh = Math.min(basis.mostKwh, Math.max(0, sum(kwh) - basis.expectedKwh));
  const cameTrue = moreKwh >= LEAST_KWH;
  const saving = cameTrue ? moreKwh * basis.valuePerKwh : 0;
  const sentence = cameTrue
    ? `The home used ${moreKwh.toFixed(1)} kWh more than expected then, worth ${amount(saving, currency)}.`
    : 'The home used no more than expected then.';
  return { cameTrue, saving, sentence };
};

const ofCharge = ({ recommendation }: Told, energyKwh: number, measured: MeasuredAround): Outcome | null => {
  const kwh = whole(measured.battery, recommendation.startAt, recommendation.endAt);
  if (kwh === null) return null;
  const chargedKwh = sum(kwh.map((each) => Math.max(0, each)));
  const cameTrue = chargedKwh >= energyKwh * LEAST_SHARE;
  const saving = cameTrue ? recommendation.saving * Math.min(1, chargedKwh / energyKwh) : 0;
  return { cameTrue, saving, sentence: `The battery was charged with ${chargedKwh.toFixed(1)} kWh then.` };
};

const ofStorm = (basis: Basis & { readonly is: 'storm' }, measured: MeasuredAround): Outcome | null => {
  const socPct = measured.socPct(Math.floor(basis.stormAt / QUARTER_MS) * QUARTER_MS);
  if (socPct === null) return null;
  const cameTrue = socPct >= basis.keepPct - NEARLY_PCT;
  return { cameTrue, saving: 0, sentence: `The battery was at ${Math.round(socPct)} % when the gale was to begin.` };
};

/**
 * What became of advice that is over, by what was measured: whether what it spoke of was done, and what that brought at the
 * prices that held. Null where nothing was measured.
 */
export const outcomeOf = (told: Told, measured: MeasuredAround): Outcome | null => {
  const { basis } = told;
  switch (basis.is) {
    case 'run':
      return ofRun(told, basis, measured);
    case 'peak':
      return ofPeak(told, basis.capKw, measured);
    case 'surplus':
      return ofSurplus(told, basis, measured);
    case 'charge':
      return ofCharge(told, basis.energyKwh, measured);
    case 'storm':
      return ofStorm(basis, measured);
  }
};
