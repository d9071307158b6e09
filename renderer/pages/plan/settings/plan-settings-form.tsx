import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import type { Problem } from '../../../../preload/contract/base.ts';
import type { PlannableLoad } from '../../../../preload/contract/plan.ts';
import type { PlanSettings } from '../../../../preload/contract/plan-settings.ts';
import { savePlanSettings } from '../../../actions/plan.ts';
import { Slider } from '../../../components/slider.tsx';
import { currencySign } from '../../../format/money.ts';
import { decimal } from '../../../format/numbers.ts';
import { FormEnd } from '../../settings/form-problem.tsx';
import { LoadWishes } from './load-wishes.tsx';
import { SettingNumber } from './setting-number.tsx';

type Battery = PlanSettings['battery'];
type BatteryNumber = Exclude<keyof Battery, 'fromGrid' | 'toGrid'>;

const BATTERY: readonly { readonly name: BatteryNumber; readonly label: string; readonly hint: string }[] = [
  { name: 'chargeEfficiencyPct', label: 'Kept while charging', hint: 'Of what goes in.' },
  { name: 'dischargeEfficiencyPct', label: 'Kept while discharging', hint: 'Of what comes out.' },
  { name: 'standingLossPctPerDay', label: 'Lost in a day', hint: 'By standing, of its capacity.' },
];

const reachWords = (share: number): string =>
  share < 0.05 ? 'the middle forecast' : share > 0.95 ? 'the poor case' : `${decimal(share * 100, 0)} % towards poor`;

/** What a person wants of the planner; the center has the last word on what fits together, field by field. */
export const PlanSettingsForm = ({
  stored,
  known,
  currency,
  onClose,
}: {
  stored: PlanSettings;
  known: readonly PlannableLoad[];
  currency: string;
  onClose: () => void;
}) => {
  const [settings, setSettings] = useState(stored);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const money = currencySign(currency);
  const change = (part: Partial<PlanSettings>): void => {
    setSettings({ ...settings, ...part });
    setProblem(null);
  };
  const errorOf = (name: string): string | undefined =>
    problem?.fields?.[name] ?? problem?.fields?.[`settings.${name}`];
  const { aim, reserve, battery } = settings;
  const aimField = (name: keyof PlanSettings['aim'], label: string, hint: string, unit: string) => (
    <SettingNumber
      label={label}
      hint={hint}
      unit={unit}
      step={0.05}
      error={errorOf(`aim.${name}`)}
      value={aim[name]}
      onChange={(value) => value !== null && change({ aim: { ...aim, [name]: value } })}
    />
  );
  const save = async (): Promise<void> => {
    setBusy(true);
    await savePlanSettings.run({ settings, onSaved: onClose, onProblem: setProblem }, 'window');
    setBusy(false);
  };
  return (
    <form
      noValidate
      className="plan-settings"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Checkbox
        label="Make plans"
        description="Off: no plan is made, and rules and tiers go on as before."
        checked={settings.enabled}
        onChange={(event) => change({ enabled: event.currentTarget.checked })}
      />
      <fieldset className="form-group">
        <legend>What counts</legend>
        <div className="form-grid">
          {aimField('money', 'Money', '1 counts it as it is, 0 not at all.', '')}
          {aimField('perKgCo2', 'A kg of CO₂', 'What it is worth to you to avoid.', money)}
          {aimField('perImportedKwh', 'A kWh not bought', 'Worth to you beside its price.', money)}
          <SettingNumber
            label="Keep the plan unless better by"
            hint="So that it does not change its mind for pennies."
            unit={money}
            step={0.05}
            error={errorOf('keepUnlessBetterBy')}
            value={settings.keepUnlessBetterBy}
            onChange={(value) => value !== null && change({ keepUnlessBetterBy: value })}
          />
        </div>
      </fieldset>
      <fieldset className="form-group">
        <legend>Reserve</legend>
        <Slider
          label="Be ready for"
          value={reserve.towardsPoorCase}
          minimum={0}
          maximum={1}
          step={0.05}
          words={reachWords(reserve.towardsPoorCase)}
          onChange={(towardsPoorCase) => change({ reserve: { ...reserve, towardsPoorCase } })}
        />
        <div className="form-grid">
          <SettingNumber
            label="Charge before a storm"
            hint="Empty leaves storms alone."
            unit="%"
            digits={0}
            empty="storms are left alone"
            error={errorOf('reserve.beforeStormPct')}
            value={reserve.beforeStormPct}
            onChange={(beforeStormPct) => change({ reserve: { ...reserve, beforeStormPct } })}
          />
        </div>
      </fieldset>
      <fieldset className="form-group">
        <legend>Battery</legend>
        <div className="form-grid">
          {BATTERY.map(({ name, label, hint }) => (
            <SettingNumber
              key={name}
              label={label}
              hint={hint}
              unit="%"
              digits={1}
              error={errorOf(`battery.${name}`)}
              value={battery[name]}
              onChange={(value) => value !== null && change({ battery: { ...battery, [name]: value } })}
            />
          ))}
          <SettingNumber
            label="Wear of a kWh"
            hint="Each that goes in and each that comes out."
            unit={money}
            digits={3}
            step={0.005}
            error={errorOf('battery.wearPerKwh')}
            value={battery.wearPerKwh}
            onChange={(value) => value !== null && change({ battery: { ...battery, wearPerKwh: value } })}
          />
          <Checkbox
            label="May be charged from the grid"
            checked={battery.fromGrid}
            onChange={(event) => change({ battery: { ...battery, fromGrid: event.currentTarget.checked } })}
          />
          <Checkbox
            label="May feed the grid"
            checked={battery.toGrid}
            onChange={(event) => change({ battery: { ...battery, toGrid: event.currentTarget.checked } })}
          />
        </div>
      </fieldset>
      <LoadWishes
        known={known}
        planned={settings.loads}
        money={money}
        problem={problem}
        onChange={(loads) => change({ loads })}
      />
      <FormEnd problem={problem} busy={busy} onLeave={onClose} />
    </form>
  );
};
