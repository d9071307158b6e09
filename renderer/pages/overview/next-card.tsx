import type { Overview } from '../../../preload/contract/site.ts';
import { openPage } from '../../actions/open-page.ts';
import { retry } from '../../actions/retry.ts';
import { Icon } from '../../components/icon.tsx';
import type { IconName } from '../../components/icon-paths.ts';
import { Button, Head } from '../../components/parts.tsx';
import { roleHue, roleIcon } from '../../components/roles.ts';
import { Waiting } from '../../components/waiting.tsx';
import { soon } from '../../format/time.ts';
import { useNowStep } from '../../state/now.ts';
import type { OverviewCardProps } from './battery-card.tsx';

type Attention = Overview['attention'][number];

const ICONS: Readonly<Record<Attention['kind'], IconName>> = {
  'not-confirmed': 'triangle-alert',
  offline: 'wifi-off',
  stale: 'clock',
  'flow-failed': 'triangle-alert',
  balance: 'activity',
  'foreign-change': 'hand',
};

const AttentionRow = ({ item }: { item: Attention }) => {
  const { actionId } = item;
  return (
    <li className="attention">
      <Icon name={ICONS[item.kind]} size={17} />
      <span>
        <b>{item.subject}</b> <span className="quiet">{item.sentence}</span>
      </span>
      {actionId && item.kind === 'not-confirmed' ? (
        <Button size="small" onClick={() => void retry.run({ actionId }, 'window')}>
          Retry
        </Button>
      ) : (
        <Button
          size="small"
          look="ghost"
          onClick={() =>
            void openPage.run(
              { page: item.kind === 'flow-failed' || item.kind === 'balance' ? 'health' : 'control' },
              'window',
            )
          }
        >
          Look
        </Button>
      )}
    </li>
  );
};

/** What comes next, and what needs a person. */
export const NextCard = ({ overview, problem, zone, onRetry }: OverviewCardProps) => {
  const now = useNowStep(60_000);
  return (
    <section className="card two" aria-label="Next and attention">
      <section>
        <Head title="Next" note={overview?.next.some((step) => step.expected) ? 'dashed is expected' : null} />
        {!overview && <Waiting problem={problem} what="the next steps" height={110} onRetry={onRetry} />}
        {overview?.next.length === 0 && <p className="quiet small">Nothing is planned for the next hours.</p>}
        <ol className="next-list">
          {overview?.next.slice(0, 5).map((step) => (
            <li className="next-row" key={`${step.at}/${step.sentence}`} data-hue={roleHue(step.role)}>
              <time>{soon(step.at, now, zone)}</time>
              <Icon name={roleIcon(step.role)} size={16} />
              <span>
                <span className={step.expected ? 'expected' : undefined}>{step.sentence}</span>
              </span>
            </li>
          ))}
        </ol>
      </section>
      <section>
        {overview && overview.attention.length === 0 ? (
          <div className="attention">
            <Icon name="circle-check" size={17} />
            <span className="quiet">Nothing needs you.</span>
          </div>
        ) : (
          <ul>
            {overview?.attention.slice(0, 4).map((item) => (
              <AttentionRow key={`${item.kind}/${item.subject}/${item.actionId ?? ''}`} item={item} />
            ))}
          </ul>
        )}
      </section>
    </section>
  );
};
