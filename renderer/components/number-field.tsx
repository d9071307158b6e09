import { NumberInput } from '@mantine/core';

/** How a value is typed: its unit, and stored value = typed value × factor. */
export interface TypedUnit {
  readonly unit: string;
  readonly factor: number;
  readonly digits: number;
  readonly step: number;
}

/** A number in the unit in which a person types it; the contract's unit goes in and out. */
export const NumberField = ({
  label,
  unit,
  value,
  minimum,
  maximum,
  onChange,
}: {
  label: string;
  unit: TypedUnit;
  value: number;
  minimum?: number;
  maximum?: number;
  onChange: (value: number) => void;
}) => (
  <NumberInput
    aria-label={label}
    className="rule-number"
    value={Number((value / unit.factor).toFixed(6))}
    suffix={unit.unit === '' ? '' : ` ${unit.unit}`}
    step={unit.step}
    decimalScale={unit.digits}
    {...(minimum === undefined ? {} : { min: minimum / unit.factor })}
    {...(maximum === undefined ? {} : { max: maximum / unit.factor })}
    hideControls
    onChange={(typed) => {
      const number = typeof typed === 'number' ? typed : Number(typed);
      if (typed !== '' && Number.isFinite(number)) onChange(Number((number * unit.factor).toFixed(6)));
    }}
  />
);
