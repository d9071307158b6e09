import type { Mode, Origin, Setpoint } from '../../../preload/contract/base.ts';
import type { PendingProposal } from '../../../preload/contract/control.ts';
import type { ControlKind } from '../../../preload/contract/devices.ts';
import type { ApprovalPolicy } from '../../../preload/contract/safety.ts';
import type { RosterChannel } from '../roster.ts';
import { isAutomated, isOn } from '../stage.ts';

export type AskedBecause = PendingProposal['askedBecause'];

/** What decides whether a person is asked. */
export interface AskingCase {
  readonly mode: Mode;
  readonly origin: Origin;
  readonly setpoint: Setpoint;
  /** What the setpoint would draw or give, W; null where nobody knows. */
  readonly powerW: number | null;
  /** Null where the channel has no policy; `unreadable` where what the person chose cannot be known. */
  readonly policy: ApprovalPolicy | 'unreadable' | null;
  /** Values that this origin has ever had approved for, or sent to, the channel; asked for only where it matters. */
  readonly everDone: () => readonly Setpoint[];
}

/** On, off, the other way round (a battery that gives), or the name of an option: what counts as the same kind of doing. */
const directionOf = (value: Setpoint): string => {
  if (typeof value === 'string') return value;
  return Number(value) > 0 ? 'on' : Number(value) < 0 ? 'reverse' : 'off';
};

/**
 * Why a person is asked before this is done; null when nobody is. A person, a stop and the guard of the house are never
 * asked. The advisor always is. In Suggest everything automated is; in Automate the channel's policy decides, and what
 * cannot be known (a power, the policy itself) is asked.
 */
export const whyAsked = ({ mode, origin, setpoint, powerW, policy, everDone }: AskingCase): AskedBecause | null => {
  if (!isAutomated(origin)) return null;
  if (mode === 'suggest') return 'suggest';
  if (origin === 'advisor' || policy === 'unreadable') return 'always';
  if (policy === null || policy.ask === 'never') return null;
  if (policy.ask === 'always') return 'always';
  const direction = directionOf(setpoint);
  if (policy.firstTime && !everDone().some((done) => directionOf(done) === direction)) return 'first-time';
  if (policy.abovePowerW !== null && (powerW === null || powerW > policy.abovePowerW)) return 'above-power';
  return null;
};

const WATTS: Readonly<Record<string, number>> = { W: 1, kW: 1000 };

/** What a channel would draw or give at this setpoint, W: the number itself where it is a power, else its rated power. */
export const expectedPowerW = (
  { config }: RosterChannel,
  control: ControlKind | null,
  setpoint: Setpoint,
): number | null => {
  const factor = control?.kind === 'number' ? WATTS[control.unit] : undefined;
  if (typeof setpoint === 'number' && factor !== undefined) return Math.abs(setpoint) * factor;
  return typeof setpoint !== 'number' && !isOn(setpoint) ? 0 : setpoint === 0 ? 0 : config.ratedPowerW;
};
