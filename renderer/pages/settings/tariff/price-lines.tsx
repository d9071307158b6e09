import { NumberInput, Select, TextInput } from '@mantine/core';
import type { TariffLine, TariffSchedule } from '../../../../preload/contract/tariff.ts';
import { Button } from '../../../components/parts.tsx';

const DAYS = [
  { value: 'all', label: 'Every day', weekdays: null },
  { value: 'work', label: 'Monday to Friday', weekdays: [1, 2, 3, 4, 5] },
  { value: 'end', label: 'Saturday and Sunday', weekdays: [6, 7] },
] as const;

/** The choice that stands for a list of weekdays; none for a list that was made elsewhere. */
const daysOf = (weekdays: TariffLine['weekdays']): string | null =>
  DAYS.find((choice) => JSON.stringify(choice.weekdays) === JSON.stringify(weekdays))?.value ?? null;

const newLine = (count: number): TariffLine => ({
  name: `Price ${count + 1}`,
  months: null,
  season: null,
  weekdays: null,
  from: '22:00',
  to: '06:00',
  perKwh: 0.2,
  blocks: [],
});

/** Prices by the clock: lines that hold at certain times, and one price for the rest. */
export const PriceLines = ({
  schedule,
  unit,
  onChange,
}: {
  schedule: TariffSchedule;
  unit: string;
  onChange: (schedule: TariffSchedule) => void;
}) => {
  const { lines } = schedule;
  const set = (index: number, change: Partial<TariffLine>): void =>
    onChange({ ...schedule, lines: lines.map((line, at) => (at === index ? { ...line, ...change } : line)) });
  return (
    <>
      <div className="form-grid">
        <NumberInput
          label={lines.length === 0 ? 'Price' : 'Price at all other times'}
          suffix={unit}
          decimalScale={5}
          step={0.01}
          value={schedule.otherwisePerKwh ?? ''}
          onChange={(value) => onChange({ ...schedule, otherwisePerKwh: value === '' ? null : Number(value) })}
        />
        <Select
          label="By which clock"
          data={[
            { value: 'home', label: 'That of the home' },
            { value: 'UTC', label: 'UTC all year, as some meters' },
          ]}
          allowDeselect={false}
          value={schedule.zone === 'UTC' ? 'UTC' : 'home'}
          onChange={(zone) => onChange({ ...schedule, zone: zone === 'UTC' ? 'UTC' : null })}
        />
      </div>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no name of its own that stays while it is typed
        <fieldset className="price-line" key={index}>
          <legend className="hidden">Price {index + 1}</legend>
          <TextInput
            label="Name"
            maxLength={60}
            value={line.name}
            onChange={(event) => set(index, { name: event.currentTarget.value })}
          />
          <TextInput
            label="From"
            type="time"
            value={line.from}
            onChange={(event) => set(index, { from: event.currentTarget.value })}
          />
          <TextInput
            label="To"
            type="time"
            value={line.to === '24:00' ? '00:00' : line.to}
            onChange={(event) =>
              set(index, { to: event.currentTarget.value === '00:00' ? '24:00' : event.currentTarget.value })
            }
          />
          <Select
            label="On"
            data={DAYS.map(({ value, label }) => ({ value, label }))}
            placeholder="As in the document"
            allowDeselect={false}
            value={daysOf(line.weekdays)}
            onChange={(value) => {
              const chosen = DAYS.find((choice) => choice.value === value);
              if (chosen) set(index, { weekdays: chosen.weekdays === null ? null : [...chosen.weekdays] });
            }}
          />
          <NumberInput
            label="Price"
            suffix={unit}
            decimalScale={5}
            step={0.01}
            value={line.perKwh}
            onChange={(value) => set(index, { perKwh: Number(value) || 0 })}
          />
          <Button
            look="ghost"
            size="small"
            icon="trash"
            aria-label={`Remove ${line.name}`}
            onClick={() => onChange({ ...schedule, lines: lines.filter((_, at) => at !== index) })}
          />
        </fieldset>
      ))}
      <div className="form-acts" style={{ marginTop: 10 }}>
        <Button
          size="small"
          icon="plus"
          onClick={() => onChange({ ...schedule, lines: [...lines, newLine(lines.length)] })}
        >
          Another price by time
        </Button>
      </div>
    </>
  );
};
