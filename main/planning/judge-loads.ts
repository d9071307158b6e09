import { type Bending, type Complain, HOUR_MS, TOLERANCE } from './judge.ts';
import type { FlexibleLoad, HeatStore, ModulatingLoad, PlanStep, Problem } from './types.ts';

/** Runs and pauses of something that is on or off; what happened before the first step counts. Answers how often it starts. */
const checkSwitching = (
  what: Pick<FlexibleLoad, 'id' | 'minRunSteps' | 'minPauseSteps' | 'before'>,
  on: readonly boolean[],
  mayBeCut: boolean,
  complain: Complain,
): number => {
  const wrong = (sentence: string): void => complain(`"${what.id}" ${sentence}.`);
  let ran = what.before.on ? what.before.steps : 0;
  let paused = what.before.on ? 0 : what.before.steps;
  let runs = what.before.on;
  let cuttable = mayBeCut || what.before.on;
  let starts = 0;
  on.forEach((now, step) => {
    if (now && !runs) {
      starts += 1;
      if (paused < what.minPauseSteps) wrong(`pauses only ${paused} steps before step ${step}`);
      ran = 0;
      cuttable = mayBeCut;
    }
    if (!now && runs) {
      if (ran < what.minRunSteps) wrong(`runs only ${ran} steps until step ${step}`);
      paused = 0;
    }
    if (now) ran += 1;
    else paused += 1;
    runs = now;
  });
  if (runs && !cuttable && ran < what.minRunSteps) wrong(`runs only ${ran} steps until the end`);
  return starts;
};

const checkOnOff = (
  problem: Problem,
  load: FlexibleLoad,
  powers: readonly number[],
  bending: Bending,
  complain: Complain,
): number => {
  const hours = problem.stepMs / HOUR_MS;
  const wrong = (sentence: string): void => complain(`"${load.id}" ${sentence}.`);
  const must = (load.before.on ? load.minRunSteps : 0) - load.before.steps;
  const on = powers.map((kw, step) => {
    const runs = Math.abs(kw - load.powerKw) <= TOLERANCE && load.powerKw > 0;
    if (!runs && Math.abs(kw) > TOLERANCE) wrong(`takes ${kw} kW in step ${step}`);
    const inWindow = step >= load.firstStep && step < load.endStep;
    if (runs && !inWindow && step >= must && !load.mustRun.includes(step))
      wrong(`runs outside its window in step ${step}`);
    return runs;
  });
  const starts = checkSwitching(load, on, false, complain);
  if (load.maxStarts !== null && starts > load.maxStarts) wrong(`starts ${starts} times`);
  const bent = (step: number | null, amount: number, sentence: string): void =>
    bending.exceed({
      limit: 'run-time',
      id: load.id,
      step,
      amount,
      price: problem.soft?.perRunHour ?? 0,
      sentence: `"${load.id}" ${sentence}`,
    });
  on.forEach((runs, step) => {
    if (!runs && load.mustRun.includes(step)) bent(step, hours, `does not run in step ${step}`);
    if (runs && load.mustRest.includes(step)) bent(step, hours, `does not rest in step ${step}`);
  });
  const total = on.filter((runs) => runs).length;
  if (load.runSteps !== null)
    bent(null, Math.abs(total - load.runSteps) * hours, `runs ${total} steps, not ${load.runSteps}`);
  return starts;
};

const checkModulating = (
  problem: Problem,
  load: ModulatingLoad,
  powers: readonly number[],
  bending: Bending,
  complain: Complain,
): void => {
  let energy = 0;
  powers.forEach((kw, step) => {
    energy += (kw * problem.stepMs) / HOUR_MS;
    if (kw === 0) return;
    const possible = kw >= load.minKw - TOLERANCE && kw <= load.maxKw + TOLERANCE && kw >= 0;
    const inWindow = step >= load.firstStep && step < load.endStep;
    if (!possible || !inWindow) complain(`"${load.id}" takes ${kw} kW in step ${step}.`);
  });
  if (load.energyKwh !== null)
    bending.exceed({
      limit: 'energy',
      id: load.id,
      step: null,
      amount: load.energyKwh - energy,
      price: problem.soft?.perKwh ?? 0,
      sentence: `"${load.id}" gets ${energy} kWh, not ${load.energyKwh}`,
    });
};

const checkHeat = (
  problem: Problem,
  store: HeatStore,
  steps: readonly PlanStep[],
  bending: Bending,
  complain: Complain,
): number => {
  const hours = problem.stepMs / HOUR_MS;
  let temperature = store.initialC;
  const on: boolean[] = [];
  steps.forEach((step, place) => {
    const kw = step.loads[store.id] ?? Number.NaN;
    const full = Math.abs(kw - store.powerKw) <= TOLERANCE;
    const possible = store.modulates ? kw >= 0 && kw <= store.powerKw + TOLERANCE : full || kw === 0;
    if (!possible) complain(`"${store.id}" takes ${kw} kW in step ${place}.`);
    on.push(kw > 0 && full);
    const lost = store.lossKwPerK * (temperature - (store.ambientC[place] ?? Number.NaN));
    const heat = kw * (store.heatPerKwh[place] ?? Number.NaN) + (store.gainKw[place] ?? Number.NaN);
    temperature += ((heat - lost) * hours) / store.capacityKwhPerK;
    const named = step.temperatures !== undefined && Object.hasOwn(step.temperatures, store.id);
    const said = named ? (step.temperatures?.[store.id] ?? Number.NaN) : Number.NaN;
    if (!(Math.abs(said - temperature) <= TOLERANCE * Math.max(1, Math.abs(temperature))))
      complain(`Step ${place}: "${store.id}" has ${temperature} °C, and ${said} is said.`);
    for (const amount of [
      (store.minC[place] ?? Number.NaN) - temperature,
      temperature - (store.maxC[place] ?? Number.NaN),
    ])
      bending.exceed({
        limit: 'temperature',
        id: store.id,
        step: place,
        amount,
        price: (problem.soft?.perKelvinHour ?? 0) * hours,
        sentence: `Step ${place}: "${store.id}" has ${temperature} °C`,
      });
  });
  return store.modulates ? 0 : checkSwitching(store, on, true, complain);
};

/** All that is planned beside batteries. Answers what its starts cost. */
export const judgeLoads = (
  problem: Problem,
  steps: readonly PlanStep[],
  bending: Bending,
  complain: Complain,
): number => {
  const powersOf = (id: string): readonly number[] => steps.map(({ loads }) => loads[id] ?? Number.NaN);
  let cost = 0;
  for (const load of problem.flexibleLoads)
    cost += load.startCost * checkOnOff(problem, load, powersOf(load.id), bending, complain);
  for (const load of problem.modulatingLoads) checkModulating(problem, load, powersOf(load.id), bending, complain);
  for (const store of problem.heatStores) cost += store.startCost * checkHeat(problem, store, steps, bending, complain);
  return cost;
};
