import type { RuleSuggestion } from '../../../preload/contract/rules.ts';
import { answerSuggestion } from '../../actions/rules.ts';
import { Button, Head } from '../../components/parts.tsx';
import { decimal } from '../../format/numbers.ts';
import { moment } from '../../format/time.ts';

/** What the house has learnt from its people, with how often it was seen and when: to be taken up or declined for good. */
export const SuggestionsCard = ({
  suggestions,
  now,
  zone,
}: {
  suggestions: readonly RuleSuggestion[];
  now: number;
  zone: string;
}) => (
  <section className="card" aria-label="Suggestions">
    <Head
      title="Learnt from you"
      note={suggestions.length === 1 ? 'one suggestion' : `${suggestions.length} suggestions`}
    />
    <ul className="suggestion-list">
      {suggestions.map((one) => (
        <li key={one.id}>
          <div className="grow">
            <b>{one.title}</b>
            <p>{one.sentence}</p>
            <p className="small quiet num">
              Seen {one.support} of {one.chances} times, {decimal(one.confidencePct, 0)}&nbsp;% sure
            </p>
            <details className="more">
              <summary>What it was seen in</summary>
              <ul className="plain-list">
                {one.evidence.map((seen) => (
                  <li key={`${seen.at}/${seen.sentence}`}>
                    <time className="quiet">{moment(seen.at, now, zone)}</time> {seen.sentence}
                  </li>
                ))}
              </ul>
            </details>
          </div>
          <div className="row">
            <Button
              look="primary"
              size="small"
              onClick={() => void answerSuggestion.run({ suggestionId: one.id, answer: 'accept' }, 'window')}
            >
              {one.rule === null ? 'Do not ask again' : 'Make it a rule'}
            </Button>
            <Button
              size="small"
              onClick={() => void answerSuggestion.run({ suggestionId: one.id, answer: 'decline' }, 'window')}
            >
              Decline
            </Button>
          </div>
        </li>
      ))}
    </ul>
  </section>
);
