import type { Quantity } from '../../../preload/contract/rules.ts';
import type { ChannelChoice } from '../../components/channel-choices.ts';
import { ChannelSelect } from '../../components/channel-select.tsx';
import { Choice } from '../../components/choice.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { BANDS, FORECASTS, STATISTICS, WEATHERS } from './words.ts';

const HOURS = { unit: 'h', factor: 1, digits: 0, step: 1 };

type ForecastQuantity = Extract<Quantity, { of: 'forecast' }>;

/** A charge or a price has no sum, and a sum of powers is the energy: the statistic follows the kind where it must. */
const withKind = (quantity: ForecastQuantity, kind: ForecastQuantity['kind']): ForecastQuantity => ({
  ...quantity,
  kind,
  statistic: (kind === 'soc' || kind === 'price') && quantity.statistic === 'sum' ? 'minimum' : quantity.statistic,
});

const ForecastFields = ({
  quantity,
  onChange,
}: {
  quantity: ForecastQuantity;
  onChange: (quantity: Quantity) => void;
}) => {
  const statistics =
    quantity.kind === 'soc' || quantity.kind === 'price'
      ? STATISTICS.filter(({ value }) => value !== 'sum')
      : STATISTICS;
  return (
    <>
      <Choice
        label="Forecast of"
        options={FORECASTS}
        value={quantity.kind}
        onChange={(kind) => onChange(withKind(quantity, kind))}
      />
      <Choice
        label="Statistic"
        options={statistics}
        value={quantity.statistic}
        onChange={(statistic) => onChange({ ...quantity, statistic: statistic })}
      />
      <span className="rule-word">of the next</span>
      <NumberField
        label="Hours ahead"
        unit={HOURS}
        value={quantity.hours}
        minimum={1}
        maximum={72}
        onChange={(hours) => onChange({ ...quantity, hours: Math.round(hours) })}
      />
      <Choice
        label="Which case"
        options={BANDS}
        value={quantity.band}
        onChange={(band) => onChange({ ...quantity, band: band })}
      />
    </>
  );
};

/** What belongs to a quantity besides its name: the device, the hours ahead, the kind of weather. */
export const QuantityFields = ({
  quantity,
  channels,
  onChange,
}: {
  quantity: Quantity;
  channels: readonly ChannelChoice[];
  onChange: (quantity: Quantity) => void;
}) => {
  if ('channel' in quantity)
    return (
      <ChannelSelect
        label="Device"
        value={quantity.channel}
        choices={channels}
        onChange={(choice) => onChange({ ...quantity, channel: choice.ref })}
      />
    );
  if (quantity.of === 'forecast') return <ForecastFields quantity={quantity} onChange={onChange} />;
  if (quantity.of !== 'weather') return null;
  return (
    <>
      <Choice
        label="What of the weather"
        options={WEATHERS}
        value={quantity.what}
        onChange={(what) => onChange({ ...quantity, what: what })}
      />
      <span className="rule-word">{quantity.hours === 0 ? 'now, or within' : 'at most within'}</span>
      <NumberField
        label="Hours ahead"
        unit={HOURS}
        value={quantity.hours}
        minimum={0}
        maximum={72}
        onChange={(hours) => onChange({ ...quantity, hours: Math.round(hours) })}
      />
    </>
  );
};
