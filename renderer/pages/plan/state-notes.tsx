import type { ReactNode } from 'react';
import type { Mode } from '../../../preload/contract/base.ts';
import type { PlanView } from '../../../preload/contract/plan.ts';
import { Icon } from '../../components/icon.tsx';
import type { IconName } from '../../components/icon-paths.ts';
import { span } from '../../format/time.ts';

const Strip = ({ icon, loud, children }: { icon: IconName; loud?: boolean; children: ReactNode }) => (
  <div className={loud ? 'strip-note inverse' : 'strip-note'} role="status">
    <Icon name={icon} size={16} />
    <div>{children}</div>
  </div>
);

const MODE_WORDS: Partial<Record<Mode, string>> = {
  watch: 'In Watch nothing of it is carried out: it only shows what would be done.',
  suggest: 'In Suggest each step asks before it is carried out.',
};

/** What a person has to know of the plan before its numbers: that it ran out, that it is a simple one, that limits were bent. */
export const StateNotes = ({
  view,
  mode,
  stopped,
  now,
}: {
  view: PlanView;
  mode: Mode | null;
  stopped: boolean;
  now: number;
}) => {
  const late = view.expiresAt === null || view.expiresAt > now ? null : now - view.expiresAt;
  const words = mode === null ? undefined : MODE_WORDS[mode];
  return (
    <>
      {stopped && (
        <Strip icon="octagon-x" loud>
          <b>Stopped.</b> Nothing of this plan is carried out until a person re-enables the house.
        </Strip>
      )}
      {view.state === 'stale' && (
        <Strip icon="clock" loud>
          <b>{late === null ? 'Out of date.' : `Out of date for ${span(late)}.`}</b> {view.sentence}
        </Strip>
      )}
      {view.state === 'simple' && <Strip icon="shield-alert">{view.sentence}</Strip>}
      {view.bent.length > 0 && (
        <Strip icon="triangle-alert">
          <b>
            {view.bent.length === 1 ? 'One limit does not fit' : `${view.bent.length} limits do not fit`} into these
            hours.
          </b>
          <ul>
            {view.bent.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </Strip>
      )}
      {!stopped && words !== undefined && view.lanes.length > 0 && <Strip icon="eye">{words}</Strip>}
    </>
  );
};
