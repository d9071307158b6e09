import { Checkbox, Select } from '@mantine/core';
import { useState } from 'react';
import type { Policy } from '../../../../preload/contract/backtest.ts';
import type { Problem } from '../../../../preload/contract/base.ts';
import { startBacktest } from '../../../actions/backtest.ts';
import { DayFields } from '../../../components/day-fields.tsx';
import { Button } from '../../../components/parts.tsx';
import { dateField } from '../../models/evaluation-ask.ts';
import { FormProblem } from '../../settings/form-problem.tsx';
import { SettingNumber } from '../settings/setting-number.tsx';
import { askOf, type BacktestFields, firstFields } from './backtest-ask.ts';
import { POLICIES } from './policy-words.ts';

const HORIZONS = [12, 24, 36, 48, 72] as const;

/** Which days, which policies beside each other, and with what battery and roof. */
export const BacktestForm = ({ now, zone, busy }: { now: number; zone: string; busy: boolean }) => {
  const [fields, setFields] = useState<BacktestFields>(() => firstFields(now, zone));
  const [wrong, setWrong] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const change = (part: Partial<BacktestFields>): void => {
    setFields({ ...fields, ...part });
    setWrong(null);
    setProblem(null);
  };
  const toggle = (policy: Policy): void =>
    change({
      policies: POLICIES.map((one) => one.policy).filter((one) => (one === policy) !== fields.policies.includes(one)),
    });
  const start = async (): Promise<void> => {
    const asked = askOf(fields, now, zone);
    if ('problem' in asked) setWrong(asked.problem);
    else await startBacktest.run({ ask: asked.ask, onProblem: setProblem }, 'window');
  };
  const latest = dateField(now - 86_400_000, zone);
  return (
    <form
      className="backtest-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <div className="evaluation-form">
        <DayFields from={fields.from} to={fields.to} latest={latest} wrong={wrong} onChange={change} />
        <Select
          label="Savings against"
          data={POLICIES.map(({ policy, label }) => ({ value: policy, label }))}
          allowDeselect={false}
          value={fields.baseline}
          onChange={(value) => {
            const chosen = POLICIES.find(({ policy }) => policy === value);
            if (chosen) change({ baseline: chosen.policy });
          }}
        />
        <Select
          label="How far it plans"
          data={HORIZONS.map((hours) => ({ value: String(hours), label: `${hours} h` }))}
          allowDeselect={false}
          value={String(fields.horizonHours)}
          onChange={(value) => change({ horizonHours: Number(value ?? 36) })}
        />
      </div>
      <fieldset className="policy-choice">
        <legend>Policies</legend>
        {POLICIES.map(({ policy, label, means }) => (
          <Checkbox
            key={policy}
            label={label}
            description={means}
            checked={fields.policies.includes(policy)}
            onChange={() => toggle(policy)}
          />
        ))}
      </fieldset>
      <details className="more">
        <summary>With another battery or roof</summary>
        <div className="form-grid">
          <SettingNumber
            label="Battery"
            hint="Usable. 0 is none."
            unit="kWh"
            digits={1}
            empty="as it is"
            value={fields.batteryKwh}
            onChange={(batteryKwh) => change({ batteryKwh })}
          />
          <SettingNumber
            label="Its power"
            hint="In and out."
            unit="kW"
            digits={1}
            empty="as it is"
            value={fields.batteryKw}
            onChange={(batteryKw) => change({ batteryKw })}
          />
          <SettingNumber
            label="Roof"
            hint="Of what it brings now. 0 is none."
            unit="%"
            digits={0}
            step={10}
            factor={0.01}
            value={fields.pvFactor}
            onChange={(pvFactor) => pvFactor !== null && change({ pvFactor })}
          />
        </div>
      </details>
      {problem && <FormProblem problem={problem} />}
      <div>
        <Button type="submit" look="primary" icon="play" disabled={busy}>
          Run the backtest
        </Button>
      </div>
    </form>
  );
};
