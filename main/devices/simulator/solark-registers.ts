import type { RegisterEntry } from '../modbus/register-map.ts';
import { wordOfI16, wordOfU16, wordsOfAscii, wordsOfU32LowFirst } from '../modbus/words.ts';
import { noise } from './house-loads.ts';
import type { HouseState, SimulatedHouse } from './types.ts';

const SLOT_STARTS = [0, 400, 800, 1_200, 1_600, 2_000];

/** Six slots that do nothing special. */
export const slots = (at: {
  readonly starts: number;
  readonly powers: number;
  readonly volts: number;
  readonly socs: number;
  readonly flags: number;
  readonly flag: number;
}): Readonly<Record<number, number>> =>
  Object.fromEntries(
    SLOT_STARTS.flatMap((start, slot) => [
      [at.starts + slot, start],
      [at.powers + slot, 8_000],
      [at.volts + slot, 4_900],
      [at.socs + slot, 20],
      [at.flags + slot, at.flag],
    ]),
  );

const METER_NOISE = 0.002;
const NOISE_EVERY_MS = 2_000;
const SEED = 53;
const STRING_V = 362;
/** A 60 Hz house here is split phase: 120 V on each leg. */
const SPLIT_PHASE_FROM_HZ = 55;

export const measured = (state: HouseState, value: number, salt: number): number =>
  value * (1 + METER_NOISE * noise(SEED, Math.floor(state.at / NOISE_EVERY_MS), salt));

/** The family's temperatures: tenths of a degree above −100 °C. */
export const temperature = (tempC: number): number => (tempC + 100) * 10;

/** Measured registers of the single and split phase class, by the community table of the family; read only. */
export const solarkMeasurements = (
  house: SimulatedHouse,
  options: { readonly deviceClass: number; readonly serial: string },
): readonly RegisterEntry[] => {
  const u16 = (address: number, read: (state: HouseState) => number): RegisterEntry => ({
    address,
    words: 1,
    read: () => [wordOfU16(read(house.state()))],
  });
  const s16 = (address: number, read: (state: HouseState) => number): RegisterEntry => ({
    address,
    words: 1,
    read: () => [wordOfI16(read(house.state()))],
  });
  /** Low word first; the high word need not follow the low one. */
  const u32 = (low: number, high: number, read: (state: HouseState) => number): readonly RegisterEntry[] => [
    { address: low, words: 1, read: () => [wordsOfU32LowFirst(read(house.state()))[0]] },
    { address: high, words: 1, read: () => [wordsOfU32LowFirst(read(house.state()))[1]] },
  ];
  const fixed = (address: number, word: number): RegisterEntry => ({ address, words: 1, read: () => [word] });
  const onLegs = (state: HouseState): number => (state.gridFrequencyHz > SPLIT_PHASE_FROM_HZ ? 2 : 1);
  const stringV = (state: HouseState, powerW: number): number => (powerW > 0 ? measured(state, STRING_V, 8) : 0);
  const gridW = (state: HouseState): number => measured(state, state.gridW, 1);
  const loadW = (state: HouseState): number => measured(state, state.loadW, 2);
  const dischargeW = (state: HouseState): number => measured(state, -state.batteryW, 3);
  const leg = (read: (state: HouseState) => number, which: 1 | 2) => (state: HouseState) => {
    const first = Math.round(read(state) / onLegs(state));
    return which === 1 ? first : Math.round(read(state)) - first;
  };

  return [
    fixed(0, options.deviceClass),
    { address: 3, words: 5, read: () => wordsOfAscii(options.serial, 5) },
    ...u32(16, 17, () => 120_000),
    fixed(59, 2),
    u16(70, ({ today }) => today.chargeKwh * 10),
    u16(71, ({ today }) => today.dischargeKwh * 10),
    ...u32(72, 73, ({ total }) => total.chargeKwh * 10),
    ...u32(74, 75, ({ total }) => total.dischargeKwh * 10),
    u16(76, ({ today }) => today.importKwh * 10),
    u16(77, ({ today }) => today.exportKwh * 10),
    ...u32(78, 80, ({ total }) => total.importKwh * 10),
    u16(79, (state) => state.gridFrequencyHz * 100),
    ...u32(81, 82, ({ total }) => total.exportKwh * 10),
    u16(84, ({ today }) => today.loadKwh * 10),
    ...u32(85, 86, ({ total }) => total.loadKwh * 10),
    u16(90, (state) => temperature(34 + Math.abs(state.batteryW) / 400)),
    u16(91, (state) => temperature(31 + Math.abs(state.batteryW) / 500)),
    ...u32(96, 97, ({ total }) => total.pvKwh * 10),
    ...[103, 104, 105, 106].map((address) => fixed(address, 0)),
    fixed(107, Math.round((house.batteryCapacityKwh * 1_000) / 51.2)),
    u16(108, ({ today }) => today.pvKwh * 10),
    u16(109, (state) => stringV(state, state.pvString1W) * 10),
    u16(110, (state) => (state.pvString1W / STRING_V) * 10),
    u16(111, (state) => stringV(state, state.pvString2W) * 10),
    u16(112, (state) => (state.pvString2W / STRING_V) * 10),
    u16(150, (state) => (state.gridVoltageV / onLegs(state)) * 10),
    u16(151, (state) => (onLegs(state) === 2 ? (state.gridVoltageV / 2) * 10 : 0)),
    u16(152, (state) => (onLegs(state) === 2 ? state.gridVoltageV * 10 : 0)),
    u16(154, (state) => (state.gridVoltageV / onLegs(state)) * 10),
    s16(160, (state) => (gridW(state) / state.gridVoltageV) * 100),
    s16(166, () => 0),
    s16(167, leg(gridW, 1)),
    s16(168, leg(gridW, 2)),
    s16(169, gridW),
    s16(170, leg(gridW, 1)),
    s16(171, leg(gridW, 2)),
    s16(172, gridW),
    s16(175, (state) => loadW(state) - gridW(state)),
    s16(176, leg(loadW, 1)),
    s16(177, leg(loadW, 2)),
    s16(178, loadW),
    u16(182, (state) => temperature(state.batteryTempC)),
    u16(183, (state) => measured(state, state.batteryVoltageV, 4) * 100),
    u16(184, (state) => state.socPct),
    u16(186, (state) => measured(state, state.pvString1W, 5)),
    u16(187, (state) => measured(state, state.pvString2W, 6)),
    s16(190, dischargeW),
    s16(191, (state) => (dischargeW(state) / state.batteryVoltageV) * 100),
    u16(192, (state) => state.gridFrequencyHz * 100),
    u16(193, (state) => state.gridFrequencyHz * 100),
    fixed(194, 1),
    fixed(314, Math.round((house.batteryCapacityKwh * 500) / 51.2)),
    fixed(315, Math.round((house.batteryCapacityKwh * 500) / 51.2)),
  ];
};

/** Settings as found in the table, with a plain home's values; six time-of-use slots that are not followed. */
export const SINGLE_SETTINGS: Readonly<Record<number, number>> = {
  43: 1,
  53: 12_000,
  201: 5_600,
  202: 5_560,
  203: 5_440,
  210: 185,
  211: 185,
  217: 10,
  218: 20,
  219: 15,
  230: 40,
  232: 0,
  235: 0,
  243: 1,
  244: 2,
  245: 10_000,
  247: 1,
  248: 0,
  280: 0,
  293: 8_000,
  325: 0,
  // General mode in each slot's flags.
  ...slots({ starts: 250, powers: 256, volts: 262, socs: 268, flags: 274, flag: 4 }),
};
export const SINGLE_HIGHEST: Readonly<Record<number, number>> = {
  43: 1,
  210: 185,
  211: 185,
  219: 50,
  230: 185,
  244: 2,
};

/** Where the table is silent the inverter answers 0 and takes nothing. */
export const silentBetween = (entries: readonly RegisterEntry[], last: number): readonly RegisterEntry[] => {
  const taken = new Set(
    entries.flatMap(({ address, words }) => Array.from({ length: words }, (_, at) => address + at)),
  );
  return Array.from({ length: last + 1 }, (_, address) => address)
    .filter((address) => !taken.has(address))
    .map((address) => ({ address, words: 1, read: () => [0] }));
};
