import { useEffect } from 'react';
import type { ForecastView } from '../../../preload/contract/insight.ts';
import { BarList } from '../../components/bar-list.tsx';
import { Button } from '../../components/parts.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { writtenWithUnit } from '../../format/scale.ts';
import { soon } from '../../format/time.ts';
import { explanations } from '../../state/model-life.ts';
import { whyParts } from './why-parts.ts';

/** Why one hour is expected so: a sentence, and what moved it up and down from what is usual. */
export const WhyPanel = ({
  view,
  at,
  now,
  zone,
  onHour,
  onClose,
}: {
  view: ForecastView;
  at: number;
  now: number;
  zone: string;
  onHour: (at: number) => void;
  onClose: () => void;
}) => {
  const { siteId, kind } = view;
  const resource = explanations[kind];
  const held = resource.use((state) => state.value);
  const problem = resource.use((state) => state.problem);
  useEffect(() => {
    void resource.load({ siteId, kind, at });
  }, [resource, siteId, kind, at]);
  const index = view.points.findIndex((point) => point.at === at);
  const earlier = view.points[index - 1];
  const later = view.points[index + 1];
  const answer = held?.at === at && held.siteId === siteId ? held : null;
  const parts = answer ? whyParts(answer) : null;
  return (
    <section className="why" aria-label={`Why, ${soon(at, now, zone)}`}>
      <div className="head">
        <h3>Why {soon(at, now, zone)}?</h3>
        <span className="grow" />
        <Button
          icon="chevron-left"
          size="small"
          look="ghost"
          aria-label="The hour before"
          disabled={!earlier}
          onClick={() => earlier && onHour(earlier.at)}
        />
        <Button
          icon="chevron-right"
          size="small"
          look="ghost"
          aria-label="The hour after"
          disabled={!later}
          onClick={() => later && onHour(later.at)}
        />
        <Button icon="x" size="small" look="ghost" aria-label="Close the reasons" onClick={onClose} />
      </div>
      {!answer || !parts ? (
        <Waiting problem={problem} what="the reasons" height={120} onRetry={() => void resource.reload()} />
      ) : (
        <div aria-live="polite">
          <p>{answer.sentence}</p>
          {answer.base !== null && answer.mean !== null && parts.parts.length > 0 && (
            <>
              <p className="small quiet num">
                It is mostly {writtenWithUnit(answer.base, parts.scale)}. From there, to{' '}
                {writtenWithUnit(answer.mean, parts.scale)}:
              </p>
              <BarList label="What moves it up and down" bars={parts.parts} />
            </>
          )}
        </div>
      )}
    </section>
  );
};
