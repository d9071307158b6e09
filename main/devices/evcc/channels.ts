import type { ControlKind } from '../../../preload/contract/devices.ts';
import type { ChannelSpec, ControlSpec } from '../types.ts';
import { BATTERY, GRID, HOME, limitChannel, loadpointChannel, PV } from './readings.ts';
import { LOADPOINTS } from './state.ts';

/** A home with three-phase 63 A has less than this; a farm has not much more. */
const SITE_W: readonly [number, number] = [-100_000, 100_000];
const CHARGER_W: readonly [number, number] = [0, 50_000];

/** evcc acts in the rhythm of its loop, 30 s unless it was changed. */
const LOOP_MS = { readBackAfterMs: 500, readBackWithinMs: 45_000, wireLimitMs: 15_000, readEveryMs: 3_000 };

const MODE_CONTROL: ControlSpec = {
  control: {
    kind: 'choice',
    options: [
      { value: 'off', label: 'Off' },
      { value: 'pv', label: 'Surplus only' },
      { value: 'minpv', label: 'Least current and surplus' },
      { value: 'now', label: 'Fast' },
    ],
  },
  // What evcc itself starts with: it takes what the house does not need, and the car is not left empty.
  defaultSafeState: 'pv',
  // Contactors and cars: a pause below five minutes makes some cars report a fault.
  defaultRules: { minOnMs: 300_000, minOffMs: 300_000, maxSwitchesPerHour: 6, writeBudgetPerDay: 200 },
  ...LOOP_MS,
  // Off must show. On need not: surplus may be missing, the car full or away; then 0 W is right.
  effect: { kind: 'power-follows-switch', onAboveW: -1, offBelowW: 100, withinMs: 90_000 },
  deviceLease: false,
};

const settingOf = (control: ControlKind, safeState: number): ControlSpec => ({
  control,
  defaultSafeState: safeState,
  defaultRules: { minOnMs: 60_000, minOffMs: 60_000, maxSwitchesPerHour: 12, writeBudgetPerDay: 200 },
  ...LOOP_MS,
  effect: { kind: 'none', because: 'A limit shows only when the car reaches it.' },
  deviceLease: false,
});

const BATTERY_CONTROL: ControlSpec = {
  control: {
    kind: 'choice',
    options: [
      { value: 'normal', label: 'Normal' },
      { value: 'hold', label: 'Do not discharge' },
      { value: 'charge', label: 'Charge from the grid' },
    ],
  },
  defaultSafeState: 'normal',
  // Some inverters keep the mode in flash memory.
  defaultRules: { minOnMs: 300_000, minOffMs: 300_000, maxSwitchesPerHour: 6, writeBudgetPerDay: 100 },
  ...LOOP_MS,
  effect: { kind: 'none', because: 'A battery that is held shows it only when it would have given power.' },
  // evcc drops a mode after 60 s unless it is told again: it ends by itself when we die.
  deviceLease: true,
};

const powerOnly = { metrics: ['powerW'], bounds: { powerW: SITE_W }, control: null } as const;

const loadpoint = (number: number): readonly ChannelSpec[] => {
  const label = `Charger ${number + 1}`;
  const amperes: ControlKind = { kind: 'number', unit: 'A', minimum: 6, maximum: 32, step: 1 };
  return [
    {
      channelId: loadpointChannel(number),
      label,
      suggestedRole: 'ev',
      metrics: ['powerW', 'on', 'energyKwh', 'socPct', 'tempC'],
      bounds: { powerW: CHARGER_W, on: [0, 1], energyKwh: [0, 400], socPct: [0, 100], tempC: [-20, 120] },
      control: MODE_CONTROL,
    },
    {
      channelId: limitChannel(number, 'limit-soc'),
      label: `${label}: charge up to`,
      suggestedRole: 'none',
      metrics: ['targetSocPct'],
      bounds: { targetSocPct: [0, 100] },
      control: settingOf({ kind: 'number', unit: '%', minimum: 0, maximum: 100, step: 1 }, 80),
    },
    {
      channelId: limitChannel(number, 'min-current'),
      label: `${label}: least current`,
      suggestedRole: 'none',
      metrics: ['limitA'],
      bounds: { limitA: [0, 100] },
      control: settingOf(amperes, 6),
    },
    {
      channelId: limitChannel(number, 'max-current'),
      label: `${label}: most current`,
      suggestedRole: 'none',
      metrics: ['limitA'],
      bounds: { limitA: [0, 100] },
      control: settingOf(amperes, 16),
    },
  ];
};

export const EVCC_CHANNELS: readonly ChannelSpec[] = [
  { channelId: GRID, label: 'Grid', suggestedRole: 'grid', ...powerOnly },
  { channelId: PV, label: 'Panels', suggestedRole: 'pv', ...powerOnly },
  {
    channelId: BATTERY,
    label: 'Battery',
    suggestedRole: 'battery',
    metrics: ['powerW', 'socPct', 'capacityKwh'],
    bounds: { powerW: SITE_W, socPct: [0, 100], capacityKwh: [0.1, 1_000] },
    control: BATTERY_CONTROL,
  },
  { channelId: HOME, label: 'House with its chargers', suggestedRole: 'load', ...powerOnly },
  ...Array.from({ length: LOADPOINTS }, (_, number) => loadpoint(number)).flat(),
];
