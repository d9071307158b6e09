import { localTime } from '../../zone.ts';
import type { Found } from './found.ts';
import {
  atOf,
  type Course,
  confidencePct,
  courseOf,
  middleOf,
  type Outlook,
  type Scenario,
  scenariosOf,
} from './outlook.ts';
import { amount, money } from './words.ts';

const DAY_MS = 24 * 3_600_000;
/** Less is not worth a word. */
const LEAST_KWH = 1;
/** What a person can move there by hand: a machine or two. */
const MOST_KWH = 2;
/** A cloud does not end a sunny time. */
const PAUSE_STEPS = 2;
/** Surplus that is less than this is none, kW. */
const LEAST_KW = 0.3;

interface Span {
  readonly from: number;
  to: number;
  kwh: number;
}

const overKwh = (course: Course, step: number): number => (course.exportKwh[step] ?? 0) + (course.lostKwh[step] ?? 0);

/** The stretch of the next day with the most energy that neither home nor battery takes. */
const richest = (outlook: Outlook, course: Course): Span | null => {
  const leastKwh = (LEAST_KW * outlook.stepMs) / 3_600_000;
  const spans: Span[] = [];
  for (let step = 0; step < Math.min(course.exportKwh.length, DAY_MS / outlook.stepMs); step += 1) {
    const kwh = overKwh(course, step);
    if (kwh < leastKwh) continue;
    const last = spans.at(-1);
    if (last !== undefined && step - last.to <= PAUSE_STEPS) {
      last.to = step + 1;
      last.kwh += kwh;
    } else spans.push({ from: step, to: step + 1, kwh });
  }
  return spans.toSorted((one, other) => other.kwh - one.kwh)[0] ?? null;
};

const within = (values: readonly number[], { from, to }: Span): number =>
  values.slice(from, to).reduce((sum, value) => sum + value, 0);

/** Mean of a value by step, weighted with the import that it would replace. */
const replaced = (course: Course, of: readonly number[]): number => {
  const kwh = course.importKwh.reduce((sum, each) => sum + each, 0);
  return course.importKwh.reduce((sum, each, step) => sum + each * (of[step] ?? 0), 0) / kwh;
};

/** Advice to use sun at home that would else be fed in for less than a kWh costs, or be lost. */
export const surplusAdvice = (outlook: Outlook): Found | null => {
  const middle = middleOf(outlook);
  const course = courseOf(outlook, middle);
  const span = richest(outlook, course);
  const boughtKwh = course.importKwh.reduce((sum, each) => sum + each, 0);
  if (span === null || span.kwh < LEAST_KWH || boughtKwh <= 0) return null;
  const mostKwh = Math.min(span.kwh, boughtKwh, MOST_KWH);
  const earned = course.exportKwh.map((kwh, step) => kwh * (outlook.exportPrice[step] ?? 0));
  const valuePerKwh = replaced(course, outlook.importPrice) - within(earned, span) / span.kwh;
  const overIn = (scenario: Scenario): number => {
    const other = courseOf(outlook, scenario);
    let kwh = 0;
    for (let step = span.from; step < span.to; step += 1) kwh += overKwh(other, step);
    return Math.min(kwh, mostKwh);
  };
  const hours = outlook.stepMs / 3_600_000;
  const [startAt, endAt] = [atOf(outlook, span.from), atOf(outlook, span.to)];
  const lost = within(course.lostKwh, span) > span.kwh / 2;
  const saving = mostKwh * valuePerKwh;
  return {
    ...{ kind: 'self-consumption', laneId: null, startAt, endAt, expiresAt: endAt, saving },
    title: `Use the sun from ${localTime(startAt, outlook.zone)} to ${localTime(endAt, outlook.zone)}`,
    sentence: `About ${span.kwh.toFixed(1)} kWh more are expected than the home ${outlook.battery === null ? '' : 'and its battery '}will take; they would be ${lost ? 'lost' : `fed in for ${money(within(earned, span) / span.kwh, outlook.currency)} a kWh`}. Each kWh used then saves about ${amount(valuePerKwh, outlook.currency)}.`,
    carbonSavedG: outlook.carbonG === null ? null : mostKwh * replaced(course, outlook.carbonG),
    confidencePct: confidencePct(scenariosOf(outlook), (scenario) => overIn(scenario) * valuePerKwh),
    basis: { is: 'surplus', expectedKwh: within(middle.loadKw, span) * hours, mostKwh, valuePerKwh },
  };
};
