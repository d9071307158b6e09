import { NumberInput, Select } from '@mantine/core';
import { useState } from 'react';
import type { Problem } from '../../../preload/contract/base.ts';
import type { ModelKind } from '../../../preload/contract/models.ts';
import { evaluateHistory } from '../../actions/models.ts';
import { DayFields } from '../../components/day-fields.tsx';
import { Button } from '../../components/parts.tsx';
import { FormProblem } from '../settings/form-problem.tsx';
import { askedSpan, dateField, type EvaluationFields, firstFields } from './evaluation-ask.ts';

const HORIZONS = [24, 48, 72] as const;

/** What is evaluated, over which days, how far ahead, and how often the model learns anew on the way. */
export const EvaluationForm = ({
  kinds,
  now,
  zone,
}: {
  kinds: readonly { readonly kind: ModelKind; readonly label: string }[];
  now: number;
  zone: string;
}) => {
  const [chosen, setChosen] = useState<string | null>(null);
  const [fields, setFields] = useState<EvaluationFields>(() => firstFields(now, zone));
  const [wrong, setWrong] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const kind = kinds.find((one) => one.kind === chosen)?.kind ?? kinds[0]?.kind;
  const change = (part: Partial<EvaluationFields>): void => {
    setFields({ ...fields, ...part });
    setWrong(null);
    setProblem(null);
  };
  if (kind === undefined) return <p className="small quiet">There is nothing to evaluate: nothing is measured yet.</p>;
  const start = async (): Promise<void> => {
    const span = askedSpan(fields, now, zone);
    if ('problem' in span) {
      setWrong(span.problem);
      return;
    }
    const { horizonHours, refitDays } = fields;
    await evaluateHistory.run({ ask: { kind, ...span, horizonHours, refitDays }, onProblem: setProblem }, 'window');
  };
  const latest = dateField(now - 86_400_000, zone);
  return (
    <form
      className="evaluation-form"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <Select
        label="Forecast of"
        data={kinds.map((one) => ({ value: one.kind, label: one.label }))}
        allowDeselect={false}
        value={kind}
        onChange={setChosen}
      />
      <DayFields from={fields.from} to={fields.to} latest={latest} wrong={wrong} onChange={change} />
      <Select
        label="How far ahead"
        data={HORIZONS.map((hours) => ({ value: String(hours), label: `${hours} h` }))}
        allowDeselect={false}
        value={String(fields.horizonHours)}
        onChange={(value) => change({ horizonHours: Number(value ?? 24) })}
      />
      <NumberInput
        label="Learns anew every"
        suffix={fields.refitDays === 1 ? ' day' : ' days'}
        min={1}
        max={366}
        allowDecimal={false}
        value={fields.refitDays}
        onChange={(value) => change({ refitDays: Math.max(1, Number(value) || 1) })}
      />
      <Button type="submit" icon="play">
        Evaluate
      </Button>
      {problem && <FormProblem problem={problem} />}
    </form>
  );
};
