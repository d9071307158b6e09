import type { Quantity, RuleView } from '../../../preload/contract/rules.ts';
import type { WorkflowRun } from '../../../preload/contract/workflows.ts';
import type { IconName } from '../../components/icon-paths.ts';
import type { TypedUnit } from '../../components/number-field.tsx';
import type { Subject } from './draft.ts';

/** What a line can look at, in the order and the groups of the builder. */
export const SUBJECTS: readonly {
  readonly group: string;
  readonly items: readonly { readonly value: Subject; readonly label: string }[];
}[] = [
  {
    group: 'Battery',
    items: [
      { value: 'soc', label: 'Battery charge' },
      { value: 'battery-power', label: 'Battery power' },
      { value: 'battery-voltage', label: 'Battery voltage' },
    ],
  },
  {
    group: 'Sun, grid and home',
    items: [
      { value: 'pv-power', label: 'Sun' },
      { value: 'surplus-power', label: 'Surplus, with own loads' },
      { value: 'export-power', label: 'Export' },
      { value: 'import-power', label: 'Import' },
      { value: 'load-power', label: 'Whole load' },
      { value: 'household-power', label: 'Household' },
    ],
  },
  {
    group: 'Price and carbon',
    items: [
      { value: 'import-price', label: 'Price bought' },
      { value: 'export-price', label: 'Price sold' },
      { value: 'price-rank', label: 'Cheapest or dearest hours' },
      { value: 'carbon', label: 'Carbon of the grid' },
    ],
  },
  {
    group: 'What comes',
    items: [
      { value: 'forecast', label: 'Forecast' },
      { value: 'weather', label: 'Weather' },
    ],
  },
  {
    group: 'Devices',
    items: [
      { value: 'device', label: 'Device is on or off' },
      { value: 'channel-power', label: 'Power of a device' },
      { value: 'channel-energy-today', label: 'Energy of a device today' },
      { value: 'channel-temperature', label: 'Temperature' },
      { value: 'reachable', label: 'Device answers' },
    ],
  },
  {
    group: 'Time',
    items: [
      { value: 'time', label: 'Time of day' },
      { value: 'sun', label: 'Sunrise or sunset' },
    ],
  },
];

const KW: TypedUnit = { unit: 'kW', factor: 1000, digits: 2, step: 0.1 };
const KWH: TypedUnit = { unit: 'kWh', factor: 1, digits: 1, step: 0.5 };
const PCT: TypedUnit = { unit: '%', factor: 1, digits: 0, step: 1 };
const CELSIUS: TypedUnit = { unit: '°C', factor: 1, digits: 1, step: 0.5 };

const weatherUnit = (what: Extract<Quantity, { of: 'weather' }>['what']): TypedUnit => {
  if (what === 'temperatureC') return CELSIUS;
  if (what === 'cloudPct') return PCT;
  return what === 'rainMm'
    ? { unit: 'mm', factor: 1, digits: 1, step: 0.5 }
    : { unit: 'm/s', factor: 1, digits: 0, step: 1 };
};

/** `money` is the sign of the site's currency. */
export const unitOf = (quantity: Quantity, money: string): TypedUnit => {
  const price: TypedUnit = { unit: `${money}/kWh`, factor: 1, digits: 3, step: 0.01 };
  switch (quantity.of) {
    case 'soc':
      return PCT;
    case 'battery-voltage':
      return { unit: 'V', factor: 1, digits: 1, step: 0.1 };
    case 'import-price':
    case 'export-price':
      return price;
    case 'carbon':
      return { unit: 'g/kWh', factor: 1, digits: 0, step: 10 };
    case 'channel-temperature':
      return CELSIUS;
    case 'channel-energy-today':
      return KWH;
    case 'forecast':
      if (quantity.kind === 'price') return price;
      if (quantity.kind === 'soc') return PCT;
      return quantity.statistic === 'sum' ? KWH : KW;
    case 'weather':
      return weatherUnit(quantity.what);
    default:
      return KW;
  }
};

export const FORECASTS: readonly {
  readonly value: Extract<Quantity, { of: 'forecast' }>['kind'];
  readonly label: string;
}[] = [
  { value: 'pv', label: 'Sun' },
  { value: 'wind', label: 'Wind' },
  { value: 'load', label: 'Household' },
  { value: 'price', label: 'Price' },
  { value: 'soc', label: 'Battery charge' },
];
export const STATISTICS: readonly {
  readonly value: Extract<Quantity, { of: 'forecast' }>['statistic'];
  readonly label: string;
}[] = [
  { value: 'sum', label: 'Sum' },
  { value: 'mean', label: 'Mean' },
  { value: 'minimum', label: 'Lowest' },
  { value: 'maximum', label: 'Highest' },
];
export const BANDS: readonly {
  readonly value: Extract<Quantity, { of: 'forecast' }>['band'];
  readonly label: string;
}[] = [
  { value: 'p10', label: 'poor case' },
  { value: 'p50', label: 'expected' },
  { value: 'p90', label: 'good case' },
];
export const WEATHERS: readonly {
  readonly value: Extract<Quantity, { of: 'weather' }>['what'];
  readonly label: string;
}[] = [
  { value: 'temperatureC', label: 'Temperature' },
  { value: 'cloudPct', label: 'Clouds' },
  { value: 'windMs', label: 'Wind' },
  { value: 'gustMs', label: 'Gusts' },
  { value: 'rainMm', label: 'Rain' },
];

/** How a rule stands now: a shape and a word, never a hue. */
export const RULE_STATES: Readonly<Record<RuleView['state'], { readonly icon: IconName; readonly label: string }>> = {
  holding: { icon: 'zap', label: 'Holds now' },
  waiting: { icon: 'eye', label: 'Waits' },
  resting: { icon: 'timer', label: 'Rests' },
  asleep: { icon: 'moon', label: 'Asleep' },
  unknown: { icon: 'triangle-alert', label: 'Cannot tell' },
  off: { icon: 'minus', label: 'Off' },
};

export const RUN_STATES: Readonly<Record<WorkflowRun['state'], string>> = {
  running: 'runs',
  done: 'done',
  failed: 'failed',
  undone: 'failed, put back',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
};

export const times = (count: number): string => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`);
