import { ok, permanent, type Result } from '../../result.ts';
import type { Block } from '../modbus/block.ts';
import { type FamilyRegisters, SINGLE, THREE_PHASE } from './registers.ts';

/** `auto`: as the inverter's class says, where that is beyond doubt. */
export const FAMILY_CHOICES = ['auto', 'single-phase', 'three-phase-lv', 'three-phase-hv'] as const;
export type FamilyChoice = (typeof FAMILY_CHOICES)[number];

/** What the registers of an inverter mean. */
export interface Family {
  readonly choice: Exclude<FamilyChoice, 'auto'>;
  readonly registers: FamilyRegisters;
  readonly phases: 1 | 3;
  /** Factors of a high-voltage battery: volts × 0.1, battery and solar power × 10 W. */
  readonly highVoltage: boolean;
}

const FAMILIES: Readonly<Record<Family['choice'], Family>> = {
  'single-phase': { choice: 'single-phase', registers: SINGLE, phases: 1, highVoltage: false },
  'three-phase-lv': { choice: 'three-phase-lv', registers: THREE_PHASE, phases: 3, highVoltage: false },
  'three-phase-hv': { choice: 'three-phase-hv', registers: THREE_PHASE, phases: 3, highVoltage: true },
};

/** Register 0. Variants are believed only with the person's word: their tables are known by hearsay. */
const CLASSES: Readonly<Record<number, { readonly choice: Family['choice']; readonly needsWord: boolean }>> = {
  3: { choice: 'single-phase', needsWord: false },
  5: { choice: 'three-phase-lv', needsWord: false },
  6: { choice: 'three-phase-hv', needsWord: true },
  1280: { choice: 'three-phase-lv', needsWord: true },
  1537: { choice: 'three-phase-hv', needsWord: true },
  1538: { choice: 'three-phase-hv', needsWord: true },
};

const OTHER_CLASSES: Readonly<Record<number, string>> = {
  2: 'a string inverter without battery',
  4: 'a micro-inverter',
  512: 'a 16 kW single-phase hybrid, whose powers count in tens of watts',
};

const NAMES: Readonly<Record<Family['choice'], string>> = {
  'single-phase': 'single or split phase',
  'three-phase-lv': 'three-phase with a low-voltage battery',
  'three-phase-hv': 'three-phase with a high-voltage battery',
};

export const familyName = (choice: Family['choice']): string => NAMES[choice];

const SERIAL = /^[0-9A-Za-z]{6,10}$/;

/** Refuses what no register table describes: elsewhere the same addresses mean other things. */
export const familyOf = (deviceClass: number, choice: FamilyChoice): Result<Family> => {
  const known = CLASSES[deviceClass];
  if (!known) {
    const other = OTHER_CLASSES[deviceClass];
    return permanent(
      'solark.unknown-class',
      other ? `This is ${other} (device class ${deviceClass}).` : `The inverter names an unknown class ${deviceClass}.`,
      'Only single, split and three-phase hybrids are supported; check the address and the unit id.',
    );
  }
  const name = familyName(known.choice);
  if (choice === 'auto' && known.needsWord)
    return permanent(
      'solark.family-needed',
      `This looks like a model ${name} (device class ${deviceClass}), which is not taken by itself.`,
      `Choose "${name}" as its family if the type plate says so too.`,
    );
  if (choice !== 'auto' && choice !== known.choice)
    return permanent(
      'solark.other-family',
      `The inverter says that it is ${name} (device class ${deviceClass}), not ${familyName(choice)}.`,
      `Choose "${name}", or let the inverter say it.`,
    );
  return ok(FAMILIES[known.choice]);
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
