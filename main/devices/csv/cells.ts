import type { Setpoint } from '../../../preload/contract/base.ts';
import {
  type ChannelConfig,
  type ControlKind,
  channelConfigSchema,
  type DeviceRules,
  POWER_SCALES,
} from '../../../preload/contract/devices.ts';
import { parseTimeTable } from '../../../preload/contract/time-table.ts';
import type { ChannelSpec } from '../types.ts';
import type { Column } from './columns.ts';
import type { ListProblem, TableRow } from './table.ts';

/** Says what is wrong with a cell, and answers nothing. */
export type Complain = (column: Column | null, message: string, fix: string) => undefined;

export const complainAt =
  (line: number, problems: ListProblem[]): Complain =>
  (column, message, fix) => {
    problems.push({ line, column, message, fix });
    return undefined;
  };

export const cellOf = (row: TableRow, column: Column): string => row.cells[column]?.trim() ?? '';

/** Numbers as people type them: a comma for the point, too. */
export const numberIn = (text: string): number | null => {
  const plain = text.replace(',', '.');
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : null;
};

const YES = new Set(['yes', 'true', '1', 'on', 'y']);
const NO = new Set(['no', 'false', '0', 'off', 'n', '']);
const flagIn = (text: string): boolean | null => {
  const word = text.toLowerCase();
  return YES.has(word) ? true : NO.has(word) ? false : null;
};

/** The text of a value, as `setpointIn` reads it. */
export const setpointText = (value: Setpoint | null): string =>
  value === null ? '' : typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);

/** A safe state of this control, or the sentence that says what is wrong with it. */
const setpointIn = (
  text: string,
  control: ControlKind,
): { readonly value: Setpoint } | { readonly problem: string } => {
  switch (control.kind) {
    case 'switch': {
      const flag = text === '' ? null : flagIn(text);
      return flag === null ? { problem: 'It is on or off.' } : { value: flag };
    }
    case 'number': {
      const value = numberIn(text);
      return value === null || value < control.minimum || value > control.maximum
        ? { problem: `It lies between ${control.minimum} and ${control.maximum} ${control.unit}.` }
        : { value };
    }
    case 'choice': {
      const option = control.options.find(({ value }) => value === text);
      const names = control.options.map(({ value }) => value).join(', ');
      return option ? { value: option.value } : { problem: `It is one of: ${names}.` };
    }
    case 'time-table': {
      const table = parseTimeTable(text);
      return 'problem' in table ? { problem: table.problem } : { value: text };
    }
  }
};

const RULES: readonly (readonly [Column, keyof DeviceRules, number])[] = [
  ['min_on_s', 'minOnMs', 1_000],
  ['min_off_s', 'minOffMs', 1_000],
  ['max_switches_per_hour', 'maxSwitchesPerHour', 1],
  ['writes_per_day', 'writeBudgetPerDay', 1],
];

export const rulesCells = (rules: DeviceRules | null): Readonly<Record<string, string>> =>
  Object.fromEntries(RULES.map(([column, name, scale]) => [column, rules === null ? '' : String(rules[name] / scale)]));

const rulesIn = (row: TableRow, complain: Complain): DeviceRules | null | undefined => {
  const cells = RULES.map(([column]) => cellOf(row, column));
  if (cells.every((cell) => cell === '')) return null;
  const found = RULES.map(([column, name, scale]) => {
    const value = numberIn(cellOf(row, column));
    const least = scale === 1 ? 1 : 0;
    if (value === null || value < least || (scale === 1 && !Number.isInteger(value)))
      return complain(
        column,
        `"${cellOf(row, column)}" is no such number.`,
        'Fill in all four rules, or none of them.',
      );
    return [name, Math.round(value * scale)] as const;
  });
  const rules = channelConfigSchema.shape.rules.safeParse(
    Object.fromEntries(found.filter((each) => each !== undefined)),
  );
  return rules.success ? rules.data : undefined;
};

/** The settings of one channel, or nothing where a cell is wrong; each wrong cell is complained of. */
export const channelIn = (row: TableRow, spec: ChannelSpec, complain: Complain): ChannelConfig | undefined => {
  const before = { count: 0 };
  const say: Complain = (...problem) => {
    before.count += 1;
    return complain(...problem);
  };
  const text = (column: Column): string => cellOf(row, column);
  const control = spec.control?.control ?? null;

  const role = text('role') || spec.suggestedRole;
  const isRole = channelConfigSchema.shape.role.safeParse(role);
  if (!isRole.success)
    say('role', `"${role}" is no role.`, `Use one of: ${channelConfigSchema.shape.role.options.join(', ')}.`);
  const use = channelConfigSchema.shape.use.safeParse(text('use') || 'primary');
  if (!use.success) say('use', `"${text('use')}" is no use.`, 'Write primary or check.');
  const priority = channelConfigSchema.shape.priority.safeParse(numberIn(text('priority') || '5'));
  if (!priority.success) say('priority', `"${text('priority')}" is no priority.`, 'Write a whole number from 1 to 9.');
  const controllable = flagIn(text('controllable'));
  if (controllable === null)
    say('controllable', `"${text('controllable')}" is neither yes nor no.`, 'Write yes or no.');
  if (controllable === true && control === null)
    say('controllable', `${spec.label} of this model cannot be controlled.`, 'Write no.');

  const safeText = text('safe_state');
  const safe = safeText === '' || control === null ? null : setpointIn(safeText, control);
  if (safeText !== '' && control === null)
    say('safe_state', `${spec.label} of this model cannot be controlled.`, 'Leave the safe state empty.');
  if (safe && 'problem' in safe) say('safe_state', `"${safeText}" is no safe state here.`, safe.problem);
  if (controllable === true && control?.kind === 'time-table' && safeText === '')
    say('safe_state', 'A table has no usual safe state.', 'Write the table that it shall go back to.');

  const ratedText = text('rated_power_w');
  const rated = ratedText === '' ? null : numberIn(ratedText);
  if (ratedText !== '' && (rated === null || rated < 0))
    say('rated_power_w', `"${ratedText}" is no power.`, 'Write a number in W, or leave it empty.');
  const scaleText = text('power_scale');
  const scale = POWER_SCALES.find((each) => each === numberIn(scaleText));
  if (scaleText !== '' && scale === undefined)
    say('power_scale', `"${scaleText}" is no factor.`, `Use one of: ${POWER_SCALES.join(', ')}.`);
  const rules = rulesIn(row, say);
  const name = text('name') || spec.label;
  if (name.length > 80) say('name', 'The name is longer than 80 characters.', 'Shorten it.');

  if (before.count > 0 || !isRole.success || !use.success || !priority.success || rules === undefined) return undefined;
  return {
    channelId: spec.channelId,
    name,
    role: isRole.data,
    use: use.data,
    priority: priority.data,
    safeState: safe && 'value' in safe ? safe.value : null,
    ratedPowerW: rated,
    rules,
    controllable: controllable === true,
    ...(scale === undefined ? {} : { powerScale: scale }),
  };
};
