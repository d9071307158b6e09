import { channelId, deviceId } from '../../../main/ids.ts';
import type { PlannedPart, SiteProblem } from '../../../main/planning/site/types.ts';
import type { Battery, FlexibleLoad, HeatStore, ModulatingLoad, Problem } from '../../../main/planning/types.ts';
import type { LoadWish } from '../../../preload/contract/plan-settings.ts';
import { HOME } from '../store/temp-store.ts';

export const QUARTER_MS = 900_000;
/** 12:00 in Berlin on a Wednesday in winter. */
export const WEDNESDAY_NOON = Date.parse('2026-01-14T11:00:00Z');

const quarters = (hours: readonly number[]): readonly number[] =>
  hours.flatMap((value) => [value, value, value, value]);

const madeBattery = (more: Partial<Battery> = {}): Battery => ({
  ...{ id: 'battery', capacityKwh: 10, minSocPct: 20, maxSocPct: 100, initialSocPct: 50, finalSocPct: null },
  ...{ finalValuePerKwh: 0.1, maxChargeKw: 5, maxDischargeKw: 5, chargeEfficiency: 0.95, dischargeEfficiency: 0.95 },
  ...{ standingLossPerHour: 0, wearCostPerKwh: 0.01, reserveSocPct: null, reservePricePerKwh: 0, fromGrid: true },
  toGrid: false,
  ...more,
});

const BEFORE = { on: false, steps: 10_000 };

export const madeLoad = (more: Partial<FlexibleLoad> = {}): FlexibleLoad => ({
  ...{ id: 'car/plug#0', powerKw: 2, valuePerKwh: 0, firstStep: 0, endStep: 24, runSteps: 4, minRunSteps: 1 },
  ...{ minPauseSteps: 1, maxStarts: null, startCost: 0, before: BEFORE, mustRun: [], mustRest: [] },
  ...more,
});

export const madeTank = (count: number, more: Partial<HeatStore> = {}): HeatStore => {
  const all = (value: number): readonly number[] => Array.from({ length: count }, () => value);
  return {
    ...{
      id: 'boiler/plug#0',
      powerKw: 2,
      modulates: true,
      heatPerKwh: all(1),
      capacityKwhPerK: 0.2,
      lossKwPerK: 0.002,
    },
    ...{ ambientC: all(20), gainKw: all(-0.4), initialC: 50, minC: all(45), maxC: all(60), minRunSteps: 1 },
    ...{ minPauseSteps: 1, startCost: 0, before: BEFORE },
    ...more,
  };
};

const RUN: LoadWish = { kind: 'run', minutes: 60, from: '12:00', to: '18:00', days: [], inOnePiece: false };

export interface MadeSite {
  /** By hour. */
  readonly prices: readonly number[];
  readonly sells?: readonly number[];
  readonly pv?: readonly number[];
  readonly load?: readonly number[];
  readonly battery?: Partial<Battery> | null;
  readonly flexible?: readonly FlexibleLoad[];
  readonly modulating?: readonly ModulatingLoad[];
  readonly heat?: readonly HeatStore[];
  readonly wish?: LoadWish;
  readonly problem?: Partial<Problem>;
  /** How far poor and good lie from the middle, as a share. */
  readonly spread?: number;
}

/** A home of a few hours with what a test needs of it, ready for the solver. Its one lane of loads is the car's. */
export const madeSite = (made: MadeSite): SiteProblem => {
  const hours = made.prices.length;
  const flat = (value: number): readonly number[] => Array.from({ length: hours }, () => value);
  const loadKw = quarters(made.load ?? flat(1));
  const pvKw = quarters(made.pv ?? flat(0));
  const { spread = 0.2, flexible = [], modulating = [], heat = [], wish = RUN } = made;
  const bands = (values: readonly number[]) =>
    values.map((p50) => ({ p10: p50 * (1 - spread), p50, p90: p50 * (1 + spread) }));
  const at = (step: number): number => WEDNESDAY_NOON + step * QUARTER_MS;
  const partOf = (
    kind: PlannedPart['kind'],
    id: string,
    powerKw: number,
    window: { firstStep: number; endStep: number } | null,
  ) => {
    const [laneId = ''] = id.split('#');
    const [device = '', channel = ''] = laneId.split('/');
    return {
      ...{
        id,
        kind,
        laneId,
        deviceId: deviceId(device),
        channelId: channelId(channel),
        name: device,
        wish,
        control: null,
      },
      ...{ powerKw, deadlineAt: window && at(window.endStep), windowAt: window && at(window.firstStep) },
    };
  };
  const parts: readonly PlannedPart[] = [
    ...flexible.map((load) => partOf('on-off', load.id, load.powerKw, load.runSteps === null ? null : load)),
    ...modulating.map((load) => partOf('modulating', load.id, load.maxKw, load)),
    ...heat.map((store) => partOf('heat', store.id, store.powerKw, null)),
  ];
  const batteries = made.battery === null ? [] : [madeBattery(made.battery ?? {})];
  const lane = { role: 'battery' as const, note: '10 kWh', deviceId: null, channelId: null, controllable: true };
  return {
    ...{ siteId: HOME, currency: 'EUR', madeAt: WEDNESDAY_NOON, parts, unmet: [], notes: [] },
    lanes: [
      ...batteries.map(({ id }) => ({ id, name: 'Battery', ...lane })),
      ...parts.map((part) => ({
        ...{ id: part.laneId, name: part.name, role: 'ev' as const, note: '', controllable: true },
        ...{ deviceId: part.deviceId, channelId: part.channelId },
      })),
    ],
    pvKw: bands(pvKw),
    loadKw: bands(loadKw),
    priceKnown: loadKw.map(() => true),
    leansOn: { prices: 'EPEX', sun: 'sun forecast of 11:00', load: 'load forecast of 11:00' },
    problem: {
      ...{ startAt: WEDNESDAY_NOON, zone: 'Europe/Berlin', stepMs: QUARTER_MS, loadKw, pvKw, carbonG: null, batteries },
      importPrice: quarters(made.prices),
      exportPrice: quarters(made.sells ?? flat(0.08)),
      grid: { maxImportKw: 11, maxExportKw: 10 },
      ...{
        peakTariff: null,
        demandCharges: [],
        flexibleLoads: flexible,
        modulatingLoads: modulating,
        heatStores: heat,
      },
      weights: { cost: 1, carbon: 0, imported: 0 },
      soft: { perKwh: 20, perKelvinHour: 20, perRunHour: 20 },
      solver: { gap: 0, timeLimitSeconds: 10 },
      ...made.problem,
    },
  };
};
