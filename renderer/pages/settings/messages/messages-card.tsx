import { useEffect, useState } from 'react';
import type { MessengerStatus, SentMessage } from '../../../../preload/contract/messages.ts';
import { testMessenger } from '../../../actions/messages.ts';
import { Dialog } from '../../../components/dialog.tsx';
import { Icon } from '../../../components/icon.tsx';
import type { IconName } from '../../../components/icon-paths.ts';
import { Button, Chip, Head } from '../../../components/parts.tsx';
import { Waiting } from '../../../components/waiting.tsx';
import { moment } from '../../../format/time.ts';
import { messageLog, messages, useSite } from '../../../state/house.ts';
import { MessagesForm } from './messages-form.tsx';
import { MESSENGERS } from './messenger-names.ts';

const STATES: Readonly<Record<MessengerStatus['state'], IconName>> = {
  off: 'minus',
  ready: 'circle-check',
  failing: 'triangle-alert',
};

const OUTCOMES: Readonly<Record<SentMessage['outcome'], string>> = {
  sent: 'sent',
  failed: 'failed',
  'held-quiet': 'held until the quiet hours end',
  'too-soon': 'over before it was told',
  repeated: 'told already',
  nobody: 'nobody to tell',
};

const SHOWN = 20;

const Log = ({ list, now, zone }: { list: readonly SentMessage[]; now: number; zone: string }) => (
  <ul className="firing-list">
    {list.map((one) => (
      <li key={one.id}>
        <time className="small quiet">{moment(one.at, now, zone)}</time>
        <span>
          <b>{one.title}</b>{' '}
          <Chip tiny>
            {OUTCOMES[one.outcome]}
            {one.by.length > 0 && ` by ${one.by.map((kind) => MESSENGERS[kind]).join(', ')}`}
          </Chip>
          <span className="small second"> {one.sentence}</span>
        </span>
      </li>
    ))}
  </ul>
);

/** How the house reaches its people outside the window, and what it told them. */
export const MessagesCard = ({ now }: { now: number }) => {
  const site = useSite();
  const siteId = site?.id ?? null;
  const zone = site?.timeZone ?? 'UTC';
  const view = messages.use((state) => state.value);
  const problem = messages.use((state) => state.problem);
  const log = messageLog.use((state) => state.value);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (!siteId) return;
    void messages.load({ siteId });
    void messageLog.load({ siteId, limit: SHOWN });
  }, [siteId]);
  return (
    <section className="card" id="messages" aria-label="Messages">
      <Head title="Messages" note="outside this window">
        <Button size="small" disabled={!view} onClick={() => setOpen(true)}>
          Change
        </Button>
      </Head>
      {!view ? (
        <Waiting problem={problem} what="the messengers" height={160} onRetry={() => void messages.reload()} />
      ) : (
        <ul className="device-list">
          {view.status.map((one) => (
            <li key={one.kind}>
              <Icon name={STATES[one.state]} size={17} />
              <span>
                <b>{MESSENGERS[one.kind]}</b>
                <span className="small quiet">{one.sentence}</span>
              </span>
              {one.state !== 'off' && (
                <Button size="small" onClick={() => void testMessenger.run({ kind: one.kind }, 'window')}>
                  Try
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {log && log.length > 0 && (
        <details className="more">
          <summary>What was told</summary>
          <Log list={log} now={now} zone={zone} />
        </details>
      )}
      {open && view && (
        <Dialog title="Messages" wide onClose={() => setOpen(false)}>
          <MessagesForm view={view} onClose={() => setOpen(false)} />
        </Dialog>
      )}
    </section>
  );
};
