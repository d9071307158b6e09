import type { Setpoint } from '../../../preload/contract/base.ts';
import type { Rule, RuleAction, Test } from '../../../preload/contract/rules.ts';
import type { ChannelRef } from '../../../preload/contract/safety.ts';
import type { Workflow } from '../../../preload/contract/workflows.ts';
import type { RuleNames } from '../rules/types.ts';
import type { Literal } from './formula.ts';
import { findChannel, type KnownChannel } from './types.ts';

/** What an action does to the house: a channel or the mode gets a value. */
export interface Effect {
  /** The channel's address, or `mode`. */
  readonly target: string;
  readonly channel: ChannelRef | null;
  readonly value: Setpoint;
  /** The line of the rule, also where a workflow does it. */
  readonly line: string;
}

const targetOf = ({ deviceId, channelId }: ChannelRef): string => `${deviceId}/${channelId}`;

const onChannel = (channel: ChannelRef, value: Setpoint, line: string): Effect => ({
  target: targetOf(channel),
  channel,
  value,
  line,
});

const stepsOf = (workflow: Workflow): readonly RuleAction[] =>
  workflow.steps.flatMap((step) => (step.step === 'act' ? [step.action] : []));

/** Effects of one action; a workflow's are those of its steps, each workflow once. */
const effectsOfAction = (
  action: RuleAction,
  line: string,
  workflows: readonly Workflow[],
  seen: ReadonlySet<string>,
): readonly Effect[] => {
  switch (action.do) {
    case 'switch':
      return [onChannel(action.channel, action.on, line)];
    case 'set':
      return [onChannel(action.channel, action.value, line)];
    case 'pause':
      return [onChannel(action.channel, false, line)];
    case 'mode':
      return [{ target: 'mode', channel: null, value: action.mode, line }];
    case 'notify':
      return [];
    case 'workflow': {
      const workflow = workflows.find(({ id }) => id === action.workflowId);
      if (workflow === undefined || seen.has(workflow.id)) return [];
      const deeper = new Set([...seen, workflow.id]);
      return stepsOf(workflow).flatMap((step) => effectsOfAction(step, line, workflows, deeper));
    }
  }
};

export const effectsOf = (
  rule: Rule,
  branch: 'actions' | 'otherwise',
  workflows: readonly Workflow[],
): readonly Effect[] =>
  rule[branch].flatMap((action, index) => effectsOfAction(action, `${branch}.${index}`, workflows, new Set()));

/** What happens when the rule ends: its otherwise, or what it switched goes back. */
export const effectsOfEnd = (rule: Rule, workflows: readonly Workflow[]): readonly Effect[] =>
  rule.otherwise.length > 0
    ? effectsOf(rule, 'otherwise', workflows)
    : rule.actions.flatMap((action, index) =>
        action.do === 'switch' ? [onChannel(action.channel, !action.on, `actions.${index}`)] : [],
      );

/** The workflows through which one runs itself again, by name, the first one at both ends; null where none does. */
export const workflowCircle = (id: string, workflows: readonly Workflow[]): readonly string[] | null => {
  const walk = (current: string, path: readonly string[]): readonly string[] | null => {
    const workflow = workflows.find((each) => each.id === current);
    if (workflow === undefined) return null;
    const names = [...path, workflow.name];
    if (path.includes(workflow.name)) return names.slice(path.indexOf(workflow.name));
    for (const step of stepsOf(workflow)) {
      const found = step.do === 'workflow' ? walk(step.workflowId, names) : null;
      if (found !== null) return found;
    }
    return null;
  };
  return walk(id, []);
};

const isOn = (value: Setpoint): boolean =>
  typeof value === 'boolean' ? value : typeof value === 'number' ? value > 0 : value !== 'off';

/** What a test about the channel itself says once the effect is there; null where it says nothing of it. */
const truthAfter = (effect: Effect, test: Test, channels: readonly KnownChannel[]): boolean | null => {
  const { channel, value } = effect;
  if (channel === null) return null;
  if (test.is === 'device')
    return test.state === 'held' || targetOf(test.channel) !== effect.target
      ? null
      : isOn(value) === (test.state === 'on');
  if ((test.is !== 'above' && test.is !== 'below') || test.quantity.of !== 'channel-power') return null;
  if (targetOf(test.quantity.channel) !== effect.target || test.value < 0) return null;
  const ratedW = findChannel(channels, channel)?.config.ratedPowerW ?? Number.POSITIVE_INFINITY;
  const isAbove = isOn(value) && ratedW > test.value;
  return test.is === 'above' ? isAbove : !isAbove;
};

/** Whether the effect makes the literal true or false; null where it does neither. */
export const bears = (
  effect: Effect,
  { test, negated }: Literal,
  channels: readonly KnownChannel[],
): boolean | null => {
  const truth = truthAfter(effect, test, channels);
  return truth === null ? null : truth !== negated;
};

/** `Miner A on`, `the house Watch`. */
export const sayEffect = ({ channel, value }: Effect, names: RuleNames): string =>
  channel === null ? `the house in ${value}` : `${names.channel(channel)} ${names.setpoint(channel, value)}`;
