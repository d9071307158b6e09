import type { SettingName, SiteSettings } from '../../../preload/contract/house.ts';

/** How one setting is shown: its words, unit, and the factor between what is stored and what is typed. */
export interface SettingField {
  readonly name: SettingName;
  readonly label: string;
  readonly hint: string;
  readonly unit: string;
  /** `time` is a time of the day, stored as it is typed. */
  readonly kind: 'number' | 'time';
  /** Stored value = typed value × factor. */
  readonly factor: number;
  readonly digits: number;
  readonly step: number;
  readonly optional?: boolean;
  /** What holds while an optional one is empty. */
  readonly usual?: string;
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
  more: Partial<Pick<SettingField, 'kind' | 'factor' | 'digits' | 'step' | 'optional' | 'usual'>> = {},
): SettingField => ({ name, label, hint, unit, kind: 'number', factor: 1, digits: 0, step: 1, ...more });

const local = (name: SettingName, label: string, hint: string, usual: string): SettingField =>
  field(name, label, hint, 's', { factor: 1_000, optional: true, usual });

const cloud = (name: SettingName, label: string, usual: string): SettingField =>
  field(name, label, 'Never faster than the vendor allows.', 'min', {
    factor: 60_000,
    digits: 1,
    optional: true,
    usual,
  });

const time = (name: SettingName, label: string, hint: string): SettingField =>
  field(name, label, hint, '', { kind: 'time' });

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
  {
    title: 'Rhythm of the devices',
    fields: [
      local('pollBatteryLocalMs', 'Battery, local network', 'How often it is asked.', '5 s'),
      local('pollInverterLocalMs', 'Inverter, local network', 'How often it is asked.', '5 s'),
      local('pollOthersLocalMs', 'Others, local network', 'Plugs, miners, heating, cars.', '10 s to 1 min'),
      cloud('pollBatteryCloudMs', 'Battery, cloud', '3 min'),
      cloud('pollInverterCloudMs', 'Inverter, cloud', '2 min'),
      cloud('pollOthersCloudMs', 'Others, cloud', '2 min'),
      field('pollerAlertAfterMs', 'Message after', 'Of a device without an answer.', 'min', {
        factor: 60_000,
      }),
    ],
  },
  {
    title: 'Rhythm of the house',
    fields: [
      field('rulesEveryMs', 'Rules every', 'And at once when something happens.', 'min', { factor: 60_000 }),
      field('forecastEveryHours', 'Forecasts every', 'For the next 72 hours; 1 or 2.', 'h'),
      time('featuresAt', 'Check of the data at', 'Before the training learns from them.'),
      time('trainingAt', 'Training at', 'With battery health; prices on Sundays.'),
      time('backupAt', 'Backup at', 'The clean-up comes 20 min before.'),
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
      if (stored === null || typeof stored === 'string') return [one.name, stored ?? ''] as const;
      return [one.name, Number((stored / one.factor).toFixed(6))] as const;
    });
  return Object.fromEntries(entries) as SettingsForm;
};

/** What others have changed is shown at once, but never over what is being typed: only fields that are as they were. */
export const keptTyping = (
  typed: Partial<SettingsForm>,
  before: SettingsForm,
  stored: SettingsForm,
): Partial<SettingsForm> => {
  const names = Object.keys(stored) as SettingName[];
  return Object.fromEntries(
    names.map((name) => [name, typed[name] === before[name] ? stored[name] : (typed[name] ?? stored[name])]),
  );
};

const storedOf = (field: SettingField, typed: number | string): number | string | null => {
  if (typed === '') return null;
  return field.kind === 'time' ? String(typed) : Number((Number(typed) * field.factor).toFixed(6));
};

/** Only what differs from what is stored; an empty optional field becomes null. */
export const changesOf = (
  form: SettingsForm,
  settings: SiteSettings,
  groups: readonly SettingGroup[],
): Partial<SiteSettings> => {
  const changes: Record<string, number | string | null> = {};
  for (const one of groups.flatMap((group) => group.fields)) {
    const value = storedOf(one, form[one.name]);
    if (value === null && !one.optional) continue;
    if (value !== settings[one.name]) changes[one.name] = value;
  }
  return changes;
};

/** What can be told before the center is asked: a required field without a number or time. */
export const formProblems = (
  form: SettingsForm,
  groups: readonly SettingGroup[],
): Partial<Record<SettingName, string>> => {
  const problems: Partial<Record<SettingName, string>> = {};
  for (const one of groups.flatMap((group) => group.fields)) {
    const typed = form[one.name];
    if (one.kind === 'time') {
      if (typed === '') problems[one.name] = 'Type a time.';
    } else if (typed === '' ? !one.optional : !Number.isFinite(Number(typed))) problems[one.name] = 'Type a number.';
  }
  return problems;
};
