import { describe, expect, it } from 'vitest';
import { scorePlan } from '../../../main/planning/score.ts';
import type { DemandCharge, FlexibleLoad, HeatStore, Plan, Problem } from '../../../main/planning/types.ts';
import { validatePlan } from '../../../main/planning/validate.ts';
import { batteryWith, homeWith } from '../../support/planning/homes.ts';
import { planFor, solve } from '../../support/planning/problems.ts';

const STEPS = 6;
const flat = (value: number): readonly number[] => Array.from({ length: STEPS }, () => value);

const load = (more: Partial<FlexibleLoad> = {}): FlexibleLoad => ({
  id: 'boiler',
  powerKw: 2,
  valuePerKwh: 0,
  firstStep: 0,
  endStep: STEPS,
  runSteps: 2,
  minRunSteps: 1,
  minPauseSteps: 0,
  maxStarts: null,
  startCost: 0,
  before: { on: false, steps: 99 },
  mustRun: [],
  mustRest: [],
  ...more,
});
const tank = (more: Partial<HeatStore> = {}): HeatStore => ({
  id: 'tank',
  powerKw: 2,
  modulates: false,
  heatPerKwh: flat(1),
  capacityKwhPerK: 0.2,
  lossKwPerK: 0,
  ambientC: flat(20),
  gainKw: flat(-0.4),
  initialC: 50,
  minC: flat(45),
  maxC: flat(65),
  minRunSteps: 1,
  minPauseSteps: 0,
  startCost: 0,
  before: { on: false, steps: 99 },
  ...more,
});
const charge = (more: Partial<DemandCharge> = {}): DemandCharge => ({
  id: 'power',
  weight: flat(1),
  peaks: 1,
  apart: 'none',
  price: { kind: 'per-kw', tiers: [{ fromKw: 0, perKw: 1 }] },
  floorKw: 0,
  measuredKw: [],
  ...more,
});

/** The plan of a home; the judge has passed it. */
const judged = async (more: Partial<Problem>): Promise<Plan> => {
  const problem = homeWith(more);
  const plan = await planFor(problem);
  expect(validatePlan(problem, plan)).toEqual([]);
  return plan;
};
const runsOf = (plan: Plan, id: string): readonly number[] =>
  plan.steps.map(({ loads }, step) => ((loads[id] ?? 0) > 0 ? step : -1)).filter((step) => step >= 0);

describe('several batteries', () => {
  it('are filled and emptied each by its own means, the better one first', async () => {
    const lossy = batteryWith({ id: 'old', chargeEfficiency: 0.7, initialSocPct: 10, finalValuePerKwh: 0 });
    const plan = await judged({
      importPrice: [0.1, 0.1, 0.4, 0.4, 0.4, 0.4],
      batteries: [lossy, batteryWith({ initialSocPct: 10, finalValuePerKwh: 0 })],
    });
    const charged = (id: string) => plan.steps.reduce((sum, step) => sum + (step.batteries?.[id]?.chargeKw ?? 0), 0);
    expect(charged('cellar')).toBeGreaterThan(4);
    expect(charged('old')).toBeLessThan(0.5);
    expect(plan.steps[1]?.chargeKw).toBeCloseTo(
      (plan.steps[1]?.batteries?.['cellar']?.chargeKw ?? 0) + (plan.steps[1]?.batteries?.['old']?.chargeKw ?? 0),
      9,
    );
  });

  it('are charged from the sun only, and serve the house only, where it is said so', async () => {
    const prices = { importPrice: [0.05, 0.05, 0.5, 0.5, 0.5, 0.5], exportPrice: flat(0.4), pvKw: [0, 2, 0, 0, 0, 0] };
    const free = await judged({ ...prices, batteries: [batteryWith({ initialSocPct: 10 })] });
    expect(free.steps[0]?.chargeKw).toBeGreaterThan(1);
    const bound = await judged({
      ...prices,
      batteries: [batteryWith({ initialSocPct: 10, fromGrid: false, toGrid: false })],
    });
    expect(bound.steps[0]?.chargeKw).toBe(0);
    for (const { dischargeKw } of bound.steps) expect(dischargeKw).toBeLessThanOrEqual(1 + 1e-9);
  });

  it('keep a reserve as long as it is worth its price', async () => {
    const battery = batteryWith({ reserveSocPct: flat(40), reservePricePerKwh: 1, finalValuePerKwh: 0 });
    const kept = await judged({ batteries: [battery] });
    for (const { socPct } of kept.steps) expect(socPct).toBeGreaterThanOrEqual(40 - 1e-6);
    const used = await judged({ batteries: [{ ...battery, reservePricePerKwh: 1e-4 }] });
    expect(used.bent[0]).toMatchObject({ limit: 'reserve', id: 'cellar' });
    expect(used.bent[0]?.sentence).toMatch(/^The battery holds up to .* % less than its reserve from /);
  });
});

describe('charges for power', () => {
  it('count the windows by their weight, and what is measured already', async () => {
    const more = { loadKw: [1, 3, 1, 1, 2, 1] };
    const inWindow = await judged({ ...more, demandCharges: [charge({ weight: [1, 0, 0, 0, 0.5, 0] })] });
    expect(inWindow.costs.peak).toBeCloseTo(1, 9);
    const measured = await judged({ ...more, demandCharges: [charge({ measuredKw: [5], peaks: 2 })] });
    expect(measured.costs.peak).toBeCloseTo((5 + 3) / 2, 9);
    const floor = await judged({ ...more, demandCharges: [charge({ floorKw: 4 })] });
    expect(floor.costs.peak).toBeCloseTo(4, 9);
  });

  it.each([
    [
      'rates that rise',
      {
        kind: 'per-kw' as const,
        tiers: [
          { fromKw: 0, perKw: 1 },
          { fromKw: 2, perKw: 3 },
        ],
      },
      2,
    ],
    [
      'rates that fall',
      {
        kind: 'per-kw' as const,
        tiers: [
          { fromKw: 0, perKw: 3 },
          { fromKw: 2, perKw: 1 },
        ],
      },
      6,
    ],
    [
      'steps',
      {
        kind: 'steps' as const,
        steps: [
          { fromKw: 0, amount: 1 },
          { fromKw: 2.5, amount: 9 },
        ],
      },
      1,
    ],
  ])('know %s, and a battery takes off the peak', async (_, price, cost) => {
    const more = { loadKw: [1, 4, 1, 1, 1, 1], demandCharges: [charge({ price })] };
    const plan = await judged({ ...more, batteries: [batteryWith({ maxDischargeKw: 2, maxChargeKw: 0 })] });
    expect(plan.costs.peak).toBeLessThanOrEqual(cost + 1e-6);
    expect((await judged(more)).costs.peak).toBeGreaterThan(cost);
  });

  it('take one peak of a day where the tariff says so', async () => {
    const loadKw = [4, 3, 1, 1, 1, 1];
    const [apart, together] = [
      await judged({ loadKw, demandCharges: [charge({ peaks: 2, apart: 'day' })] }),
      await judged({ loadKw, demandCharges: [charge({ peaks: 2 })] }),
    ];
    // 18:00 to midnight of one day: one peak there is.
    expect(apart.costs.peak).toBeCloseTo(4, 9);
    expect(together.costs.peak).toBeCloseTo(3.5, 9);
  });
});

describe('flexible loads', () => {
  it('go on with a run and a pause that began before', async () => {
    const dear = { importPrice: [0.9, 0.8, 0.1, 0.1, 0.2, 0.2] };
    const running = load({ runSteps: null, minRunSteps: 4, before: { on: true, steps: 2 } });
    expect(runsOf(await judged({ ...dear, flexibleLoads: [running] }), 'boiler')).toEqual([0, 1]);
    const pausing = load({ runSteps: 1, minPauseSteps: 5, before: { on: false, steps: 2 } });
    expect(runsOf(await judged({ ...dear, flexibleLoads: [pausing] }), 'boiler')).toEqual([3]);
    expect(runsOf(await judged({ ...dear, flexibleLoads: [{ ...pausing, minPauseSteps: 2 }] }), 'boiler')).not.toEqual([
      3, 3,
    ]);
  });

  it('start less often where a start costs', async () => {
    const prices = { importPrice: [0.1, 0.5, 0.1, 0.5, 0.1, 0.5] };
    expect(runsOf(await judged({ ...prices, flexibleLoads: [load({ runSteps: 3 })] }), 'boiler')).toEqual([0, 2, 4]);
    const plan = await judged({ ...prices, flexibleLoads: [load({ runSteps: 3, startCost: 2 })] });
    expect(runsOf(plan, 'boiler')).toEqual([0, 1, 2]);
    expect(plan.costs.wear).toBeCloseTo(2, 9);
    const goesOn = await judged({
      ...prices,
      flexibleLoads: [load({ runSteps: 3, startCost: 2, before: { on: true, steps: 1 } })],
    });
    expect(goesOn.costs.wear).toBe(0);
  });

  it('run and rest where a person said so', async () => {
    const plan = await judged({ flexibleLoads: [load({ mustRun: [4], mustRest: [0, 1, 5] })] });
    expect(runsOf(plan, 'boiler')).toContain(4);
    for (const step of [0, 1, 5]) expect(runsOf(plan, 'boiler')).not.toContain(step);
  });

  it('of the same kind share their run times out, or are planned one by one', async () => {
    const prices = { importPrice: [0.1, 0.9, 0.1, 0.2, 0.9, 0.3] };
    const loads = ['a', 'b', 'c'].map((id) => load({ id, powerKw: 1, runSteps: 3, minRunSteps: 2 }));
    const plan = await judged({ ...prices, grid: { maxImportKw: 4, maxExportKw: 0 }, flexibleLoads: loads });
    for (const { id } of loads) expect(runsOf(plan, id)).toHaveLength(3);
    expect(plan.status).toBe('optimal');
  });
});

describe('loads with a power to choose', () => {
  it('take what they need by their deadline, at their least power or nothing', async () => {
    const plan = await judged({
      importPrice: [0.5, 0.1, 0.2, 0.3, 0.01, 0.01],
      modulatingLoads: [{ id: 'car', minKw: 1.4, maxKw: 3, valuePerKwh: 0, firstStep: 0, endStep: 4, energyKwh: 4.4 }],
    });
    expect(plan.steps.map(({ loads }) => Math.round((loads['car'] ?? 0) * 10) / 10)).toEqual([0, 3, 1.4, 0, 0, 0]);
  });

  it('are told how much they will lack', async () => {
    const plan = await judged({
      modulatingLoads: [{ id: 'car', minKw: 0, maxKw: 2, valuePerKwh: 0, firstStep: 0, endStep: 2, energyKwh: 10 }],
    });
    expect(plan.bent.map(({ sentence }) => sentence)).toEqual([
      '"car" gets 6.0 kWh less than the 10.0 kWh that it should have by 20:00: the time or the power is not enough.',
    ]);
  });
});

describe('heat stores', () => {
  it('are warmed when it is cheap and kept in their band', async () => {
    const plan = await judged({ importPrice: [0.1, 0.6, 0.6, 0.6, 0.6, 0.6], heatStores: [tank()] });
    expect(runsOf(plan, 'tank')).toEqual([0]);
    expect(plan.steps[0]?.temperatures?.['tank']).toBeCloseTo(50 + (2 - 0.4) / 0.2, 9);
    const smooth = await judged({
      importPrice: [0.1, 0.6, 0.6, 0.6, 0.6, 0.6],
      heatStores: [tank({ modulates: true })],
    });
    expect(smooth.objective).toBeLessThan(plan.objective);
  });

  it('that begin too cold are warmed, and the plan says so', async () => {
    const plan = await judged({ heatStores: [tank({ initialC: 30 })] });
    expect(runsOf(plan, 'tank')[0]).toBe(0);
    expect(plan.bent[0]).toMatchObject({ limit: 'temperature', id: 'tank' });
    expect(plan.bent[0]?.sentence).toBe(
      '"tank" is up to 7.0 °C colder than 45.0 °C from 18:00 to 19:00: its power is not enough.',
    );
  });

  it('that cool are kept below their most', async () => {
    const plan = await judged({
      heatStores: [
        tank({
          heatPerKwh: flat(-3),
          gainKw: flat(1),
          initialC: 24,
          minC: flat(20),
          maxC: flat(26),
          capacityKwhPerK: 1,
        }),
      ],
    });
    expect(plan.bent).toEqual([]);
    expect(runsOf(plan, 'tank').length).toBeGreaterThan(0);
  });
});

describe('the aims', () => {
  it('may count each kWh that is bought', async () => {
    const more = { importPrice: [0.1, 0.1, 0.1, 0.1, 0.11, 0.11], pvKw: [3, 0, 0, 0, 0, 0], exportPrice: flat(0.12) };
    const batteries = [batteryWith({ initialSocPct: 10, finalValuePerKwh: 0 })];
    const money = await judged({ ...more, batteries });
    const own = await judged({ ...more, batteries, weights: { cost: 1, carbon: 0, imported: 0.5 } });
    const bought = (plan: Plan) => plan.steps.reduce((sum, { importKw }) => sum + importKw, 0);
    expect(bought(own)).toBeLessThan(bought(money) - 1);
  });
});

describe('negative prices', () => {
  const sunny = { pvKw: [0, 4, 4, 0, 0, 0] };

  it('of selling: the sun is stored and used first, then held back', async () => {
    const plan = await judged({
      ...sunny,
      exportPrice: flat(-0.1),
      batteries: [batteryWith({ initialSocPct: 10, maxChargeKw: 2 })],
    });
    expect(plan.steps.reduce((sum, { exportKw }) => sum + exportKw, 0)).toBeCloseTo(0, 6);
    expect(plan.steps[1]).toMatchObject({ chargeKw: expect.closeTo(2, 6), curtailKw: expect.closeTo(1, 6) });
  });

  it('of both: energy is taken from the grid, the sun is held back, and nothing circulates', async () => {
    const plan = await judged({
      ...sunny,
      importPrice: [0.3, -0.2, -0.2, 0.3, 0.3, 0.3],
      exportPrice: [0.1, -0.3, -0.3, 0.1, 0.1, 0.1],
      batteries: [batteryWith({ initialSocPct: 10 })],
      flexibleLoads: [load({ runSteps: null })],
    });
    expect(plan.steps[1]).toMatchObject({ curtailKw: 3, importKw: 5, chargeKw: 3 });
    expect(runsOf(plan, 'boiler')).toEqual([1, 2]);
  });

  it('a home that may not export fills its battery, its loads and its heat first', async () => {
    const plan = await judged({
      ...sunny,
      grid: { maxImportKw: 5, maxExportKw: 0 },
      batteries: [batteryWith({ initialSocPct: 10, maxChargeKw: 1 })],
      flexibleLoads: [load({ runSteps: 1, powerKw: 1 })],
      heatStores: [tank({ powerKw: 1 })],
    });
    expect(runsOf(plan, 'boiler').every((step) => step === 1 || step === 2)).toBe(true);
    expect(runsOf(plan, 'tank').every((step) => step === 1 || step === 2)).toBe(true);
    expect(plan.steps[1]?.chargeKw).toBeCloseTo(1, 6);
    for (const { exportKw } of plan.steps) expect(exportKw).toBe(0);
  });
});

describe('limits that contradict each other', () => {
  const battery = batteryWith();
  it.each<[string, Partial<Problem>, RegExp]>([
    [
      'the household needs more than the fuse',
      { loadKw: [1, 6.2, 1, 1, 1, 1] },
      /^The grid limit of 5.0 kW is exceeded by 1.2 kW from 19:00 to 20:00: the household alone needs more\.$/,
    ],
    ['no import at all', { grid: { maxImportKw: 0, maxExportKw: 0 } }, /^The grid limit of 0.00 kW is exceeded/],
    [
      'a task that does not fit beside the house',
      { grid: { maxImportKw: 2, maxExportKw: 0 }, flexibleLoads: [load()] },
      /^"boiler" runs 2 h less than the 2 h that it was asked to/,
    ],
    [
      'a window shorter than the task',
      { flexibleLoads: [load({ endStep: 1 })] },
      /^"boiler" runs 1 h less than the 2 h/,
    ],
    ['an end before the beginning', { flexibleLoads: [load({ firstStep: 4, endStep: 2 })] }, /^"boiler" runs 2 h less/],
    [
      'a least run longer than the task',
      { flexibleLoads: [load({ runSteps: 1, minRunSteps: 3 })] },
      /^"boiler" runs .* than the 1 h/,
    ],
    ['a task that may not start', { flexibleLoads: [load({ maxStarts: 0 })] }, /^"boiler" runs 2 h less/],
    [
      'a step to run and to rest',
      { flexibleLoads: [load({ mustRun: [1], mustRest: [1] })] },
      /^"boiler" (cannot run|runs) .* from 19:00 to 20:00|^"boiler" runs from 19:00 to 20:00 although/,
    ],
    [
      'rest where a run has to be finished',
      { flexibleLoads: [load({ minRunSteps: 2, before: { on: true, steps: 1 }, mustRest: [0] })] },
      /^"boiler" runs from 18:00 to 19:00 although it was asked not to/,
    ],
    [
      'a begin below the least charge',
      { batteries: [{ ...battery, initialSocPct: 3, maxChargeKw: 0.2 }] },
      /^The battery lies up to .* % below its least charge of 10 % from 18:00 to .*: it begins at 3 %\.$/,
    ],
    [
      'a begin above the most charge',
      { batteries: [{ ...battery, initialSocPct: 100, maxSocPct: 60, toGrid: false }], loadKw: flat(0.1) },
      /^The battery lies up to .* above its most charge of 60 %/,
    ],
    [
      'a least charge above the most',
      { batteries: [{ ...battery, minSocPct: 60, maxSocPct: 40 }] },
      /^The battery lies up to/,
    ],
    [
      'a final charge above the most',
      { batteries: [{ ...battery, finalSocPct: 100 }] },
      /^The battery ends 10.0 % below the 100 %/,
    ],
    [
      'a final charge that no sun brings',
      { batteries: [{ ...battery, initialSocPct: 20, finalSocPct: 80, fromGrid: false }] },
      /^The battery ends 60.0 % below the 80 %/,
    ],
    [
      'a least temperature above the most',
      { heatStores: [tank({ minC: flat(60), maxC: flat(50) })] },
      /^"tank" is up to/,
    ],
    ['a band that is left on and off', { heatStores: [tank({ powerKw: 0.1 })] }, /^"tank" is up to .* colder/],
    [
      'a car with a least power above the most',
      { modulatingLoads: [{ id: 'car', minKw: 4, maxKw: 2, valuePerKwh: 0, firstStep: 0, endStep: 6, energyKwh: 1 }] },
      /^"car" gets 1.0 kWh less/,
    ],
    [
      'a car beside a small fuse',
      {
        grid: { maxImportKw: 1.5, maxExportKw: 0 },
        modulatingLoads: [{ id: 'car', minKw: 1.4, maxKw: 2, valuePerKwh: 0, firstStep: 0, endStep: 6, energyKwh: 3 }],
      },
      /^"car" gets 3.0 kWh less/,
    ],
  ])('bends what it has to, and says so: %s', async (_, more, sentence) => {
    const plan = await judged(more);
    expect(plan.bent.map((bent) => bent.sentence).join('\n')).toMatch(new RegExp(sentence.source, 'm'));
    const hard = await solve(homeWith({ ...more, soft: null }));
    expect(hard.ok ? '' : hard.error.message).toContain('No plan keeps all limits');
  });

  it('a battery that begins empty recovers and gives nothing until it has', async () => {
    const plan = await judged({
      importPrice: [0.5, 0.6, 0.7, 0.8, 0.9, 0.9],
      batteries: [batteryWith({ initialSocPct: 3 })],
    });
    expect(plan.steps[0]?.chargeKw).toBeGreaterThan(0.5);
    expect(plan.steps.at(-1)?.socPct).toBeGreaterThanOrEqual(10 - 1e-6);
  });
});

describe('a problem that is none', () => {
  it.each<[Partial<Problem>, string]>([
    [{ loadKw: [], pvKw: [], importPrice: [], exportPrice: [] }, 'loadKw is empty'],
    [{ importPrice: [] }, 'importPrice has 0 values and loadKw has 6'],
    [{ importPrice: [0, 0, Number.NaN, 0, 0, 0] }, 'importPrice[2] is NaN and must be a number.'],
    [{ loadKw: [1, -1, 1, 1, 1, 1] }, 'loadKw[1] is -1 and must be at least 0.'],
    [{ batteries: [batteryWith({ maxChargeKw: Number.NaN })] }, 'batteries[0].maxChargeKw is NaN'],
    [{ batteries: [batteryWith({ chargeEfficiency: 0 })] }, 'batteries[0].chargeEfficiency is 0'],
    [{ heatStores: [tank({ ambientC: [1] })] }, 'heatStores[0].ambientC has 1 values'],
    [{ heatStores: [tank({ capacityKwhPerK: 0 })] }, 'heatStores[0].capacityKwhPerK is 0 and must be above 0.'],
    [{ demandCharges: [charge({ measuredKw: [Number.NaN] })] }, 'demandCharges[0].measuredKw[0] is NaN'],
    [{ grid: { maxImportKw: Number.NaN, maxExportKw: 0 } }, 'grid.maxImportKw is NaN'],
    [{ flexibleLoads: [load(), load()] }, 'The id "boiler" is there twice'],
  ])('names the field: %#', async (more, sentence) => {
    const answer = await solve(homeWith(more));
    expect(answer).toMatchObject({ ok: false, error: { code: 'plan.problem' } });
    expect(answer.ok ? '' : answer.error.message).toContain(sentence);
  });
});

describe('an earlier plan on new data', () => {
  const home = homeWith({
    importPrice: [0.1, 0.1, 0.4, 0.4, 0.4, 0.4],
    batteries: [batteryWith()],
    flexibleLoads: [load()],
    heatStores: [tank()],
  });

  it('is worth on the same data what it was', async () => {
    const plan = await planFor(home);
    const score = scorePlan(home, plan);
    expect(score.ok && score.value.objective).toBeCloseTo(plan.objective, 6);
  });

  it('keeps its decisions as far as physics lets it', async () => {
    const plan = await planFor(home);
    const later: Problem = { ...home, batteries: [batteryWith({ initialSocPct: 10 })] };
    const score = scorePlan(later, plan);
    const fresh = await planFor(later);
    expect(score.ok && score.value.objective).toBeGreaterThanOrEqual(fresh.objective - 1e-6);
  });

  it('says what it bends, and is refused for it where limits are hard', async () => {
    const plan = await planFor(home);
    const more: Problem = { ...home, loadKw: [1, 7, 1, 1, 1, 1] };
    expect(scorePlan(more, plan)).toMatchObject({ ok: true, value: { bent: [{ limit: 'import' }] } });
    expect(scorePlan({ ...more, soft: null }, plan)).toMatchObject({ ok: false, error: { code: 'plan.bends' } });
  });

  it('counts from another first step, and serves the house beyond its end', async () => {
    const plan = await planFor(home);
    const shifted: Problem = { ...home, startAt: home.startAt + 2 * home.stepMs };
    expect(scorePlan(shifted, plan)).toMatchObject({ ok: true });
  });
});
