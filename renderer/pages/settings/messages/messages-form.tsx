import { Checkbox, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Problem } from '../../../../preload/contract/base.ts';
import type { MessageSettings, MessengerKind } from '../../../../preload/contract/messages.ts';
import type { QueryOutput } from '../../../../preload/contract.ts';
import { saveMessages } from '../../../actions/messages.ts';
import { Choice } from '../../../components/choice.tsx';
import { FormEnd } from '../form-problem.tsx';
import { MessengerFields, type Secrets } from './messenger-fields.tsx';
import { MESSENGERS } from './messenger-names.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const LEVELS = [
  { value: 'info', label: 'everything' },
  { value: 'attention', label: 'what needs you' },
  { value: 'critical', label: 'only what is critical' },
  { value: 'nothing', label: 'nothing' },
] as const;

const KINDS: readonly MessengerKind[] = ['ntfy', 'telegram', 'email', 'sms'];

const Routes = ({
  settings,
  onChange,
}: {
  settings: MessageSettings;
  onChange: (part: Partial<MessageSettings>) => void;
}) => (
  <fieldset className="rule-block">
    <legend>What goes where</legend>
    {KINDS.filter((kind) => settings[kind].enabled).map((kind) => {
      const route = settings.routes[kind];
      const set = (part: Partial<typeof route>): void =>
        onChange({ routes: { ...settings.routes, [kind]: { ...route, ...part } } });
      return (
        <div className="rule-line" key={kind}>
          <b>{MESSENGERS[kind]}</b>
          <span className="rule-word">is told</span>
          <Choice
            label={`${MESSENGERS[kind]} is told`}
            className="rule-channel"
            options={LEVELS}
            value={route.from}
            onChange={(from) => set({ from: from })}
          />
          <Checkbox
            label="and asked for approvals"
            checked={route.approvals}
            onChange={(event) => set({ approvals: event.currentTarget.checked })}
          />
        </div>
      );
    })}
    {!KINDS.some((kind) => settings[kind].enabled) && (
      <p className="small quiet">Switch a messenger on first; until then everything is told in the window only.</p>
    )}
  </fieldset>
);

const span = (
  label: string,
  hint: string,
  unit: string,
  factor: number,
  valueMs: number,
  error: string | undefined,
  onChange: (ms: number) => void,
) => (
  <NumberInput
    label={label}
    description={hint}
    suffix={` ${unit}`}
    hideControls
    min={0}
    error={error}
    value={valueMs / factor}
    onChange={(typed) => typeof typed === 'number' && onChange(Math.round(typed * factor))}
  />
);

/** Messengers, quiet hours, what goes where, and how patient the house is before it tells. */
export const MessagesForm = ({ view, onClose }: { view: QueryOutput<'messages.get'>; onClose: () => void }) => {
  const [settings, setSettings] = useState(view.settings);
  const [secrets, setSecrets] = useState<Secrets>({});
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<MessageSettings>): void => {
    setSettings({ ...settings, ...part });
    setProblem(null);
  };
  const errorOf = (name: string): string | undefined =>
    problem?.fields?.[name] ?? problem?.fields?.[`settings.${name}`];
  const { quiet } = settings;
  const save = async (): Promise<void> => {
    setBusy(true);
    await saveMessages.run({ settings, secrets, onSaved: onClose, onProblem: setProblem }, 'window');
    setBusy(false);
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <MessengerFields
        settings={settings}
        status={view.status}
        secrets={secrets}
        errorOf={errorOf}
        onChange={change}
        onSecret={(kind, secret) => setSecrets({ ...secrets, [kind]: secret })}
      />
      <Routes settings={settings} onChange={change} />
      <fieldset className="rule-block">
        <legend>Quiet hours</legend>
        <div className="rule-line">
          <Checkbox
            label="Hold back all but what is critical"
            checked={quiet !== null}
            onChange={(event) => change({ quiet: event.currentTarget.checked ? { from: '22:00', to: '07:00' } : null })}
          />
          {quiet && (
            <>
              <TextInput
                aria-label="Quiet from"
                type="time"
                value={quiet.from}
                onChange={(event) =>
                  event.currentTarget.value && change({ quiet: { ...quiet, from: event.currentTarget.value } })
                }
              />
              <span className="rule-word">to</span>
              <TextInput
                aria-label="Quiet to"
                type="time"
                error={errorOf('quiet')}
                value={quiet.to}
                onChange={(event) =>
                  event.currentTarget.value && change({ quiet: { ...quiet, to: event.currentTarget.value } })
                }
              />
            </>
          )}
        </div>
      </fieldset>
      <fieldset className="form-group">
        <legend>Patience</legend>
        <div className="form-grid">
          {span(
            'A trouble is told after',
            'What is over before is not told. Critical at once.',
            'min',
            MINUTE,
            settings.debounceMs,
            errorOf('debounceMs'),
            (debounceMs) => change({ debounceMs }),
          )}
          {span(
            'Told again after',
            'The same trouble, while it lasts.',
            'h',
            HOUR,
            settings.repeatAfterMs,
            errorOf('repeatAfterMs'),
            (repeatAfterMs) => change({ repeatAfterMs }),
          )}
          {span(
            'Dead man after',
            'One message when nothing has worked for so long.',
            'min',
            MINUTE,
            settings.deadManMs,
            errorOf('deadManMs'),
            (deadManMs) => change({ deadManMs }),
          )}
          <Checkbox
            label="Tell when it is over"
            description="Where its beginning was told."
            checked={settings.tellRecovery}
            onChange={(event) => change({ tellRecovery: event.currentTarget.checked })}
          />
        </div>
      </fieldset>
      <FormEnd problem={problem} busy={busy} onLeave={onClose} />
    </form>
  );
};
