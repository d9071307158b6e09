import type { Condition, Rule, RuleAction, Test } from '../../../preload/contract/rules.ts';
import type { DailyWindow } from '../../../preload/contract/safety.ts';
import { wordsOf } from './quantity-words.ts';
import type { RuleNames } from './types.ts';

/** Rules in plain English: pure, so that the editor, the check and the log say the same. */

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** `a`, `a and b`, `a, b and c`. */
export const joined = (parts: readonly string[], word: 'and' | 'or' = 'and'): string => {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} ${word} ${last}`;
};

/** `45 s`, `5 min`, `1.5 h`, `2 days`: exactly what was typed. */
export const saySpanOf = (spanMs: number): string => {
  const number = (value: number): string => String(Number(value.toFixed(2)));
  if (spanMs < 60_000) return `${number(spanMs / 1_000)} s`;
  if (spanMs < 2 * 3_600_000) return `${number(spanMs / 60_000)} min`;
  return spanMs < 48 * 3_600_000 ? `${number(spanMs / 3_600_000)} h` : `${number(spanMs / 86_400_000)} days`;
};

/** `22:00 to 06:00 on Friday and Saturday`. */
export const sayWindow = ({ from, to, days }: DailyWindow): string => {
  const named = [...new Set(days)].sort().flatMap((day) => WEEKDAYS[day - 1] ?? []);
  return `${from} to ${to}${named.length === 0 || named.length === 7 ? '' : ` on ${joined(named)}`}`;
};

const saySun = ({ since, offsetMinutes }: Extract<Test, { is: 'sun' }>): string => {
  const until = since === 'sunrise' ? 'sunset' : 'sunrise';
  const minutes = `${Math.abs(offsetMinutes)} min ${offsetMinutes < 0 ? 'before' : 'after'} `;
  return `it is between ${offsetMinutes === 0 ? '' : minutes}${since} and ${until}`;
};

/** A test as a clause: `the charge of the battery is above 80 %`. */
export const sentenceOfTest = (test: Test, names: RuleNames): string => {
  switch (test.is) {
    case 'above':
    case 'below': {
      const { name, say } = wordsOf(test.quantity, names);
      const back = test.is === 'above' ? test.value - test.hysteresis : test.value + test.hysteresis;
      return `${name} is ${test.is} ${say(test.value)}${test.hysteresis > 0 ? ` (until ${say(back)})` : ''}`;
    }
    case 'between': {
      const { name, say } = wordsOf(test.quantity, names);
      return `${name} is between ${say(test.from)} and ${say(test.to)}`;
    }
    case 'time':
      return `it is ${sayWindow(test.window)}`;
    case 'sun':
      return saySun(test);
    case 'device':
      return `${names.channel(test.channel)} is ${test.state === 'held' ? 'held by a person' : test.state}`;
    case 'reachable':
      return `${names.device(test.deviceId)} is ${test.state}`;
    case 'price-rank':
      return `the price is among the ${test.rank} ${test.hours === 1 ? 'hour' : `${test.hours} hours`} of the day`;
  }
};

const sayCondition = (condition: Condition, names: RuleNames, depth: number): string => {
  if (depth > 8) return '…';
  if ('test' in condition) return sentenceOfTest(condition.test, names);
  if ('not' in condition) return `not (${sayCondition(condition.not, names, depth + 1)})`;
  const [parts, word] = 'all' in condition ? ([condition.all, 'and'] as const) : ([condition.any, 'or'] as const);
  const said = joined(
    parts.map((part) => sayCondition(part, names, depth + 1)),
    word,
  );
  return depth > 0 && parts.length > 1 ? `(${said})` : said;
};

export const sentenceOfCondition = (condition: Condition, names: RuleNames): string =>
  sayCondition(condition, names, 0);

/** An action as a clause: `switch Miner A on`. */
export const sentenceOfAction = (action: RuleAction, names: RuleNames): string => {
  switch (action.do) {
    case 'switch':
      return `switch ${names.channel(action.channel)} ${action.on ? 'on' : 'off'}`;
    case 'set':
      return `set ${names.channel(action.channel)} to ${names.setpoint(action.channel, action.value)}`;
    case 'pause':
      return `pause ${names.channel(action.channel)} for ${saySpanOf(action.minutes * 60_000)}`;
    case 'mode':
      return `change the house to ${action.mode === 'watch' ? 'Watch' : action.mode === 'suggest' ? 'Suggest' : 'Automate'}`;
    case 'notify':
      return `say “${action.text}”`;
    case 'workflow':
      return `run ${names.workflow(action.workflowId)}`;
  }
};

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The rule as a person would tell it: when, if, then, otherwise. */
export const sentenceOfRule = (rule: Rule, names: RuleNames): string => {
  const triggers = rule.triggers.map(
    ({ test, forMs }) => `${sentenceOfTest(test, names)}${forMs > 0 ? ` for ${saySpanOf(forMs)}` : ''}`,
  );
  const condition = rule.condition === null ? '' : `, and ${sentenceOfCondition(rule.condition, names)}`;
  const within = rule.activeWindow === null ? '' : `, only ${sayWindow(rule.activeWindow)}`;
  const actions = joined(rule.actions.map((action) => sentenceOfAction(action, names)));
  const otherwise =
    rule.otherwise.length > 0
      ? ` Otherwise: ${joined(rule.otherwise.map((action) => sentenceOfAction(action, names)))}.`
      : rule.actions.some((action) => action.do === 'switch' || action.do === 'set')
        ? ' Afterwards it goes back to how it was.'
        : '';
  const rest = rule.cooldownMs > 0 ? ` Then it rests for ${saySpanOf(rule.cooldownMs)}.` : '';
  return `When ${joined(triggers, 'or')}${condition}${within}: ${actions}.${otherwise}${rest}`;
};
