import type { Block } from '../modbus/block.ts';
import type { Family } from './model.ts';
import { THREE_PHASE } from './registers.ts';
import { batteryValues, firstFault, type Shown, settingValues, unlessNull, type Value } from './values.ts';

/** Low and high word of each power. Models without the high word leave it 0. */
const WIDE: Readonly<Record<number, number>> = {
  622: 687,
  623: 688,
  624: 689,
  625: 690,
  636: 694,
  650: 656,
  651: 657,
  652: 658,
  653: 659,
  667: 671,
};

/** A filled high word shows that the model has them. */
export const isWide = (block: Block): boolean =>
  Object.values(WIDE).some((high) => block.has(high) && block.u16(high) !== 0);

/** Where high words were never seen, the low word alone is the signed value. */
const powerAt = (block: Block, address: number, wide: boolean): number => {
  const high = WIDE[address];
  return wide && high !== undefined && block.has(high) ? block.u32Low(address, high) | 0 : block.i16(address);
};

export const threePhaseStrings = (block: Block): number => (block.u16(675) > 0 ? 4 : block.u16(674) > 0 ? 3 : 0);

const PHASES = [
  { grid: 'grid1', load: 'load1', volts: 598, gridW: 622, loadW: 650 },
  { grid: 'grid2', load: 'load2', volts: 599, gridW: 623, loadW: 651 },
  { grid: 'grid3', load: 'load3', volts: 600, gridW: 624, loadW: 652 },
] as const;

/** Relay bits, register 552: bit 3 is the generator's. */
const GENERATOR_RELAY = 1 << 3;
export const threePhaseHasGenerator = (slow: Block): boolean => (slow.u16(552) & GENERATOR_RELAY) !== 0;

export const threePhaseFast = (
  block: Block,
  { strings, hasGenerator, wide }: Shown,
  { highVoltage }: Family,
): readonly Value[] => {
  const tens = highVoltage ? 10 : 1;
  const hertz = block.u16(609) / 100;
  return [
    ['pv1', 'powerW', block.u16(672) * tens],
    ['pv2', 'powerW', block.u16(673) * tens],
    ...unlessNull('pv3', 'powerW', strings >= 3 ? block.u16(674) * tens : null),
    ...unlessNull('pv4', 'powerW', strings >= 4 ? block.u16(675) * tens : null),
    ['grid', 'powerW', powerAt(block, 625, wide)],
    ...unlessNull('grid', 'frequencyHz', hertz === 0 ? null : hertz),
    ['load', 'powerW', powerAt(block, 653, wide)],
    // A phase without voltage is not connected: its 0 W is no measurement.
    ...PHASES.filter(({ volts }) => block.u16(volts) > 0).flatMap(({ grid, load, volts, gridW, loadW }): Value[] => [
      [grid, 'powerW', powerAt(block, gridW, wide)],
      [grid, 'voltageV', block.u16(volts) / 10],
      [load, 'powerW', powerAt(block, loadW, wide)],
    ]),
    ...unlessNull('generator', 'powerW', hasGenerator ? powerAt(block, 667, wide) : null),
    ['inverter', 'powerW', powerAt(block, 636, wide)],
    ...batteryValues({
      voltageV: block.u16(587) / (highVoltage ? 10 : 100),
      socPct: block.u16(588),
      dischargeW: block.i16(590) * tens,
      dischargeA: block.i16(591) / 100,
      tempRaw: block.u16(586),
    }),
  ];
};

export const threePhaseSlow = (block: Block): readonly Value[] => [
  ['inverter', 'stateCode', block.u16(500)],
  ['inverter', 'faultCode', firstFault([555, 556, 557, 558].map(block.u16))],
  ['battery', 'energyImportKwh', block.u32Low(516, 517) / 10],
  ['battery', 'energyExportKwh', block.u32Low(518, 519) / 10],
  ['grid', 'energyImportKwh', block.u32Low(522, 523) / 10],
  ['grid', 'energyExportKwh', block.u32Low(524, 525) / 10],
  ['load', 'energyKwh', block.u32Low(527, 528) / 10],
  ['pv', 'energyKwh', block.u32Low(534, 535) / 10],
  ['todayBattery', 'energyImportKwh', block.u16(514) / 10],
  ['todayBattery', 'energyExportKwh', block.u16(515) / 10],
  ['todayGrid', 'energyImportKwh', block.u16(520) / 10],
  ['todayGrid', 'energyExportKwh', block.u16(521) / 10],
  ['todayLoad', 'energyKwh', block.u16(526) / 10],
  ['todayPv', 'energyKwh', block.u16(529) / 10],
  ...settingValues(block, THREE_PHASE),
];
