import type { RegisterEntry } from '../modbus/register-map.ts';
import { wordOfI16, wordOfU16, wordsOfAscii, wordsOfU32LowFirst } from '../modbus/words.ts';
import { measured, slots, temperature } from './solark-registers.ts';
import type { HouseState, SimulatedHouse } from './types.ts';

const PHASE_V = 230;
const STRING_TENS = { low: 1, high: 10 } as const;
/** A high-voltage battery has its cells in a row instead of side by side. */
const HIGH_VOLTAGE_TIMES = 8;

/** Measured registers of the three-phase classes, by the community's table; read only. */
export const threePhaseMeasurements = (
  house: SimulatedHouse,
  options: {
    readonly deviceClass: number;
    readonly serial: string;
    readonly highVoltage: boolean;
    /** Whether this model fills the high words of its powers. */
    readonly wide: boolean;
  },
): readonly RegisterEntry[] => {
  const { highVoltage, wide } = options;
  const tens = highVoltage ? STRING_TENS.high : STRING_TENS.low;
  const entry = (address: number, read: () => number): RegisterEntry => ({ address, words: 1, read: () => [read()] });
  const u16 = (address: number, read: (state: HouseState) => number): RegisterEntry =>
    entry(address, () => wordOfU16(read(house.state())));
  const s16 = (address: number, read: (state: HouseState) => number): RegisterEntry =>
    entry(address, () => wordOfI16(read(house.state())));
  const u32 = (low: number, read: (state: HouseState) => number): readonly RegisterEntry[] => [
    entry(low, () => wordsOfU32LowFirst(read(house.state()))[0]),
    entry(low + 1, () => wordsOfU32LowFirst(read(house.state()))[1]),
  ];
  /** A power with its high word elsewhere. */
  const power = (low: number, high: number, read: (state: HouseState) => number): readonly RegisterEntry[] => [
    entry(low, () => Math.round(read(house.state())) & 0xffff),
    entry(high, () => (wide ? (Math.round(read(house.state())) >> 16) & 0xffff : 0)),
  ];
  const gridW = (state: HouseState): number => measured(state, state.gridW, 1);
  const loadW = (state: HouseState): number => measured(state, state.loadW, 2);
  const dischargeW = (state: HouseState): number => measured(state, -state.batteryW, 3);
  const batteryV = (state: HouseState): number =>
    measured(state, state.batteryVoltageV, 4) * (highVoltage ? HIGH_VOLTAGE_TIMES : 1);
  const third = (read: (state: HouseState) => number) => (state: HouseState) => read(state) / 3;

  return [
    { address: 0, words: 1, read: () => [options.deviceClass] },
    { address: 3, words: 5, read: () => wordsOfAscii(options.serial, 5) },
    ...u32(20, () => 120_000),
    u16(500, () => 2),
    u16(514, ({ today }) => today.chargeKwh * 10),
    u16(515, ({ today }) => today.dischargeKwh * 10),
    ...u32(516, ({ total }) => total.chargeKwh * 10),
    ...u32(518, ({ total }) => total.dischargeKwh * 10),
    u16(520, ({ today }) => today.importKwh * 10),
    u16(521, ({ today }) => today.exportKwh * 10),
    ...u32(522, ({ total }) => total.importKwh * 10),
    ...u32(524, ({ total }) => total.exportKwh * 10),
    u16(526, ({ today }) => today.loadKwh * 10),
    ...u32(527, ({ total }) => total.loadKwh * 10),
    u16(529, ({ today }) => today.pvKwh * 10),
    ...u32(534, ({ total }) => total.pvKwh * 10),
    u16(552, () => 0b100),
    ...[555, 556, 557, 558].map((address) => u16(address, () => 0)),
    u16(586, (state) => temperature(state.batteryTempC)),
    u16(587, (state) => batteryV(state) * (highVoltage ? 10 : 100)),
    u16(588, (state) => state.socPct),
    s16(590, (state) => dischargeW(state) / tens),
    s16(591, (state) => (dischargeW(state) / batteryV(state)) * 100),
    ...[598, 599, 600].map((address) => u16(address, () => PHASE_V * 10)),
    u16(609, (state) => state.gridFrequencyHz * 100),
    ...[616, 617, 618].map((address) => s16(address, third(gridW))),
    s16(619, gridW),
    ...power(622, 687, third(gridW)),
    ...power(623, 688, third(gridW)),
    ...power(624, 689, third(gridW)),
    ...power(625, 690, gridW),
    ...power(636, 694, (state) => loadW(state) - gridW(state)),
    ...power(650, 656, third(loadW)),
    ...power(651, 657, third(loadW)),
    ...power(652, 658, third(loadW)),
    ...power(653, 659, loadW),
    ...power(667, 671, () => 0),
    u16(672, (state) => measured(state, state.pvString1W, 5) / tens),
    u16(673, (state) => measured(state, state.pvString2W, 6) / tens),
    u16(212, () => Math.round((house.batteryCapacityKwh * 500) / 51.2)),
    u16(213, () => Math.round((house.batteryCapacityKwh * 500) / 51.2)),
    u16(214, (state) => state.socPct),
  ];
};

export const THREE_PHASE_SETTINGS: Readonly<Record<number, number>> = {
  80: 1,
  108: 185,
  109: 185,
  115: 10,
  116: 20,
  117: 15,
  128: 40,
  130: 0,
  141: 1,
  142: 2,
  143: 8_000,
  145: 1,
  // Not followed, but every weekday is chosen.
  146: 0xfe,
  191: 8_000,
  ...slots({ starts: 148, powers: 154, volts: 160, socs: 166, flags: 172, flag: 0 }),
};
export const THREE_PHASE_HIGHEST: Readonly<Record<number, number>> = {
  80: 1,
  108: 240,
  109: 240,
  117: 50,
  128: 240,
  142: 2,
};
