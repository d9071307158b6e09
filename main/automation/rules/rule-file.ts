import { z } from 'zod';
import { type Rule, ruleSchema } from '../../../preload/contract/rules.ts';
import { channelRefSchema } from '../../../preload/contract/safety.ts';
import { messageOf, ok, permanent, type Result } from '../../result.ts';

/** Rules as a file: a person may read it, keep it, and bring it into this or another home. */
const FORMAT = 'commandcenter-rules';
const MOST_RULES = 500;
/** Deeper than any rule that may be saved, and far from what would exhaust the stack. */
const DEEPEST_JSON = 60;

const headSchema = z.strictObject({
  format: z.literal(FORMAT, 'This is no file of rules.'),
  version: z.literal(1, 'This file was written by a newer version.'),
  home: z.string().max(80),
  /** What the channels were called where the file was written: a person reads names, not ids. */
  channels: z.array(z.strictObject({ channel: channelRefSchema, name: z.string().max(80) })).max(2_000),
  rules: z.array(z.unknown()).min(1, 'The file has no rule.').max(MOST_RULES),
});

export interface RuleFile {
  readonly home: string;
  readonly channels: z.output<typeof headSchema>['channels'];
  readonly rules: readonly Rule[];
}

export const writeRuleFile = ({ home, channels, rules }: RuleFile): string =>
  `${JSON.stringify({ format: FORMAT, version: 1, home, channels, rules }, null, 2)}\n`;

/** `Rule 2 “Heat with the sun”`. */
export const placeOf = (index: number, rule: unknown): string => {
  const named = z.object({ name: z.string() }).safeParse(rule);
  return `Rule ${index + 1}${named.success ? ` “${named.data.name.slice(0, 80)}”` : ''}`;
};

/** Counts brackets, since a parser that follows a thousand levels would end in an exhausted stack. */
const isTooDeep = (json: string): boolean => {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < json.length; index += 1) {
    const sign = json[index];
    if (quoted) {
      if (sign === '\\') index += 1;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === '{' || sign === '[') depth += 1;
    else if (sign === '}' || sign === ']') depth -= 1;
    if (depth > DEEPEST_JSON) return true;
  }
  return false;
};

const refused = (message: string) =>
  permanent('rules.file', message, 'Correct the file and bring it in again. Nothing was changed.');

const issueOf = (error: z.ZodError): string => {
  const [issue] = error.issues;
  if (!issue) return 'it is not valid.';
  const path = issue.path.map(String).join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
};

/** All or nothing. What is wrong is said with the rule and the line, such as `Rule 2 “Heat”, triggers.0.test.value: …`. */
export const readRuleFile = (json: string): Result<RuleFile> => {
  if (isTooDeep(json)) return refused('The file nests too deep.');
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (thrown) {
    return refused(`The file is not valid JSON: ${messageOf(thrown)}.`);
  }
  const head = headSchema.safeParse(parsed);
  if (!head.success) return refused(`The file cannot be read: ${issueOf(head.error)}`);
  const { home, channels } = head.data;
  const rules: Rule[] = [];
  const problems: string[] = [];
  for (const [index, each] of head.data.rules.entries()) {
    const rule = ruleSchema.safeParse(each);
    if (!rule.success) problems.push(`${placeOf(index, each)}, ${issueOf(rule.error)}`);
    else if (rules.some(({ name }) => name === rule.data.name))
      problems.push(`${placeOf(index, each)}, name: another rule of the file has the same name.`);
    else rules.push(rule.data);
  }
  return problems.length > 0 ? refused(problems.slice(0, 10).join(' ')) : ok({ home, channels, rules });
};
