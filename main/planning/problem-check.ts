import { permanent, type Result } from '../result.ts';
import { isTimeZone } from '../zone.ts';
import type { Problem } from './types.ts';

/** Fields that may be infinite: limits that are none. */
const MAY_BE_INFINITE = /^(grid\.max(Import|Export)Kw|peakTariff\.tiers\[\d+\]\.upToKw)$/;
const FEW_NAMED = 3;

/** A sentence for each number within a value that is none, with its path. */
const notNumbers = (value: unknown, path: string): readonly string[] => {
  if (typeof value === 'number') {
    if (Number.isFinite(value) || (value === Number.POSITIVE_INFINITY && MAY_BE_INFINITE.test(path))) return [];
    return [`${path} is ${value} and must be a number.`];
  }
  if (Array.isArray(value)) return value.flatMap((each, place) => notNumbers(each, `${path}[${place}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => notNumbers(each, path === '' ? name : `${path}.${name}`));
};

/** Series that need a value for each step. */
const seriesOf = (problem: Problem): readonly (readonly [string, readonly number[] | null])[] => [
  ['pvKw', problem.pvKw],
  ['importPrice', problem.importPrice],
  ['exportPrice', problem.exportPrice],
  ['carbonG', problem.carbonG],
  ...problem.batteries.map(({ reserveSocPct }, place) => [`batteries[${place}].reserveSocPct`, reserveSocPct] as const),
  ...problem.demandCharges.map(({ weight }, place) => [`demandCharges[${place}].weight`, weight] as const),
  ...problem.heatStores.flatMap((store, place) =>
    (['heatPerKwh', 'ambientC', 'gainKw', 'minC', 'maxC'] as const).map(
      (name) => [`heatStores[${place}].${name}`, store[name]] as const,
    ),
  ),
];

const outOfRange = (problem: Problem): readonly string[] => {
  const wrong: string[] = [];
  const least = (path: string, value: number, from: number): void => {
    if (value < from) wrong.push(`${path} is ${value} and must be at least ${from}.`);
  };
  const above = (path: string, value: number): void => {
    if (value <= 0) wrong.push(`${path} is ${value} and must be above 0.`);
  };
  const share = (path: string, value: number): void => {
    if (value <= 0 || value > 1) wrong.push(`${path} is ${value} and must be above 0 and at most 1.`);
  };
  above('stepMs', problem.stepMs);
  for (const name of ['loadKw', 'pvKw'] as const)
    problem[name].forEach((kw, step) => {
      least(`${name}[${step}]`, kw, 0);
    });
  for (const [place, battery] of problem.batteries.entries()) {
    const path = `batteries[${place}]`;
    above(`${path}.capacityKwh`, battery.capacityKwh);
    share(`${path}.chargeEfficiency`, battery.chargeEfficiency);
    share(`${path}.dischargeEfficiency`, battery.dischargeEfficiency);
    for (const name of ['maxChargeKw', 'maxDischargeKw', 'wearCostPerKwh', 'standingLossPerHour'] as const)
      least(`${path}.${name}`, battery[name], 0);
    if (battery.initialSocPct < 0 || battery.initialSocPct > 100)
      wrong.push(`${path}.initialSocPct is ${battery.initialSocPct} and must lie from 0 to 100.`);
    if (battery.standingLossPerHour >= 1) wrong.push(`${path}.standingLossPerHour must be below 1.`);
  }
  for (const [place, load] of problem.flexibleLoads.entries()) {
    least(`flexibleLoads[${place}].powerKw`, load.powerKw, 0);
    least(`flexibleLoads[${place}].before.steps`, load.before.steps, 0);
  }
  for (const [place, store] of problem.heatStores.entries()) {
    above(`heatStores[${place}].capacityKwhPerK`, store.capacityKwhPerK);
    least(`heatStores[${place}].powerKw`, store.powerKw, 0);
    least(`heatStores[${place}].lossKwPerK`, store.lossKwPerK, 0);
  }
  for (const [place, load] of problem.modulatingLoads.entries())
    least(`modulatingLoads[${place}].maxKw`, load.maxKw, 0);
  return wrong;
};

/** What is wrong with a problem that no file reader has seen, a sentence each. */
const wrongOf = (problem: Problem): readonly string[] => {
  const steps = problem.loadKw.length;
  if (steps === 0) return ['loadKw is empty: a plan needs at least one step.'];
  const lengths = seriesOf(problem).flatMap(([name, series]) =>
    series === null || series.length === steps
      ? []
      : [`${name} has ${series.length} values and loadKw has ${steps}: give one for each step.`],
  );
  const ids = [...problem.flexibleLoads, ...problem.modulatingLoads, ...problem.heatStores].map(({ id }) => id);
  const batteryIds = problem.batteries.map(({ id }) => id);
  const twice = [ids, batteryIds].flatMap((list) =>
    list
      .filter((id, place) => list.indexOf(id) !== place)
      .map((id) => `The id "${id}" is there twice: give each its own.`),
  );
  const zone = isTimeZone(problem.zone) ? [] : [`zone is "${problem.zone}" and no time zone.`];
  const numbers = notNumbers(problem, '');
  return [...lengths, ...twice, ...zone, ...numbers, ...(numbers.length === 0 ? outOfRange(problem) : [])];
};

/** The problem, or the failure `plan.problem` that names the fields that are no numbers, too short or out of range. */
export const checkedProblem = (problem: Problem): Result<Problem> => {
  const wrong = wrongOf(problem);
  if (wrong.length === 0) return { ok: true, value: problem };
  const more = wrong.length - FEW_NAMED;
  return permanent(
    'plan.problem',
    [...wrong.slice(0, FEW_NAMED), ...(more > 0 ? [`And ${more} more.`] : [])].join(' '),
    'Correct what is named and plan again.',
  );
};
