import type { SettingName, SiteSettings } from '../../../preload/contract/house.ts';

/** How one setting is shown: its words, unit, and the factor between what is stored and what is typed. */
export interface SettingField {
  readonly name: SettingName;
  readonly label: string;
  readonly hint: string;
  readonly unit: string;
  /** Stored value = typed value × factor. */
  readonly factor: number;
  readonly digits: number;
  readonly step: number;
  readonly optional?: boolean;
}

export interface SettingGroup {
  readonly title: string;
  readonly fields: readonly SettingField[];
}

const field = (
  name: SettingName,
  label: string,
  hint: string,
  unit: string,
  more: Partial<Pick<SettingField, 'factor' | 'digits' | 'step' | 'optional'>> = {},
): SettingField => ({ name, label, hint, unit, factor: 1, digits: 0, step: 1, ...more });

/** Every limit and preference with its words; `money` is the currency's sign. */
export const settingGroups = (money: string): readonly SettingGroup[] => [
  {
    title: 'Battery',
    fields: [
      field('criticalSocPct', 'Critical charge', 'Below this everything flexible is off.', '%'),
      field('minimumSocPct', 'Minimum charge', 'Never discharged below this on purpose.', '%'),
      field('targetSocPct', 'Target charge', 'Wanted by the evening.', '%'),
      field('batteryCapacityKwh', 'Capacity', 'Usable energy. Empty where unknown.', 'kWh', {
        digits: 1,
        step: 0.5,
        optional: true,
      }),
    ],
  },
  {
    title: 'Miners',
    fields: [
      field('minersPauseBelowSocPct', 'Pause below', 'Battery charge at which miners pause.', '%'),
      field('minersResumeAboveSocPct', 'Resume above', 'Battery charge at which they start again.', '%'),
      field('minersStartVoltageV', 'Start above', 'Battery voltage that a start needs.', 'V', { digits: 1, step: 0.1 }),
    ],
  },
  {
    title: 'Grid and roof',
    fields: [
      field('maxGridImportW', 'Most import', 'Loads are held back above this.', 'kW', {
        factor: 1000,
        digits: 1,
        step: 0.5,
      }),
      field('maxGridExportW', 'Most export', 'What the grid operator allows.', 'kW', {
        factor: 1000,
        digits: 1,
        step: 0.5,
      }),
      field('pvPeakW', 'Solar peak', 'Of all panels. Empty where unknown.', 'kW', {
        factor: 1000,
        digits: 1,
        step: 0.1,
        optional: true,
      }),
      field('fixedImportPerKwh', 'Price bought', 'Where the tariff has one price.', `${money}/kWh`, {
        digits: 3,
        step: 0.01,
        optional: true,
      }),
      field('fixedExportPerKwh', 'Price sold', 'What a sold kWh brings.', `${money}/kWh`, {
        digits: 3,
        step: 0.01,
        optional: true,
      }),
    ],
  },
  {
    title: 'People and memory',
    fields: [
      field('approvalExpiresMs', 'A proposal waits', 'Then it lapses and nothing happens.', 'min', { factor: 60_000 }),
      field('manualHoldMs', 'A hand holds', 'How long a switch by hand keeps others off.', 'min', {
        factor: 60_000,
        step: 5,
      }),
      field('rawRetentionHours', 'Keep every reading', 'Before only hourly values stay.', 'h', { step: 12 }),
      field('hourlyRetentionDays', 'Keep hours', 'Training needs a year.', 'd', { step: 10 }),
    ],
  },
];

/** What stands in the form: numbers as typed, an empty text where nothing is set. */
export type SettingsForm = Record<SettingName, number | string>;

export const toForm = (settings: SiteSettings, groups: readonly SettingGroup[]): SettingsForm => {
  const entries = groups
    .flatMap((group) => group.fields)
    .map((one) => {
      const stored = settings[one.name];
      return [one.name, stored === null ? '' : Number((stored / one.factor).toFixed(6))] as const;
    });
  return Object.fromEntries(entries) as SettingsForm;
};

/** Only what differs from what is stored; an empty optional field becomes null. */
export const changesOf = (
  form: SettingsForm,
  settings: SiteSettings,
  groups: readonly SettingGroup[],
): Partial<SiteSettings> => {
  const changes: Record<string, number | null> = {};
  for (const one of groups.flatMap((group) => group.fields)) {
    const typed = form[one.name];
    const value = typed === '' ? null : Number((Number(typed) * one.factor).toFixed(6));
    if (value === null && !one.optional) continue;
    if (value !== settings[one.name]) changes[one.name] = value;
  }
  return changes;
};

/** What can be told before the center is asked: a required field without a number. */
export const formProblems = (
  form: SettingsForm,
  groups: readonly SettingGroup[],
): Partial<Record<SettingName, string>> => {
  const problems: Partial<Record<SettingName, string>> = {};
  for (const one of groups.flatMap((group) => group.fields)) {
    const typed = form[one.name];
    if (typed === '' ? !one.optional : !Number.isFinite(Number(typed))) problems[one.name] = 'Type a number.';
  }
  return problems;
};
