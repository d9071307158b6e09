import type { PlanView } from '../../../preload/contract/plan.ts';
import { openPage } from '../../actions/open-page.ts';
import { replan } from '../../actions/plan.ts';
import { Button, Empty } from '../../components/parts.tsx';

/** There is no plan: what is missing, or that none is wanted, with the one button that mends it. */
export const NoPlan = ({ view, onSettings }: { view: PlanView; onSettings: () => void }) => (
  <section className="card no-plan">
    {view.state === 'off' ? (
      <Empty
        icon="calendar-range"
        title="Planning is off"
        action={
          <Button size="small" onClick={onSettings}>
            Switch it on
          </Button>
        }
      >
        {view.sentence}
      </Empty>
    ) : (
      <Empty
        icon={view.planning ? 'loader-circle' : 'calendar-range'}
        title={view.planning ? 'The first plan is being made' : 'No plan yet'}
        action={
          <span className="row">
            <Button size="small" onClick={() => void openPage.run({ page: 'settings' }, 'window')}>
              Open Settings
            </Button>
            <Button
              size="small"
              look="ghost"
              icon="rotate-ccw"
              disabled={view.planning}
              onClick={() => void replan.run({}, 'window')}
            >
              Try now
            </Button>
          </span>
        }
      >
        {view.sentence}
      </Empty>
    )}
  </section>
);
