import type { ChannelConfig, ControlKind } from '../../../preload/contract/devices.ts';
import type { SiteSettings } from '../../../preload/contract/house.ts';
import type { Rule, RuleProblem } from '../../../preload/contract/rules.ts';
import type { ChannelRef, Safety } from '../../../preload/contract/safety.ts';
import type { Workflow } from '../../../preload/contract/workflows.ts';
import type { DeviceId } from '../../ids.ts';
import type { RuleNames } from '../rules/types.ts';

/** A channel as the check knows it: what a person allowed and what its driver says that it takes. */
export interface KnownChannel {
  readonly deviceId: DeviceId;
  readonly config: ChannelConfig;
  /** Null where the device only measures. */
  readonly control: ControlKind | null;
}

/** The home that a rule is checked against. */
export interface CheckedHome {
  readonly channels: readonly KnownChannel[];
  readonly workflows: readonly Workflow[];
  /** The other saved rules that are not off. */
  readonly others: readonly Rule[];
  readonly settings: SiteSettings;
  readonly safety: Safety;
  readonly names: RuleNames;
}

export type FindProblems = (rule: Rule, home: CheckedHome) => readonly RuleProblem[];

export const findChannel = (channels: readonly KnownChannel[], ref: ChannelRef): KnownChannel | undefined =>
  channels.find(({ deviceId, config }) => deviceId === ref.deviceId && config.channelId === ref.channelId);

export const problem = (
  severity: RuleProblem['severity'],
  code: RuleProblem['code'],
  sentence: string,
  lines: readonly string[],
  otherRuleId: string | null = null,
): RuleProblem => ({ severity, code, sentence, lines: [...new Set(lines)], otherRuleId });
