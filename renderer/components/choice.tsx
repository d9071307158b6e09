import { Select } from '@mantine/core';

/** One of a few named values inside a line of a form: never empty, and answers only what it offers. */
export const Choice = <Value extends string>({
  label,
  className = 'rule-short',
  options,
  value,
  placeholder,
  onChange,
}: {
  label: string;
  className?: string;
  options: readonly { readonly value: Value; readonly label: string }[];
  value: Value;
  placeholder?: string;
  onChange: (value: Value) => void;
}) => (
  <Select
    aria-label={label}
    className={className}
    allowDeselect={false}
    data={[...options]}
    value={value}
    {...(placeholder === undefined ? {} : { placeholder })}
    onChange={(chosen) => {
      const option = options.find((one) => one.value === chosen);
      if (option) onChange(option.value);
    }}
  />
);
