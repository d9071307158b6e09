import { useEffect, useState } from 'react';
import type { ApprovalPolicy } from '../../../preload/contract/safety.ts';
import { openPage } from '../../actions/open-page.ts';
import { MODE_LABELS, setMode } from '../../actions/set-mode.ts';
import { Button, Empty, Head } from '../../components/parts.tsx';
import { Segment } from '../../components/segment.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { kilowatts, spoken } from '../../format/numbers.ts';
import * as house from '../../state/house.ts';
import { centerNow, useNow } from '../../state/now.ts';
import { ActionsTable } from './actions-table.tsx';
import { ChannelCardView } from './channel-card.tsx';
import { cardsOf, FILTERS, type Filter, flexibleNow, isLoad, measuredOf, needsPerson, passes } from './device-state.ts';
import { MeasuredCard } from './measured-card.tsx';
import { ProposalCard } from './proposal-card.tsx';

const FILTER_LABELS: Readonly<Record<Filter, string>> = {
  all: 'All',
  on: 'On',
  held: 'Held',
  attention: 'Needs attention',
};
const MODES = ['watch', 'suggest', 'automate'] as const;
const NO_POLICIES: readonly ApprovalPolicy[] = [];
const SPARK_MS = 8 * 3_600_000;
const SPARK_AGAIN_MS = 300_000;

const useControlData = (): void => {
  const site = house.useSite();
  const siteId = site?.id ?? null;
  useEffect(() => {
    if (!siteId) return;
    const sparks = (): void => {
      const to = centerNow();
      void house.channelHistory.load({ siteId, from: to - SPARK_MS, to, step: '15min', channels: true });
    };
    void house.actions.load({ siteId, limit: 50 });
    void house.devices.load({ siteId });
    void house.proposals.load({ siteId });
    void house.safety.load({ siteId });
    sparks();
    const timer = window.setInterval(sparks, SPARK_AGAIN_MS);
    return () => window.clearInterval(timer);
  }, [siteId]);
};

const summaryOf = (cards: ReturnType<typeof cardsOf>): string => {
  const { powerW, leftOut } = flexibleNow(cards);
  const waiting = cards.filter(needsPerson).length;
  const loads = cards.filter(({ channel }) => isLoad(channel)).length;
  const settings = cards.length - loads;
  const parts = [
    `${loads} ${loads === 1 ? 'load' : 'loads'}${settings === 0 ? '' : ` and ${settings} ${settings === 1 ? 'setting' : 'settings'}`}`,
    `${spoken(kilowatts(powerW))} flexible now${leftOut > 0 ? ` without ${leftOut} that ${leftOut === 1 ? 'is' : 'are'} not fresh` : ''}`,
  ];
  if (waiting > 0) parts.push(`${waiting} ${waiting === 1 ? 'needs' : 'need'} you`);
  return parts.join(', ');
};

/** Every load that can be switched, every device that is read, what waits for approval, and the log of what was done. */
export const ControlPage = () => {
  useControlData();
  const now = useNow();
  const site = house.useSite();
  const zone = site?.timeZone ?? 'UTC';
  const devices = house.devices.use((state) => state.value);
  const devicesProblem = house.devices.use((state) => state.problem);
  const actions = house.actions.use((state) => state.value);
  const actionsProblem = house.actions.use((state) => state.problem);
  const proposals = house.proposals.use((state) => state.value);
  const sparks = house.channelHistory.use((state) => state.value);
  const stop = house.status.use((state) => state.value?.stop ?? null);
  const mode = house.status.use((state) => state.value?.mode ?? null);
  const policies = house.safety.use((state) => state.value?.safety.approvals ?? NO_POLICIES);
  const [filter, setFilter] = useState<Filter>('all');
  const cards = devices ? cardsOf(devices) : [];
  const shown = cards.filter((card) => passes(card, filter, now));
  const measured = devices ? measuredOf(devices) : [];
  return (
    <>
      <div className="page-head">
        <h1>Control</h1>
        {devices && <span className="quiet">{summaryOf(cards)}</span>}
        <span className="grow" />
        <Segment
          label="Show"
          value={filter}
          options={FILTERS.map((value) => ({ value, label: FILTER_LABELS[value] }))}
          onChange={setFilter}
        />
      </div>
      {mode && !stop && (
        <div className="phone-only">
          <Segment
            label="Mode"
            value={mode}
            options={MODES.map((value) => ({ value, label: MODE_LABELS[value] }))}
            onChange={(value) => void setMode.run({ mode: value }, 'window')}
          />
        </div>
      )}
      {proposals && proposals.length > 0 && (
        <div className="proposals">
          {proposals.map((proposal) => (
            <ProposalCard key={proposal.id} proposal={proposal} now={now} />
          ))}
        </div>
      )}
      {devices === null ? (
        <section className="card">
          <Waiting
            problem={devicesProblem}
            what="the devices"
            height={236}
            onRetry={() => void house.devices.reload()}
          />
        </section>
      ) : (
        <div className="device-grid">
          {shown.map((card) => (
            <ChannelCardView
              key={card.key}
              card={card}
              now={now}
              zone={zone}
              stop={stop}
              spark={sparks?.channels[card.key]?.values ?? null}
              policy={
                policies.find(
                  ({ channel }) => channel.deviceId === card.device.id && channel.channelId === card.channel.channelId,
                ) ?? null
              }
            />
          ))}
        </div>
      )}
      {devices && cards.length === 0 && (
        <section className="card">
          <Empty
            icon="plug"
            title="Nothing can be switched yet"
            action={
              <Button size="small" onClick={() => void openPage.run({ page: 'settings' }, 'window')}>
                Add a device
              </Button>
            }
          >
            Add a plug or a relay in Settings and allow control of it.
          </Empty>
        </section>
      )}
      {devices && cards.length > 0 && shown.length === 0 && (
        <section className="card">
          <Empty
            icon="circle-check"
            title={
              filter === 'attention' ? 'Nothing needs you' : filter === 'held' ? 'Nothing is held' : 'Nothing is on'
            }
            action={
              <Button size="small" onClick={() => setFilter('all')}>
                Show all
              </Button>
            }
          />
        </section>
      )}
      {filter === 'all' && measured.length > 0 && (
        <>
          <h2 className="section-title">Only read</h2>
          <div className="measured-grid">
            {measured.map((device) => (
              <MeasuredCard key={device.id} device={device} now={now} />
            ))}
          </div>
        </>
      )}
      <section className="card">
        <Head title="Last actions" />
        {actions === null ? (
          <Waiting
            problem={actionsProblem}
            what="the action log"
            height={180}
            onRetry={() => void house.actions.reload()}
          />
        ) : actions.length === 0 ? (
          <Empty icon="clock" title="Nothing was switched yet">
            Each command is written down here before it is sent, with who asked and what came of it.
          </Empty>
        ) : (
          <ActionsTable actions={actions} devices={devices ?? []} now={now} zone={zone} />
        )}
      </section>
    </>
  );
};
