import { z } from 'zod';
import type { Connection, OptionField } from '../../../../preload/contract/devices.ts';

/** One cloud of the same design under three names. */
interface Service {
  readonly label: string;
  /** The vendor's API as of August 2026; it has moved before, so a person may name another. */
  readonly host: string;
  /** `plain`: name and password as they are. Otherwise the source that goes with an encrypted password. */
  readonly login: 'plain' | { readonly source: string };
  /** The portal, where the service wants to see it as origin. */
  readonly portal: string | null;
  /** Whether writing settings is known to work there. */
  readonly writes: boolean;
}

export const SERVICES = {
  solarkcloud: {
    label: 'Sol-Ark (solarkcloud.com)',
    host: 'p2.api.solarkcloud.com',
    login: 'plain',
    portal: 'https://www.solarkcloud.com',
    writes: false,
  },
  sunsynk: {
    label: 'Sunsynk (sunsynk.net)',
    host: 'api.sunsynk.net',
    login: { source: 'sunsynk' },
    portal: null,
    writes: true,
  },
  inteless: {
    label: 'Inteless, Deye (pv.inteless.com)',
    host: 'pv.inteless.com',
    login: { source: 'elinter' },
    portal: null,
    writes: true,
  },
} as const satisfies Record<string, Service>;
export type ServiceName = keyof typeof SERVICES;

export const serviceOf = (name: ServiceName): Service => SERVICES[name];

const chosenSchema = z.object({
  service: z.enum(['solarkcloud', 'sunsynk', 'inteless']).default('solarkcloud'),
  account: z.string().trim().default(''),
  plant: z.string().trim().default(''),
  inverter: z.string().trim().default(''),
  tables: z.enum(['off', 'on']).default('off'),
});
export type CloudChoice = z.infer<typeof chosenSchema>;

/** What the person chose; null where a choice does not exist. */
export const cloudChoice = ({ options }: Connection): CloudChoice | null => {
  const parsed = chosenSchema.safeParse(options ?? {});
  return parsed.success ? parsed.data : null;
};

/** The service's own host, unless the person named one that is none of the three. */
export const hostOf = (connection: Connection, name: ServiceName): string => {
  const known = Object.values(SERVICES).some(({ host }) => host === connection.host.toLowerCase());
  return known ? SERVICES[name].host : connection.host;
};

/** Whether the time-of-use table may be written: asked for by the person, and only where writing is known to work. */
export const writesTables = ({ service, tables }: CloudChoice): boolean => tables === 'on' && SERVICES[service].writes;

export const CLOUD_OPTIONS: readonly OptionField[] = [
  {
    name: 'service',
    label: 'Cloud',
    help: 'The one whose app you use. Its address is filled in by itself.',
    kind: 'choice',
    required: true,
    default: 'solarkcloud',
    choices: Object.entries(SERVICES).map(([value, { label }]) => ({ value, label })),
  },
  {
    name: 'account',
    label: 'Account',
    help: 'The name or e-mail address with which you log in there.',
    kind: 'text',
    required: true,
  },
  {
    name: 'plant',
    label: 'Plant number',
    help: 'Only where the account has several plants; leave it empty and the test lists them.',
    kind: 'text',
    required: false,
  },
  {
    name: 'inverter',
    label: 'Inverter serial number',
    help: 'Only where the plant has several inverters; leave it empty and the test lists them.',
    kind: 'text',
    required: false,
  },
  {
    name: 'tables',
    label: 'Write the time-of-use table',
    help: 'Sunsynk and Inteless only. The cloud takes half a minute and more; a local link is better.',
    kind: 'choice',
    required: false,
    default: 'off',
    choices: [
      { value: 'off', label: 'Read only' },
      { value: 'on', label: 'Allow it' },
    ],
  },
];
