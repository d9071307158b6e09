import { useState } from 'react';
import type { PendingProposal } from '../../../preload/contract/control.ts';
import { approve } from '../../actions/approve.ts';
import { deny } from '../../actions/deny.ts';
import { Icon } from '../../components/icon.tsx';
import { Button, Chip } from '../../components/parts.tsx';
import { timeLeft } from '../../format/time.ts';
import { ORIGIN_WORDS, setpointWords } from './wording.ts';

const TURN = 2 * Math.PI * 21;

/** A wish that waits for a person: what it does, why, what the safety layer says, and the time left. */
export const ProposalCard = ({ proposal, now }: { proposal: PendingProposal; now: number }) => {
  const left = Math.max(0, proposal.expiresAt - now) / Math.max(1, proposal.expiresAt - proposal.createdAt);
  const bound = proposal.stages.findLast((stage) => stage.outcome !== 'passed');
  const [busy, setBusy] = useState(false);
  const over = busy || proposal.expiresAt <= now;
  /** One answer a proposal: a second click finds the buttons closed until the first is through. */
  const answer = async (way: typeof approve): Promise<void> => {
    setBusy(true);
    await way.run({ proposalId: proposal.id }, 'window');
    setBusy(false);
  };
  return (
    <section className="card proposal" aria-label={`Proposal for ${proposal.deviceName}`}>
      <div className="proposal-head">
        <Icon name="clipboard-check" size={22} />
        <span>
          <b>
            {proposal.deviceName} {setpointWords(proposal.setpoint)}
          </b>
          <span className="small quiet">Proposed by: {ORIGIN_WORDS[proposal.origin].toLowerCase()}</span>
        </span>
        <span className="countdown" role="timer" aria-label={`Time left ${timeLeft(proposal.expiresAt, now)}`}>
          <svg width="48" height="48" aria-hidden="true">
            <circle className="track" cx="24" cy="24" r="21" />
            <circle className="left" cx="24" cy="24" r="21" strokeDasharray={`${TURN * left} ${TURN}`} />
          </svg>
          <span className="num">{timeLeft(proposal.expiresAt, now)}</span>
        </span>
      </div>
      <dl className="facts">
        <dt>Because</dt>
        <dd>{proposal.reason}</dd>
        <dt>Safety</dt>
        <dd>
          <Chip icon={bound ? 'shield-alert' : 'shield-check'}>{bound?.sentence ?? 'Inside the envelope'}</Chip>
        </dd>
        <dt>If ignored</dt>
        <dd>{proposal.ifIgnored}</dd>
      </dl>
      <div className="proposal-acts">
        <Button look="primary" icon="check" disabled={over} onClick={() => void answer(approve)}>
          Approve
        </Button>
        <Button disabled={over} onClick={() => void answer(deny)}>
          Deny
        </Button>
      </div>
    </section>
  );
};
