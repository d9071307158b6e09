import { MultiSelect, NumberInput, TextInput } from '@mantine/core';
import type { Problem } from '../../../../preload/contract/base.ts';
import type { ApprovalPolicy, ChannelRef, Safety } from '../../../../preload/contract/safety.ts';
import { type ChannelChoice, refKey } from '../../../components/channel-choices.ts';
import { ChannelSelect } from '../../../components/channel-select.tsx';
import { Choice } from '../../../components/choice.tsx';
import { NumberField } from '../../../components/number-field.tsx';
import { WindowFields } from '../../../components/window-fields.tsx';
import { ListEditor } from './list-editor.tsx';

interface ListsProps {
  readonly safety: Safety;
  readonly channels: readonly ChannelChoice[];
  readonly problem: Problem | null;
  readonly onChange: (part: Partial<Safety>) => void;
}

const KW = { unit: 'kW', factor: 1000, digits: 1, step: 0.5 };
const newId = (): string => crypto.randomUUID().slice(0, 18);

/** The refusal that belongs to an entry, whichever of its fields it names. */
const errorAt =
  (problem: Problem | null, list: string) =>
  (index: number): string | undefined => {
    const start = `safety.${list}.${index}`;
    const short = `${list}.${index}`;
    return Object.entries(problem?.fields ?? {}).find(
      ([name]) => name.startsWith(start) || name.startsWith(short),
    )?.[1];
  };

const Several = ({
  label,
  value,
  channels,
  onChange,
}: {
  label: string;
  value: readonly ChannelRef[];
  channels: readonly ChannelChoice[];
  onChange: (refs: ChannelRef[]) => void;
}) => (
  <MultiSelect
    aria-label={label}
    className="rule-text"
    data={channels.map((choice) => ({ value: choice.value, label: choice.label }))}
    value={value.map(refKey)}
    onChange={(keys) => onChange(channels.filter((choice) => keys.includes(choice.value)).map((choice) => choice.ref))}
  />
);

const Interlocks = ({ safety, channels, problem, onChange }: ListsProps) => {
  const loads = channels.filter(({ controllable }) => controllable);
  return (
    <ListEditor
      title="Kept apart"
      note="Two loads that never run together, or a load that the battery never feeds."
      items={safety.interlocks}
      keyOf={({ id }) => id}
      addLabel="Pair"
      add={() => {
        const [first, second] = loads;
        if (first && second)
          return { id: newId(), kind: 'never-together' as const, first: first.ref, second: second.ref };
        return first ? { id: newId(), kind: 'not-from-battery' as const, load: first.ref } : null;
      }}
      error={errorAt(problem, 'interlocks')}
      onChange={(interlocks) => onChange({ interlocks })}
      row={(one, change) => (
        <>
          <ChannelSelect
            label="Load"
            value={one.kind === 'never-together' ? one.first : one.load}
            choices={loads}
            onChange={({ ref }) =>
              change(one.kind === 'never-together' ? { ...one, first: ref } : { ...one, load: ref })
            }
          />
          <Choice
            label="What is kept apart"
            className="rule-channel"
            options={[
              { value: 'never-together', label: 'never runs together with' },
              { value: 'not-from-battery', label: 'is never fed by the battery' },
            ]}
            value={one.kind}
            onChange={(kind) => {
              const load = one.kind === 'never-together' ? one.first : one.load;
              const other = loads.find((choice) => choice.value !== refKey(load))?.ref ?? load;
              change(
                kind === 'never-together'
                  ? { id: one.id, kind: 'never-together', first: load, second: other }
                  : { id: one.id, kind: 'not-from-battery', load },
              );
            }}
          />
          {one.kind === 'never-together' && (
            <ChannelSelect
              label="Other load"
              value={one.second}
              choices={loads}
              onChange={({ ref }) => change({ ...one, second: ref })}
            />
          )}
        </>
      )}
    />
  );
};

const QuietWindows = ({ safety, channels, problem, onChange }: ListsProps) => {
  const loads = channels.filter(({ controllable }) => controllable);
  return (
    <ListEditor
      title="Quiet hours of devices"
      note="Automation starts nothing of these within the hours; a person may."
      items={safety.quietWindows}
      keyOf={({ id }) => id}
      addLabel="Hours"
      add={() => {
        const [first] = loads;
        return first
          ? { id: newId(), name: 'Night', window: { from: '22:00', to: '06:00', days: [] }, channels: [first.ref] }
          : null;
      }}
      error={errorAt(problem, 'quietWindows')}
      onChange={(quietWindows) => onChange({ quietWindows })}
      row={(one, change) => (
        <>
          <TextInput
            aria-label="Name"
            className="rule-short"
            value={one.name}
            maxLength={60}
            onChange={(event) => change({ ...one, name: event.currentTarget.value })}
          />
          <WindowFields value={one.window} onChange={(window) => change({ ...one, window })} />
          <Several
            label="Devices"
            value={one.channels}
            channels={loads}
            onChange={(refs) => change({ ...one, channels: refs })}
          />
        </>
      )}
    />
  );
};

const optional = (label: string, suffix: string, value: number | null, onChange: (value: number | null) => void) => (
  <NumberInput
    aria-label={label}
    className="rule-number"
    placeholder="none"
    suffix={suffix}
    hideControls
    value={value ?? ''}
    onChange={(typed) => onChange(typeof typed === 'number' ? typed : null)}
  />
);

const Temperatures = ({ safety, channels, problem, onChange }: ListsProps) => {
  const loads = channels.filter(({ controllable }) => controllable);
  return (
    <ListEditor
      title="Temperatures"
      note="A measured temperature outside the limits keeps the devices from running."
      items={safety.temperatureLimits}
      keyOf={({ id }) => id}
      addLabel="Limit"
      add={() => {
        const [sensor] = channels;
        const [load] = loads;
        return sensor && load
          ? { id: newId(), sensor: sensor.ref, minimumC: null, maximumC: 40, channels: [load.ref] }
          : null;
      }}
      error={errorAt(problem, 'temperatureLimits')}
      onChange={(temperatureLimits) => onChange({ temperatureLimits })}
      row={(one, change) => (
        <>
          <ChannelSelect
            label="Sensor"
            value={one.sensor}
            choices={channels}
            onChange={({ ref }) => change({ ...one, sensor: ref })}
          />
          <span className="rule-word">from</span>
          {optional('Lowest temperature', ' °C', one.minimumC, (minimumC) => change({ ...one, minimumC }))}
          <span className="rule-word">to</span>
          {optional('Highest temperature', ' °C', one.maximumC, (maximumC) => change({ ...one, maximumC }))}
          <Several
            label="Devices"
            value={one.channels}
            channels={loads}
            onChange={(refs) => change({ ...one, channels: refs })}
          />
        </>
      )}
    />
  );
};

const Ramps = ({ safety, channels, problem, onChange }: ListsProps) => {
  const numbers = channels.filter(({ controllable, control }) => controllable && control?.kind === 'number');
  return (
    <ListEditor
      title="How fast settings may move"
      note="A number moves by no more than this in a minute."
      items={safety.ramps}
      keyOf={({ id }) => id}
      addLabel="Setting"
      add={() => {
        const [first] = numbers;
        return first ? { id: newId(), channel: first.ref, perMinute: 1000 } : null;
      }}
      error={errorAt(problem, 'ramps')}
      onChange={(ramps) => onChange({ ramps })}
      row={(one, change) => {
        const control = numbers.find(({ value }) => value === refKey(one.channel))?.control;
        const unit = control?.kind === 'number' ? control.unit : '';
        return (
          <>
            <ChannelSelect
              label="Setting"
              value={one.channel}
              choices={numbers}
              onChange={({ ref }) => change({ ...one, channel: ref })}
            />
            <NumberField
              label="By"
              unit={{ unit: `${unit}/min`, factor: 1, digits: 1, step: 1 }}
              value={one.perMinute}
              onChange={(perMinute) => perMinute > 0 && change({ ...one, perMinute })}
            />
          </>
        );
      }}
    />
  );
};

const ASKS: readonly { readonly value: ApprovalPolicy['ask']; readonly label: string }[] = [
  { value: 'always', label: 'always' },
  { value: 'sometimes', label: 'sometimes' },
  { value: 'never', label: 'never' },
];

const Approvals = ({ safety, channels, problem, onChange }: ListsProps) => {
  const controllable = channels.filter((choice) => choice.controllable);
  const named = new Set(safety.approvals.map(({ channel }) => refKey(channel)));
  return (
    <ListEditor
      title="When you are asked"
      note="In Automate, before something is done to these. In Suggest you are asked about everything."
      items={safety.approvals}
      keyOf={({ channel }) => refKey(channel)}
      addLabel="Device"
      add={() => {
        const first = controllable.find(({ value }) => !named.has(value));
        return first ? { channel: first.ref, ask: 'always' as const, firstTime: true, abovePowerW: null } : null;
      }}
      error={errorAt(problem, 'approvals')}
      onChange={(approvals) => onChange({ approvals })}
      row={(one, change) => (
        <>
          <ChannelSelect
            label="Device"
            value={one.channel}
            choices={controllable.filter(({ value }) => value === refKey(one.channel) || !named.has(value))}
            onChange={({ ref }) => change({ ...one, channel: ref })}
          />
          <Choice label="Asked" options={ASKS} value={one.ask} onChange={(ask) => change({ ...one, ask: ask })} />
          {one.ask === 'sometimes' && (
            <>
              <Choice
                label="First time"
                options={[
                  { value: 'yes', label: 'the first time' },
                  { value: 'no', label: 'not the first time' },
                ]}
                value={one.firstTime ? 'yes' : 'no'}
                onChange={(value) => change({ ...one, firstTime: value === 'yes' })}
              />
              <span className="rule-word">and above</span>
              <NumberInput
                aria-label="Above"
                className="rule-number"
                placeholder="any"
                suffix=" kW"
                hideControls
                min={0}
                value={one.abovePowerW === null ? '' : one.abovePowerW / KW.factor}
                onChange={(typed) =>
                  change({ ...one, abovePowerW: typeof typed === 'number' ? typed * KW.factor : null })
                }
              />
            </>
          )}
        </>
      )}
    />
  );
};

const StopInputs = ({ safety, channels, problem, onChange }: ListsProps) => {
  const inputs = channels.filter(({ controllable }) => !controllable);
  return (
    <ListEditor
      title="Stop buttons"
      note="An input of a device, such as a wall button, that stops the house."
      items={safety.stopInputs}
      keyOf={({ id }) => id}
      addLabel="Button"
      add={() => {
        const [first] = inputs;
        return first ? { id: newId(), channel: first.ref, stopsWhen: 'on' as const } : null;
      }}
      error={errorAt(problem, 'stopInputs')}
      onChange={(stopInputs) => onChange({ stopInputs })}
      row={(one, change) => (
        <>
          <ChannelSelect
            label="Input"
            value={one.channel}
            choices={inputs}
            onChange={({ ref }) => change({ ...one, channel: ref })}
          />
          <Choice
            label="Stops when it is"
            className="rule-channel"
            options={[
              { value: 'on', label: 'stops when pressed' },
              { value: 'off', label: 'stops when released' },
            ]}
            value={one.stopsWhen}
            onChange={(value) => change({ ...one, stopsWhen: value === 'off' ? 'off' : 'on' })}
          />
        </>
      )}
    />
  );
};

const Phases = ({ safety, channels, problem, onChange }: ListsProps) => {
  const loads = channels.filter(({ controllable }) => controllable);
  const named = new Set(safety.channelPhases.map(({ channel }) => refKey(channel)));
  return (
    <ListEditor
      title="Phases of devices"
      note="What is not named here draws on all phases evenly."
      items={safety.channelPhases}
      keyOf={({ channel }) => refKey(channel)}
      addLabel="Device"
      add={() => {
        const first = loads.find(({ value }) => !named.has(value));
        return first ? { channel: first.ref, phase: 1 as const } : null;
      }}
      error={errorAt(problem, 'channelPhases')}
      onChange={(channelPhases) => onChange({ channelPhases })}
      row={(one, change) => (
        <>
          <ChannelSelect
            label="Device"
            value={one.channel}
            choices={loads.filter(({ value }) => value === refKey(one.channel) || !named.has(value))}
            onChange={({ ref }) => change({ ...one, channel: ref })}
          />
          <Choice
            label="Phase"
            options={[
              { value: '1', label: 'phase 1' },
              { value: '2', label: 'phase 2' },
              { value: '3', label: 'phase 3' },
            ]}
            value={String(one.phase)}
            onChange={(value) => change({ ...one, phase: value === '3' ? 3 : value === '2' ? 2 : 1 })}
          />
        </>
      )}
    />
  );
};

/** Every list of the envelope. */
export const SafetyLists = (props: ListsProps) => (
  <>
    {props.safety.phases === 3 && <Phases {...props} />}
    <Interlocks {...props} />
    <QuietWindows {...props} />
    <Temperatures {...props} />
    <Ramps {...props} />
    <Approvals {...props} />
    <StopInputs {...props} />
  </>
);
