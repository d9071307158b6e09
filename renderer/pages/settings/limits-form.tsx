import { NumberInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Problem } from '../../../preload/contract/base.ts';
import type { SiteSettings } from '../../../preload/contract/house.ts';
import { resetSettings, saveSettings } from '../../actions/settings.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Button } from '../../components/parts.tsx';
import { currencySign } from '../../format/money.ts';
import { FormProblem } from './form-problem.tsx';
import { changesOf, formProblems, keptTyping, settingGroups, toForm } from './setting-fields.ts';

/** Limits and preferences: the center has the last word on what is valid, field by field. */
export const LimitsForm = ({ settings, currency }: { settings: SiteSettings; currency: string }) => {
  const groups = useMemo(() => settingGroups(currencySign(currency)), [currency]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const form = useForm({
    mode: 'controlled',
    initialValues: toForm(settings, groups),
    validate: (values) => formProblems(values, groups),
  });
  const { setInitialValues, setValues, resetDirty } = form;
  const shown = useRef(form.values);
  useEffect(() => {
    const stored = toForm(settings, groups);
    const before = shown.current;
    // Read again and the same: what the center said of a field stays with it.
    if (JSON.stringify(stored) === JSON.stringify(before)) return;
    shown.current = stored;
    setInitialValues(stored);
    setValues((typed) => keptTyping(typed, before, stored));
    resetDirty(stored);
  }, [settings, groups, setInitialValues, setValues, resetDirty]);
  const save = async (): Promise<void> => {
    setProblem(null);
    const changes = changesOf(form.values, settings, groups);
    if (Object.keys(changes).length === 0) return;
    setBusy(true);
    await saveSettings.run(
      {
        changes,
        onProblem: (found) => {
          setProblem(found);
          if (!found.fields) return;
          form.setErrors(found.fields);
          const first = Object.keys(found.fields)[0];
          if (first) form.getInputNode(first)?.focus();
        },
      },
      'window',
    );
    setBusy(false);
  };
  const changed = Object.keys(changesOf(form.values, settings, groups)).length;
  return (
    <form onSubmit={form.onSubmit(() => void save())} noValidate style={{ marginTop: 14 }}>
      {groups.map((group) => (
        <fieldset className="form-group" key={group.title}>
          <legend>{group.title}</legend>
          <div className="form-grid">
            {group.fields.map((one) =>
              one.kind === 'time' ? (
                <TextInput
                  key={one.name}
                  type="time"
                  label={one.label}
                  description={one.hint}
                  {...form.getInputProps(one.name)}
                />
              ) : (
                <NumberInput
                  key={one.name}
                  label={one.label}
                  description={one.hint}
                  decimalScale={one.digits}
                  step={one.step}
                  suffix={` ${one.unit}`}
                  allowNegative={false}
                  {...(one.optional ? { placeholder: one.usual ? `usual: ${one.usual}` : 'not set' } : {})}
                  {...form.getInputProps(one.name)}
                />
              ),
            )}
          </div>
        </fieldset>
      ))}
      {problem && <FormProblem problem={problem} />}
      <div className="form-acts">
        <Button type="submit" look="primary" disabled={changed === 0 || busy}>
          {busy ? 'Saving' : changed > 0 ? `Save ${changed} ${changed === 1 ? 'change' : 'changes'}` : 'Saved'}
        </Button>
        <Button look="ghost" disabled={changed === 0} onClick={() => form.reset()}>
          Undo
        </Button>
        <span className="grow" />
        <Button look="ghost" icon="rotate-ccw" onClick={() => setAsking(true)}>
          Defaults
        </Button>
      </div>
      {asking && (
        <Dialog title="Back to the defaults?" onClose={() => setAsking(false)}>
          <p className="second">
            Every limit and preference goes back to what a new site starts with. The log keeps what was there.
          </p>
          <div className="row" style={{ justifyContent: 'flex-end', marginTop: 16 }}>
            <Button look="ghost" onClick={() => setAsking(false)}>
              Keep mine
            </Button>
            <Button
              look="primary"
              onClick={() => {
                setAsking(false);
                form.reset();
                void resetSettings.run({}, 'window');
              }}
            >
              Use the defaults
            </Button>
          </div>
        </Dialog>
      )}
    </form>
  );
};
