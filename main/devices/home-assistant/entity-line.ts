import { z } from 'zod';
import { type Metric, metricSchema } from '../../../preload/contract/base.ts';
import { type ChannelRole, channelRoleSchema } from '../../../preload/contract/devices.ts';
import { wordsOf } from '../line-words.ts';

/** Domains that can be a channel, and what they are like. */
export const DOMAINS = {
  sensor: 'sensor',
  switch: 'switch',
  input_boolean: 'switch',
  light: 'switch',
  number: 'number',
  input_number: 'number',
  select: 'choice',
  input_select: 'choice',
  climate: 'climate',
  water_heater: 'climate',
} as const;
export type Domain = keyof typeof DOMAINS;
export type EntityKind = (typeof DOMAINS)[Domain];

/** What a line says of one entity. Temperatures are in °C, whatever the server shows. */
export interface EntityLine {
  readonly number: number;
  readonly entityId: string;
  readonly domain: Domain;
  readonly kind: EntityKind;
  readonly role: ChannelRole;
  readonly label: string | null;
  /** Sensors: what it is, where unit and class do not say it well enough. */
  readonly metric: Metric | null;
  /** Numbers: read only where it is left out. */
  readonly range: {
    readonly unit: string;
    readonly minimum: number;
    readonly maximum: number;
    readonly step: number;
  } | null;
  /** Selects, and the modes of a climate. */
  readonly options: readonly string[];
  readonly safe: string | null;
  /** Other entities that measure the same thing: a plug's power and energy. */
  readonly powerId: string | null;
  readonly energyId: string | null;
}

export interface EntityProblem {
  readonly number: number;
  readonly message: string;
}

const MOST_LINES = 200;
/** A channel's name has 64 characters; the mode of a climate adds five. */
const LONGEST_ID = 58;
const CLIMATE_RANGE = { unit: '°C', minimum: 5, maximum: 30, step: 0.5 } as const;
const WATER_RANGE = { unit: '°C', minimum: 30, maximum: 65, step: 1 } as const;
const HEAD = /^\s*([a-z0-9_]+\.[a-z0-9_]+)\s*=\s*([a-z-]+)(?=\s|$)/;

const number = z.string().transform((text, context) => {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  context.addIssue({ code: 'custom', message: `"${text}" is no number` });
  return z.NEVER;
});
const sensorId = z.string().regex(/^sensor\.[a-z0-9_]+$/, { error: 'a sensor is needed, such as sensor.boiler_power' });
const wordsSchema = z.strictObject({
  label: z.string().min(1).max(80).optional(),
  metric: z
    .string()
    .transform((text, context) => {
      const parsed = metricSchema.safeParse(text);
      if (parsed.success) return parsed.data;
      context.addIssue({ code: 'custom', message: `"${text}" is unknown; one of ${metricSchema.options.join(', ')}` });
      return z.NEVER;
    })
    .optional(),
  unit: z.string().max(20).optional(),
  min: number.optional(),
  max: number.optional(),
  step: number.optional(),
  options: z.string().optional(),
  modes: z.string().optional(),
  safe: z.string().min(1).optional(),
  power: sensorId.optional(),
  energy: sensorId.optional(),
});
type Words = z.output<typeof wordsSchema>;
const ALLOWED: Readonly<Record<EntityKind, readonly (keyof Words)[]>> = {
  sensor: ['label', 'metric'],
  switch: ['label', 'safe', 'power', 'energy'],
  number: ['label', 'metric', 'unit', 'min', 'max', 'step', 'safe', 'power', 'energy'],
  choice: ['label', 'options', 'safe', 'power', 'energy'],
  climate: ['label', 'min', 'max', 'step', 'modes', 'safe', 'power', 'energy'],
};

type Part<Value> = Value | { readonly problem: string };
const isProblem = (part: unknown): part is { readonly problem: string } =>
  typeof part === 'object' && part !== null && 'problem' in part;

const listOf = (text: string | undefined): Part<readonly string[]> => {
  if (text === undefined) return [];
  const values = text.split(',').map((value) => value.trim());
  const isList = values.length >= 2 && new Set(values).size === values.length;
  return isList && values.every((value) => value !== '' && value.length <= 60)
    ? values
    : { problem: 'at least two different values with commas between them are needed' };
};

const rangeOf = (kind: EntityKind, domain: Domain, words: Words): Part<EntityLine['range']> => {
  const usual = kind !== 'climate' ? null : domain === 'climate' ? CLIMATE_RANGE : WATER_RANGE;
  const { min = usual?.minimum, max = usual?.maximum, step = usual?.step ?? 1, unit = usual?.unit ?? '' } = words;
  if (kind !== 'number' && kind !== 'climate') return null;
  if (min === undefined && max === undefined) return null;
  if (min === undefined || max === undefined || !(max > min))
    return { problem: 'min= and a larger max= belong together' };
  return step > 0 ? { unit, minimum: min, maximum: max, step } : { problem: 'step= must be above 0' };
};

const safeProblem = (
  kind: EntityKind,
  safe: string,
  { range, options }: Pick<EntityLine, 'range' | 'options'>,
): string | null => {
  if (kind === 'switch') return safe === 'on' || safe === 'off' ? null : 'safe= is on or off';
  if (kind === 'choice') return options.includes(safe) ? null : 'safe= must be one of options=';
  const isInside = range !== null && Number(safe) >= range.minimum && Number(safe) <= range.maximum;
  return isInside ? null : 'safe= must lie between min= and max=';
};

const lineOf = (text: string, at: number): Part<EntityLine> => {
  const head = HEAD.exec(text);
  if (!head) return { problem: 'write it as entity = role, such as sensor.grid_power = grid' };
  const [whole, entityId = '', roleText = ''] = head;
  const domain = (Object.keys(DOMAINS) as Domain[]).find((known) => entityId.startsWith(`${known}.`));
  if (domain === undefined)
    return { problem: `"${entityId}" can be no channel; it may be one of ${Object.keys(DOMAINS).join(', ')}` };
  if (entityId.length > LONGEST_ID)
    return { problem: `"${entityId}" is longer than ${LONGEST_ID} characters: give it a shorter id in Home Assistant` };
  const role = channelRoleSchema.safeParse(roleText);
  if (!role.success) return { problem: `"${roleText}" is no role; one of ${channelRoleSchema.options.join(', ')}` };
  const pairs = wordsOf(`x${text.slice(whole.length)}`);
  if (isProblem(pairs)) return pairs;
  const kind = DOMAINS[domain];
  const unknown = pairs.pairs.find(([key]) => !ALLOWED[kind].some((allowed) => allowed === key));
  if (unknown)
    return { problem: `"${unknown[0]}" has no meaning for ${domain}; known are ${ALLOWED[kind].join(', ')}` };
  const parsed = wordsSchema.safeParse(Object.fromEntries(pairs.pairs));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { problem: `${String(issue?.path[0] ?? '')}=: ${issue?.message ?? 'not usable'}` };
  }
  const words = parsed.data;
  const range = rangeOf(kind, domain, words);
  if (isProblem(range)) return range;
  const options = listOf(kind === 'climate' ? words.modes : words.options);
  if (isProblem(options)) return options;
  const wrong = words.safe === undefined ? null : safeProblem(kind, words.safe, { range, options });
  if (wrong !== null) return { problem: wrong };
  return {
    number: at,
    entityId,
    domain,
    kind,
    role: role.data,
    label: words.label ?? null,
    metric: words.metric ?? null,
    range,
    options,
    safe: words.safe ?? null,
    powerId: words.power ?? null,
    energyId: words.energy ?? null,
  };
};

/** Reads the whole field: one entity a line; empty lines and lines that begin with # are left out. */
export const parseEntityLines = (
  document: string,
): { readonly lines: readonly EntityLine[]; readonly problems: readonly EntityProblem[] } => {
  const lines: EntityLine[] = [];
  const problems: EntityProblem[] = [];
  const texts = document.split(/\r?\n/);
  for (const [index, text] of texts.entries()) {
    if (text.trim() === '' || text.trim().startsWith('#')) continue;
    const line = lineOf(text, index + 1);
    if (isProblem(line)) problems.push({ number: index + 1, message: line.problem });
    else if (lines.some(({ entityId }) => entityId === line.entityId))
      problems.push({ number: index + 1, message: `${line.entityId} stands there twice` });
    else lines.push(line);
  }
  if (lines.length > MOST_LINES)
    problems.push({ number: texts.length, message: `there are more than ${MOST_LINES} entities` });
  if (lines.length === 0 && problems.length === 0)
    problems.push({ number: 1, message: 'there is no entity: add one a line' });
  return { lines, problems };
};
