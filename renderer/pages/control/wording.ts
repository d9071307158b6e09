import type { Origin, Setpoint, Surface } from '../../../preload/contract/base.ts';
import type { Action, ActionOutcome } from '../../../preload/contract/control.ts';
import type { ControlKind } from '../../../preload/contract/devices.ts';
import type { ApprovalPolicy } from '../../../preload/contract/safety.ts';
import type { IconName } from '../../components/icon-paths.ts';
import { kilowatts, quantity, spoken } from '../../format/numbers.ts';

/** A setpoint as a person says it: on, off, 900 W. */
export const setpointWords = (value: Setpoint, control: ControlKind | null = null): string => {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number') return spoken(quantity(value, control?.kind === 'number' ? control.unit : ''));
  return control?.kind === 'choice'
    ? (control.options.find((option) => option.value === value)?.label ?? value)
    : value;
};

export const ORIGIN_WORDS: Readonly<Record<Origin, string>> = {
  stop: 'Stop',
  safety: 'Safety guard',
  manual: 'By hand',
  rule: 'Rule',
  plan: 'Plan',
  advisor: 'Advisor',
};

export const byWords = (action: Pick<Action, 'origin' | 'who'>): string => {
  if (action.origin === 'manual' || action.origin === 'stop') return action.who;
  if (/^(Schedule|Workflow): /.test(action.who)) return action.who;
  if (action.origin === 'rule') return `Rule: ${action.who}`;
  return `${ORIGIN_WORDS[action.origin]}${action.who.match(/, approved by .+$/)?.[0] ?? ''}`;
};

const OUTCOMES: Readonly<Record<ActionOutcome, { readonly icon: IconName; readonly text: string }>> = {
  pending: { icon: 'loader-circle', text: 'On its way' },
  refused: { icon: 'minus', text: 'Not sent' },
  confirmed: { icon: 'circle-check', text: 'Confirmed' },
  limited: { icon: 'circle-check', text: 'Confirmed, limited by the device' },
  settling: { icon: 'timer', text: 'Read back, power still settling' },
  'not-confirmed': { icon: 'triangle-alert', text: 'Not confirmed' },
  'rolled-back': { icon: 'undo-2', text: 'Not confirmed, put back' },
  'rollback-failed': { icon: 'triangle-alert', text: 'Not confirmed, not put back' },
  unreachable: { icon: 'wifi-off', text: 'No answer' },
  unchanged: { icon: 'check', text: 'Already so, nothing sent' },
  interrupted: { icon: 'pause', text: 'Interrupted' },
};

export const outcomeWords = (outcome: ActionOutcome): { readonly icon: IconName; readonly text: string } =>
  OUTCOMES[outcome];

/** The verdict of the safety envelope in a few words, with the stage that narrowed or refused. */
export const verdictWords = (action: Action): { readonly icon: IconName; readonly text: string } => {
  const bound = action.stages.findLast((stage) => stage.outcome !== 'passed');
  if (action.verdict === null) return { icon: 'loader-circle', text: 'Being checked' };
  if (action.verdict === 'allowed') return { icon: 'shield-check', text: 'Allowed' };
  if (action.verdict === 'narrowed') return { icon: 'shield-alert', text: bound?.sentence ?? 'Narrowed' };
  return { icon: 'shield-x', text: bound ? `Refused. ${bound.sentence}` : 'Refused' };
};

/** Where a person did it: Ada in the tray. */
export const SURFACE_WORDS: Readonly<Record<Surface, string>> = {
  window: 'in the window',
  tray: 'in the tray',
  notification: 'in a notification',
  palette: 'in the palette',
  keyboard: 'by keyboard',
  cli: 'in the terminal',
  http: 'by another program',
  mqtt: 'in Home Assistant',
  input: 'at a button',
  ntfy: 'by ntfy',
  telegram: 'by Telegram',
  email: 'by e-mail',
  sms: 'by SMS',
  system: 'by the system',
};

/** When a person is asked although the house is in Automate. */
export const policyWords = (policy: ApprovalPolicy): string => {
  if (policy.ask !== 'sometimes') return policy.ask === 'always' ? 'always asked' : 'never asked';
  const when = [
    ...(policy.firstTime ? ['the first time'] : []),
    ...(policy.abovePowerW === null ? [] : [`above ${spoken(kilowatts(policy.abovePowerW))}`]),
  ];
  return when.length === 0 ? 'never asked' : `asked ${when.join(' and ')}`;
};
