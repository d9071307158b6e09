import { useState } from 'react';
import type { RuleFiring } from '../../../preload/contract/rules.ts';
import { Button, Chip, Empty, Head } from '../../components/parts.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { moment } from '../../format/time.ts';
import { firings } from '../../state/automation.ts';

const FIRST = 12;

const HOW: Readonly<Record<RuleFiring['how'], string | null>> = { asked: null, dry: 'in test', refused: 'refused' };

/** What rules did or would have done, newest first. */
export const FiringsCard = ({ now, zone }: { now: number; zone: string }) => {
  const list = firings.use((state) => state.value);
  const problem = firings.use((state) => state.problem);
  const [all, setAll] = useState(false);
  const shown = all ? list : list?.slice(0, FIRST);
  return (
    <section className="card" aria-label="What rules did">
      <Head title="What rules did" />
      {!list ? (
        <Waiting problem={problem} what="what rules did" height={140} onRetry={() => void firings.reload()} />
      ) : list.length === 0 ? (
        <Empty icon="clock" title="No rule has fired yet">
          Each firing is written down here, also what a rule in test would have done.
        </Empty>
      ) : (
        <>
          <ul className="firing-list">
            {shown?.map((firing) => (
              <li key={`${firing.at}/${firing.ruleId}/${firing.branch}`}>
                <time className="small quiet">{moment(firing.at, now, zone)}</time>
                <span>
                  <b>{firing.ruleName}</b>
                  {firing.branch === 'otherwise' && <span className="quiet"> otherwise</span>}. {firing.sentence}{' '}
                  {HOW[firing.how] !== null && <Chip tiny>{HOW[firing.how]}</Chip>}
                </span>
              </li>
            ))}
          </ul>
          {!all && list.length > FIRST && (
            <Button size="small" look="ghost" onClick={() => setAll(true)}>
              Show all {list.length}
            </Button>
          )}
        </>
      )}
    </section>
  );
};
