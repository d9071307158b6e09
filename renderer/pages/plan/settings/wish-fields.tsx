import { Checkbox } from '@mantine/core';
import type { LoadWish } from '../../../../preload/contract/plan-settings.ts';
import type { ChannelChoice } from '../../../components/channel-choices.ts';
import { ChannelSelect } from '../../../components/channel-select.tsx';
import { Choice } from '../../../components/choice.tsx';
import { NumberField, type TypedUnit } from '../../../components/number-field.tsx';
import { WindowFields } from '../../../components/window-fields.tsx';

const MINUTES: TypedUnit = { unit: 'min', factor: 1, digits: 0, step: 15 };
const KWH: TypedUnit = { unit: 'kWh', factor: 1, digits: 1, step: 0.5 };
const KW: TypedUnit = { unit: 'kW', factor: 1, digits: 2, step: 0.1 };
const CELSIUS: TypedUnit = { unit: '°C', factor: 1, digits: 1, step: 0.5 };
const LITRES: TypedUnit = { unit: 'l', factor: 1, digits: 0, step: 10 };
const HEAT: TypedUnit = { unit: 'kWh', factor: 1, digits: 2, step: 0.1 };

const Word = ({ children }: { children: string }) => <span className="rule-word">{children}</span>;

interface FieldsProps<Wish extends LoadWish> {
  readonly wish: Wish;
  readonly sensors: readonly ChannelChoice[];
  readonly onChange: (wish: LoadWish) => void;
}

const Temperatures = ({
  wish,
  onChange,
}: {
  wish: Extract<LoadWish, { kind: 'tank' | 'comfort' }>;
  onChange: (wish: LoadWish) => void;
}) => (
  <>
    <Word>between</Word>
    <NumberField
      label="Lowest temperature"
      unit={CELSIUS}
      value={wish.minC}
      onChange={(minC) => onChange({ ...wish, minC })}
    />
    <Word>and</Word>
    <NumberField
      label="Highest temperature"
      unit={CELSIUS}
      value={wish.maxC}
      onChange={(maxC) => onChange({ ...wish, maxC })}
    />
  </>
);

const NO_SENSOR = 'none';

const TankFields = ({ wish, sensors, onChange }: FieldsProps<Extract<LoadWish, { kind: 'tank' }>>) => {
  const key = wish.sensor === null ? NO_SENSOR : `${wish.sensor.deviceId}/${wish.sensor.channelId}`;
  return (
    <>
      <NumberField
        label="Size"
        unit={LITRES}
        value={wish.litres}
        onChange={(litres) => onChange({ ...wish, litres })}
      />
      <Temperatures wish={wish} onChange={onChange} />
      <Word>measured by</Word>
      <Choice
        label="Sensor in the tank"
        className="rule-subject"
        options={[
          { value: NO_SENSOR, label: 'no sensor, the model alone' },
          ...sensors.map(({ value, label }) => ({ value, label })),
        ]}
        value={key}
        onChange={(value) => {
          const ref = sensors.find((one) => one.value === value)?.ref ?? null;
          onChange({ ...wish, sensor: ref });
        }}
      />
      <Word>drawn in a day</Word>
      <NumberField
        label="Drawn in a day"
        unit={KWH}
        value={wish.drawKwhPerDay}
        onChange={(drawKwhPerDay) => onChange({ ...wish, drawKwhPerDay })}
      />
      <Word>heat of one kWh</Word>
      <NumberField
        label="Heat of one kWh"
        unit={HEAT}
        value={wish.heatPerKwh}
        onChange={(heatPerKwh) => onChange({ ...wish, heatPerKwh })}
      />
    </>
  );
};

const ComfortFields = ({ wish, sensors, onChange }: FieldsProps<Extract<LoadWish, { kind: 'comfort' }>>) => (
  <>
    <Choice
      label="Heats or cools"
      options={[
        { value: 'heat', label: 'heats' },
        { value: 'cool', label: 'cools' },
      ]}
      value={wish.direction}
      onChange={(direction) => onChange({ ...wish, direction })}
    />
    <Temperatures wish={wish} onChange={onChange} />
    <Word>measured by</Word>
    <ChannelSelect
      label="Sensor of the zone"
      value={wish.sensor}
      choices={sensors}
      onChange={({ ref }) => onChange({ ...wish, sensor: ref })}
    />
    <Word>heat of one kWh</Word>
    <NumberField
      label="Heat of one kWh"
      unit={HEAT}
      value={wish.heatPerKwh}
      onChange={(heatPerKwh) => onChange({ ...wish, heatPerKwh })}
    />
  </>
);

/** What one load has to do, as a line of words and fields. */
export const WishFields = ({ wish, sensors, money, onChange }: FieldsProps<LoadWish> & { readonly money: string }) => {
  switch (wish.kind) {
    case 'value':
      return (
        <>
          <Word>a kWh earns</Word>
          <NumberField
            label="What a kWh earns"
            unit={{ unit: `${money}/kWh`, factor: 1, digits: 3, step: 0.01 }}
            value={wish.valuePerKwh}
            onChange={(valuePerKwh) => onChange({ ...wish, valuePerKwh })}
          />
        </>
      );
    case 'run':
      return (
        <>
          <NumberField
            label="How long"
            unit={MINUTES}
            value={wish.minutes}
            onChange={(minutes) => onChange({ ...wish, minutes })}
          />
          <WindowFields value={wish} onChange={({ from, to, days }) => onChange({ ...wish, from, to, days })} />
          <Checkbox
            label="in one piece"
            checked={wish.inOnePiece}
            onChange={(event) => onChange({ ...wish, inOnePiece: event.currentTarget.checked })}
          />
        </>
      );
    case 'energy':
      return (
        <>
          <NumberField
            label="How much"
            unit={KWH}
            value={wish.energyKwh}
            onChange={(energyKwh) => onChange({ ...wish, energyKwh })}
          />
          <WindowFields value={wish} onChange={({ from, to, days }) => onChange({ ...wish, from, to, days })} />
          <Word>with</Word>
          <NumberField
            label="Least power"
            unit={KW}
            value={wish.minKw}
            onChange={(minKw) => onChange({ ...wish, minKw })}
          />
          <Word>to</Word>
          <NumberField
            label="Most power"
            unit={KW}
            value={wish.maxKw}
            onChange={(maxKw) => onChange({ ...wish, maxKw })}
          />
        </>
      );
    case 'tank':
      return <TankFields wish={wish} sensors={sensors} onChange={onChange} />;
    case 'comfort':
      return <ComfortFields wish={wish} sensors={sensors} onChange={onChange} />;
  }
};
