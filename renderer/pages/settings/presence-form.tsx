import { Checkbox, NumberInput, PasswordInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Problem } from '../../../preload/contract/base.ts';
import type { PresenceSettings, PresenceView } from '../../../preload/contract/presence.ts';
import { setPresence } from '../../actions/presence.ts';
import { Button } from '../../components/parts.tsx';
import { Agreement } from './agreement.tsx';
import { ENCRYPTIONS } from './encryptions.ts';
import { FormProblem } from './form-problem.tsx';

/** MQTT's registered ports, plain and encrypted. */
const PLAIN_PORT = 1883;
const ENCRYPTED_PORT = 8883;

interface Typed extends Omit<PresenceSettings, 'port'> {
  readonly port: number | string;
  /** Undefined leaves the kept one as it is, null removes it. */
  readonly password: string | null | undefined;
}

const PASSWORD_WORDS: Readonly<Record<PresenceView['password'], string>> = {
  none: 'Only where the broker asks for one.',
  kept: 'One is kept. Empty leaves it as it is.',
  unreadable: 'The secret store does not answer now.',
};

/** The usual port follows the choice; one that was typed stays. */
const withEncryption = (typed: Typed, encryption: PresenceSettings['encryption']): Typed => ({
  ...typed,
  encryption,
  port:
    typed.port === (encryption === 'off' ? ENCRYPTED_PORT : PLAIN_PORT)
      ? encryption === 'off'
        ? PLAIN_PORT
        : ENCRYPTED_PORT
      : typed.port,
});

/** What was typed lies over what is kept until it is saved, so that news of the connection never takes it away. */
export const PresenceForm = ({ view }: { view: PresenceView }) => {
  const { settings, status } = view;
  const [changed, setChanged] = useState<Typed | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [badPort, setBadPort] = useState(false);
  const [busy, setBusy] = useState(false);
  const typed: Typed = changed ?? { ...settings, password: undefined };
  const set = (change: Partial<Typed>): void => setChanged({ ...typed, ...change });
  const errorOf = (name: string): string | undefined =>
    problem?.fields?.[name] ?? problem?.fields?.[`settings.${name}`];

  const save = async (next: PresenceSettings, password: Typed['password']): Promise<void> => {
    setProblem(null);
    setBusy(true);
    await setPresence.run(
      { settings: next, password, onSaved: () => setChanged(null), onProblem: setProblem },
      'window',
    );
    setBusy(false);
  };
  const submit = (): void => {
    const { password, ...rest } = typed;
    const { port } = rest;
    setBadPort(typeof port !== 'number');
    if (typeof port !== 'number') return;
    const fingerprint = rest.encryption === 'pinned' ? rest.fingerprint : null;
    void save({ ...rest, port, fingerprint }, password === '' ? undefined : password);
  };

  return (
    <form
      noValidate
      style={{ marginTop: 14 }}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Checkbox
        label="Show this home in Home Assistant"
        description="Powers, forecasts, the mode, the miners and STOP appear there as one device."
        checked={typed.enabled}
        onChange={(event) => set({ enabled: event.currentTarget.checked })}
      />
      {typed.enabled && (
        <div className="form-grid">
          <TextInput
            label="Broker"
            placeholder="homeassistant.local"
            error={errorOf('host')}
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
            error={badPort ? 'Type the port of the broker.' : errorOf('port')}
            value={typed.port}
            onChange={(port) => set({ port })}
          />
          <TextInput
            label="User"
            placeholder="none"
            autoComplete="off"
            error={errorOf('user')}
            value={typed.user ?? ''}
            onChange={(event) => set({ user: event.currentTarget.value === '' ? null : event.currentTarget.value })}
          />
          <PasswordInput
            label="Password"
            description={typed.password === null ? 'It is removed when you save.' : PASSWORD_WORDS[view.password]}
            autoComplete="off"
            error={errorOf('password')}
            value={typed.password ?? ''}
            onChange={(event) => set({ password: event.currentTarget.value })}
          />
          <Select
            label="Encryption"
            data={ENCRYPTIONS.filter(({ value }) => value !== 'pinned' || typed.fingerprint !== null)}
            allowDeselect={false}
            error={errorOf('fingerprint')}
            value={typed.encryption}
            onChange={(value) => {
              const chosen = ENCRYPTIONS.find((each) => each.value === value);
              if (chosen) setChanged(withEncryption(typed, chosen.value));
            }}
          />
          <TextInput
            label="Prefix"
            description="As in Home Assistant’s MQTT settings."
            error={errorOf('prefix')}
            value={typed.prefix}
            onChange={(event) => set({ prefix: event.currentTarget.value })}
          />
        </div>
      )}
      {problem && <FormProblem problem={problem} />}
      {status.fingerprint !== null && (
        <Agreement
          whose="The broker"
          shownAt="of the certificate that you gave it"
          fingerprint={status.fingerprint}
          onAgree={() => void save({ ...settings, encryption: 'pinned', fingerprint: status.fingerprint }, undefined)}
        />
      )}
      <div className="form-acts">
        <Button type="submit" look="primary" disabled={changed === null || busy}>
          {busy ? 'Saving' : 'Save'}
        </Button>
        {changed !== null && (
          <Button
            look="ghost"
            onClick={() => {
              setChanged(null);
              setProblem(null);
            }}
          >
            Undo
          </Button>
        )}
        {view.password !== 'none' && typed.password !== null && (
          <Button look="ghost" onClick={() => set({ password: null })}>
            Remove the password
          </Button>
        )}
      </div>
    </form>
  );
};
