import { accountsOf } from '../accounts.ts';
import { scheduleOf } from '../schedule.ts';
import type { Battery, Problem } from '../types.ts';
import { type Course, courseOf, type Outlook, outlookOf, type Task } from './course.ts';
import { reaches, valueAt } from './curve.ts';
import { capsFor, meanPeak, type PeakRule, reachedBy } from './peak-rules.ts';
import { cappedTask, decisionsOf, taskOf } from './task.ts';

/** Passes over the horizon that a search may take; more steps, fewer passes. */
const MOST_STEPS_IN_ALL = 200_000;
const MOST_PASSES = 400;
/** A kWh above a cap costs so many times the highest price: no price makes it worth while. */
const CAP_FACTOR = 20;
/** Peaks are moved between days by steps from this share of the level down to this many kW. */
const FIRST_SHARE = 0.5;
const LEAST_MOVE_KW = 0.01;
/** How finely a charge that rises steadily is looked at first. */
const LEVELS = 10;

interface Tried {
  readonly course: Course;
  /** The objective. */
  readonly money: number;
}

/** Groups' caps as caps by step, for each rule; null where a rule is not held. */
type Held = readonly (readonly number[] | null)[];

const byStep = (rules: readonly PeakRule[], held: Held, steps: number): readonly number[] => {
  const kw = new Array<number>(steps).fill(Number.POSITIVE_INFINITY);
  for (const [place, rule] of rules.entries())
    for (const [group, its] of rule.groups.entries()) {
      const cap = held[place]?.[group] ?? Number.POSITIVE_INFINITY;
      for (const step of its) kw[step] = Math.min(kw[step] ?? cap, cap / rule.weightOf(step));
    }
  return kw;
};

/**
 * The course of one battery with the least of energy, wear and peak charges: for each step of a charge the cheapest caps on the
 * import that keep the month below it, and the cheapest of all. Null: nothing keeps the limits. What it finds is near the best
 * and not proven to be.
 */
export const searchPeaks = (problem: Problem, battery: Battery, rules: readonly PeakRule[]): Course | null => {
  const steps = problem.loadKw.length;
  const start = (battery.initialSocPct / 100) * battery.capacityKwh;
  const prices = [...problem.importPrice, ...problem.exportPrice];
  const price = CAP_FACTOR * prices.reduce((most, each) => Math.max(most, Math.abs(each)), 0.05) * problem.weights.cost;
  const plain = taskOf(problem, battery);
  let passesLeft = Math.max(20, Math.min(MOST_PASSES, Math.round(MOST_STEPS_IN_ALL / steps)));

  const passOf = (held: Held): { task: Task; outlook: Outlook; value: number } | null => {
    passesLeft -= 1;
    const kw = byStep(rules, held, steps);
    const task = cappedTask(plain, kw, price);
    const outlook = outlookOf(task);
    if ('stuck' in outlook || !reaches(outlook.start, start)) return null;
    return { task, outlook, value: valueAt(outlook.start, start) };
  };
  const charges = (course: Course): number =>
    problem.weights.cost *
    rules.reduce((sum, rule) => sum + rule.amount(meanPeak(rule, reachedBy(rule, course.gridKw))), 0);
  const triedOf = (held: Held): Tried | null => {
    const pass = passOf(held);
    if (pass === null) return null;
    const course = courseOf(pass.task, pass.outlook, start);
    return { course, money: accountsOf(problem, scheduleOf(problem, decisionsOf(course))).objective };
  };

  /** Caps of one rule at a level, with peaks moved between its groups as long as that pays. */
  const bestCaps = (held: Held, place: number, rule: PeakRule, levelKw: number): readonly number[] | null => {
    const at = (extra: readonly number[]): { caps: readonly number[]; value: number } | null => {
      const caps = capsFor(rule, levelKw, extra);
      const pass = caps === null || passesLeft <= 0 ? null : passOf(held.with(place, caps));
      return caps === null || pass === null ? null : { caps, value: pass.value };
    };
    let extra = rule.groups.map(() => 0);
    let best = at(extra);
    if (best === null || rule.count === 1) return best?.caps ?? null;
    for (let move = FIRST_SHARE * levelKw; move > LEAST_MOVE_KW && passesLeft > 0; move /= 2)
      for (let moved = true; moved; ) {
        moved = false;
        for (const group of rule.groups.keys())
          for (const by of [move, -move]) {
            const next = (extra[group] ?? 0) + by;
            const tried = next < 0 ? null : at(extra.with(group, next));
            if (tried === null || tried.value >= (best?.value ?? 0) - 1e-7) continue;
            extra = extra.with(group, next);
            best = tried;
            moved = true;
            break;
          }
      }
    return best?.caps ?? null;
  };

  let held: Held = rules.map(() => null);
  const free = triedOf(held);
  if (free === null) return null;
  let best = free;
  const bottom = free.money - charges(free.course);
  for (let sweep = 0; sweep < (rules.length > 1 ? 2 : 1); sweep += 1)
    for (const [place, rule] of rules.entries()) {
      const natural = meanPeak(rule, reachedBy(rule, free.course.gridKw));
      const tryLevel = (levelKw: number): number => {
        if (passesLeft <= 0) return Number.POSITIVE_INFINITY;
        // Nothing that this level could save would make up for what it costs at least.
        if (bottom + problem.weights.cost * rule.amount(levelKw) >= best.money - 1e-9) return Number.POSITIVE_INFINITY;
        const caps = bestCaps(held, place, rule, levelKw);
        const tried = caps === null ? null : triedOf(held.with(place, caps));
        if (caps === null || tried === null) return Number.POSITIVE_INFINITY;
        if (tried.money < best.money - 1e-9) {
          best = tried;
          held = held.with(place, caps);
        }
        return tried.money;
      };
      if (rule.edgesKw.length > 0) {
        for (const edge of rule.edgesKw.toReversed()) if (edge < natural) tryLevel(edge);
        continue;
      }
      const measured = meanPeak(
        rule,
        rule.groups.map(() => 0),
      );
      const apart = (natural - measured) / LEVELS;
      const levels = Array.from({ length: LEVELS }, (_, level) => measured + apart * level);
      const moneys = levels.map(tryLevel);
      let at = levels[moneys.indexOf(Math.min(...moneys))] ?? natural;
      for (let width = apart / 2; width > LEAST_MOVE_KW; width /= 2) {
        const [below, above] = [tryLevel(at - width), tryLevel(at + width)];
        if (below <= best.money + 1e-9) at -= width;
        else if (above <= best.money + 1e-9) at += width;
      }
    }
  return best.course;
};
