import type { Setpoint } from '../../../preload/contract/base.ts';
import type { ControlKind } from '../../../preload/contract/devices.ts';
import type { Condition, Rule, RuleAction, RuleProblem, Test } from '../../../preload/contract/rules.ts';
import type { ChannelRef } from '../../../preload/contract/safety.ts';
import { parseTimeTable } from '../../../preload/contract/time-table.ts';
import { type CheckedHome, type FindProblems, findChannel, type KnownChannel, problem } from './types.ts';

/** Something that a line of the rule names. */
interface Named {
  readonly line: string;
  readonly channel: ChannelRef | null;
  readonly deviceId: string;
}

const ofTest = (test: Test, line: string): readonly Named[] => {
  if (test.is === 'device') return [{ line, channel: test.channel, deviceId: test.channel.deviceId }];
  if (test.is === 'reachable') return [{ line, channel: null, deviceId: test.deviceId }];
  if (test.is !== 'above' && test.is !== 'below' && test.is !== 'between') return [];
  return 'channel' in test.quantity
    ? [{ line, channel: test.quantity.channel, deviceId: test.quantity.channel.deviceId }]
    : [];
};

const ofCondition = (condition: Condition, line: string): readonly Named[] => {
  if ('test' in condition) return ofTest(condition.test, `${line}.test`);
  if ('not' in condition) return ofCondition(condition.not, `${line}.not`);
  const [name, parts] = 'all' in condition ? (['all', condition.all] as const) : (['any', condition.any] as const);
  return parts.flatMap((part, index) => ofCondition(part, `${line}.${name}.${index}`));
};

/** Actions of both branches with their lines. */
export const actionLines = (
  rule: Pick<Rule, 'actions' | 'otherwise'>,
): readonly { readonly line: string; readonly branch: 'actions' | 'otherwise'; readonly action: RuleAction }[] =>
  (['actions', 'otherwise'] as const).flatMap((branch) =>
    rule[branch].map((action, index) => ({ line: `${branch}.${index}`, branch, action })),
  );

const unknownNames: FindProblems = (rule, { channels, workflows }) => {
  const named = [
    ...rule.triggers.flatMap(({ test }, index) => ofTest(test, `triggers.${index}.test`)),
    ...(rule.condition === null ? [] : ofCondition(rule.condition, 'condition')),
    ...actionLines(rule).flatMap(({ line, action }) =>
      'channel' in action ? [{ line, channel: action.channel, deviceId: action.channel.deviceId }] : [],
    ),
  ];
  const lost = named.filter(({ channel, deviceId }) =>
    channel === null
      ? !channels.some((each) => each.deviceId === deviceId)
      : findChannel(channels, channel) === undefined,
  );
  return [
    ...lost.map(({ line }) =>
      problem('error', 'unknown-channel', 'The device of this line is not in this home any more. Choose another.', [
        line,
      ]),
    ),
    ...actionLines(rule).flatMap(({ line, action }) =>
      action.do === 'workflow' && !workflows.some(({ id }) => id === action.workflowId)
        ? [
            problem('error', 'unknown-workflow', 'The workflow of this line is not there any more. Choose another.', [
              line,
            ]),
          ]
        : [],
    ),
  ];
};

/** Why a control does not take a value; null where it does. */
const misfit = (value: Setpoint, control: ControlKind, name: string): string | null => {
  switch (control.kind) {
    case 'switch':
      return typeof value === 'boolean' ? null : `${name} is a switch: choose on or off.`;
    case 'choice':
      return control.options.some((option) => option.value === value)
        ? null
        : `${name} takes one of: ${control.options.map(({ label }) => label).join(', ')}.`;
    case 'time-table': {
      const table = typeof value === 'string' ? parseTimeTable(value) : { problem: `${name} takes a time table.` };
      if ('problem' in table) return table.problem;
      if (table.slots.length !== control.slots) return `${name} has ${control.slots} slots, not ${table.slots.length}.`;
      const strongest = Math.max(...table.slots.map(({ powerW }) => powerW));
      return strongest > control.maximumW ? `${name} goes up to ${control.maximumW} W, not ${strongest} W.` : null;
    }
    case 'number':
      if (typeof value !== 'number') return `${name} takes a number in ${control.unit}.`;
      return value < control.minimum || value > control.maximum
        ? `${name} takes ${control.minimum} to ${control.maximum} ${control.unit}, not ${value}.`
        : null;
  }
};

/** The most that the home's limits let a battery or grid setting be, in W; endless where nobody set one. */
const ratedW = ({ config: { role } }: KnownChannel, isPositive: boolean, home: CheckedHome): number => {
  const { safety, settings } = home;
  if (role === 'grid') return isPositive ? settings.maxGridImportW : settings.maxGridExportW;
  if (role !== 'battery') return Number.POSITIVE_INFINITY;
  const ofBattery = isPositive ? safety.batteryMaxChargeW : safety.batteryMaxDischargeW;
  return Math.min(ofBattery ?? Number.POSITIVE_INFINITY, safety.inverterMaxW ?? Number.POSITIVE_INFINITY);
};

/** Why a value that the device takes is not safe for this home; null where it is. The envelope would narrow or refuse it. */
const danger = (value: Setpoint, channel: KnownChannel, home: CheckedHome): string | null => {
  const { config, control } = channel;
  const { settings } = home;
  const floorPct = Math.max(settings.minimumSocPct, settings.criticalSocPct);
  if (control?.kind === 'time-table' && typeof value === 'string') {
    const table = parseTimeTable(value);
    const lowest = 'problem' in table ? floorPct : Math.min(...table.slots.map(({ socPct }) => socPct));
    return lowest < floorPct ? `A slot lets the battery go down to ${lowest} %; the home keeps ${floorPct} %.` : null;
  }
  if (control?.kind !== 'number' || typeof value !== 'number') return null;
  if (config.role === 'battery' && control.unit === '%')
    return value < floorPct
      ? `The battery would be let down to ${value} %; the home keeps at least ${floorPct} %.`
      : null;
  if (control.unit !== 'W') return null;
  const limitW = ratedW(channel, value >= 0, home);
  return Math.abs(value) > limitW
    ? `${config.name} would be set to ${value} W; the home’s limit is ${limitW} W.`
    : null;
};

const checkAction = (action: RuleAction, line: string, home: CheckedHome): readonly RuleProblem[] => {
  if (!('channel' in action)) return [];
  const channel = findChannel(home.channels, action.channel);
  if (channel === undefined) return [];
  const { config, control } = channel;
  if (control === null)
    return [problem('error', 'not-controllable', `${config.name} only measures; it cannot be controlled.`, [line])];
  const problems: RuleProblem[] = [];
  if (!config.controllable)
    problems.push(
      problem('error', 'not-controllable', `Control of ${config.name} is not allowed. Allow it on the Devices page.`, [
        line,
      ]),
    );
  if (action.do === 'pause') return problems;
  if (action.do === 'switch' && control.kind !== 'switch')
    return [
      ...problems,
      problem('error', 'wrong-value', `${config.name} is no switch: set it to a value instead.`, [line]),
    ];
  const value = action.do === 'set' ? action.value : action.on;
  const wrong = misfit(value, control, config.name);
  if (wrong !== null) return [...problems, problem('error', 'wrong-value', wrong, [line])];
  const unsafe = danger(value, channel, home);
  return unsafe === null ? problems : [...problems, problem('error', 'unsafe-value', unsafe, [line])];
};

/** Devices and workflows that are not there, and values that a device does not take or this home must not have. */
export const findWrongActions: FindProblems = (rule, home) => [
  ...unknownNames(rule, home),
  ...actionLines(rule).flatMap(({ line, action }) => checkAction(action, line, home)),
];
