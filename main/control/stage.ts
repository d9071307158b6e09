import type { Origin, Setpoint } from '../../preload/contract/base.ts';
import { type ChannelRole, type ControlKind, type DeviceRules, isFlexible } from '../../preload/contract/devices.ts';
import { parseTimeTable, timeTableText } from '../../preload/contract/time-table.ts';
import type { ChannelSnapshot, DecisionSnapshot, Proposal } from './types.ts';

/** What a stage may look at: the wish, the frozen state, and the value that earlier stages left. */
export interface StageContext {
  readonly proposal: Proposal;
  readonly snapshot: DecisionSnapshot;
  readonly value: Setpoint;
}

export type StageAnswer =
  | { readonly outcome: 'passed'; readonly code: string; readonly sentence: string }
  | { readonly outcome: 'narrowed'; readonly value: Setpoint; readonly code: string; readonly sentence: string }
  | { readonly outcome: 'refused'; readonly code: string; readonly sentence: string };

/** One guard of the envelope. Pure: the same context gives the same answer for ever. */
export interface Stage {
  readonly name: StageName;
  judge(context: StageContext): StageAnswer;
}

type StageName =
  | 'stopped'
  | 'mode'
  | 'controllable'
  | 'value'
  | 'safety'
  | 'freshness'
  | 'identical'
  | 'hold'
  | 'lock'
  | 'readable'
  | 'interlock'
  | 'quiet'
  | 'temperature'
  | 'soc'
  | 'battery'
  | 'import'
  | 'inverter'
  | 'phases'
  | 'ramp'
  | 'outlook'
  | 'dwell'
  | 'switches'
  | 'budget';

export const passed = (code: string, sentence: string): StageAnswer => ({ outcome: 'passed', code, sentence });
export const refused = (code: string, sentence: string): StageAnswer => ({ outcome: 'refused', code, sentence });
export const narrowed = (value: Setpoint, code: string, sentence: string): StageAnswer => ({
  outcome: 'narrowed',
  value,
  code,
  sentence,
});

const RANK: Record<Origin, number> = { stop: 5, safety: 4, manual: 3, rule: 2, plan: 1, advisor: 0 };

/** Falling priority: stop > safety > manual > rule > plan > advisor. */
export const outranks = (one: Origin, other: Origin): boolean => RANK[one] > RANK[other];

/** Origins behind which no person stands at this moment. */
export const isAutomated = (origin: Origin): boolean => origin === 'rule' || origin === 'plan' || origin === 'advisor';

/** Origins that may only bring power down, so that what limits power from above does not hold them up. */
export const takesAway = (origin: Origin): boolean => origin === 'stop' || origin === 'safety';

/** Roles whose power is consumption. `none` is counted: an unknown plug may have anything behind it. */
export const consumes = (role: ChannelRole): boolean => role === 'load' || role === 'none' || isFlexible(role);

/** Whether a setpoint means that the channel runs: a choice does unless it is called off. */
export const isOn = (value: Setpoint): boolean =>
  typeof value === 'boolean' ? value : typeof value === 'string' ? value !== 'off' : value > 0;

/** The one text of a table, however it was spelt; anything else as it is. */
const spelt = (text: string): string => {
  const table = parseTimeTable(text);
  return 'problem' in table ? text : timeTableText(table.slots, table.inForce);
};

/** Equal for the device: numbers within half a step, tables slot by slot, everything else exactly. */
export const sameSetpoint = (one: Setpoint, other: Setpoint, control: ControlKind | null): boolean => {
  if (control?.kind === 'time-table' && typeof one === 'string' && typeof other === 'string')
    return spelt(one) === spelt(other);
  if (typeof one !== 'number' || typeof other !== 'number') return one === other;
  const tolerance = control?.kind === 'number' ? control.step / 2 : 0;
  return one === other || Math.abs(one - other) < tolerance;
};

/** How old a read-back may be and still count as the channel's state, ms: several reconciliations may fail meanwhile. */
export const STATE_LIMIT_MS = 120_000;

export const freshState = (channel: ChannelSnapshot): Setpoint | null =>
  channel.current !== null && channel.current.ageMs >= 0 && channel.current.ageMs <= STATE_LIMIT_MS
    ? channel.current.value
    : null;

/** Hold for whoever asks, where neither the person nor the driver has set rules. */
const FALLBACK_RULES: DeviceRules = {
  minOnMs: 60_000,
  minOffMs: 60_000,
  maxSwitchesPerHour: 12,
  writeBudgetPerDay: 96,
};

export const rulesOf = (channel: Pick<ChannelSnapshot, 'config'>): DeviceRules =>
  channel.config.rules ?? FALLBACK_RULES;

/**
 * Whether the value asks a channel to start or to do more: off to on, a higher number, another running option of which
 * nobody knows what it draws. A state that nobody has read may be any.
 */
export const raises = (value: Setpoint, channel: ChannelSnapshot): boolean => {
  const { config, control } = channel;
  // A higher reserve of the battery asks for nothing: it keeps what is there.
  if (!isOn(value) || (config.role === 'battery' && control.kind === 'number' && control.unit === '%')) return false;
  const current = freshState(channel);
  if (current === null || !isOn(current)) return true;
  if (typeof value === 'number' && typeof current === 'number') return value > current;
  return value !== current;
};

/** A most charge or discharge power of a battery, which is a limit and no setpoint; below zero it means "no limit". */
export const batteryLimit = ({ config, control }: ChannelSnapshot): 'charge' | 'discharge' | null => {
  if (config.role !== 'battery' || control.kind !== 'number' || !['W', 'kW', 'A'].includes(control.unit)) return null;
  return /discharge/i.test(config.channelId) ? 'discharge' : /charge/i.test(config.channelId) ? 'charge' : null;
};
