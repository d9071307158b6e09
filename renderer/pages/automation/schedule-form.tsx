import { Checkbox, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Problem } from '../../../preload/contract/base.ts';
import type { Schedule } from '../../../preload/contract/workflows.ts';
import { removeSchedule, saveSchedule } from '../../actions/rules.ts';
import { Choice } from '../../components/choice.tsx';
import { WEEKDAYS } from '../../components/weekdays.ts';
import { instantOf } from '../../format/time.ts';
import { ActionList } from './action-fields.tsx';
import { FormActs } from './form-acts.tsx';
import { daysOf, localStart, type Repeat, repeatOf, ruleFor, weeklyOn } from './schedule-draft.ts';
import type { BuilderWorld } from './test-fields.tsx';

const REPEATS: readonly { readonly value: Repeat; readonly label: string }[] = [
  { value: 'once', label: 'Once' },
  { value: 'daily', label: 'Every day' },
  { value: 'weekly', label: 'On days of the week' },
  { value: 'monthly', label: 'Every month' },
  { value: 'other', label: 'By a rule (RFC 5545)' },
];
const MINUTE = 60_000;

/** The instant of a local text `2026-05-01T22:30` of the site. */
const instantAt = (text: string, zone: string): number => {
  const [year = 1970, month = 1, day = 1, hour = 0, minute = 0] = text.split(/[-T:]/).map(Number);
  return instantOf(zone, year, month, day, hour) + minute * MINUTE;
};

const Days = ({ rrule, onChange }: { rrule: string; onChange: (rrule: string) => void }) => {
  const days = daysOf(rrule);
  return (
    <fieldset className="weekdays">
      <legend className="hidden">On these days</legend>
      {WEEKDAYS.map(({ value, label, name }) => (
        <button
          key={value}
          type="button"
          aria-pressed={days.includes(value)}
          aria-label={name}
          onClick={() =>
            onChange(weeklyOn(days.includes(value) ? days.filter((day) => day !== value) : [...days, value]))
          }
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
};

/** When, what, and how long: the local clock of the site, also over the change of the clocks. */
export const ScheduleForm = ({
  start,
  isNew,
  world,
  zone,
  onClose,
}: {
  start: Schedule;
  isNew: boolean;
  world: BuilderWorld;
  zone: string;
  onClose: () => void;
}) => {
  const [schedule, setSchedule] = useState(start);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [repeat, setRepeat] = useState<Repeat>(repeatOf(start));
  const { when } = schedule;
  const local = when.kind === 'once' ? localStart(when.at, zone) : when.startLocal;
  const change = (part: Partial<Schedule>): void => {
    setSchedule({ ...schedule, ...part });
    setProblem(null);
  };
  const setWhen = (next: Repeat, startLocal: string): void => {
    setRepeat(next);
    if (next === 'once') change({ when: { kind: 'once', at: instantAt(startLocal, zone) } });
    else {
      const before = when.kind === 'recurring' ? when.rrule : 'FREQ=DAILY';
      change({ when: { kind: 'recurring', rrule: next === repeat ? before : ruleFor(next, before), startLocal } });
    }
  };
  return (
    <form
      className="rule-form"
      noValidate
      aria-label={schedule.name === '' ? 'New schedule' : schedule.name}
      onSubmit={(event) => {
        event.preventDefault();
        void saveSchedule.run({ schedule, onSaved: onClose, onProblem: setProblem }, 'window');
      }}
    >
      <section className="card">
        <div className="rule-line">
          <TextInput
            label="Name"
            className="rule-text"
            maxLength={80}
            placeholder="Hot water at noon"
            error={problem?.fields?.['schedule.name'] ?? null}
            value={schedule.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
        </div>
        <fieldset className="rule-block">
          <legend>When</legend>
          <div className="rule-line">
            <Choice
              label="How often"
              className="rule-channel"
              options={REPEATS}
              value={repeat}
              onChange={(value) => setWhen(value, local)}
            />
            <span className="rule-word">{repeat === 'once' ? 'at' : 'from'}</span>
            <TextInput
              aria-label="Start"
              type="datetime-local"
              value={local}
              onChange={(event) => event.currentTarget.value && setWhen(repeat, event.currentTarget.value)}
            />
            {when.kind === 'recurring' && repeat === 'weekly' && (
              <Days rrule={when.rrule} onChange={(rrule) => change({ when: { ...when, rrule } })} />
            )}
            {when.kind === 'recurring' && repeat === 'other' && (
              <TextInput
                aria-label="Rule of RFC 5545"
                className="rule-text"
                error={problem?.fields?.['schedule.when.rrule'] ?? null}
                value={when.rrule}
                onChange={(event) => change({ when: { ...when, rrule: event.currentTarget.value } })}
              />
            )}
          </div>
        </fieldset>
        <fieldset className="rule-block">
          <legend>Do</legend>
          <ActionList actions={schedule.actions} world={world} least={1} onChange={(actions) => change({ actions })} />
          <div className="rule-line">
            <Checkbox
              label="Back to how it was after"
              checked={schedule.durationMs !== null}
              onChange={(event) => change({ durationMs: event.currentTarget.checked ? 3_600_000 : null })}
            />
            {schedule.durationMs !== null && (
              <NumberInput
                aria-label="Minutes"
                className="rule-number"
                suffix=" min"
                min={1}
                max={1440}
                allowDecimal={false}
                hideControls
                value={schedule.durationMs / MINUTE}
                onChange={(typed) => typeof typed === 'number' && change({ durationMs: typed * MINUTE })}
              />
            )}
          </div>
        </fieldset>
        <FormActs
          problem={problem}
          ready={schedule.name.trim() !== ''}
          onClose={onClose}
          onRemove={isNew ? null : () => void removeSchedule.run({ schedule: start, onDone: onClose }, 'window')}
        />
      </section>
    </form>
  );
};
