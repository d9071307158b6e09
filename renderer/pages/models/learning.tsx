import { Empty } from '../../components/parts.tsx';
import { decimal } from '../../format/numbers.ts';
import { moment, span } from '../../format/time.ts';
import type { KindView } from './versions.ts';

/** A home that has not measured enough is told when learning starts, and what serves until then. */
export const Learning = ({
  kind,
  busy,
  now,
  zone,
}: {
  kind: KindView;
  /** A training of it runs or waits. */
  busy: boolean;
  now: number;
  zone: string;
}) => {
  const { learningStartsAt, measuredDays } = kind;
  const days = `${decimal(measuredDays, measuredDays < 10 ? 1 : 0)} ${measuredDays === 1 ? 'day' : 'days'} measured so far`;
  if (learningStartsAt === null)
    return (
      <Empty icon="minus" title="Nothing has been learnt yet">
        {measuredDays > 0
          ? `${days}. ${busy ? 'The first training is under way.' : 'Press Train now, or wait for the night.'}`
          : 'Nothing of it is measured here.'}
      </Empty>
    );
  return (
    <Empty icon="clock" title={`Learning starts ${moment(learningStartsAt, now, zone)}`}>
      {learningStartsAt > now ? `In ${span(learningStartsAt - now)}. ` : ''}
      {days}.
    </Empty>
  );
};
