import { z } from 'zod';
import { type Metric, metricSchema } from '../../../preload/contract/base.ts';
import { type ChannelRole, channelRoleSchema } from '../../../preload/contract/devices.ts';
import { wordsOf } from '../line-words.ts';
import { KNOWN_UNITS, type MeasuredUnit, measuredUnitOf, unitAs } from '../measured-unit.ts';
import { type PayloadPath, parsePath } from './payload-path.ts';
import { topicProblem } from './topic.ts';

/** What a line of the document says of one value of one channel. */
export interface TopicLine {
  /** Counted from 1, for messages. */
  readonly number: number;
  readonly channel: string;
  readonly label: string | null;
  readonly role: ChannelRole | null;
  readonly state: string;
  readonly path: PayloadPath;
  /** Where the payload says when it was measured; without it a kept message has no age. */
  readonly timePath: PayloadPath | null;
  readonly value: LineValue;
  readonly command: LineCommand | null;
  /** How long a value holds, ms; null: until it changes, as long as the device says that it is there. */
  readonly expireMs: number | null;
  readonly availability: { readonly topic: string; readonly online: string; readonly offline: string } | null;
  /** What makes the device say its state at once. */
  readonly ask: { readonly topic: string; readonly payload: string } | null;
}

export type LineValue =
  | { readonly kind: 'number'; readonly unit: MeasuredUnit | null }
  | { readonly kind: 'switch'; readonly on: string; readonly off: string }
  | { readonly kind: 'choice'; readonly options: readonly string[] };

export interface LineCommand {
  readonly topic: string;
  /** `{value}` stands for the number, the option, or the word for on or off. */
  readonly template: string;
  readonly range: {
    readonly unit: string;
    readonly minimum: number;
    readonly maximum: number;
    readonly step: number;
  } | null;
  readonly safe: string | null;
}

export interface LineProblem {
  readonly number: number;
  readonly message: string;
}

const DEFAULT_EXPIRE_S = 120;
const LONGEST_EXPIRE_S = 3_600;
const MOST_LINES = 100;

const number = z.string().transform((text, context) => {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  context.addIssue({ code: 'custom', message: `"${text}" is no number` });
  return z.NEVER;
});
const topic = z.string().superRefine((text, context) => {
  const problem = topicProblem(text);
  if (problem !== null) context.addIssue({ code: 'custom', message: `"${text}" is no topic: ${problem}` });
});
const path = z.string().transform((text, context) => {
  const parsed = parsePath(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: `"${text}" is no path: write it like ENERGY.Power or list[0].value` });
  return z.NEVER;
});
const oneOf = <Values extends readonly string[]>(schema: z.ZodType<Values[number]>, known: Values) =>
  z.string().transform((text, context) => {
    const parsed = schema.safeParse(text);
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: `"${text}" is unknown; one of ${known.join(', ')}` });
    return z.NEVER;
  });

const lineSchema = z.strictObject({
  label: z.string().min(1).max(80).optional(),
  role: oneOf(channelRoleSchema, channelRoleSchema.options).optional(),
  state: topic,
  path: path.optional(),
  time: path.optional(),
  metric: oneOf(metricSchema, metricSchema.options).optional(),
  unit: oneOf(
    z.string().refine((text) => measuredUnitOf(text) !== null),
    KNOWN_UNITS,
  ).optional(),
  scale: number.optional(),
  on: z.string().min(1).optional(),
  off: z.string().min(1).optional(),
  options: z.string().optional(),
  command: topic.optional(),
  payload: z.string().optional(),
  min: number.optional(),
  max: number.optional(),
  step: number.optional(),
  safe: z.string().min(1).optional(),
  expire: number.optional(),
  availability: topic.optional(),
  online: z.string().optional(),
  offline: z.string().optional(),
  ask: topic.optional(),
  'ask-payload': z.string().optional(),
});
type Words = z.output<typeof lineSchema>;
const KNOWN_WORDS = Object.keys(lineSchema.shape);

/** What a number that may be set is called, by its unit: a limit is not a measured power. */
const SET_METRICS: Readonly<Partial<Record<Metric, Metric>>> = {
  powerW: 'setpointW',
  currentA: 'limitA',
  tempC: 'targetTempC',
  socPct: 'targetSocPct',
};

type Part<Value> = Value | { readonly problem: string };

const numberUnit = ({ unit, metric, scale = 1, command }: Words): Part<MeasuredUnit | null> => {
  if (scale === 0) return { problem: 'scale=0 would make every value 0' };
  if (unit === undefined) return metric === undefined ? null : { metric, factor: scale, offset: 0 };
  const plain = measuredUnitOf(unit);
  const usual = plain && command !== undefined ? SET_METRICS[plain.metric] : plain?.metric;
  const wanted = metric ?? usual;
  const found = wanted === undefined ? null : unitAs(unit, wanted);
  if (found === null && metric !== undefined) return { problem: `a value in ${unit} is no ${metric}` };
  return found && { ...found, factor: found.factor * scale };
};

const kindOf = (words: Words): Part<LineValue> => {
  const { command, metric, options, off = 'OFF', on = 'ON', unit } = words;
  const isSwitch = words.on !== undefined || words.off !== undefined || metric === 'on';
  if (options !== undefined) {
    const values = options.split(',').map((text) => text.trim());
    if (command === undefined)
      return { problem: 'options= needs command=: a choice that cannot be made is no channel' };
    if (isSwitch || unit !== undefined || metric !== undefined)
      return { problem: 'options= stands without on, off, unit and metric' };
    if (
      values.length < 2 ||
      values.some((text) => text === '' || text.length > 60) ||
      new Set(values).size < values.length
    )
      return { problem: 'options= needs at least two different values with commas between them' };
    return { kind: 'choice', options: values };
  }
  const isNumber =
    unit !== undefined ||
    (metric !== undefined && metric !== 'on') ||
    words.min !== undefined ||
    words.max !== undefined;
  if (isSwitch && isNumber) return { problem: 'it is either a switch (on, off) or a number (unit, metric, min, max)' };
  if (isSwitch || (command !== undefined && !isNumber)) {
    if (on === off) return { problem: 'on= and off= must differ' };
    return { kind: 'switch', on, off };
  }
  const measured = numberUnit(words);
  if (measured !== null && 'problem' in measured) return measured;
  if (measured === null && command === undefined)
    return { problem: 'say what it is: unit=W, metric=powerW, or on= and off= for a switch' };
  return { kind: 'number', unit: measured };
};

const commandOf = (words: Words, value: LineValue): Part<LineCommand | null> => {
  const { command, max, min, payload, safe = null, step = 1, unit = '' } = words;
  if (command === undefined) {
    const idle = ['payload', 'step', 'safe', 'min', 'max'].find((key) => key in words);
    return idle === undefined ? null : { problem: `${idle}= needs command=` };
  }
  const template = payload ?? '{value}';
  if (!template.includes('{value}')) return { problem: 'payload= must hold {value}' };
  if (value.kind === 'choice' && safe !== null && !value.options.includes(safe))
    return { problem: 'safe= must be one of options=' };
  if (value.kind === 'switch' && safe !== null && safe !== 'on' && safe !== 'off')
    return { problem: 'safe= is on or off' };
  if (value.kind !== 'number') return { topic: command, template, range: null, safe };
  if (min === undefined || max === undefined || !(max > min))
    return { problem: 'a number that may be set needs min= and a larger max=' };
  if (!(step > 0)) return { problem: 'step= must be above 0' };
  if (safe !== null && !(Number(safe) >= min && Number(safe) <= max))
    return { problem: 'safe= must lie between min= and max=' };
  return { topic: command, template, range: { unit, minimum: min, maximum: max, step }, safe };
};

const expireOf = (
  { availability, expire = DEFAULT_EXPIRE_S, command }: Words,
  { kind }: LineValue,
): Part<number | null> => {
  if (expire < 0 || expire > LONGEST_EXPIRE_S) return { problem: `expire= is 0 to ${LONGEST_EXPIRE_S} seconds` };
  if (expire > 0) return expire * 1_000;
  if (availability === undefined)
    return { problem: 'expire=0 needs availability=: else nobody knows whether the value still holds' };
  if (kind === 'number' && command === undefined)
    return { problem: 'a measured value grows old: expire=0 is for states that are set' };
  return null;
};

const issueText = (error: z.ZodError): string => {
  const [issue] = error.issues;
  if (issue?.code === 'unrecognized_keys')
    return `unknown word "${issue.keys[0]}"; known are ${KNOWN_WORDS.join(', ')}`;
  const key = String(issue?.path[0] ?? '');
  if (key === 'state' && issue?.code === 'invalid_type') return 'state= is missing: the topic that says the value';
  return `${key}=: ${issue?.message ?? 'not usable'}`;
};

const isProblem = (part: unknown): part is { readonly problem: string } =>
  typeof part === 'object' && part !== null && 'problem' in part;

const lineOf = (text: string, at: number): Part<TopicLine> => {
  const words = wordsOf(text);
  if (isProblem(words)) return words;
  if (!/^[A-Za-z0-9][\w-]{0,39}$/.test(words.name))
    return { problem: `"${words.name}" is no name: letters, digits, - and _` };
  const parsed = lineSchema.safeParse(Object.fromEntries(words.pairs));
  if (!parsed.success) return { problem: issueText(parsed.error) };
  const value = kindOf(parsed.data);
  if (isProblem(value)) return value;
  const command = commandOf(parsed.data, value);
  if (isProblem(command)) return command;
  const expireMs = expireOf(parsed.data, value);
  if (isProblem(expireMs)) return expireMs;
  const { ask, availability, label = null, offline = 'offline', online = 'online', role = null, state } = parsed.data;
  return {
    number: at,
    channel: words.name,
    label,
    role,
    state,
    path: parsed.data.path ?? [],
    timePath: parsed.data.time ?? null,
    value,
    command,
    expireMs,
    availability: availability === undefined ? null : { topic: availability, online, offline },
    ask: ask === undefined ? null : { topic: ask, payload: parsed.data['ask-payload'] ?? '' },
  };
};

/** The metric that a line brings; null where it only says what is set. */
export const metricOf = ({ value }: TopicLine): Metric | null =>
  value.kind === 'switch' ? 'on' : value.kind === 'number' ? (value.unit?.metric ?? null) : null;

/** Reads the whole document: empty lines and lines that begin with # are left out; one channel may have several lines. */
export const parseTopicLines = (
  document: string,
): { readonly lines: readonly TopicLine[]; readonly problems: readonly LineProblem[] } => {
  const lines: TopicLine[] = [];
  const problems: LineProblem[] = [];
  const texts = document.split(/\r?\n/);
  for (const [index, text] of texts.entries()) {
    if (text.trim() === '' || text.trim().startsWith('#')) continue;
    const line = lineOf(text, index + 1);
    if (isProblem(line)) {
      problems.push({ number: index + 1, message: line.problem });
      continue;
    }
    const siblings = lines.filter(({ channel }) => channel === line.channel);
    const metric = metricOf(line);
    const twin = siblings.find((other) => metric !== null && metricOf(other) === metric);
    const commanded = siblings.find(({ command }) => command !== null);
    if (twin)
      problems.push({ number: index + 1, message: `line ${twin.number} brings ${metric} of ${line.channel} already` });
    else if (commanded && line.command !== null)
      problems.push({
        number: index + 1,
        message: `line ${commanded.number} controls ${line.channel} already; give this one another name`,
      });
    else lines.push(line);
  }
  if (lines.length > MOST_LINES)
    problems.push({ number: texts.length, message: `there are more than ${MOST_LINES} lines` });
  if (lines.length === 0 && problems.length === 0)
    problems.push({ number: 1, message: 'there is no line: add one for each channel' });
  return { lines, problems };
};
