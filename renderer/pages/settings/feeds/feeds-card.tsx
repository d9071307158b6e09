import { useState } from 'react';
import type { FeedStatus, FeedTopic } from '../../../../preload/contract/feeds.ts';
import { collectHistory, refreshFeeds } from '../../../actions/feeds.ts';
import { Icon } from '../../../components/icon.tsx';
import { Button, Chip, Head } from '../../../components/parts.tsx';
import { Waiting } from '../../../components/waiting.tsx';
import { feedStatus } from '../../../state/house.ts';
import { FeedDialog } from './feed-dialog.tsx';
import { TOPICS } from './topics.ts';

const Attributions = ({ status }: { status: FeedStatus }) => {
  const serving = status.topics.flatMap(({ providers, servedBy }) =>
    providers.filter(({ provider }) => provider === servedBy).map(({ attribution }) => attribution),
  );
  const once = [...new Map(serving.map((each) => [each.text, each])).values()];
  if (once.length === 0) return null;
  return (
    <p className="small quiet" style={{ marginTop: 12 }}>
      Data:{' '}
      {once.map(({ text, url }, index) => (
        <span key={text}>
          {index > 0 && '; '}
          <a href={url} target="_blank" rel="noreferrer">
            {text}
          </a>
        </span>
      ))}
    </p>
  );
};

/** What the house hears about weather, price and carbon: from whom, how old it is, and who steps in. */
export const FeedsCard = () => {
  const status = feedStatus.use((state) => state.value);
  const problem = feedStatus.use((state) => state.problem);
  const [open, setOpen] = useState<FeedTopic | null>(null);
  const collecting = status?.backfill ?? null;
  return (
    <section className="card" id="feeds" aria-label="Weather, prices and carbon">
      <Head title="Weather, prices and carbon">
        <Button size="small" icon="rotate-ccw" onClick={() => void refreshFeeds.run({}, 'window')}>
          Ask now
        </Button>
      </Head>
      {status === null ? (
        <Waiting problem={problem} what="the feeds" height={160} onRetry={() => void feedStatus.reload()} />
      ) : (
        <>
          <ul className="device-list" style={{ marginTop: 6 }}>
            {TOPICS.map(({ topic, label, icon }) => {
              const one = status.topics.find((each) => each.topic === topic);
              return (
                <li key={topic} data-hue="none">
                  <span className="icon-tile">
                    <Icon name={icon} />
                  </span>
                  <span>
                    <b>
                      {label} {one?.assumed && <Chip tiny>assumed</Chip>}
                    </b>
                    <span className="small quiet">{one?.sentence ?? 'Nobody is asked.'}</span>
                  </span>
                  <Button
                    look="ghost"
                    size="small"
                    icon="settings"
                    aria-label={`Set up ${label}`}
                    onClick={() => setOpen(topic)}
                  />
                </li>
              );
            })}
          </ul>
          <div className="form-acts">
            <Button
              size="small"
              icon={collecting?.running ? 'x' : 'archive'}
              onClick={() => void collectHistory.run({ running: collecting?.running ?? false }, 'window')}
            >
              {collecting?.running ? 'End collecting' : 'Collect a year for training'}
            </Button>
            <span className="small quiet" role="status">
              {collecting?.sentence ?? 'Weather, prices and carbon of the past, where the services give them.'}
            </span>
          </div>
          <Attributions status={status} />
        </>
      )}
      {open && <FeedDialog topic={open} onClose={() => setOpen(null)} />}
    </section>
  );
};
