import { TextInput } from '@mantine/core';
import type { DailyWindow } from '../../preload/contract/safety.ts';
import { WEEKDAYS } from './weekdays.ts';

/** From, to and the days; no day chosen means every day. */
export const WindowFields = ({ value, onChange }: { value: DailyWindow; onChange: (window: DailyWindow) => void }) => {
  const toggle = (day: number): void => {
    const days = value.days.includes(day) ? value.days.filter((one) => one !== day) : [...value.days, day];
    onChange({ ...value, days: days.length === WEEKDAYS.length ? [] : days.toSorted((a, b) => a - b) });
  };
  return (
    <>
      <TextInput
        aria-label="From"
        type="time"
        required
        value={value.from}
        onChange={(event) => event.currentTarget.value && onChange({ ...value, from: event.currentTarget.value })}
      />
      <span className="rule-word">to</span>
      <TextInput
        aria-label="To"
        type="time"
        required
        value={value.to}
        onChange={(event) => event.currentTarget.value && onChange({ ...value, to: event.currentTarget.value })}
      />
      <fieldset className="weekdays">
        <legend className="hidden">On these days; none means every day</legend>
        {WEEKDAYS.map((day) => (
          <button
            key={day.value}
            type="button"
            aria-pressed={value.days.includes(day.value)}
            aria-label={day.name}
            onClick={() => toggle(day.value)}
          >
            {day.label}
          </button>
        ))}
        {value.days.length === 0 && <span className="small quiet">every day</span>}
      </fieldset>
    </>
  );
};
