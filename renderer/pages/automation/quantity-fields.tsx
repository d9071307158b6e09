import { Select } from '@mantine/core';
import type { Quantity } from '../../../preload/contract/rules.ts';
import type { ChannelChoice } from '../../components/channel-choices.ts';
import { ChannelSelect } from '../../components/channel-select.tsx';
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
      <Select
        aria-label="Forecast of"
        className="rule-short"
        allowDeselect={false}
        data={[...FORECASTS]}
        value={quantity.kind}
        onChange={(kind) => kind && onChange(withKind(quantity, kind as ForecastQuantity['kind']))}
      />
      <Select
        aria-label="Statistic"
        className="rule-short"
        allowDeselect={false}
        data={[...statistics]}
        value={quantity.statistic}
        onChange={(statistic) =>
          statistic && onChange({ ...quantity, statistic: statistic as ForecastQuantity['statistic'] })
        }
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
      <Select
        aria-label="Which case"
        className="rule-short"
        allowDeselect={false}
        data={[...BANDS]}
        value={quantity.band}
        onChange={(band) => band && onChange({ ...quantity, band: band as ForecastQuantity['band'] })}
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
      <Select
        aria-label="What of the weather"
        className="rule-short"
        allowDeselect={false}
        data={[...WEATHERS]}
        value={quantity.what}
        onChange={(what) => what && onChange({ ...quantity, what: what as typeof quantity.what })}
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
