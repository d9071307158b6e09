import { Checkbox, NumberInput, Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Problem } from '../../../../preload/contract/base.ts';
import type { Safety } from '../../../../preload/contract/safety.ts';
import { saveSafety } from '../../../actions/safety.ts';
import { channelChoices } from '../../../components/channel-choices.ts';
import { devices } from '../../../state/house.ts';
import { FormEnd } from '../form-problem.tsx';
import { SafetyLists } from './safety-lists.tsx';

type NumberName =
  | 'fuseA'
  | 'voltageV'
  | 'safeImportW'
  | 'inverterMaxW'
  | 'batteryMaxChargeW'
  | 'batteryMaxDischargeW'
  | 'batteryMinimumC'
  | 'batteryMaximumC';

interface NumberOfForm {
  readonly name: NumberName;
  readonly label: string;
  readonly hint: string;
  readonly unit: string;
  /** Stored = typed × factor. */
  readonly factor: number;
  readonly optional: boolean;
}

const GRID: readonly NumberOfForm[] = [
  {
    name: 'fuseA',
    label: 'Main fuse',
    hint: 'Of each phase. Empty where unknown.',
    unit: 'A',
    factor: 1,
    optional: true,
  },
  { name: 'voltageV', label: 'Voltage', hint: 'Between a phase and neutral.', unit: 'V', factor: 1, optional: false },
  {
    name: 'safeImportW',
    label: 'While the grid meter is silent',
    hint: 'Controlled loads together draw no more.',
    unit: 'kW',
    factor: 1000,
    optional: false,
  },
];
const INVERTER: readonly NumberOfForm[] = [
  {
    name: 'inverterMaxW',
    label: 'Inverter',
    hint: 'What it can carry. Empty where unknown.',
    unit: 'kW',
    factor: 1000,
    optional: true,
  },
  {
    name: 'batteryMaxChargeW',
    label: 'Most charge',
    hint: 'Of the battery.',
    unit: 'kW',
    factor: 1000,
    optional: true,
  },
  {
    name: 'batteryMaxDischargeW',
    label: 'Most discharge',
    hint: 'Of the battery.',
    unit: 'kW',
    factor: 1000,
    optional: true,
  },
  {
    name: 'batteryMinimumC',
    label: 'Battery not below',
    hint: 'Automation leaves it alone then.',
    unit: '°C',
    factor: 1,
    optional: true,
  },
  {
    name: 'batteryMaximumC',
    label: 'Battery not above',
    hint: 'Automation leaves it alone then.',
    unit: '°C',
    factor: 1,
    optional: true,
  },
];

/** The envelope as a form: the center has the last word on what is safe, field by field. */
export const SafetyForm = ({ stored, onClose }: { stored: Safety; onClose: () => void }) => {
  const [safety, setSafety] = useState(stored);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const list = devices.use((state) => state.value);
  const channels = useMemo(() => channelChoices(list ?? []), [list]);
  const change = (part: Partial<Safety>): void => {
    setSafety({ ...safety, ...part });
    setProblem(null);
  };
  const errorOf = (name: string): string | undefined => problem?.fields?.[name] ?? problem?.fields?.[`safety.${name}`];
  const number = (field: NumberOfForm) => {
    const value = safety[field.name];
    return (
      <NumberInput
        key={field.name}
        label={field.label}
        description={field.hint}
        suffix={` ${field.unit}`}
        hideControls
        placeholder={field.optional ? 'unknown' : ''}
        error={errorOf(field.name)}
        value={value === null ? '' : Number((value / field.factor).toFixed(6))}
        onChange={(typed) => {
          if (typeof typed === 'number') change({ [field.name]: Number((typed * field.factor).toFixed(6)) });
          else if (typed === '' && field.optional) change({ [field.name]: null });
        }}
      />
    );
  };
  const save = async (): Promise<void> => {
    setBusy(true);
    await saveSafety.run({ safety, onSaved: onClose, onProblem: setProblem }, 'window');
    setBusy(false);
  };
  return (
    <form
      noValidate
      className="safety-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <fieldset className="form-group">
        <legend>Grid connection</legend>
        <div className="form-grid">
          <Select
            label="Phases"
            description="Of the house."
            allowDeselect={false}
            data={[
              { value: '1', label: 'One' },
              { value: '3', label: 'Three' },
            ]}
            value={String(safety.phases)}
            onChange={(value) => change({ phases: value === '3' ? 3 : 1 })}
          />
          {GRID.map(number)}
        </div>
      </fieldset>
      <fieldset className="form-group">
        <legend>Inverter and battery</legend>
        <div className="form-grid">
          {INVERTER.map(number)}
          <Checkbox
            label="Miners may run on by voltage"
            description="While the battery’s charge is not known."
            checked={safety.minersByVoltage}
            onChange={(event) => change({ minersByVoltage: event.currentTarget.checked })}
          />
        </div>
      </fieldset>
      <SafetyLists safety={safety} channels={channels} problem={problem} onChange={change} />
      <FormEnd problem={problem} busy={busy} onLeave={onClose} />
    </form>
  );
};
