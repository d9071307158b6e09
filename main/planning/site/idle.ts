import type { HeatStore, PlanStep, Problem } from '../types.ts';
import { AT_REST, follow, type LoadsKw } from './follow.ts';
import { HOUR_MS } from './grid-of-steps.ts';

/** Each step's kW of one load. */
type Course = readonly number[];

/** A thermostat by itself: on at the near end of the band, off at the far end. */
export const thermostatKw = (store: HeatStore, stepMs: number): Course => {
  const hours = stepMs / HOUR_MS;
  let [temperature, on] = [store.initialC, store.before.on];
  return store.ambientC.map((ambient, step) => {
    const heats = (store.heatPerKwh[step] ?? 0) >= 0;
    const [least, most] = [store.minC[step] ?? 0, store.maxC[step] ?? 0];
    const after = (powerKw: number): number =>
      temperature +
      (hours *
        ((store.heatPerKwh[step] ?? 0) * powerKw +
          (store.gainKw[step] ?? 0) -
          store.lossKwPerK * (temperature - ambient))) /
        store.capacityKwhPerK;
    const near = heats ? after(0) < least : after(0) > most;
    const far = heats ? after(store.powerKw) > most : after(store.powerKw) < least;
    on = near || (on && !far);
    const powerKw = on ? store.powerKw : 0;
    temperature = after(powerKw);
    return powerKw;
  });
};

/**
 * What the planned loads would do without a plan: one that has something to do by a time does it as soon as it may, one that
 * runs for its value runs all the time, and what heats is left to its thermostat.
 */
const idleCourses = (problem: Problem): Readonly<Record<string, Course>> => {
  const hours = problem.stepMs / HOUR_MS;
  const count = problem.loadKw.length;
  const steps = Array.from({ length: count }, (_, step) => step);
  const courses: [string, Course][] = [];
  for (const { id, powerKw, firstStep, endStep, runSteps } of problem.flexibleLoads) {
    const lastStep = runSteps === null ? endStep : Math.min(endStep, firstStep + runSteps);
    courses.push([id, steps.map((step) => (step >= firstStep && step < lastStep ? powerKw : 0))]);
  }
  for (const { id, maxKw, firstStep, endStep, energyKwh } of problem.modulatingLoads) {
    let leftKwh = energyKwh ?? 0;
    const course = steps.map((step) => {
      const powerKw = step >= firstStep && step < endStep ? Math.min(maxKw, leftKwh / hours) : 0;
      leftKwh -= powerKw * hours;
      return powerKw;
    });
    courses.push([id, course]);
  }
  for (const store of problem.heatStores) courses.push([store.id, thermostatKw(store, problem.stepMs)]);
  return Object.fromEntries(courses);
};

/** Each step's loads from the courses of all of them. */
const byStep = (courses: Readonly<Record<string, Course>>, count: number): readonly LoadsKw[] =>
  Array.from({ length: count }, (_, step) =>
    Object.fromEntries(Object.entries(courses).map(([id, course]) => [id, course[step] ?? 0])),
  );

/** The house as it would be without a plan: the battery at rest, and loads as they come. */
export const idleSteps = (problem: Problem): readonly PlanStep[] => {
  const count = problem.loadKw.length;
  return follow(problem, {
    intents: Array.from({ length: count }, () => AT_REST),
    loads: byStep(idleCourses(problem), count),
    loadKw: problem.loadKw,
    pvKw: problem.pvKw,
  });
};
