import { z } from 'zod';
import { type Connection, connectionSchema, type OptionField } from '../../../preload/contract/devices.ts';
import { FRAMINGS } from '../modbus/framing.ts';
import { FAMILY_CHOICES } from './model.ts';

const STRINGS = ['auto', '2', '3', '4'] as const;

const chosenSchema = z.object({
  framing: z.enum(FRAMINGS).default('tcp'),
  family: z.enum(FAMILY_CHOICES).default('auto'),
  strings: z.enum(STRINGS).default('auto'),
});
type Chosen = z.infer<typeof chosenSchema>;

/** What the person chose of this driver's own fields; what is left out or no choice is as it comes. */
export const chosenOf = ({ options }: Connection): Chosen => {
  const parsed = chosenSchema.safeParse(options ?? {});
  return parsed.success ? parsed.data : chosenSchema.parse({});
};

export const solarkConnectionSchema = connectionSchema
  .refine(({ unitId }) => unitId !== 0, {
    path: ['unitId'],
    message: 'Unit id 0 never answers: look up "Modbus SN" in the inverter’s menu, usually 1.',
  })
  .refine(({ options }) => chosenSchema.safeParse(options ?? {}).success, {
    path: ['options'],
    message: 'one of the choices for gateway, family or strings does not exist',
  });

export const SOLARK_OPTIONS: readonly OptionField[] = [
  {
    name: 'framing',
    label: 'Gateway speaks',
    help: 'Modbus TCP (mbusd and most gateways), or the bytes of the serial line as they are ("transparent", "raw").',
    kind: 'choice',
    required: false,
    default: 'tcp',
    choices: [
      { value: 'tcp', label: 'Modbus TCP' },
      { value: 'rtu', label: 'Raw RTU over TCP' },
    ],
  },
  {
    name: 'family',
    label: 'Family of models',
    help: 'The inverter says it by itself; a high-voltage battery has to be named.',
    kind: 'choice',
    required: false,
    default: 'auto',
    choices: [
      { value: 'auto', label: 'As the inverter says' },
      { value: 'single-phase', label: 'Single or split phase' },
      { value: 'three-phase-lv', label: 'Three-phase, low-voltage battery' },
      { value: 'three-phase-hv', label: 'Three-phase, high-voltage battery' },
    ],
  },
  {
    name: 'strings',
    label: 'Solar strings',
    help: 'Strings 3 and 4 count once they deliver. Say how many there are when it is added at night.',
    kind: 'choice',
    required: false,
    default: 'auto',
    choices: STRINGS.map((value) => ({ value, label: value === 'auto' ? 'As they show themselves' : value })),
  },
];
