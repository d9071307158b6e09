import { type Bending, type Complain, HOUR_MS, TOLERANCE } from './judge.ts';
import type { Battery, PlanStep, Problem } from './types.ts';

/** The grid's limits count ten times: the fuse of the house is bent last. */
const GRID_RANK = 10;

interface Power {
  readonly chargeKw: number;
  readonly dischargeKw: number;
  readonly socPct: number;
}

/** What a plan says of one battery in a step; NaN where it says nothing. */
const powerOf = (problem: Problem, battery: Battery, step: PlanStep): Power => {
  if (problem.batteries.length === 1)
    return { chargeKw: step.chargeKw, dischargeKw: step.dischargeKw, socPct: step.socPct ?? Number.NaN };
  const named = step.batteries !== undefined && Object.hasOwn(step.batteries, battery.id);
  const own = named ? step.batteries?.[battery.id] : undefined;
  return own ?? { chargeKw: Number.NaN, dischargeKw: Number.NaN, socPct: Number.NaN };
};

const checkMeter = (problem: Problem, step: PlanStep, place: number, bending: Bending, complain: Complain): void => {
  const wrong = (what: string): void => complain(`Step ${place}: ${what}.`);
  const pv = (problem.pvKw[place] ?? Number.NaN) - step.curtailKw;
  let used = (problem.loadKw[place] ?? Number.NaN) + step.chargeKw + step.exportKw;
  for (const kw of Object.values(step.loads)) used += kw;
  if (!(Math.abs(pv + step.importKw + step.dischargeKw - used) <= TOLERANCE)) wrong('the energy does not balance');
  if (step.curtailKw > (problem.pvKw[place] ?? 0) + TOLERANCE) wrong('more PV is held back than there is');
  if (Math.min(step.importKw, step.exportKw) > TOLERANCE) wrong('import and export at once');
  const price = (GRID_RANK * (problem.soft?.perKwh ?? 0) * problem.stepMs) / HOUR_MS;
  for (const [limit, kw, most] of [
    ['import', step.importKw, problem.grid.maxImportKw],
    ['export', step.exportKw, problem.grid.maxExportKw],
  ] as const)
    bending.exceed({
      limit,
      id: null,
      step: place,
      amount: Math.max(0, kw - most),
      price,
      sentence: `Step ${place}: the ${limit} is ${kw} kW`,
    });
};

/** The sums over all batteries, and where their energy comes from and goes to. */
const checkTogether = (problem: Problem, step: PlanStep, place: number, complain: Complain): void => {
  const { batteries } = problem;
  let [charge, discharge, fromSun, toHouse, stored, capacity] = [0, 0, 0, 0, 0, 0];
  for (const battery of batteries) {
    const { chargeKw, dischargeKw, socPct } = powerOf(problem, battery, step);
    charge += chargeKw;
    discharge += dischargeKw;
    fromSun += battery.fromGrid ? 0 : chargeKw;
    toHouse += battery.toGrid ? 0 : dischargeKw;
    stored += socPct * battery.capacityKwh;
    capacity += battery.capacityKwh;
  }
  let house = problem.loadKw[place] ?? Number.NaN;
  for (const kw of Object.values(step.loads)) house += kw;
  const wrong = (what: string): void => complain(`Step ${place}: ${what}.`);
  if (!(Math.abs(charge - step.chargeKw) <= TOLERANCE)) wrong(`the batteries charge with ${charge} kW together`);
  if (!(Math.abs(discharge - step.dischargeKw) <= TOLERANCE)) wrong(`the batteries give ${discharge} kW together`);
  if (fromSun > (problem.pvKw[place] ?? 0) - step.curtailKw + TOLERANCE) wrong('a battery is charged from the grid');
  if (toHouse > house + TOLERANCE) wrong('a battery feeds the grid');
  if (batteries.length > 0 && !(Math.abs(stored / capacity - (step.socPct ?? Number.NaN)) <= TOLERANCE))
    wrong(`the charge of all batteries is ${stored / capacity} %`);
};

const checkBattery = (
  problem: Problem,
  battery: Battery,
  steps: readonly PlanStep[],
  bending: Bending,
  complain: Complain,
): number => {
  const hours = problem.stepMs / HOUR_MS;
  const { capacityKwh, id, minSocPct, maxSocPct } = battery;
  const kwh = (pct: number): number => (capacityKwh * pct) / 100;
  const keeps = Math.exp(hours * Math.log1p(-battery.standingLossPerHour));
  const perKwh = problem.soft?.perKwh ?? 0;
  const asSaid = 100 / capacityKwh;
  let stored = kwh(battery.initialSocPct);
  // Where it would lie at rest, from its beginning or from the bound: neither charging nor discharging may pass a bound further.
  let [lowest, highest, floor] = [Math.min(stored, kwh(minSocPct)), stored, kwh(minSocPct)];
  steps.forEach((step, place) => {
    const { chargeKw, dischargeKw, socPct } = powerOf(problem, battery, step);
    const wrong = (what: string): void => complain(`Step ${place}, battery "${id}": ${what}.`);
    if (!(chargeKw >= 0 && dischargeKw >= 0)) wrong('its power is no number or negative');
    if (Math.min(chargeKw, dischargeKw) > TOLERANCE) wrong('charge and discharge at once');
    if (chargeKw > battery.maxChargeKw + TOLERANCE) wrong(`the charge is ${chargeKw} kW`);
    if (dischargeKw > battery.maxDischargeKw + TOLERANCE) wrong(`the discharge is ${dischargeKw} kW`);
    stored = stored * keeps + chargeKw * hours * battery.chargeEfficiency;
    stored -= (dischargeKw * hours) / battery.dischargeEfficiency;
    lowest = Math.min(lowest, kwh(minSocPct)) * keeps;
    highest *= keeps;
    floor *= keeps;
    if (!(Math.abs(stored - kwh(socPct)) <= TOLERANCE)) wrong(`${stored} kWh are stored and ${kwh(socPct)} are said`);
    if (!(stored >= -TOLERANCE && stored <= capacityKwh + TOLERANCE)) wrong(`${stored} kWh cannot be stored`);
    if (stored < (dischargeKw > TOLERANCE ? floor : lowest) - TOLERANCE) wrong(`it is drained to ${socPct} %`);
    if (stored > Math.max(highest, kwh(maxSocPct)) + TOLERANCE) wrong(`it is filled to ${socPct} %`);
    const outside = (limit: 'soc' | 'reserve' | 'final-soc', amount: number, price: number): void =>
      bending.exceed({
        limit,
        id,
        step: place,
        amount,
        asSaid,
        price,
        sentence: `Step ${place}, battery "${id}": the charge is ${(100 * stored) / capacityKwh} %`,
      });
    outside('soc', kwh(minSocPct) - stored, perKwh / steps.length);
    outside('soc', stored - kwh(maxSocPct), perKwh / steps.length);
    const reserve = battery.reserveSocPct?.[place] ?? 0;
    if (problem.soft !== null && battery.reservePricePerKwh > 0 && reserve > minSocPct)
      outside('reserve', kwh(reserve) - stored, battery.reservePricePerKwh * hours);
    if (place === steps.length - 1 && battery.finalSocPct !== null)
      outside('final-soc', kwh(battery.finalSocPct) - stored, perKwh);
  });
  return stored;
};

/** The balance, the meter and the batteries. Answers what each battery holds at the end, kWh. */
export const judgePower = (
  problem: Problem,
  steps: readonly PlanStep[],
  bending: Bending,
  complain: Complain,
): readonly number[] => {
  steps.forEach((step, place) => {
    checkMeter(problem, step, place, bending, complain);
    checkTogether(problem, step, place, complain);
  });
  return problem.batteries.map((battery) => checkBattery(problem, battery, steps, bending, complain));
};
