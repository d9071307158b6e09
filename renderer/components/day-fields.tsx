import { TextInput } from '@mantine/core';

/** The first and the last day of a span that is asked for, as `YYYY-MM-DD`; `latest` is the last one that can be chosen. */
export const DayFields = ({
  from,
  to,
  latest,
  wrong,
  onChange,
}: {
  from: string;
  to: string;
  latest: string;
  wrong: string | null;
  onChange: (part: { from: string } | { to: string }) => void;
}) => (
  <>
    <TextInput
      label="First day"
      type="date"
      max={latest}
      value={from}
      onChange={(event) => onChange({ from: event.currentTarget.value })}
    />
    <TextInput
      label="Last day"
      type="date"
      max={latest}
      value={to}
      error={wrong}
      onChange={(event) => onChange({ to: event.currentTarget.value })}
    />
  </>
);
