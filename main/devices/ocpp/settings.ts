import { z } from 'zod';
import { type Connection, connectionSchema, type OptionField } from '../../../preload/contract/devices.ts';
import { LEAST_A } from './profiles.ts';

/** The installation of one charger, as the person says. */
export interface ChargerSettings {
  /** The name under which it calls; also its user name where a password is set. */
  readonly chargePointId: string;
  readonly connectorId: number;
  /** Phases that it is connected with. */
  readonly phases: number;
  /** What its supply bears, A a phase. */
  readonly maximumA: number;
  /** What it may draw while nobody tells it anything, A a phase. */
  readonly fallbackA: number;
  /** The card that a start from here is booked on. */
  readonly idTag: string;
}

const DEFAULTS = { connector: '1', phases: '3', maximumA: '16', fallbackA: '6', idTag: 'commandcenter' } as const;

export const CHARGER_OPTIONS: readonly OptionField[] = [
  {
    name: 'chargePointId',
    label: 'Charger name',
    help: 'The name (charge point id) under which the charger calls: the last part of the address that it dials.',
    kind: 'text',
    required: true,
  },
  {
    name: 'maximumA',
    label: 'Most current, A',
    help: 'What fuse and cable of the charger bear, per phase.',
    kind: 'number',
    required: true,
    default: DEFAULTS.maximumA,
  },
  {
    name: 'fallbackA',
    label: 'Current without CommandCenter, A',
    help: 'What the charger may draw per phase when it hears nothing for ten minutes: 6 or more, or 0 for nothing.',
    kind: 'number',
    required: true,
    default: DEFAULTS.fallbackA,
  },
  {
    name: 'phases',
    label: 'Phases',
    help: 'With how many phases the charger is connected.',
    kind: 'choice',
    required: true,
    default: DEFAULTS.phases,
    choices: [
      { value: '1', label: 'One' },
      { value: '3', label: 'Three' },
    ],
  },
  {
    name: 'connector',
    label: 'Plug number',
    help: '1, unless the charger has several.',
    kind: 'number',
    required: false,
    default: DEFAULTS.connector,
  },
  {
    name: 'idTag',
    label: 'Card for a start from here',
    help: 'At most 20 characters; a charger that checks cards itself must know it.',
    kind: 'text',
    required: false,
    default: DEFAULTS.idTag,
  },
];

const amperes = z.coerce.number().int().max(80);
const optionsSchema = z.object({
  chargePointId: z
    .string({ error: 'the name of the charger is missing' })
    .trim()
    .min(1)
    .max(48, 'the name is too long'),
  connector: z.coerce.number().int().min(1).max(20).default(1),
  phases: z.coerce.number().int().min(1).max(3).default(3),
  maximumA: amperes.min(LEAST_A, `the most current is ${LEAST_A} A at least`).default(Number(DEFAULTS.maximumA)),
  fallbackA: amperes
    .refine((value) => value === 0 || value >= LEAST_A, `the current without us is 0, or ${LEAST_A} A at least`)
    .default(Number(DEFAULTS.fallbackA)),
  idTag: z.string().trim().min(1).max(20, 'a card has at most 20 characters').default(DEFAULTS.idTag),
});

/** A field that was left empty is one that was left out. */
const filled = (options: Connection['options'] = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value.trim() !== ''));

/** Where chargers call in: the address of this computer at which it listens, the port, and the charger's own fields. */
export const chargerConnectionSchema: z.ZodType<Connection> = connectionSchema.superRefine((connection, context) => {
  const parsed = optionsSchema.safeParse(filled(connection.options));
  if (!parsed.success)
    context.addIssue({ code: 'custom', message: parsed.error.issues[0]?.message ?? 'its fields are incomplete' });
});

/** The fields as values; what cannot be read is as if it were left out, because the schema above has the say. */
export const settingsOf = (connection: Connection): ChargerSettings => {
  const parsed = optionsSchema.safeParse(filled(connection.options));
  const { connector, ...rest } = parsed.success ? parsed.data : optionsSchema.parse({ chargePointId: 'charger' });
  return { ...rest, connectorId: connector };
};
