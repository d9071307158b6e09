import type { Clock } from '../../clock.ts';
import { addLocalDays, startOfLocalDay } from '../../zone.ts';
import { acceptedW, type BatteryCharge, type BatterySpec, charged, socPctOf, terminals } from './house-battery.ts';
import { afterSpan, type LoadMemory, loadPowerW, noise, startLoad, stateOf, switched } from './house-loads.ts';
import type { EnergyCounters, HouseProfile, HouseState, SimulatedHouse, SimulatedLoad } from './types.ts';

export interface SimulatedHouseOptions {
  readonly clock: Clock;
  readonly profile: HouseProfile;
  readonly loads: readonly SimulatedLoad[];
  readonly batteryCapacityKwh: number;
  readonly startSocPct: number;
  /** IANA name: counters of the day begin at local midnight. */
  readonly timeZone: string;
  readonly minimumSocPct?: number;
  /** Power limits of battery and inverter; by default half the capacity an hour, at most 10 kW. */
  readonly maxChargeW?: number;
  readonly maxDischargeW?: number;
  /** Loads that are on at the start; by default none. */
  readonly startOn?: readonly string[];
  /** Where the lifetime counters stand at the start. */
  readonly startTotal?: Partial<EnergyCounters>;
  readonly gridVoltageV?: number;
  readonly gridFrequencyHz?: number;
  readonly seed?: number;
}

/** Shares of the panels on the inverter's strings; the rest hangs on the solar charger. */
const STRING_1_SHARE = 0.4;
const STRING_2_SHARE = 0.35;
const STEP_MS = 1_000;
/** After a long sleep the steps grow, so that waking up never takes long. */
const MOST_STEPS = 4_000;
const MS_PER_HOUR = 3_600_000;
const NO_ENERGY: EnergyCounters = {
  pvKwh: 0,
  loadKwh: 0,
  importKwh: 0,
  exportKwh: 0,
  chargeKwh: 0,
  dischargeKwh: 0,
};

interface Flows {
  readonly pv: readonly [string1W: number, string2W: number, chargerW: number];
  readonly pvW: number;
  readonly householdW: number;
  readonly loadPowersW: readonly number[];
  readonly loadW: number;
  readonly batteryW: number;
  readonly gridW: number;
}

/**
 * The physics of a home with panels, battery, grid and switched loads. The battery follows the grid setpoint as an ESS
 * does: at 0 it covers what the panels do not, and takes what is left over. All powers are whole W, so the balance
 * pv + grid = load + battery holds to the last digit.
 */
export const createSimulatedHouse = (options: SimulatedHouseOptions): SimulatedHouse => {
  const { clock, profile, timeZone, batteryCapacityKwh, seed = 1 } = options;
  const half = Math.min(10_000, batteryCapacityKwh * 500);
  const spec: BatterySpec = {
    capacityKwh: batteryCapacityKwh,
    maxChargeW: options.maxChargeW ?? half,
    maxDischargeW: options.maxDischargeW ?? half,
  };
  let at = clock.now();
  let dayStartAt = startOfLocalDay(at, timeZone);
  let midnightAt = addLocalDays(at, 1, timeZone);
  let setpointW = 0;
  let minimumSocPct = options.minimumSocPct ?? 10;
  let chargeLimitA = Number.POSITIVE_INFINITY;
  let dischargeLimitW = Number.POSITIVE_INFINITY;
  let battery: BatteryCharge = {
    energyKwh: (batteryCapacityKwh * options.startSocPct) / 100,
    tempC: (profile.outdoorTempC(at) + 19) / 2 + 2,
  };
  let loads: readonly LoadMemory[] = options.loads.map((load) =>
    startLoad(load, options.startOn?.includes(load.id) ?? false),
  );
  let total: EnergyCounters = { ...NO_ENERGY, ...options.startTotal };
  let today = NO_ENERGY;

  const flowsAt = (instant: number, spanMs: number): Flows => {
    const panelsW = Math.max(0, profile.pvW(instant));
    const string1W = Math.round(panelsW * STRING_1_SHARE);
    const string2W = Math.round(panelsW * STRING_2_SHARE);
    const chargerW = Math.max(0, Math.round(panelsW) - string1W - string2W);
    const pvW = string1W + string2W + chargerW;
    const householdW = Math.max(0, Math.round(profile.householdW(instant)));
    const loadPowersW = loads.map((memory, index) => loadPowerW(memory, instant, seed + index));
    const loadW = loadPowersW.reduce((sum, powerW) => sum + powerW, householdW);
    const wantedW = setpointW + pvW - loadW;
    const batteryW = acceptedW(spec, battery, { minimumSocPct, chargeLimitA, dischargeLimitW }, wantedW, spanMs);
    return {
      pv: [string1W, string2W, chargerW],
      pvW,
      householdW,
      loadPowersW,
      loadW,
      batteryW,
      gridW: loadW + batteryW - pvW,
    };
  };

  const count = (counters: EnergyCounters, flows: Flows, hours: number): EnergyCounters => {
    const kwh = (powerW: number): number => (Math.max(0, powerW) / 1_000) * hours;
    return {
      pvKwh: counters.pvKwh + kwh(flows.pvW),
      loadKwh: counters.loadKwh + kwh(flows.loadW),
      importKwh: counters.importKwh + kwh(flows.gridW),
      exportKwh: counters.exportKwh + kwh(-flows.gridW),
      chargeKwh: counters.chargeKwh + kwh(flows.batteryW),
      dischargeKwh: counters.dischargeKwh + kwh(-flows.batteryW),
    };
  };

  const beginDay = (instant: number): void => {
    dayStartAt = startOfLocalDay(instant, timeZone);
    midnightAt = addLocalDays(instant, 1, timeZone);
    today = NO_ENERGY;
  };

  const step = (spanMs: number): void => {
    const middleAt = at + spanMs / 2;
    const flows = flowsAt(middleAt, spanMs);
    const hours = spanMs / MS_PER_HOUR;
    total = count(total, flows, hours);
    today = count(today, flows, hours);
    battery = charged(spec, battery, flows.batteryW, profile.outdoorTempC(middleAt), spanMs);
    const localHour = (middleAt - dayStartAt) / MS_PER_HOUR;
    loads = loads.map((memory, index) => afterSpan(memory, flows.loadPowersW[index] ?? 0, spanMs, localHour));
    at += spanMs;
    if (at >= midnightAt) beginDay(at);
  };

  const catchUp = (): void => {
    const now = clock.now();
    if (now < at) {
      // The clock was set back: nothing happened in a time that is yet to come.
      at = now;
      if (now < dayStartAt) beginDay(now);
      return;
    }
    const stepMs = Math.max(STEP_MS, (now - at) / MOST_STEPS);
    while (at < now) step(Math.min(stepMs, now - at, midnightAt - at));
  };

  const replace = (id: string, change: (memory: LoadMemory) => LoadMemory): void => {
    if (!loads.some(({ load }) => load.id === id)) throw new Error(`The simulated house has no load "${id}".`);
    loads = loads.map((memory) => (memory.load.id === id ? change(memory) : memory));
  };

  const state = (): HouseState => {
    catchUp();
    const flows = flowsAt(at, 0);
    const [pvString1W, pvString2W, pvChargerW] = flows.pv;
    const { voltageV, currentA } = terminals(spec, battery.energyKwh, flows.batteryW);
    const flutter = noise(seed, Math.floor(at / 10_000), 7);
    return {
      at,
      pvW: flows.pvW,
      pvString1W,
      pvString2W,
      pvChargerW,
      householdW: flows.householdW,
      loads: loads.map((memory, index) => stateOf(memory, flows.loadPowersW[index] ?? 0)),
      loadW: flows.loadW,
      batteryW: flows.batteryW,
      batteryVoltageV: voltageV,
      batteryCurrentA: currentA,
      batteryTempC: battery.tempC,
      socPct: socPctOf(spec, battery.energyKwh),
      gridW: flows.gridW,
      // A line of some resistance: import lowers the voltage, export raises it.
      gridVoltageV: (options.gridVoltageV ?? 240) * (1 + flutter * 0.003) - flows.gridW * 0.0004,
      gridFrequencyHz: (options.gridFrequencyHz ?? 60) + flutter * 0.02,
      total,
      today,
    };
  };

  return {
    loads: options.loads,
    batteryCapacityKwh,
    state,
    switchLoad: (id, on) => {
      catchUp();
      replace(id, (memory) => switched(memory, on));
    },
    limitLoad: (id, powerW) => {
      catchUp();
      replace(id, (memory) => ({ ...memory, limitW: powerW }));
    },
    setGridSetpointW: (value) => {
      catchUp();
      setpointW = Math.round(value);
    },
    setMinimumSocPct: (value) => {
      catchUp();
      minimumSocPct = Math.min(100, Math.max(0, value));
    },
    setChargeLimitA: (value) => {
      catchUp();
      chargeLimitA = value < 0 ? Number.POSITIVE_INFINITY : value;
    },
    setDischargeLimitW: (value) => {
      catchUp();
      dischargeLimitW = value < 0 ? Number.POSITIVE_INFINITY : value;
    },
  };
};
