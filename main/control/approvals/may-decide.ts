import type { PendingProposal } from '../../../preload/contract/control.ts';
import { type ChannelRole, isFlexible } from '../../../preload/contract/devices.ts';
import type { MessageSettings } from '../../../preload/contract/messages.ts';
import type { Messenger } from '../../messengers/types.ts';

/**
 * Whether this way may decide this. An address or a number alone proves little: by e-mail and SMS only where a person
 * allowed it, only loads that may be switched at any time, and only up to the power that was set.
 */
export const mayDecide = (
  { powerW }: PendingProposal,
  { kind, takesAnswers }: Pick<Messenger, 'kind' | 'takesAnswers'>,
  role: ChannelRole | null,
  settings: MessageSettings,
): boolean => {
  if (!takesAnswers || !settings.routes[kind].approvals) return false;
  if (kind !== 'email' && kind !== 'sms') return true;
  const { mayApprove, approvesUpToW } = settings[kind];
  return mayApprove && role !== null && isFlexible(role) && powerW !== null && powerW <= approvesUpToW;
};
