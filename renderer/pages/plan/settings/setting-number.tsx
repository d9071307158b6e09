import { NumberInput } from '@mantine/core';

/** A number of the plan's settings in the unit in which a person thinks of it; an optional one may be empty. */
export const SettingNumber = ({
  label,
  hint,
  unit,
  value,
  digits = 2,
  step = 1,
  factor = 1,
  empty,
  error,
  onChange,
}: {
  label: string;
  hint?: string;
  unit: string;
  value: number | null;
  digits?: number;
  step?: number;
  /** Stored = typed × factor. */
  factor?: number;
  /** What holds while it is empty; without it the number is needed. */
  empty?: string;
  error?: string | undefined;
  onChange: (value: number | null) => void;
}) => (
  <NumberInput
    label={label}
    {...(hint === undefined ? {} : { description: hint })}
    suffix={unit === '' ? '' : ` ${unit}`}
    hideControls
    step={step}
    decimalScale={digits}
    placeholder={empty ?? ''}
    error={error}
    value={value === null ? '' : Number((value / factor).toFixed(6))}
    onChange={(typed) => {
      if (typeof typed === 'number') onChange(Number((typed * factor).toFixed(6)));
      else if (typed === '' && empty !== undefined) onChange(null);
    }}
  />
);
