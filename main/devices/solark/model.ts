import { ok, permanent, type Result } from '../../result.ts';
import type { Block } from '../modbus/block.ts';
import { HYBRID_SINGLE_OR_SPLIT, OTHER_CLASSES, THREE_PHASE_CLASSES } from './registers.ts';

const SERIAL = /^[0-9A-Za-z]{6,10}$/;

/** Refuses what this driver's register table does not describe: elsewhere the same addresses mean other things. */
export const checkedClass = (deviceClass: number): Result<void> => {
  if (deviceClass === HYBRID_SINGLE_OR_SPLIT) return ok(undefined);
  if (THREE_PHASE_CLASSES.includes(deviceClass)) {
    return permanent(
      'solark.three-phase',
      `This is a three-phase inverter (device class ${deviceClass}); its registers mean other things.`,
      'Three-phase models are not supported yet; remove the device, or read the house through its GX or meter.',
    );
  }
  const known = OTHER_CLASSES[deviceClass];
  return permanent(
    'solark.unknown-class',
    known ? `This is ${known} (device class ${deviceClass}).` : `The inverter names an unknown class ${deviceClass}.`,
    'Only single and split phase hybrids are supported; check the address and the unit id.',
  );
};

export const serialOf = (identity: Block, host: string): Result<string> => {
  const serial = identity.ascii(3, 5);
  return SERIAL.test(serial)
    ? ok(serial)
    : permanent(
        'device.not-recognised',
        `What answers at ${host} names no serial number as a Sol-Ark, Deye or Sunsynk inverter does.`,
        'Check the address of the gateway and the unit id of the inverter.',
      );
};
