import { Select } from '@mantine/core';
import type { DeviceView } from '../../../preload/contract/devices.ts';
import type { Quantity, Test } from '../../../preload/contract/rules.ts';
import type { ChannelChoice } from '../../components/channel-choices.ts';
import { ChannelSelect } from '../../components/channel-select.tsx';
import { Choice } from '../../components/choice.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { WindowFields } from '../../components/window-fields.tsx';
import { compareAs, isComparison, subjectOf, testFor } from './draft.ts';
import { QuantityFields } from './quantity-fields.tsx';
import { SUBJECTS, unitOf } from './words.ts';

/** What the fields of a rule know of the home. */
export interface BuilderWorld {
  readonly channels: readonly ChannelChoice[];
  readonly devices: readonly DeviceView[];
  readonly workflows: readonly { readonly id: string; readonly name: string }[];
  /** The sign of the currency. */
  readonly money: string;
}

const COMPARISONS = [
  { value: 'above', label: 'is above' },
  { value: 'below', label: 'is below' },
  { value: 'between', label: 'is between' },
] as const;

const MINUTES = { unit: 'min', factor: 1, digits: 0, step: 5 };
const HOURS = { unit: 'h', factor: 1, digits: 2, step: 1 };

type Fields<Kind extends Test['is']> = {
  readonly test: Extract<Test, { is: Kind }>;
  readonly world: BuilderWorld;
  readonly onChange: (test: Test) => void;
};

const Comparison = ({
  test,
  world,
  onChange,
}: {
  test: Extract<Test, { quantity: Quantity }>;
  world: BuilderWorld;
  onChange: (test: Test) => void;
}) => {
  const unit = unitOf(test.quantity, world.money);
  return (
    <>
      <QuantityFields
        quantity={test.quantity}
        channels={world.channels}
        onChange={(quantity) => onChange({ ...test, quantity })}
      />
      <Choice label="Compared" options={COMPARISONS} value={test.is} onChange={(is) => onChange(compareAs(test, is))} />
      {test.is === 'between' ? (
        <>
          <NumberField label="From" unit={unit} value={test.from} onChange={(from) => onChange({ ...test, from })} />
          <span className="rule-word">and</span>
          <NumberField label="To" unit={unit} value={test.to} onChange={(to) => onChange({ ...test, to })} />
        </>
      ) : (
        <>
          <NumberField
            label="Value"
            unit={unit}
            value={test.value}
            onChange={(value) => onChange({ ...test, value })}
          />
          <span className="rule-word">until</span>
          <NumberField
            label="Ends when it is back by"
            unit={unit}
            value={test.hysteresis}
            minimum={0}
            onChange={(hysteresis) => onChange({ ...test, hysteresis })}
          />
          <span className="rule-word">{test.is === 'above' ? 'less' : 'more'}</span>
        </>
      )}
    </>
  );
};

const DeviceFields = ({ test, world, onChange }: Fields<'device'>) => (
  <>
    <ChannelSelect
      label="Device"
      value={test.channel}
      choices={world.channels}
      onChange={(choice) => onChange({ ...test, channel: choice.ref })}
    />
    <Choice
      label="State"
      options={[
        { value: 'on', label: 'is on' },
        { value: 'off', label: 'is off' },
        { value: 'held', label: 'is held' },
      ]}
      value={test.state}
      onChange={(state) => onChange({ ...test, state: state })}
    />
  </>
);

const ReachableFields = ({ test, world, onChange }: Fields<'reachable'>) => (
  <>
    <Choice
      label="Device"
      className="rule-channel"
      options={world.devices.map((device) => ({ value: device.id, label: device.name }))}
      value={test.deviceId}
      onChange={(id) => {
        const device = world.devices.find((one) => one.id === id);
        if (device) onChange({ ...test, deviceId: device.id });
      }}
    />
    <Choice
      label="State"
      options={[
        { value: 'online', label: 'answers' },
        { value: 'offline', label: 'does not answer' },
      ]}
      value={test.state}
      onChange={(state) => onChange({ ...test, state: state })}
    />
  </>
);

const SunFields = ({ test, onChange }: Fields<'sun'>) => (
  <>
    <Choice
      label="Since"
      className="rule-channel"
      options={[
        { value: 'sunrise', label: 'by day, since sunrise' },
        { value: 'sunset', label: 'by night, since sunset' },
      ]}
      value={test.since}
      onChange={(since) => onChange({ ...test, since: since })}
    />
    <span className="rule-word">shifted by</span>
    <NumberField
      label="Shifted by"
      unit={MINUTES}
      value={test.offsetMinutes}
      minimum={-720}
      maximum={720}
      onChange={(offsetMinutes) => onChange({ ...test, offsetMinutes: Math.round(offsetMinutes) })}
    />
  </>
);

const RankFields = ({ test, onChange }: Fields<'price-rank'>) => (
  <>
    <span className="rule-word">now is one of the</span>
    <Choice
      label="Which hours"
      options={[
        { value: 'cheapest', label: 'cheapest' },
        { value: 'dearest', label: 'dearest' },
      ]}
      value={test.rank}
      onChange={(rank) => onChange({ ...test, rank: rank })}
    />
    <NumberField
      label="How many hours"
      unit={HOURS}
      value={test.hours}
      minimum={0.25}
      maximum={24}
      onChange={(hours) => onChange({ ...test, hours })}
    />
    <span className="rule-word">of the day</span>
  </>
);

const OtherFields = ({
  test,
  world,
  onChange,
}: {
  test: Test;
  world: BuilderWorld;
  onChange: (test: Test) => void;
}) => {
  switch (test.is) {
    case 'time':
      return <WindowFields value={test.window} onChange={(window) => onChange({ ...test, window })} />;
    case 'sun':
      return <SunFields test={test} world={world} onChange={onChange} />;
    case 'device':
      return <DeviceFields test={test} world={world} onChange={onChange} />;
    case 'reachable':
      return <ReachableFields test={test} world={world} onChange={onChange} />;
    case 'price-rank':
      return <RankFields test={test} world={world} onChange={onChange} />;
    default:
      return <Comparison test={test} world={world} onChange={onChange} />;
  }
};

/** One line of a rule: what it looks at, and when that holds. */
export const TestFields = ({
  test,
  world,
  onChange,
}: {
  test: Test;
  world: BuilderWorld;
  onChange: (test: Test) => void;
}) => {
  const first = isComparison(test) && 'channel' in test.quantity ? test.quantity.channel : world.channels[0]?.ref;
  return (
    <>
      <Select
        aria-label="Looks at"
        className="rule-subject"
        allowDeselect={false}
        searchable
        data={SUBJECTS.map(({ group, items }) => ({ group, items: [...items] }))}
        value={subjectOf(test)}
        onChange={(chosen) => {
          const subject = SUBJECTS.flatMap(({ items }) => items).find(({ value }) => value === chosen)?.value;
          if (subject && first) onChange(testFor(subject, first));
        }}
      />
      <OtherFields test={test} world={world} onChange={onChange} />
    </>
  );
};
