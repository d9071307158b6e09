import type { ControlSpec } from '../../../main/devices/types.ts';
import type { Setpoint } from '../../../preload/contract/base.ts';
import type { LoadOptions } from './house.ts';

const NUMBER: Partial<ControlSpec> = {
  control: { kind: 'number', unit: 'W', minimum: 0, maximum: 4000, step: 50 },
  defaultSafeState: 0,
  effect: { kind: 'none', because: 'it follows the sun' },
};
const BATTERY: Partial<ControlSpec> = {
  ...NUMBER,
  control: { kind: 'number', unit: 'W', minimum: -5000, maximum: 5000, step: 50 },
};
const CHARGER: Partial<ControlSpec> = {
  control: { kind: 'choice', options: ['off', 'pv', 'now'].map((value) => ({ value, label: value })) },
  defaultSafeState: 'off',
};
const tableOf = (powerW: number, socPct: number): string => `00:00 ${powerW}W 60%; 06:00 ${powerW}W ${socPct}%`;
const TABLE: Partial<ControlSpec> = {
  control: { kind: 'time-table', slots: 2, maximumW: 8000 },
  // Nobody has chosen it for this house: it must never be written.
  defaultSafeState: tableOf(500, 95),
  effect: { kind: 'none', because: 'a slot acts at its time' },
};
const RULES = { minOnMs: 120_000, minOffMs: 120_000, maxSwitchesPerHour: 4, writeBudgetPerDay: 12 };

/** A channel of every kind of control; the table has no safe state. */
export const LOADS: readonly LoadOptions[] = [
  { id: 'miner', config: { rules: RULES } },
  {
    id: 'boiler',
    powerW: 2000,
    spec: { deviceLease: true },
    config: { role: 'water-heater', ratedPowerW: 2000, rules: RULES },
  },
  {
    id: 'charger',
    value: 0,
    spec: NUMBER,
    config: { role: 'other-load', ratedPowerW: 4000, safeState: 0, rules: RULES },
  },
  {
    id: 'battery',
    value: 0,
    spec: BATTERY,
    config: { role: 'battery', ratedPowerW: null, safeState: 0, rules: { ...RULES, minOnMs: 1000, minOffMs: 1000 } },
  },
  { id: 'wallbox', value: 'off', spec: CHARGER, config: { role: 'ev', safeState: 'off', rules: RULES } },
  {
    id: 'table',
    value: tableOf(1000, 60),
    powerW: 0,
    spec: TABLE,
    // Kept in memory that wears, so written seldom.
    config: { role: 'battery', ratedPowerW: null, safeState: null, rules: { ...RULES, writeBudgetPerDay: 5 } },
  },
];

export const safeStateOf = (option: LoadOptions | undefined): Setpoint | null =>
  option?.config?.safeState === undefined ? false : option.config.safeState;
export const running = (value: Setpoint): boolean =>
  value === true || (typeof value === 'number' && value > 0) || (typeof value === 'string' && value !== 'off');

const CHOICES = ['off', 'pv', 'now'];
/** Seldom wished, and never right: power beyond the inverter, a slot too many, out of order, no table at all. */
const ODD_TABLES: Readonly<Record<number, Setpoint>> = {
  7: tableOf(9000, 60),
  8: `${tableOf(1000, 60)}; 12:00 1000W 60%`,
  9: '06:00 1000W 60%; 00:00 1000W 60%',
  10: 60,
};

/** Values that are valid, out of range, or off the steps. */
export const wishedValue = (id: string, to: number): Setpoint => {
  switch (id) {
    case 'charger':
      return to * 430;
    case 'battery':
      return to * 530;
    case 'wallbox':
      return to === 10 ? 'fast' : (CHOICES[Math.abs(to) % 3] ?? 'off');
    case 'table':
      return ODD_TABLES[to] ?? tableOf(1000, Math.max(0, 50 + to * 5));
    default:
      return to >= 0;
  }
};

/** A valid value: hands cannot turn a knob past its end. */
export const handValue = (id: string, to: number): Setpoint => {
  switch (id) {
    case 'charger':
    case 'battery':
      return Math.max(0, Math.round((to * 300) / 50) * 50);
    case 'wallbox':
      return CHOICES[Math.abs(to) % 3] ?? 'off';
    case 'table':
      return tableOf(2000, 60 + Math.abs(to));
    default:
      return to >= 0;
  }
};
