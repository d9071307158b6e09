import { createWallClock } from '../../feeds/tariff/wall-clock.ts';
import { localTime } from '../../zone.ts';
import type { DemandCharge } from '../types.ts';
import type { Found } from './found.ts';
import { atOf, confidencePct, courseOf, middleOf, type Outlook, type Scenario, scenariosOf } from './outlook.ts';
import { amount } from './words.ts';

const BISECTIONS = 30;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What a month costs whose highest peaks are these, kW. */
export const amountOf = ({ price, floorKw, peaks }: DemandCharge, peaksKw: readonly number[]): number => {
  const picked = peaksKw.toSorted((one, other) => other - one).slice(0, peaks);
  const basisKw = Math.max(floorKw, picked.length === 0 ? 0 : mean(picked));
  if (price.kind === 'steps') return price.steps.findLast(({ fromKw }) => basisKw >= fromKw)?.amount ?? 0;
  return price.tiers.reduce((sum, { fromKw, perKw }, index) => {
    const toKw = price.tiers[index + 1]?.fromKw ?? Number.POSITIVE_INFINITY;
    return sum + perKw * Math.max(0, Math.min(basisKw, toKw) - fromKw);
  }, 0);
};

/** A step of this month with what it counts for the charge, kW, and its local day. */
interface CountedStep {
  readonly step: number;
  readonly day: number;
  readonly kw: number;
}

/** The local day of each step that lies in this month; null beyond it. */
const daysOf = (outlook: Outlook): readonly (number | null)[] => {
  const clock = createWallClock(outlook.zone);
  const { month } = clock(outlook.startAt);
  return outlook.importPrice.map((_, step) => {
    const local = clock(atOf(outlook, step));
    return local.month === month ? local.dayNumber : null;
  });
};

const countedIn = (
  outlook: Outlook,
  charge: DemandCharge,
  days: readonly (number | null)[],
  scenario: Scenario,
): readonly CountedStep[] => {
  const hours = outlook.stepMs / 3_600_000;
  return courseOf(outlook, scenario).importKwh.flatMap((kwh, step) => {
    const kw = (kwh / hours) * (charge.weight[step] ?? 0);
    const day = days[step] ?? null;
    return kw > 0 && day !== null ? [{ step, day, kw }] : [];
  });
};

/** Peaks of the month with those to come, no higher than a cap. */
const peaksWith = (charge: DemandCharge, steps: readonly CountedStep[], capKw: number): readonly number[] => {
  const capped = steps.map(({ kw }) => Math.min(kw, capKw));
  if (charge.apart === 'none') return [...charge.measuredKw, ...capped];
  const byDay = new Map<number, number>();
  for (const [index, { day }] of steps.entries()) byDay.set(day, Math.max(byDay.get(day) ?? 0, capped[index] ?? 0));
  return [...charge.measuredKw, ...byDay.values()];
};

/** The highest cap under which a month costs no more than it does already, kW. */
const capFor = (charge: DemandCharge, steps: readonly CountedStep[]): number => {
  const already = amountOf(charge, charge.measuredKw);
  let [low, high] = [0, Math.max(0, ...steps.map(({ kw }) => kw))];
  for (let turn = 0; turn < BISECTIONS; turn += 1) {
    const middle = (low + high) / 2;
    if (amountOf(charge, peaksWith(charge, steps, middle)) <= already + 1e-9) low = middle;
    else high = middle;
  }
  return low;
};

const adviceOn = (outlook: Outlook, charge: DemandCharge): Found | null => {
  // While the month has fewer peaks than count, the next one is no choice.
  if (charge.measuredKw.length < charge.peaks) return null;
  const already = amountOf(charge, charge.measuredKw);
  const days = daysOf(outlook);
  const riseWith = (counted: readonly CountedStep[]): number =>
    amountOf(charge, peaksWith(charge, counted, Number.POSITIVE_INFINITY)) - already;
  const steps = countedIn(outlook, charge, days, middleOf(outlook));
  const saving = riseWith(steps);
  if (saving <= 0) return null;
  const capKw = capFor(charge, steps);
  const above = steps.filter(({ kw }) => kw > capKw + 1e-6);
  const first = above[0];
  if (first === undefined) return null;
  let last = first.step;
  for (const { step } of above) if (step === last + 1) last = step;
  const highest = Math.max(...above.filter(({ step }) => step <= last).map(({ kw }) => kw));
  const [startAt, endAt] = [atOf(outlook, first.step), atOf(outlook, last + 1)];
  const span = `${localTime(startAt, outlook.zone)} to ${localTime(endAt, outlook.zone)}`;
  return {
    ...{ kind: 'peak', laneId: null, startAt, endAt, expiresAt: endAt, saving, carbonSavedG: null },
    title: `Stay below ${capKw.toFixed(1)} kW from ${span}`,
    sentence: `About ${highest.toFixed(1)} kW are expected from the grid then. That would raise the charge for the month’s peak by ${amount(saving, outlook.currency)}. Leave for later what can wait.`,
    confidencePct: confidencePct(scenariosOf(outlook), (scenario) =>
      riseWith(countedIn(outlook, charge, days, scenario)),
    ),
    basis: { is: 'peak', capKw },
  };
};

/** Advice to stay below the peak that the month has paid for already; the dearest charge speaks. */
export const peakAdvice = (outlook: Outlook): Found | null =>
  outlook.demandCharges
    .flatMap((charge) => adviceOn(outlook, charge) ?? [])
    .toSorted((one, other) => other.saving - one.saving)[0] ?? null;
