import type { FeedTopicStatus } from '../../../preload/contract/feeds.ts';
import { Icon } from '../../components/icon.tsx';
import { Chip, Empty, Head } from '../../components/parts.tsx';
import { TableWrap } from '../../components/table-wrap.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { decimal } from '../../format/numbers.ts';
import { moment, soon, span } from '../../format/time.ts';
import { feedStatus } from '../../state/house.ts';
import { TOPICS } from '../settings/feeds/topics.ts';

type Provider = FeedTopicStatus['providers'][number];

/** The quota that ends first; null where the provider sets none. */
const quotaWords = ({ quota }: Provider): string | null => {
  const [least] = [...quota].sort((a, b) => a.left / a.calls - b.left / b.calls);
  return least ? `${decimal(least.left, 0)} of ${decimal(least.calls, 0)} in ${span(least.perMs)}` : null;
};

const Row = ({ status, now, zone }: { status: FeedTopicStatus; now: number; zone: string }) => {
  const serving = status.providers.find(({ provider }) => provider === status.servedBy);
  const asked = serving ?? status.providers.find(({ state }) => state !== 'refused');
  const answers = (serving ? [serving] : status.providers).flatMap(({ okAt }) => okAt ?? []);
  const okAt = answers.length === 0 ? null : Math.max(...answers);
  const [failed] = status.providers
    .flatMap(({ failedAt, failure, failures, label }) =>
      failedAt === null || failure === null ? [] : [{ failedAt, failure, failures, label }],
    )
    .sort((a, b) => b.failedAt - a.failedAt);
  return (
    <tr>
      <td>{TOPICS.find(({ topic }) => topic === status.topic)?.label ?? status.topic}</td>
      <td>
        <span className="row">
          {serving?.label ?? 'Nobody'} {status.assumed && <Chip tiny>assumed</Chip>}
        </span>
      </td>
      <td className="num second">{okAt === null ? 'never' : `${span(now - okAt)} ago`}</td>
      <td className="num second">
        {status.nextAskAt === null ? '–' : status.nextAskAt <= now ? 'now' : soon(status.nextAskAt, now, zone)}
      </td>
      <td>
        {failed ? (
          <span className="row second small">
            {failed.failures > 0 && <Icon name="triangle-alert" size={15} />}
            <span>
              {failed.failure} <span className="quiet num">{moment(failed.failedAt, now, zone)}</span>
            </span>
          </span>
        ) : (
          <span className="row second">
            <Icon name="circle-check" size={15} />
            none
          </span>
        )}
      </td>
      <td className="right num">{(asked && quotaWords(asked)) ?? '–'}</td>
    </tr>
  );
};

/** What the house hears from outside: who serves, how old it is, when it is asked again, and what failed last. */
export const FeedsCard = ({ now, zone }: { now: number; zone: string }) => {
  const status = feedStatus.use((state) => state.value);
  const problem = feedStatus.use((state) => state.problem);
  return (
    <section className="card" aria-label="Feeds">
      <Head title="Feeds" note="weather, prices and carbon from outside" />
      {status === null ? (
        <Waiting problem={problem} what="the feeds" height={160} onRetry={() => void feedStatus.reload()} />
      ) : status.topics.length === 0 ? (
        <Empty icon="cloud-sun" title="Nobody is asked">
          Choose who is asked in Settings.
        </Empty>
      ) : (
        <TableWrap label="How each feed answers">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Feed</th>
                <th scope="col">Served by</th>
                <th scope="col">Last answer</th>
                <th scope="col">Asked again</th>
                <th scope="col">Last failure</th>
                <th scope="col" className="right">
                  Calls left
                </th>
              </tr>
            </thead>
            <tbody>
              {status.topics.map((topic) => (
                <Row key={topic.topic} status={topic} now={now} zone={zone} />
              ))}
            </tbody>
          </table>
        </TableWrap>
      )}
    </section>
  );
};
