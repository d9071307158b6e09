/**
 * The simulated house behind the demo's devices. Simulators of the vendors' protocols read and change it; the
 * application knows nothing of it and uses the same drivers as for a real home.
 */

/** Measured behaviour of a home at any time: what the physics is fed with. Powers in W. */
export interface HouseProfile {
  pvW(at: number): number;
  /** Household without any controllable load. */
  householdW(at: number): number;
  outdoorTempC(at: number): number;
}

export interface SimulatedLoad {
  readonly id: string;
  readonly name: string;
  readonly kind: 'miner' | 'water-heater' | 'resistive';
  readonly ratedPowerW: number;
}

export interface LoadState {
  readonly id: string;
  readonly on: boolean;
  /** What it draws now: a miner ramps up, a water heater's thermostat ends it. */
  readonly powerW: number;
  readonly energyKwh: number;
  readonly tempC: number | null;
}

/** One instant of the house. pvW + gridW = loadW + batteryW holds exactly; grid + import, battery + charging. */
export interface HouseState {
  readonly at: number;
  readonly pvW: number;
  /** PV on the inverter's two strings and on the solar charger; their sum is pvW. */
  readonly pvString1W: number;
  readonly pvString2W: number;
  readonly pvChargerW: number;
  readonly householdW: number;
  readonly loads: readonly LoadState[];
  readonly loadW: number;
  readonly batteryW: number;
  readonly batteryVoltageV: number;
  readonly batteryCurrentA: number;
  readonly batteryTempC: number;
  readonly socPct: number;
  readonly gridW: number;
  readonly gridVoltageV: number;
  readonly gridFrequencyHz: number;
  /** Lifetime counters, kWh, and the same since local midnight. */
  readonly total: EnergyCounters;
  readonly today: EnergyCounters;
}

export interface EnergyCounters {
  readonly pvKwh: number;
  readonly loadKwh: number;
  readonly importKwh: number;
  readonly exportKwh: number;
  readonly chargeKwh: number;
  readonly dischargeKwh: number;
}

export interface SimulatedHouse {
  readonly loads: readonly SimulatedLoad[];
  readonly batteryCapacityKwh: number;
  /** Integrates up to the clock's now and answers that instant. */
  state(): HouseState;
  switchLoad(id: string, on: boolean): void;
  /** The most that a load draws while it is on, W: a miner's power target. Absent where the house cannot. */
  limitLoad?(id: string, powerW: number): void;
  /** ESS grid setpoint in W, + draws; 0 is self-consumption. */
  setGridSetpointW(value: number): void;
  setMinimumSocPct(value: number): void;
  /** Below 0: no limit; the same for discharge. */
  setChargeLimitA(value: number): void;
  setDischargeLimitW(value: number): void;
}

/** A protocol server on a loopback socket. */
export interface Simulator {
  readonly label: string;
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Misbehaviour that a test can switch on while the server runs. */
export type SimulatorFault =
  | 'none'
  /** Accepts a command and does not act. */
  | 'lie'
  /** Answers after several seconds. */
  | 'slow'
  /** Refuses and drops connections. */
  | 'offline'
  /** Answers with truncated or malformed data. */
  | 'garbage';
