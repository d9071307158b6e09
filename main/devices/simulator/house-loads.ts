import type { LoadState, SimulatedLoad } from './types.ts';

/** A load between two steps: a miner ramps, a water heater has a tank. */
export interface LoadMemory {
  readonly load: SimulatedLoad;
  readonly on: boolean;
  /** 0 to 1: how far a miner has ramped up. */
  readonly level: number;
  readonly tankTempC: number | null;
  /** Thermostat of the tank. */
  readonly heating: boolean;
  readonly energyKwh: number;
  /** The most that it draws, W. */
  readonly limitW: number;
}

/** From the relay's click to full hash power. */
const MINER_RAMP_MS = 15_000;
const MINER_NOISE = 0.015;
const NOISE_EVERY_MS = 4_000;

const TANK_KWH_PER_K = 0.2;
const THERMOSTAT_ON_C = 54;
const THERMOSTAT_OFF_C = 60;
const COLD_WATER_C = 14;
const TANK_LOSS_KW_PER_K = 0.0015;
const MS_PER_HOUR = 3_600_000;

export const startLoad = (load: SimulatedLoad, on: boolean): LoadMemory => ({
  load,
  on,
  level: on ? 1 : 0,
  tankTempC: load.kind === 'water-heater' ? 56 : null,
  heating: false,
  energyKwh: 0,
  limitW: Number.POSITIVE_INFINITY,
});

export const switched = (memory: LoadMemory, on: boolean): LoadMemory =>
  memory.on === on ? memory : { ...memory, on, level: memory.load.kind === 'miner' ? 0 : 1 };

/** −1 to 1, the same for the same seed and numbers: a run can be repeated. */
export const noise = (seed: number, a: number, b: number): number => {
  let bits = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(a + 1, 0xc2b2_ae35) ^ Math.imul(b + 1, 0x27d4_eb2f);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b_3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a_2d39);
  return ((bits ^ (bits >>> 15)) >>> 0) / 0x8000_0000 - 1;
};

/** What the load draws now, whole W. */
export const loadPowerW = (memory: LoadMemory, at: number, seed: number): number => {
  const { load, on, level, heating, limitW } = memory;
  if (!on) return 0;
  if (load.kind === 'water-heater') return heating ? Math.round(load.ratedPowerW) : 0;
  if (load.kind === 'resistive') return Math.round(load.ratedPowerW);
  const flutter = MINER_NOISE * noise(seed, Math.floor(at / NOISE_EVERY_MS), 0);
  return Math.round(Math.min(load.ratedPowerW, limitW) * level * (1 + flutter));
};

/** Hot water drawn, as kW of heat: showers in the morning, kitchen and baths in the evening. */
const drawnKw = (localHour: number): number =>
  localHour >= 6 && localHour < 8 ? 1.3 : localHour >= 18 && localHour < 21 ? 0.9 : 0.08;

/** The load after `spanMs` in which it drew `powerW`. */
export const afterSpan = (memory: LoadMemory, powerW: number, spanMs: number, localHour: number): LoadMemory => {
  const hours = spanMs / MS_PER_HOUR;
  const energyKwh = memory.energyKwh + (powerW / 1_000) * hours;
  const level = memory.on ? Math.min(1, memory.level + spanMs / MINER_RAMP_MS) : 0;
  if (memory.tankTempC === null) return { ...memory, level, energyKwh };
  const lossKw = Math.max(0, memory.tankTempC - 18) * TANK_LOSS_KW_PER_K;
  const drawn = memory.tankTempC > COLD_WATER_C ? drawnKw(localHour) : 0;
  const heatKwh = (powerW / 1_000 - lossKw - drawn) * hours;
  const tankTempC = Math.max(COLD_WATER_C, memory.tankTempC + heatKwh / TANK_KWH_PER_K);
  const heating = memory.heating ? tankTempC < THERMOSTAT_OFF_C : tankTempC < THERMOSTAT_ON_C;
  return { ...memory, level, energyKwh, tankTempC, heating };
};

export const stateOf = (memory: LoadMemory, powerW: number): LoadState => ({
  id: memory.load.id,
  on: memory.on,
  powerW,
  energyKwh: memory.energyKwh,
  tempC: memory.tankTempC,
});
