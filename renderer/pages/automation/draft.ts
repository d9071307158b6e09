import type { Condition, Quantity, Rule, RuleAction, Test } from '../../../preload/contract/rules.ts';
import type { ChannelRef } from '../../../preload/contract/safety.ts';
import { type ChannelChoice, firstLoad } from '../../components/channel-choices.ts';

/** What a line of a rule looks at: the first choice in the builder; everything else of the line follows from it. */
export type Subject = Quantity['of'] | Exclude<Test['is'], 'above' | 'below' | 'between'>;

export const isComparison = (test: Test): test is Extract<Test, { quantity: Quantity }> => 'quantity' in test;

export const subjectOf = (test: Test): Subject => (isComparison(test) ? test.quantity.of : test.is);

const quantityFor = (of: Quantity['of'], channel: ChannelRef): Quantity => {
  if (of === 'channel-power' || of === 'channel-temperature' || of === 'channel-energy-today') return { of, channel };
  if (of === 'forecast') return { of, kind: 'pv', hours: 12, statistic: 'sum', band: 'p50' };
  if (of === 'weather') return { of, what: 'temperatureC', hours: 0 };
  return { of };
};

/** Values that a new comparison starts with, in the unit of the contract. */
const START_VALUES: Readonly<Partial<Record<Subject, number>>> = {
  soc: 80,
  'battery-voltage': 52,
  'pv-power': 2000,
  'surplus-power': 2000,
  'export-power': 1000,
  'import-power': 3000,
  'load-power': 3000,
  'household-power': 1000,
  'battery-power': 500,
  'channel-power': 500,
  'channel-temperature': 50,
  'channel-energy-today': 5,
  'import-price': 0.2,
  'export-price': 0.05,
  carbon: 200,
  forecast: 10,
  weather: 20,
};

/** A line that looks at this, with values to start from. `channel` stands where one is needed. */
export const testFor = (subject: Subject, channel: ChannelRef): Test => {
  switch (subject) {
    case 'time':
      return { is: 'time', window: { from: '08:00', to: '20:00', days: [] } };
    case 'sun':
      return { is: 'sun', since: 'sunset', offsetMinutes: 0 };
    case 'device':
      return { is: 'device', channel, state: 'on' };
    case 'reachable':
      return { is: 'reachable', deviceId: channel.deviceId, state: 'offline' };
    case 'price-rank':
      return { is: 'price-rank', rank: 'cheapest', hours: 4 };
    default:
      return { is: 'above', quantity: quantityFor(subject, channel), value: START_VALUES[subject] ?? 0, hysteresis: 0 };
  }
};

/** Another comparison of the same quantity; the numbers that were typed stay where they fit. */
export const compareAs = (test: Extract<Test, { quantity: Quantity }>, is: 'above' | 'below' | 'between'): Test => {
  const { quantity } = test;
  if (is === 'between') {
    if (test.is === 'between') return test;
    return { is, quantity, from: Math.min(test.value, test.value * 2), to: Math.max(test.value, test.value * 2) };
  }
  return test.is === 'between'
    ? { is, quantity, value: is === 'above' ? test.from : test.to, hysteresis: 0 }
    : { ...test, is };
};

/** What a new action does with a channel: what its control takes. */
export const actionFor = (
  kind: RuleAction['do'],
  choice: ChannelChoice | undefined,
  workflowId: string,
): RuleAction => {
  const channel = choice?.ref ?? ({ deviceId: '', channelId: '' } as unknown as ChannelRef);
  switch (kind) {
    case 'switch':
      return { do: kind, channel, on: true };
    case 'set':
      return { do: kind, channel, value: firstValue(choice) };
    case 'pause':
      return { do: kind, channel, minutes: 60 };
    case 'mode':
      return { do: kind, mode: 'watch' };
    case 'notify':
      return { do: kind, level: 'attention', text: 'Have a look.' };
    case 'workflow':
      return { do: kind, workflowId };
  }
};

/** The value that a setting starts with in the builder. */
const firstValue = (choice: ChannelChoice | undefined): number | string | boolean => {
  const control = choice?.control;
  if (control?.kind === 'number') return control.minimum;
  if (control?.kind === 'choice') return control.options[0]?.value ?? '';
  return control?.kind === 'time-table' ? '' : true;
};

/** Actions for a channel as its control takes them: a switch is switched, anything else is set. */
export const actionOn = (choice: ChannelChoice): RuleAction =>
  choice.control?.kind === 'switch'
    ? { do: 'switch', channel: choice.ref, on: true }
    : { do: 'set', channel: choice.ref, value: firstValue(choice) };

const newId = (prefix: string): string => `${prefix}_${crypto.randomUUID().replaceAll('-', '').slice(0, 16)}`;
const newRuleId = (): string => newId('rule');
export const newScheduleId = (): string => newId('schedule');
export const newWorkflowId = (): string => newId('workflow');

/** An empty rule to start from: off until a person switches it on, with one line and one action. */
export const newRule = (channels: readonly ChannelChoice[]): Rule => {
  const load = firstLoad(channels);
  return {
    id: newRuleId(),
    name: '',
    mode: 'test',
    priority: 5,
    triggers: [{ test: { is: 'above', quantity: { of: 'soc' }, value: 80, hysteresis: 3 }, forMs: 300_000 }],
    condition: null,
    actions: [load ? actionOn(load) : { do: 'notify', level: 'info', text: 'The battery is full.' }],
    otherwise: [],
    cooldownMs: 0,
    activeWindow: null,
  };
};

/** Of the nested conditions: what joins the lines of a group. */
export type Join = 'all' | 'any';
export const groupOf = (condition: Condition): { readonly join: Join; readonly lines: readonly Condition[] } | null => {
  if ('all' in condition) return { join: 'all', lines: condition.all };
  return 'any' in condition ? { join: 'any', lines: condition.any } : null;
};
export const makeGroup = (join: Join, lines: readonly Condition[]): Condition =>
  join === 'all' ? { all: [...lines] } : { any: [...lines] };

/** A copy of the list with one place changed, and one without it. */
export const changedAt = <Item>(list: readonly Item[], index: number, item: Item): Item[] =>
  list.map((old, place) => (place === index ? item : old));
export const without = <Item>(list: readonly Item[], index: number): Item[] =>
  list.filter((_, place) => place !== index);
