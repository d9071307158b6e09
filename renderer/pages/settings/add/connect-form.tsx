import { NumberInput, PasswordInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Problem } from '../../../../preload/contract/base.ts';
import type { DriverView } from '../../../../preload/contract/devices.ts';
import { type SuggestedLine, suggestOptions } from '../../../actions/suggest-options.ts';
import { Button } from '../../../components/parts.tsx';
import { Agreement } from '../agreement.tsx';
import { ENCRYPTIONS } from '../encryptions.ts';
import { FormProblem } from '../form-problem.tsx';
import { OptionInput } from '../option-input.tsx';
import { addressOf, addressProblems, type TypedAddress } from './address.ts';

const HOST_LABELS: Readonly<Record<DriverView['reach'], string>> = {
  local: 'Address',
  cloud: 'Server',
  incoming: 'Listen at',
};

const READ_NOTE = 'It is read once. Nothing is saved or switched yet.';
const PURPOSES = {
  read: { button: 'Read it', note: READ_NOTE },
  again: { button: 'Read it again', note: READ_NOTE },
  reconnect: {
    button: 'Read it there and move',
    note: 'It must be the same device. An empty password keeps the old one.',
  },
} as const;

/** What a hub offers for a field: a tick adds its line. */
const Suggestions = ({
  lines,
  value,
  onChange,
}: {
  lines: readonly SuggestedLine[];
  value: string;
  onChange: (value: string) => void;
}) => {
  const [text, setText] = useState('');
  const chosen = new Set(value.split('\n').map((line) => line.trim()));
  const wanted = text.trim().toLowerCase();
  const shown = lines.filter(({ label, line }) => `${label} ${line}`.toLowerCase().includes(wanted)).slice(0, 60);
  return (
    <div className="suggestions">
      <TextInput
        label={`It offers ${lines.length}`}
        placeholder="Type to find"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <ul>
        {shown.map(({ label, line }) => (
          <li key={line}>
            <label>
              <input
                type="checkbox"
                checked={chosen.has(line)}
                onChange={(event) => {
                  const others = value.split('\n').filter((each) => each.trim() !== '' && each.trim() !== line);
                  onChange([...others, ...(event.currentTarget.checked ? [line] : [])].join('\n'));
                }}
              />
              {label}
            </label>
          </li>
        ))}
      </ul>
    </div>
  );
};

/** The second step: where and how it is asked. */
export const ConnectForm = ({
  driver,
  typed,
  problem,
  busy,
  purpose,
  onChange,
  onProblem,
  onRead,
}: {
  driver: DriverView;
  typed: TypedAddress;
  problem: Problem | null;
  busy: boolean;
  /** `read`: for the first time. `again`: it was read already. `reconnect`: it is here and moves. */
  purpose: keyof typeof PURPOSES;
  onChange: (typed: TypedAddress) => void;
  onProblem: (problem: Problem | null) => void;
  onRead: (typed: TypedAddress) => void;
}) => {
  const [missing, setMissing] = useState<Readonly<Record<string, string>>>({});
  const [lines, setLines] = useState<readonly SuggestedLine[]>([]);
  const errors = { ...missing, ...problem?.fields };
  const set = (change: Partial<TypedAddress>): void => onChange({ ...typed, ...change });
  const setOption = (name: string, value: string): void => set({ options: { ...typed.options, [name]: value } });
  const read = (next: TypedAddress): void => {
    const problems = addressProblems(driver, next);
    setMissing(problems);
    if (Object.keys(problems).length === 0) onRead(next);
  };
  const agree = (fingerprint: string): void => {
    const next: TypedAddress = { ...typed, encryption: 'pinned', fingerprint };
    onChange(next);
    read(next);
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        read(typed);
      }}
    >
      <div className="form-grid" style={{ marginTop: 0 }}>
        <TextInput
          label={HOST_LABELS[driver.reach]}
          placeholder="192.168.1.40"
          error={errors['host']}
          value={typed.host}
          onChange={(event) => set({ host: event.currentTarget.value })}
        />
        <NumberInput
          label="Port"
          min={1}
          max={65_535}
          allowDecimal={false}
          hideControls
          thousandSeparator=""
          error={errors['port']}
          value={typed.port}
          onChange={(port) => set({ port })}
        />
        {driver.needsUnitId && (
          <NumberInput
            label="Unit id"
            min={0}
            max={247}
            allowDecimal={false}
            hideControls
            error={errors['unitId']}
            value={typed.unitId}
            onChange={(unitId) => set({ unitId })}
          />
        )}
        {driver.encryption !== null && (
          <Select
            label="Encryption"
            data={ENCRYPTIONS.filter(({ value }) => value !== 'pinned' || typed.fingerprint !== '')}
            allowDeselect={false}
            value={typed.encryption}
            onChange={(value) => {
              const chosen = ENCRYPTIONS.find((each) => each.value === value);
              if (chosen) set({ encryption: chosen.value });
            }}
          />
        )}
        {driver.options
          .filter(({ kind }) => kind !== 'lines')
          .map((field) => (
            <OptionInput
              key={field.name}
              field={field}
              value={typed.options[field.name] ?? ''}
              error={errors[field.name]}
              onChange={(value) => setOption(field.name, value)}
            />
          ))}
        {driver.takesPassword && (
          <PasswordInput
            label={driver.secretLabel}
            description={driver.secretHelp}
            error={errors['password']}
            autoComplete="off"
            value={typed.password}
            onChange={(event) => set({ password: event.currentTarget.value })}
          />
        )}
      </div>
      {driver.options
        .filter(({ kind }) => kind === 'lines')
        .map((field) => (
          <div key={field.name} style={{ marginTop: 14 }}>
            <OptionInput
              field={field}
              value={typed.options[field.name] ?? ''}
              error={errors[field.name]}
              onChange={(value) => setOption(field.name, value)}
            />
            {driver.suggests && (
              <Button
                size="small"
                icon="search"
                style={{ marginTop: 8 }}
                onClick={() =>
                  void suggestOptions.run(
                    { address: addressOf(driver, typed), onSuggested: setLines, onProblem },
                    'window',
                  )
                }
              >
                Ask it what it has
              </Button>
            )}
            {lines.some((line) => line.field === field.name) && (
              <Suggestions
                lines={lines.filter((line) => line.field === field.name)}
                value={typed.options[field.name] ?? ''}
                onChange={(value) => setOption(field.name, value)}
              />
            )}
          </div>
        ))}
      {problem && <FormProblem problem={problem} />}
      {problem?.fingerprint && (
        <Agreement
          whose="The device"
          shownAt="that the device shows on its own screen or page"
          fingerprint={problem.fingerprint}
          onAgree={() => agree(problem.fingerprint ?? '')}
        />
      )}
      <div className="form-acts">
        <Button
          type="submit"
          look={purpose === 'again' ? 'plain' : 'primary'}
          icon={busy && purpose !== 'again' ? 'loader-circle' : 'activity'}
          disabled={busy}
        >
          {busy && purpose !== 'again' ? 'Asking it' : PURPOSES[purpose].button}
        </Button>
        <span className="small quiet">{PURPOSES[purpose].note}</span>
      </div>
    </form>
  );
};
