import { DateTime } from 'luxon';
import { localDate, localTime } from '../../zone.ts';
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

/** Steps of this month with what they count for the charge, kW. */
interface CountedStep {
  readonly step: number;
  readonly kw: number;
}

const countedOf = (outlook: Outlook, charge: DemandCharge, scenario: Scenario): readonly CountedStep[] => {
  const monthOf = (at: number): number => DateTime.fromMillis(at, { zone: outlook.zone }).month;
  const month = monthOf(outlook.startAt);
  const hours = outlook.stepMs / 3_600_000;
  return courseOf(outlook, scenario).importKwh.flatMap((kwh, step) => {
    const kw = (kwh / hours) * (charge.weight[step] ?? 0);
    return kw > 0 && monthOf(atOf(outlook, step)) === month ? [{ step, kw }] : [];
  });
};

/** Peaks of the month with those to come, no higher than a cap. */
const peaksWith = (outlook: Outlook, charge: DemandCharge, steps: readonly CountedStep[], capKw: number) => {
  const capped = steps.map(({ step, kw }) => ({ step, kw: Math.min(kw, capKw) }));
  if (charge.apart === 'none') return [...charge.measuredKw, ...capped.map(({ kw }) => kw)];
  const byDay = Map.groupBy(capped, ({ step }) => localDate(atOf(outlook, step), outlook.zone));
  return [...charge.measuredKw, ...[...byDay.values()].map((day) => Math.max(...day.map(({ kw }) => kw)))];
};

/** The highest cap under which a month costs no more than it does already, kW. */
const capFor = (outlook: Outlook, charge: DemandCharge, steps: readonly CountedStep[]): number => {
  const already = amountOf(charge, charge.measuredKw);
  let [low, high] = [0, Math.max(0, ...steps.map(({ kw }) => kw))];
  for (let turn = 0; turn < BISECTIONS; turn += 1) {
    const middle = (low + high) / 2;
    if (amountOf(charge, peaksWith(outlook, charge, steps, middle)) <= already + 1e-9) low = middle;
    else high = middle;
  }
  return low;
};

const adviceOn = (outlook: Outlook, charge: DemandCharge): Found | null => {
  // While the month has fewer peaks than count, the next one is no choice.
  if (charge.measuredKw.length < charge.peaks) return null;
  const already = amountOf(charge, charge.measuredKw);
  const riseIn = (scenario: Scenario): number => {
    const steps = countedOf(outlook, charge, scenario);
    return amountOf(charge, peaksWith(outlook, charge, steps, Number.POSITIVE_INFINITY)) - already;
  };
  const saving = riseIn(middleOf(outlook));
  if (saving <= 0) return null;
  const steps = countedOf(outlook, charge, middleOf(outlook));
  const capKw = capFor(outlook, charge, steps);
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
    confidencePct: confidencePct(scenariosOf(outlook), riseIn),
    basis: { is: 'peak', capKw },
  };
};

/** Advice to stay below the peak that the month has paid for already; the dearest charge speaks. */
export const peakAdvice = (outlook: Outlook): Found | null =>
  outlook.demandCharges
    .flatMap((charge) => adviceOn(outlook, charge) ?? [])
    .toSorted((one, other) => other.saving - one.saving)[0] ?? null;
