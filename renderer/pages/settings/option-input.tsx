import { NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import type { OptionField } from '../../../preload/contract/devices.ts';

/** A field that only this driver or provider has, drawn after its kind. */
export const OptionInput = ({
  field,
  value,
  error,
  onChange,
}: {
  field: OptionField;
  value: string;
  error?: string | undefined;
  onChange: (value: string) => void;
}) => {
  const common = { label: field.label, description: field.help, error, required: field.required, withAsterisk: false };
  if (field.kind === 'choice')
    return (
      <Select
        {...common}
        data={field.choices ?? []}
        allowDeselect={!field.required}
        value={value || null}
        onChange={(chosen) => onChange(chosen ?? '')}
      />
    );
  if (field.kind === 'lines')
    return (
      <Textarea
        {...common}
        className="wide-field"
        autosize
        minRows={3}
        maxRows={10}
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  if (field.kind === 'number')
    return <NumberInput {...common} hideControls value={value} onChange={(typed) => onChange(String(typed))} />;
  return <TextInput {...common} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
};
