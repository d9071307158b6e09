import { useState } from 'react';
import type { Schedule, ScheduleView } from '../../../preload/contract/workflows.ts';
import { saveSchedule } from '../../actions/rules.ts';
import { Button, Chip, Empty } from '../../components/parts.tsx';
import { Segment } from '../../components/segment.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { moment, soon } from '../../format/time.ts';
import { schedules } from '../../state/automation.ts';
import { sayProblem } from '../../state/notes.ts';
import { newSchedule } from './schedule-draft.ts';
import { ScheduleForm } from './schedule-form.tsx';
import type { BuilderWorld } from './test-fields.tsx';

const LAST_WORDS = { done: 'done', partly: 'partly done', refused: 'refused', missed: 'missed' } as const;
const nothing = (): void => undefined;

const Row = ({ view, now, zone, onEdit }: { view: ScheduleView; now: number; zone: string; onEdit: () => void }) => {
  const { schedule, last } = view;
  const [next] = view.nextAt;
  return (
    <li className={`rule-row${schedule.enabled ? '' : ' idle'}`} aria-label={schedule.name}>
      <div className="rule-head">
        <b>{schedule.name}</b>
        {last?.state === 'missed' && <Chip icon="triangle-alert">missed</Chip>}
        <span className="grow" />
        <Segment
          label={`${schedule.name} is`}
          value={schedule.enabled ? 'on' : 'off'}
          options={[
            { value: 'on', label: 'On' },
            { value: 'off', label: 'Off' },
          ]}
          onChange={(value) =>
            void saveSchedule.run(
              { schedule: { ...schedule, enabled: value === 'on' }, onSaved: nothing, onProblem: sayProblem },
              'window',
            )
          }
        />
      </div>
      <p>{view.sentence}</p>
      {last && (
        <p className="second">
          {moment(last.at, now, zone)} {LAST_WORDS[last.state]}: {last.sentence}
        </p>
      )}
      <div className="rule-feet small quiet">
        <span className="num">
          {!schedule.enabled ? 'off' : next === undefined ? 'does not come again' : `next ${soon(next, now, zone)}`}
        </span>
        <span className="grow" />
        <Button size="small" onClick={onEdit}>
          Change
        </Button>
      </div>
    </li>
  );
};

/** Things that are done at a time, once or again and again. */
export const SchedulesPanel = ({ world, now, zone }: { world: BuilderWorld; now: number; zone: string }) => {
  const list = schedules.use((state) => state.value);
  const problem = schedules.use((state) => state.problem);
  const [open, setOpen] = useState<Schedule | null>(null);
  if (open)
    return (
      <ScheduleForm
        start={open}
        isNew={!(list?.some(({ schedule }) => schedule.id === open.id) ?? false)}
        world={world}
        zone={zone}
        onClose={() => setOpen(null)}
      />
    );
  const add = (
    <Button size="small" icon="plus" onClick={() => setOpen(newSchedule(world.channels, now, zone))}>
      Schedule
    </Button>
  );
  if (!list)
    return (
      <section className="card">
        <Waiting problem={problem} what="the schedules" height={160} onRetry={() => void schedules.reload()} />
      </section>
    );
  return (
    <section className="card" aria-label="Schedules">
      {list.length === 0 ? (
        <Empty icon="calendar-range" title="No schedule yet" action={add}>
          The water heater at noon, the miners off at six on working days, the car once tomorrow at five.
        </Empty>
      ) : (
        <>
          <div className="row list-acts">{add}</div>
          <ul className="rule-list">
            {list.map((view) => (
              <Row key={view.schedule.id} view={view} now={now} zone={zone} onEdit={() => setOpen(view.schedule)} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
};
