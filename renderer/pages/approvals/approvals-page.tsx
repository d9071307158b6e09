import { useEffect } from 'react';
import type { SettledProposal } from '../../../preload/contract/control.ts';
import type { ApprovalPolicy } from '../../../preload/contract/safety.ts';
import { cancelQuestions } from '../../actions/deny.ts';
import { openPage } from '../../actions/open-page.ts';
import type { IconName } from '../../components/icon-paths.ts';
import { Button, Chip, Empty, Head } from '../../components/parts.tsx';
import { TableWrap } from '../../components/table-wrap.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { moment } from '../../format/time.ts';
import * as house from '../../state/house.ts';
import { useNow } from '../../state/now.ts';
import { ProposalCard } from '../control/proposal-card.tsx';
import { policyWords, SURFACE_WORDS, setpointWords } from '../control/wording.ts';

const SHOWN = 30;

const STATES: Readonly<Record<SettledProposal['state'], { readonly icon: IconName; readonly label: string }>> = {
  approved: { icon: 'check', label: 'Approved' },
  denied: { icon: 'x', label: 'Denied' },
  expired: { icon: 'timer', label: 'Expired' },
  cancelled: { icon: 'minus', label: 'Cancelled' },
};

const useApprovalData = (): void => {
  const siteId = house.useSite()?.id ?? null;
  useEffect(() => {
    if (!siteId) return;
    void house.proposals.load({ siteId });
    void house.settledProposals.load({ siteId, limit: SHOWN });
    void house.safety.load({ siteId });
    void house.devices.load({ siteId });
  }, [siteId]);
};

const whoWords = ({ who, surface }: SettledProposal): string =>
  who === null ? 'nobody' : `${who}${surface ? ` ${SURFACE_WORDS[surface]}` : ''}`;

const Settled = ({ list, now, zone }: { list: readonly SettledProposal[]; now: number; zone: string }) => (
  <TableWrap label="Answered questions">
    <table className="table">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">What</th>
          <th scope="col">Answer</th>
          <th scope="col">By</th>
          <th scope="col">What came of it</th>
        </tr>
      </thead>
      <tbody>
        {list.map((one) => {
          const state = STATES[one.state];
          return (
            <tr key={one.proposal.id}>
              <td>
                <time>{moment(one.settledAt, now, zone)}</time>
              </td>
              <td>
                {one.proposal.deviceName} {setpointWords(one.proposal.setpoint)}
              </td>
              <td>
                <Chip icon={state.icon}>{state.label}</Chip>
              </td>
              <td>{whoWords(one)}</td>
              <td className="wrap second">{one.sentence}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  </TableWrap>
);

/** What is asked although the house is in Automate, with the way to change it. */
const Policies = () => {
  const policies = house.safety.use((state) => state.value?.safety.approvals ?? null);
  const devices = house.devices.use((state) => state.value);
  if (policies === null) return null;
  const nameOf = ({ channel }: ApprovalPolicy): string =>
    devices
      ?.find(({ id }) => id === channel.deviceId)
      ?.channels.find(({ channelId }) => channelId === channel.channelId)?.name ?? channel.channelId;
  return (
    <section className="card" aria-label="When you are asked">
      <Head title="When you are asked">
        <Button size="small" onClick={() => void openPage.run({ page: 'settings' }, 'window')}>
          Change
        </Button>
      </Head>
      <p className="second">
        In Suggest every action of automation is asked. In Automate it is asked where you say so:
      </p>
      {policies.length === 0 ? (
        <p className="small quiet">No device is asked about in Automate.</p>
      ) : (
        <ul className="plain-list">
          {policies.map((policy) => (
            <li key={`${policy.channel.deviceId}/${policy.channel.channelId}`}>
              <b>{nameOf(policy)}</b> <span className="second">{policyWords(policy)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
};

/** Everything that waits for a person, what was answered and by whom, and when a person is asked at all. */
export const ApprovalsPage = () => {
  useApprovalData();
  const now = useNow();
  const zone = house.useSite()?.timeZone ?? 'UTC';
  const waiting = house.proposals.use((state) => state.value);
  const problem = house.proposals.use((state) => state.problem);
  const settled = house.settledProposals.use((state) => state.value);
  const settledProblem = house.settledProposals.use((state) => state.problem);
  const mode = house.status.use((state) => state.value?.mode ?? null);
  return (
    <>
      <div className="page-head">
        <h1>Approvals</h1>
        {waiting && (
          <span className="quiet">
            {waiting.length === 0
              ? 'Nothing waits for you.'
              : `${waiting.length} ${waiting.length === 1 ? 'action waits' : 'actions wait'} for you.`}
          </span>
        )}
        <span className="grow" />
        {waiting && waiting.length > 1 && (
          <Button size="small" icon="x" onClick={() => void cancelQuestions.run({}, 'window')}>
            Cancel all
          </Button>
        )}
      </div>
      {!waiting ? (
        <section className="card">
          <Waiting problem={problem} what="the approvals" height={160} onRetry={() => void house.proposals.reload()} />
        </section>
      ) : waiting.length > 0 ? (
        <div className="proposals">
          {waiting.map((proposal) => (
            <ProposalCard key={proposal.id} proposal={proposal} now={now} />
          ))}
        </div>
      ) : (
        <section className="card">
          <Empty icon="clipboard-check" title="Nothing waits for you">
            {mode === 'watch'
              ? 'The house is in Watch: it looks and proposes nothing.'
              : 'What needs your yes comes here, and to the tray, the notification and the messengers that you set up.'}
          </Empty>
        </section>
      )}
      <section className="card" aria-label="Answered">
        <Head title="Answered" />
        {!settled ? (
          <Waiting
            problem={settledProblem}
            what="the answered questions"
            height={140}
            onRetry={() => void house.settledProposals.reload()}
          />
        ) : settled.length === 0 ? (
          <Empty icon="clock" title="Nothing was asked yet">
            Each answer is kept here, with who gave it, where, and what came of it.
          </Empty>
        ) : (
          <Settled list={settled} now={now} zone={zone} />
        )}
      </section>
      <Policies />
    </>
  );
};
