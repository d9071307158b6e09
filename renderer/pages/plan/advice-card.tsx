import type { Recommendation } from '../../../preload/contract/plan.ts';
import { answerAdvice, findAdvice } from '../../actions/plan.ts';
import { Icon } from '../../components/icon.tsx';
import type { IconName } from '../../components/icon-paths.ts';
import { Button, Chip, Empty, Head } from '../../components/parts.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { money } from '../../format/money.ts';
import { decimal, spoken } from '../../format/numbers.ts';
import { soon, span } from '../../format/time.ts';
import { recommendations } from '../../state/planning.ts';

const ICONS: Readonly<Record<Recommendation['kind'], IconName>> = {
  shift: 'clock',
  peak: 'activity',
  'self-consumption': 'sun',
  battery: 'battery-charging',
  comfort: 'thermometer',
};

const brings = ({ saving, carbonSavedG }: Recommendation, currency: string): string => {
  const cheaper = `${spoken(money(Math.abs(saving), currency))} ${saving >= 0 ? 'cheaper' : 'dearer'}`;
  return carbonSavedG === null || Math.abs(carbonSavedG) < 0.5
    ? cheaper
    : `${cheaper}, ${decimal(Math.abs(carbonSavedG), 0)}\u00a0g CO₂ ${carbonSavedG >= 0 ? 'less' : 'more'}`;
};

const Open = ({ one, now, zone, currency }: { one: Recommendation; now: number; zone: string; currency: string }) => (
  <li>
    <Icon name={ICONS[one.kind]} size={18} />
    <div>
      <b>{one.title}</b> <span className="second">{brings(one, currency)}</span>
      <p className="second">{one.sentence}</p>
      <p className="small quiet num">
        {soon(one.startAt, now, zone)} to {soon(one.endAt, one.startAt, zone)}
        {one.startAt > now && `, in ${span(one.startAt - now)}`}. {decimal(one.confidencePct, 0)}&nbsp;% sure that it
        saves something.
      </p>
    </div>
    <div className="row">
      <Button
        size="small"
        icon="check"
        aria-label={`Take: ${one.title}`}
        onClick={() => void answerAdvice.run({ recommendationId: one.id, answer: 'take' }, 'window')}
      >
        Take
      </Button>
      <Button
        size="small"
        look="ghost"
        aria-label={`Dismiss: ${one.title}`}
        onClick={() => void answerAdvice.run({ recommendationId: one.id, answer: 'dismiss' }, 'window')}
      >
        Dismiss
      </Button>
    </div>
  </li>
);

const ANSWERS: Readonly<Record<Exclude<Recommendation['status'], 'pending'>, string>> = {
  taken: 'taken',
  dismissed: 'dismissed',
  expired: 'lapsed',
};

/** What became of earlier advice, and whether it came true. */
const Earlier = ({ list, now, zone }: { list: readonly Recommendation[]; now: number; zone: string }) => (
  <details className="more">
    <summary>Earlier advice, and what it brought</summary>
    <ul className="advice-list">
      {list.map((one) => (
        <li key={one.id}>
          <Icon name={ICONS[one.kind]} size={16} />
          <div>
            <b>{one.title}</b>{' '}
            <span className="quiet num">
              {soon(one.startAt, now, zone)}, {one.status === 'pending' ? '' : ANSWERS[one.status]}
              {one.answeredBy !== null && ` by ${one.answeredBy}`}
            </span>
            {one.outcome && <p className="second">{one.outcome.sentence}</p>}
          </div>
          {one.outcome && (
            <Chip icon={one.outcome.cameTrue ? 'circle-check' : 'minus'} tiny>
              {one.outcome.cameTrue ? 'came true' : 'did not come true'}
            </Chip>
          )}
        </li>
      ))}
    </ul>
  </details>
);

/** Advice that a person can take or leave: when, what it saves, and how sure that is. */
export const AdviceCard = ({
  planned,
  now,
  zone,
  currency,
}: {
  /** There is a plan to give advice from. */
  planned: boolean;
  now: number;
  zone: string;
  currency: string;
}) => {
  const list = recommendations.use((state) => state.value);
  const problem = recommendations.use((state) => state.problem);
  const open = list?.filter(({ status, endAt }) => status === 'pending' && endAt > now) ?? [];
  const earlier = list?.filter((one) => !open.includes(one)) ?? [];
  return (
    <section className="card advice" aria-label="Advice">
      <Head title="Advice" note="looked for every 6 h" big>
        <Button size="small" look="ghost" icon="rotate-ccw" onClick={() => void findAdvice.run({}, 'window')}>
          Look now
        </Button>
      </Head>
      {!list ? (
        <Waiting problem={problem} what="the advice" height={96} onRetry={() => void recommendations.reload()} />
      ) : open.length === 0 ? (
        <Empty
          icon={planned ? 'circle-check' : 'calendar-range'}
          title={planned ? 'Nothing to do by hand' : 'Advice comes with the first plan'}
        >
          {planned
            ? 'What can be switched is in the plan already. Advice appears where you can save something yourself.'
            : 'It says what you could do by hand, when, and what that saves.'}
        </Empty>
      ) : (
        <ul className="advice-list">
          {open.map((one) => (
            <Open key={one.id} one={one} now={now} zone={zone} currency={currency} />
          ))}
        </ul>
      )}
      {earlier.length > 0 && <Earlier list={earlier} now={now} zone={zone} />}
    </section>
  );
};
