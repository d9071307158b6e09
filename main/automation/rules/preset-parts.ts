import type { ChannelRole, ControlKind } from '../../../preload/contract/devices.ts';
import type { Preset, Rule } from '../../../preload/contract/rules.ts';
import type { ChannelRef } from '../../../preload/contract/safety.ts';
import { joined } from './sentences.ts';

/** A channel of the home, as far as presets care. */
export interface PresetChannel {
  readonly channel: ChannelRef;
  readonly name: string;
  readonly role: ChannelRole;
  readonly controllable: boolean;
  readonly ratedPowerW: number | null;
  readonly control: ControlKind | null;
}

/** What the home has. */
export interface PresetHome {
  readonly channels: readonly PresetChannel[];
  readonly hasPv: boolean;
  readonly hasBattery: boolean;
  readonly hasPrices: boolean;
  readonly hasWeather: boolean;
  /** From the settings, %. */
  readonly minimumSocPct: number;
  readonly pauseBelowPct: number;
  readonly resumeAbovePct: number;
  newId(): string;
}

/** A rule out of a preset comes in test: a person looks at what it would do, then lets it. */
export const ruleFrom = (
  home: PresetHome,
  rule: Pick<Rule, 'name' | 'triggers' | 'actions'> & Partial<Rule>,
): Rule => ({
  id: home.newId(),
  mode: 'test',
  priority: 5,
  condition: null,
  otherwise: [],
  cooldownMs: 0,
  activeWindow: null,
  ...rule,
});

/** What the home has not, in one sentence; null where it has all. */
export const lacks = (parts: readonly (string | false)[]): string | null => {
  const missing = parts.filter((part) => part !== false);
  return missing.length === 0 ? null : `This home lacks ${joined(missing)}.`;
};

/** A wish with its rules, which are only made for a home that fits. */
export const preset = (
  id: string,
  name: string,
  sentence: string,
  missing: string | null,
  rules: () => readonly Rule[],
): Preset => ({ id, name, sentence, missing, rules: missing === null ? [...rules()] : [] });
