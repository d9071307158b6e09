import { Checkbox, NumberInput, TextInput } from '@mantine/core';
import type { Tariff, TariffSchedule } from '../../../../preload/contract/tariff.ts';
import { Segment } from '../../../components/segment.tsx';
import { currencySign } from '../../../format/money.ts';
import { PeakCharges } from './peak-charges.tsx';
import { PriceLines } from './price-lines.tsx';

const BOUGHT = [
  { value: 'schedule', label: 'Fixed, or by time' },
  { value: 'spot', label: 'Follows the market' },
  { value: 'feed', label: 'Supplier’s feed' },
] as const;
const SOLD = [
  { value: 'none', label: 'Nothing' },
  { value: 'schedule', label: 'Fixed, or by time' },
  { value: 'spot', label: 'Follows the market' },
  { value: 'feed', label: 'Supplier’s feed' },
] as const;

const schedule = (otherwisePerKwh: number): TariffSchedule => ({
  zone: null,
  lines: [],
  otherwisePerKwh,
  blocksCount: 'month',
});

const Bought = ({ tariff, onChange }: { tariff: Tariff; onChange: (tariff: Tariff) => void }) => {
  const { import: bought, currency } = tariff;
  const unit = ` ${currencySign(currency)}`;
  return (
    <fieldset className="form-group">
      <legend>What you pay for a kWh</legend>
      <Segment
        label="Kind of price"
        value={bought.kind}
        options={BOUGHT}
        onChange={(kind) => {
          if (kind === bought.kind) return;
          if (kind === 'schedule') onChange({ ...tariff, import: { kind, ...schedule(0.3) } });
          else if (kind === 'feed') onChange({ ...tariff, import: { kind } });
          else
            onChange({
              ...tariff,
              import: { kind: 'spot', factor: 1, addPerKwh: 0, floorPerKwh: null, capPerKwh: null },
            });
        }}
      />
      {bought.kind === 'schedule' && (
        <PriceLines
          schedule={bought}
          unit={unit}
          onChange={(next) => onChange({ ...tariff, import: { ...next, kind: 'schedule' } })}
        />
      )}
      {bought.kind === 'spot' && (
        <div className="form-grid">
          <NumberInput
            label="Market price times"
            min={0}
            max={10}
            decimalScale={4}
            step={0.01}
            value={bought.factor}
            onChange={(value) => onChange({ ...tariff, import: { ...bought, factor: Number(value) || 0 } })}
          />
          <NumberInput
            label="And added to it"
            description="Grid fees, levies, margin."
            suffix={unit}
            decimalScale={5}
            step={0.01}
            value={bought.addPerKwh}
            onChange={(value) => onChange({ ...tariff, import: { ...bought, addPerKwh: Number(value) || 0 } })}
          />
        </div>
      )}
      {bought.kind === 'feed' && (
        <p className="second" style={{ marginTop: 12 }}>
          Tibber, Octopus, Amber and ComEd tell the whole price. Choose yours under Weather, prices and carbon.
        </p>
      )}
    </fieldset>
  );
};

const Sold = ({ tariff, onChange }: { tariff: Tariff; onChange: (tariff: Tariff) => void }) => {
  const { export: sold, currency } = tariff;
  const unit = ` ${currencySign(currency)}`;
  return (
    <fieldset className="form-group">
      <legend>What you are paid for a kWh</legend>
      <Segment
        label="Kind of payment"
        value={sold.kind}
        options={SOLD}
        onChange={(kind) => {
          if (kind === sold.kind) return;
          if (kind === 'schedule') onChange({ ...tariff, export: { kind, ...schedule(0.08) } });
          else if (kind === 'spot')
            onChange({ ...tariff, export: { kind, factor: 1, feePerKwh: 0, floorPerKwh: null } });
          else onChange({ ...tariff, export: { kind } });
        }}
      />
      {sold.kind === 'schedule' && (
        <PriceLines
          schedule={sold}
          unit={unit}
          onChange={(next) => onChange({ ...tariff, export: { ...next, kind: 'schedule' } })}
        />
      )}
      {sold.kind === 'spot' && (
        <div className="form-grid">
          <NumberInput
            label="Less a fee of"
            suffix={unit}
            decimalScale={5}
            step={0.01}
            value={sold.feePerKwh}
            onChange={(value) => onChange({ ...tariff, export: { ...sold, feePerKwh: Number(value) || 0 } })}
          />
        </div>
      )}
    </fieldset>
  );
};

/** A tariff as most homes have it; everything beyond is in its document. */
export const TariffForm = ({ tariff, onChange }: { tariff: Tariff; onChange: (tariff: Tariff) => void }) => {
  const unit = currencySign(tariff.currency);
  const monthly = tariff.fees.find(({ per }) => per === 'month');
  return (
    <>
      <div className="form-grid" style={{ marginTop: 0, marginBottom: 16 }}>
        <TextInput
          label="Name"
          maxLength={80}
          value={tariff.name}
          onChange={(event) => onChange({ ...tariff, name: event.currentTarget.value })}
        />
        <NumberInput
          label="VAT"
          suffix=" %"
          min={0}
          max={100}
          value={tariff.vatPct}
          onChange={(value) => onChange({ ...tariff, vatPct: Number(value) || 0 })}
        />
        <NumberInput
          label="Monthly fee"
          suffix={` ${unit}`}
          decimalScale={2}
          value={monthly?.amount ?? 0}
          onChange={(value) => {
            const others = tariff.fees.filter((fee) => fee !== monthly);
            const amount = Number(value) || 0;
            const fee = { name: monthly?.name ?? 'Monthly fee', amount, per: 'month' as const };
            onChange({ ...tariff, fees: amount === 0 ? others : [...others, fee] });
          }}
        />
      </div>
      <Checkbox
        mb={16}
        label="The prices typed here have VAT in them"
        checked={tariff.typedWithVat}
        onChange={(event) => onChange({ ...tariff, typedWithVat: event.currentTarget.checked })}
      />
      <Bought tariff={tariff} onChange={onChange} />
      <Sold tariff={tariff} onChange={onChange} />
      <fieldset className="form-group">
        <legend>What you pay for power</legend>
        <PeakCharges
          charges={tariff.peakCharges}
          unit={unit}
          onChange={(peakCharges) => onChange({ ...tariff, peakCharges })}
        />
      </fieldset>
    </>
  );
};
