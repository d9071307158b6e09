import { NumberInput, Select, TextInput } from '@mantine/core';
import type { PeakCharge } from '../../../../preload/contract/tariff.ts';
import { Button } from '../../../components/parts.tsx';

const newCharge = (): PeakCharge => ({
  name: 'Charge for power',
  intervalMinutes: 60,
  zone: null,
  windows: [],
  peaks: 3,
  apart: 'day',
  pickedFromMonths: 1,
  lookback: null,
  floorKw: 0,
  price: { kind: 'per-kw', per: 'month', tiers: [{ fromKw: 0, perKw: 5 }] },
});

const INTERVALS = [15, 30, 60] as const;

/** Charges for the highest power of a month. Windows, steps and earlier months are set in the document. */
export const PeakCharges = ({
  charges,
  unit,
  onChange,
}: {
  charges: readonly PeakCharge[];
  unit: string;
  onChange: (charges: PeakCharge[]) => void;
}) => {
  const set = (index: number, change: Partial<PeakCharge>): void =>
    onChange(charges.map((charge, at) => (at === index ? { ...charge, ...change } : charge)));
  return (
    <>
      {charges.map((charge, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a charge has no name of its own that stays while it is typed
        <fieldset className="price-line" key={index}>
          <legend className="hidden">Charge {index + 1}</legend>
          <TextInput
            label="Name"
            maxLength={60}
            value={charge.name}
            onChange={(event) => set(index, { name: event.currentTarget.value })}
          />
          <NumberInput
            label="Mean of so many peaks"
            min={1}
            max={31}
            allowDecimal={false}
            value={charge.peaks}
            onChange={(value) => set(index, { peaks: Math.min(31, Math.max(1, Number(value) || 1)) })}
          />
          <Select
            label="Measured over"
            data={INTERVALS.map((minutes) => ({ value: String(minutes), label: `${minutes} min` }))}
            allowDeselect={false}
            value={String(charge.intervalMinutes)}
            onChange={(value) => {
              const chosen = INTERVALS.find((minutes) => String(minutes) === value);
              if (chosen) set(index, { intervalMinutes: chosen });
            }}
          />
          {charge.price.kind === 'per-kw' && charge.price.tiers.length === 1 ? (
            <NumberInput
              label="A month"
              suffix={` ${unit} a kW`}
              min={0}
              decimalScale={4}
              value={charge.price.tiers[0]?.perKw ?? 0}
              onChange={(value) =>
                set(index, {
                  price: { kind: 'per-kw', per: 'month', tiers: [{ fromKw: 0, perKw: Number(value) || 0 }] },
                })
              }
            />
          ) : (
            <span className="second small">Its steps are in the document.</span>
          )}
          <Button
            look="ghost"
            size="small"
            icon="trash"
            aria-label={`Remove ${charge.name}`}
            onClick={() => onChange(charges.filter((_, at) => at !== index))}
          />
        </fieldset>
      ))}
      <div className="form-acts" style={{ marginTop: 10 }}>
        <Button size="small" icon="plus" onClick={() => onChange([...charges, newCharge()])}>
          A charge for power
        </Button>
      </div>
    </>
  );
};
