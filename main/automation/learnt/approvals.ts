import type { SettledProposal } from '../../../preload/contract/control.ts';
import type { ChannelRef } from '../../../preload/contract/safety.ts';
import { wilsonPct } from './habits.ts';

/** A question that always gets the same answer. */
export interface AlwaysApproved {
  readonly channel: ChannelRef;
  readonly deviceName: string;
  readonly support: number;
  readonly chances: number;
  readonly confidencePct: number;
  readonly evidence: readonly SettledProposal[];
}

const LEAST_ANSWERS = 8;
/** One no among twenty is still a question worth asking. */
const LEAST_CONFIDENCE_PCT = 80;

/**
 * Channels whose questions a person always approves. Every answered question of the channel counts, whatever it asked for:
 * to ask no more holds for all of them. What expired counts as a no, since nobody said yes.
 */
export const alwaysApproved = (settled: readonly SettledProposal[]): readonly AlwaysApproved[] => {
  const groups = new Map<string, SettledProposal[]>();
  for (const one of settled) {
    if (one.state === 'cancelled') continue;
    const key = `${one.proposal.deviceId}/${one.proposal.channelId}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const found: AlwaysApproved[] = [];
  for (const group of groups.values()) {
    const [first] = group;
    const yes = group.filter(({ state }) => state === 'approved');
    const confidencePct = wilsonPct(yes.length, group.length);
    if (!first || yes.length < LEAST_ANSWERS || confidencePct < LEAST_CONFIDENCE_PCT) continue;
    found.push({
      channel: { deviceId: first.proposal.deviceId, channelId: first.proposal.channelId },
      deviceName: first.proposal.deviceName,
      support: yes.length,
      chances: group.length,
      confidencePct,
      evidence: yes.toSorted((one, other) => other.settledAt - one.settledAt).slice(0, 20),
    });
  }
  return found;
};
