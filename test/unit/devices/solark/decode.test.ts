import { describe, expect, it } from 'vitest';
import { blockFrom } from '../../../../main/devices/modbus/block.ts';
import { solarkReadings } from '../../../../main/devices/solark/decode.ts';
import { type FamilyChoice, familyOf } from '../../../../main/devices/solark/model.ts';
import { firstFault, type Shown } from '../../../../main/devices/solark/values.ts';
import { byName, unwrapped } from '../../../support/simulated-house.ts';

const at = { measuredAt: 1, receivedAt: 2 };
const AS_IT_COMES: Shown = { strings: 0, hasGenerator: null, wide: false };
const CLASSES = { 'single-phase': 3, 'three-phase-lv': 5, 'three-phase-hv': 6 } as const;
/** Registers that are not named read 0, as between the rows of the table. */
const readings = (
  values: Record<number, number>,
  changes: Partial<Shown> = {},
  choice: Exclude<FamilyChoice, 'auto'> = 'single-phase',
) =>
  solarkReadings(
    unwrapped(familyOf(CLASSES[choice], choice)),
    { fast: blockFrom((address) => values[address] ?? 0) },
    { ...AS_IT_COMES, ...changes },
    at,
  );
const read = (...asked: Parameters<typeof readings>) => byName(readings(...asked));

describe('registers of an inverter', () => {
  it('turns discharge round: 1,500 W and 28.41 A out of the battery are negative here', () => {
    expect(read({ 182: 1_235, 183: 5_280, 184: 47, 190: 1_500, 191: 2_841 })).toMatchObject({
      'battery.powerW': -1_500,
      'battery.currentA': -28.41,
      'battery.voltageV': 52.8,
      'battery.socPct': 47,
      'battery.tempC': 23.5,
    });
  });

  it('reads two’s complement', () => {
    expect(read({ 172: 65_536 - 2_400, 183: 5_280, 184: 1, 190: 65_536 - 900 })).toMatchObject({
      'grid.powerW': -2_400,
      'battery.powerW': 900,
    });
  });

  it('has no battery without a voltage and no temperature without a sensor', () => {
    expect(Object.keys(read({})).filter((name) => name.startsWith('battery'))).toEqual([]);
    expect(read({ 183: 5_200, 184: 50 })).not.toHaveProperty(['battery.tempC']);
    expect(read({ 182: 1_000, 183: 5_200, 184: 50 })).toHaveProperty(['battery.tempC'], 0);
  });

  it('keeps 0 % as suspect', () => {
    const soc = readings({ 183: 5_200 }).find(({ metric }) => metric === 'socPct');
    expect(soc).toMatchObject({ value: 0, quality: 'suspect' });
  });

  it('numbers faults as the manual does', () => {
    expect(firstFault([0, 0, 0, 0])).toBe(0);
    expect(firstFault([1, 0, 0, 0])).toBe(1);
    expect(firstFault([0, 0b100, 0, 0])).toBe(19);
    expect(firstFault([0, 0, 0, 0x8000])).toBe(64);
  });

  it('has a second leg only where it has voltage', () => {
    const split = read({ 150: 1_213, 151: 1_198, 170: 65_536 - 700, 171: 250, 176: 400, 177: 90 });
    expect(split).toMatchObject({
      'grid:1.powerW': -700,
      'grid:2.powerW': 250,
      'grid:2.voltageV': 119.8,
      'load:1.powerW': 400,
      'load:2.powerW': 90,
    });
    expect(read({ 150: 2_313, 171: 250, 177: 90 })).not.toHaveProperty(['grid:2.powerW']);
  });

  it('shows strings 3 and 4 and the generator where they are, and nothing instead of 0', () => {
    const values = { 186: 10, 188: 0, 189: 0, 166: 1_200 };
    expect(read(values)).not.toHaveProperty(['pv:3.powerW']);
    expect(read(values)).not.toHaveProperty(['generator.powerW']);
    expect(read(values, { strings: 4, hasGenerator: true })).toMatchObject({
      'pv:3.powerW': 0,
      'pv:4.powerW': 0,
      'generator.powerW': 1_200,
    });
  });
});

describe('registers of a three-phase inverter', () => {
  const values = {
    586: 1_250,
    587: 5_320,
    588: 71,
    590: 65_536 - 3_000,
    591: 65_536 - 5_640,
    598: 2_310,
    599: 2_325,
    600: 0,
    609: 5_001,
    622: 65_536 - 900,
    625: 65_536 - 2_800,
    636: 4_100,
    653: 1_250,
    672: 3_300,
    673: 2_150,
  };

  it('takes low words as signed where the model has no high words', () => {
    expect(read(values, {}, 'three-phase-lv')).toMatchObject({
      'grid.powerW': -2_800,
      'grid:1.powerW': -900,
      'grid.frequencyHz': 50.01,
      'battery.powerW': 3_000,
      'battery.currentA': 56.4,
      'battery.voltageV': 53.2,
      'battery.tempC': 25,
      'load.powerW': 1_250,
      'inverter.powerW': 4_100,
      'pv:2.powerW': 2_150,
    });
  });

  it('joins the words once high ones were seen: 40 kW in, not 25 kW out', () => {
    const large = { ...values, 625: 40_000, 690: 0, 622: 65_536 - 900, 687: 0xffff };
    expect(read(large, { wide: true }, 'three-phase-lv')).toMatchObject({
      'grid.powerW': 40_000,
      'grid:1.powerW': -900,
    });
  });

  it('leaves out a phase without voltage', () => {
    expect(read(values, {}, 'three-phase-lv')).toHaveProperty(['grid:2.voltageV'], 232.5);
    expect(read(values, {}, 'three-phase-lv')).not.toHaveProperty(['grid:3.powerW']);
  });

  it('counts tens of watts and tenths of volts on a high-voltage battery', () => {
    expect(read({ ...values, 587: 4_256 }, {}, 'three-phase-hv')).toMatchObject({
      'battery.voltageV': 425.6,
      'battery.powerW': 30_000,
      'pv:1.powerW': 33_000,
      'grid.powerW': -2_800,
    });
  });
});

describe('classes of inverters', () => {
  const outcome = (deviceClass: number, choice: FamilyChoice) => {
    const found = familyOf(deviceClass, choice);
    return found.ok ? found.value.choice : `${found.error.kind} ${found.error.code}`;
  };

  it.each([
    [3, 'auto', 'single-phase'],
    [5, 'auto', 'three-phase-lv'],
    [6, 'auto', 'permanent solark.family-needed'],
    [6, 'three-phase-hv', 'three-phase-hv'],
    [0x602, 'three-phase-hv', 'three-phase-hv'],
    [0x500, 'auto', 'permanent solark.family-needed'],
    [0x500, 'three-phase-lv', 'three-phase-lv'],
    [3, 'three-phase-lv', 'permanent solark.other-family'],
    [5, 'single-phase', 'permanent solark.other-family'],
    [0x200, 'auto', 'permanent solark.unknown-class'],
    [0x200, 'single-phase', 'permanent solark.unknown-class'],
    [77, 'auto', 'permanent solark.unknown-class'],
  ] as const)('%i as %s: %s', (deviceClass, choice, expected) => {
    expect(outcome(deviceClass, choice)).toBe(expected);
  });
});
