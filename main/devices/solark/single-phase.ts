import type { Block } from '../modbus/block.ts';
import { SINGLE } from './registers.ts';
import {
  batteryValues,
  firstFault,
  type Shown,
  settingValues,
  temperatureC,
  unlessNull,
  type Value,
} from './values.ts';

/** Use of the AUX port, register 235: 0 none, 1 smart load, 2 generator. */
const AUX_USE = 235;
const GENERATOR = 2;

export const singleHasGenerator = (slow: Block): boolean => slow.u16(AUX_USE) === GENERATOR;

export const singleStrings = (block: Block): number => (block.u16(189) > 0 ? 4 : block.u16(188) > 0 ? 3 : 0);

export const singleFast = (block: Block, { strings, hasGenerator }: Shown): readonly Value[] => {
  // A second leg without voltage is not there: single phase.
  const splitPhase = block.u16(151) > 0;
  return [
    ['pv1', 'powerW', block.u16(186)],
    ['pv2', 'powerW', block.u16(187)],
    ...unlessNull('pv3', 'powerW', strings >= 3 ? block.u16(188) : null),
    ...unlessNull('pv4', 'powerW', strings >= 4 ? block.u16(189) : null),
    // 172 is the whole house at the current transformers; 169 is only what passes the inverter's own terminals.
    ['grid', 'powerW', block.i16(172)],
    ['grid', 'voltageV', block.u16(150) / 10],
    ['grid1', 'powerW', block.i16(170)],
    ['grid1', 'voltageV', block.u16(150) / 10],
    ...unlessNull('grid2', 'powerW', splitPhase ? block.i16(171) : null),
    ...unlessNull('grid2', 'voltageV', splitPhase ? block.u16(151) / 10 : null),
    ['load', 'powerW', block.i16(178)],
    ['load1', 'powerW', block.i16(176)],
    ...unlessNull('load2', 'powerW', splitPhase ? block.i16(177) : null),
    ...unlessNull('generator', 'powerW', hasGenerator ? block.i16(166) : null),
    ['inverter', 'powerW', block.i16(175)],
    ...batteryValues({
      voltageV: block.u16(183) / 100,
      socPct: block.u16(184),
      dischargeW: block.i16(190),
      dischargeA: block.i16(191) / 100,
      tempRaw: block.u16(182),
    }),
  ];
};

export const singleSlow = (block: Block, { strings }: Shown): readonly Value[] => {
  const hertz = block.u16(79) / 100;
  return [
    ['inverter', 'stateCode', block.u16(59)],
    ['battery', 'energyImportKwh', block.u32Low(72, 73) / 10],
    ['battery', 'energyExportKwh', block.u32Low(74, 75) / 10],
    // The frequency stands between the two words of total import.
    ['grid', 'energyImportKwh', block.u32Low(78, 80) / 10],
    ['grid', 'energyExportKwh', block.u32Low(81, 82) / 10],
    ...unlessNull('grid', 'frequencyHz', hertz === 0 ? null : hertz),
    ['load', 'energyKwh', block.u32Low(85, 86) / 10],
    ['pv', 'energyKwh', block.u32Low(96, 97) / 10],
    ['todayBattery', 'energyImportKwh', block.u16(70) / 10],
    ['todayBattery', 'energyExportKwh', block.u16(71) / 10],
    ['todayGrid', 'energyImportKwh', block.u16(76) / 10],
    ['todayGrid', 'energyExportKwh', block.u16(77) / 10],
    ['todayLoad', 'energyKwh', block.u16(84) / 10],
    ['todayPv', 'energyKwh', block.u16(108) / 10],
    ...unlessNull('inverter', 'tempC', temperatureC(block.u16(91))),
    ['inverter', 'faultCode', firstFault([103, 104, 105, 106].map(block.u16))],
    ['pv1', 'voltageV', block.u16(109) / 10],
    ['pv1', 'currentA', block.u16(110) / 10],
    ['pv2', 'voltageV', block.u16(111) / 10],
    ['pv2', 'currentA', block.u16(112) / 10],
    ...unlessNull('pv3', 'voltageV', strings >= 3 ? block.u16(113) / 10 : null),
    ...unlessNull('pv3', 'currentA', strings >= 3 ? block.u16(114) / 10 : null),
    ...settingValues(block, SINGLE),
  ];
};
