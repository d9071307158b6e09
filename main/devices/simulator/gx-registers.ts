import type { RegisterEntry } from '../modbus/register-map.ts';
import { wordsOfAscii } from '../modbus/words.ts';
import { noise } from './house-loads.ts';
import { reserved, scaled, type WordType } from './modbus-registers.ts';
import type { HouseState, SimulatedHouse } from './types.ts';

/** Meters of this class agree to about half a percent. */
const METER_NOISE = 0.002;
const NOISE_EVERY_MS = 2_000;
const SEED = 17;

const measured = (state: HouseState, value: number, salt: number): number =>
  value * (1 + METER_NOISE * noise(SEED, Math.floor(state.at / NOISE_EVERY_MS), salt));

/** The phases of a house are never loaded alike; together they are the whole. */
const onPhases = (totalW: number): readonly [number, number, number] => {
  const first = Math.round(totalW * 0.5);
  const second = Math.round(totalW * 0.3);
  return [first, second, Math.round(totalW) - first - second];
};

/** State of the battery as a GX names it: under this it is idle. */
const IDLE_W = 20;

/** Unit 100, `com.victronenergy.system`: addresses, types and scales of the vendor's attributes.csv. */
export const systemEntries = (
  house: SimulatedHouse,
  options: { readonly serial: string; readonly wide: boolean; readonly battery: boolean },
): readonly RegisterEntry[] => {
  const value = (address: number, type: WordType, scale: number, read: (state: HouseState) => number): RegisterEntry =>
    scaled(address, type, scale, () => read(house.state()));
  const grid = (state: HouseState): readonly number[] => onPhases(measured(state, state.gridW, 1));
  const load = (state: HouseState): readonly number[] => onPhases(measured(state, state.loadW, 2));
  const phases = (
    addresses: readonly [number, number, number],
    type: WordType,
    read: (state: HouseState) => readonly number[],
  ): readonly RegisterEntry[] =>
    addresses.map((address, phase) => value(address, type, 1, (state) => read(state)[phase] ?? 0));
  const nothing = (addresses: readonly number[], type: WordType): readonly RegisterEntry[] =>
    addresses.map((address) => scaled(address, type, 1, () => 0));
  /** A value of a battery monitor; without one it is invalid, and an invalid value reads 0. */
  const battery = (address: number, type: WordType, scale: number, read: (state: HouseState) => number) =>
    value(address, type, scale, (state) => (options.battery ? read(state) : 0));
  const batteryW = (state: HouseState): number => measured(state, state.batteryW, 3);
  const batteryState = (state: HouseState): number => (state.batteryW > IDLE_W ? 1 : state.batteryW < -IDLE_W ? 2 : 0);

  const closed = new Set<number>();
  const relay = (address: number): RegisterEntry => ({
    address,
    words: 1,
    read: () => [closed.has(address) ? 1 : 0],
    write: ([word = 0]) => {
      if (word > 1) return false;
      if (word === 1) closed.add(address);
      else closed.delete(address);
      return true;
    },
  });

  const wide: readonly RegisterEntry[] = [
    ...phases([872, 874, 876], 'i32', load),
    ...nothing([868, 870, 878, 880, 882], 'i32'),
    ...nothing([884, 886, 888, 890, 892, 894, 896, 898, 900], 'u32'),
    ...phases([902, 904, 906], 'u32', load),
    ...phases([908, 910, 912], 'i32', grid),
    ...nothing([914, 916, 918], 'i32'),
  ];
  return [
    { address: 800, words: 6, read: () => wordsOfAscii(options.serial, 6) },
    relay(806),
    relay(807),
    ...nothing([808, 809, 810, 811, 812, 813, 814, 815, 816], 'u16'),
    ...phases([817, 818, 819], 'u16', load),
    ...phases([820, 821, 822], 'i16', grid),
    ...nothing([823, 824, 825], 'i16'),
    scaled(826, 'i16', 1, () => 1),
    reserved(827, 3),
    // Version 3.60, the low byte 0 for a release; after the vendor's FirmwareOperation.
    { address: 834, words: 2, read: () => [0x0360, 0] },
    battery(840, 'u16', 10, (state) => measured(state, state.batteryVoltageV, 4)),
    battery(841, 'i16', 10, (state) => batteryW(state) / state.batteryVoltageV),
    battery(842, 'i16', 1, batteryW),
    battery(843, 'u16', 1, (state) => state.socPct),
    battery(844, 'u16', 1, batteryState),
    battery(845, 'u16', -10, (state) => -consumedAh(house, state)),
    battery(846, 'u16', 0.01, (state) => timeToGoS(house, state)),
    value(850, 'u16', 1, (state) => measured(state, state.pvChargerW, 5)),
    value(851, 'i16', 10, (state) => state.pvChargerW / state.batteryVoltageV),
    value(855, 'u16', 1, () => 0),
    scaled(860, 'i16', 1, () => 0),
    ...nothing([865, 866], 'i16'),
    ...(options.wide ? wide : []),
    ...nothing([5400, 5401, 5402, 5403, 5404, 5405, 5406, 5407], 'u16'),
  ];
};

const NOMINAL_V = 51.2;

const capacityAh = (house: SimulatedHouse): number => (house.batteryCapacityKwh * 1_000) / NOMINAL_V;

const consumedAh = (house: SimulatedHouse, state: HouseState): number => capacityAh(house) * (1 - state.socPct / 100);

const LONGEST_TIME_TO_GO_S = 864_000;

const timeToGoS = (house: SimulatedHouse, state: HouseState): number =>
  state.batteryW >= -IDLE_W
    ? LONGEST_TIME_TO_GO_S
    : Math.min(LONGEST_TIME_TO_GO_S, (house.batteryCapacityKwh * state.socPct * 36_000) / -state.batteryW);

/** `com.victronenergy.battery`, a BMS on the CAN bus. */
export const batteryEntries = (house: SimulatedHouse): readonly RegisterEntry[] => {
  const value = (address: number, type: WordType, scale: number, read: (state: HouseState) => number): RegisterEntry =>
    scaled(address, type, scale, () => read(house.state()));
  const batteryW = (state: HouseState): number => measured(state, state.batteryW, 3);
  const currentLimitA = (house.batteryCapacityKwh * 500) / NOMINAL_V;
  return [
    value(256, 'i32', 1, batteryW),
    value(258, 'i16', 1, batteryW),
    value(259, 'u16', 100, (state) => measured(state, state.batteryVoltageV, 4)),
    value(260, 'u16', 100, () => 0),
    value(261, 'i16', 10, (state) => batteryW(state) / state.batteryVoltageV),
    value(262, 'i16', 10, (state) => state.batteryTempC),
    value(263, 'u16', 100, () => 0),
    value(264, 'u16', 100, () => 0),
    value(265, 'u16', -10, (state) => -consumedAh(house, state)),
    value(266, 'u16', 10, (state) => state.socPct),
    ...Array.from({ length: 13 }, (_, at) => value(267 + at, 'u16', 1, () => 0)),
    value(301, 'u16', 10, (state) => state.total.dischargeKwh),
    value(302, 'u16', 10, (state) => state.total.chargeKwh),
    value(303, 'u16', 0.01, (state) => timeToGoS(house, state)),
    value(304, 'u16', 10, () => 98.5),
    value(305, 'u16', 10, () => 56.8),
    value(306, 'u16', 10, () => 44.8),
    value(307, 'u16', 10, () => currentLimitA),
    value(308, 'u16', 10, () => currentLimitA),
    value(309, 'u16', 10, () => capacityAh(house)),
    reserved(310, 8),
    value(318, 'i16', 10, (state) => state.batteryTempC - 0.6),
    value(319, 'i16', 10, (state) => state.batteryTempC + 0.5),
    value(1290, 'u16', 100, (state) => state.batteryVoltageV / 16 - 0.004),
    value(1291, 'u16', 100, (state) => state.batteryVoltageV / 16 + 0.004),
    value(1297, 'u16', 1, (state) => (state.socPct < 100 ? 1 : 0)),
    value(1298, 'u16', 1, () => 1),
  ];
};

/** `com.victronenergy.solarcharger`: here so that a search for the battery meets another service first. */
export const solarChargerEntries = (house: SimulatedHouse): readonly RegisterEntry[] => {
  const value = (address: number, type: WordType, scale: number, read: (state: HouseState) => number): RegisterEntry =>
    scaled(address, type, scale, () => read(house.state()));
  return [
    value(771, 'u16', 100, (state) => measured(state, state.batteryVoltageV, 6)),
    value(772, 'i16', 10, (state) => state.pvChargerW / state.batteryVoltageV),
    value(789, 'u16', 10, (state) => measured(state, state.pvChargerW, 5)),
  ];
};
