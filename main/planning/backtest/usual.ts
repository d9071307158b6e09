import { type LoadCourses, loadCourses, SCENARIOS } from './load-courses.ts';
import { SUNS, sunCourses } from './sun-courses.ts';
import type { Past } from './types.ts';

export { CHANCES, LEVELS, PER_LEVEL, SCENARIOS } from './load-courses.ts';
export { SKIES } from './sun-courses.ts';

const HOUR_MS = 3_600_000;
/** The sun of the last hour says what the next ones bring, fading with this time, hours. */
const LOOK_HOURS = 1;
const FADE_HOURS = 3;
/** Sun below this share of a home's usual most says nothing about clouds. */
const SUN_FLOOR = 0.05;
/** Which course of the sun goes with which of the load: each level of the load has both little sun and much. */
const SUN_OF: readonly number[] = [0, 3, 2, 1, 3, 0, 1, 2];

/** Forecasts from what was measured before: nothing of the step that it is asked at, or later, is ever looked at. */
export interface Usual {
  /** Learns from what the last steps brought; called once before the others for the same step. */
  look(step: number): void;
  /** Writes load and sun of step `ahead` on a kind of day, as they may come, seen just before `step`, kW. */
  of(step: number, ahead: number, sky: number, intoLoad: Float64Array, intoSun: Float64Array): void;
  /** How likely each kind of day is that the step now belongs to; before a day shows itself, that of the day before. */
  belief(): readonly number[];
  /** Where a day shows its kind with this step: the chances of each kind by the kind before; else null. */
  turn(ahead: number): readonly (readonly number[])[] | null;
  /** The chances of the load's levels in step `ahead` by the level in the step before it. */
  moves(ahead: number): readonly (readonly number[])[];
  /** The level of a load in a step. */
  levelOf(step: number, loadKw: number): number;
}

/** What load and sun usually are, learnt from the days before the one that is asked at. */
export const createUsual = (past: Past): Usual => {
  const sunOf = sunCourses(past);
  const look = Math.max(1, Math.round((LOOK_HOURS * HOUR_MS) / past.stepMs));
  const dayOf = (today: number) => ({
    today,
    sun: sunOf(today),
    load: [loadCourses(past, today, false), loadCourses(past, today, true)] as const,
  });
  let day = dayOf(0);
  let sunShare = Number.NaN;
  let loadNow = 0;
  let believed: readonly number[] = day.sun.belief(0, 0);
  const loadOf = (step: number): LoadCourses =>
    past.days[past.day[step] ?? 0]?.weekend === true ? day.load[1] : day.load[0];
  return {
    look: (step) => {
      const today = past.day[step] ?? 0;
      if (day.today !== today) day = dayOf(today);
      const { meanKw, belief } = day.sun;
      const { from } = past.days[today] ?? { from: step };
      const soFar = past.pvKw.subarray(from, step).reduce((sum, kw) => sum + kw * past.hours, 0);
      believed = belief(past.slot[step] ?? 0, soFar);
      const least = SUN_FLOOR * meanKw.reduce((most, kw) => Math.max(most, kw), 0);
      let [seen, expected, drawn, count] = [0, 0, 0, 0];
      for (let back = Math.max(0, step - look); back < step; back += 1) {
        drawn += past.loadKw[back] ?? 0;
        count += 1;
        const usual = meanKw[past.slot[back] ?? 0] ?? 0;
        if (!(usual > least)) continue;
        seen += past.pvKw[back] ?? 0;
        expected += usual;
      }
      loadNow = count === 0 ? 0 : drawn / count;
      sunShare = expected > 0 ? seen / expected : Number.NaN;
    },
    belief: () => believed,
    turn: (ahead) => ((past.slot[ahead] ?? 0) === day.sun.showsAtSlot ? day.sun.follows : null),
    moves: (ahead) => loadOf(ahead).moves[past.slot[ahead] ?? 0] ?? [],
    levelOf: (step, loadKw) => loadOf(step).levelOf(past.slot[step] ?? 0, loadKw),
    of: (step, ahead, sky, intoLoad, intoSun) => {
      const { kw: loads } = loadOf(ahead);
      const suns = day.sun.kw[sky];
      const slot = past.slot[ahead] ?? 0;
      const lead = (ahead - step) * past.hours;
      const pull = Number.isNaN(sunShare) ? 0 : Math.exp(-lead / FADE_HOURS);
      const now = (day.sun.meanKw[slot] ?? 0) * sunShare;
      for (let course = 0; course < SCENARIOS; course += 1) {
        const load = loads[slot * SCENARIOS + course] ?? Number.NaN;
        intoLoad[course] = Number.isNaN(load) ? loadNow : load;
        const sun = suns?.[slot * SUNS + (SUN_OF[course] ?? 0)] ?? Number.NaN;
        intoSun[course] = Number.isNaN(sun) ? 0 : pull > 0.01 ? sun * (1 - pull) + pull * now : sun;
      }
    },
  };
};
