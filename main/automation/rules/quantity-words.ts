import type { Quantity } from '../../../preload/contract/rules.ts';
import type { RuleNames } from './types.ts';

/** What a quantity is called inside a sentence, and how its values are said. */
export interface QuantityWords {
  readonly name: string;
  say(value: number): string;
}

const POWERS = {
  'pv-power': 'the solar power',
  'load-power': 'the load of the house',
  'household-power': 'the household load',
  'battery-power': 'the charging power of the battery',
  'import-power': 'the power from the grid',
  'export-power': 'the power to the grid',
  'surplus-power': 'the solar surplus',
} as const;

const ENERGIES = { pv: 'solar energy', wind: 'wind energy', load: 'load of the house' } as const;
const STATISTICS = { sum: 'total', mean: 'mean', minimum: 'lowest', maximum: 'highest' } as const;
const BANDS = { p10: ' (cautious)', p50: '', p90: ' (optimistic)' } as const;
const WEATHER = {
  temperatureC: { name: 'temperature', unit: '°C', peak: 'highest' },
  cloudPct: { name: 'cloud cover', unit: '%', peak: 'highest' },
  windMs: { name: 'wind', unit: 'm/s', peak: 'strongest' },
  gustMs: { name: 'gust', unit: 'm/s', peak: 'strongest' },
  rainMm: { name: 'rain of an hour', unit: 'mm', peak: 'heaviest' },
} as const;

const rounded = (value: number, digits: number): string => String(Number(value.toFixed(digits)));
const plain =
  (unit: string, digits = 1) =>
  (value: number): string =>
    `${rounded(value, digits)} ${unit}`;

/** 850 W, 3.25 kW: limits keep the digits that a person typed. */
const sayPower = (value: number): string =>
  Math.abs(value) >= 1000 ? `${rounded(value / 1000, 2)} kW` : `${rounded(value, 0)} W`;

const sayPrice = (names: RuleNames) => (value: number) =>
  `${value.toFixed(value !== 0 && Math.abs(value) < 0.1 ? 3 : 2)} ${names.currency} per kWh`;

const forecastWords = (quantity: Extract<Quantity, { of: 'forecast' }>, names: RuleNames): QuantityWords => {
  const { kind, hours, statistic, band } = quantity;
  const span = `of the next ${hours} h${BANDS[band]}`;
  const what = STATISTICS[statistic];
  if (kind === 'soc') return { name: `the ${what} expected charge of the battery ${span}`, say: plain('%') };
  if (kind === 'price') return { name: `the ${what} expected price ${span}`, say: sayPrice(names) };
  return statistic === 'sum'
    ? { name: `the expected ${ENERGIES[kind]} ${span}`, say: plain('kWh') }
    : {
        name: `the ${what} expected ${kind === 'load' ? 'load' : `${kind === 'pv' ? 'solar' : 'wind'} power`} ${span}`,
        say: sayPower,
      };
};

export const wordsOf = (quantity: Quantity, names: RuleNames): QuantityWords => {
  switch (quantity.of) {
    case 'soc':
      return { name: 'the charge of the battery', say: plain('%') };
    case 'battery-voltage':
      return { name: 'the voltage of the battery', say: plain('V', 2) };
    case 'import-price':
      return { name: 'the price', say: sayPrice(names) };
    case 'export-price':
      return { name: 'the price for export', say: sayPrice(names) };
    case 'carbon':
      return { name: 'the carbon of the grid', say: plain('g/kWh', 0) };
    case 'channel-power':
      return { name: `the power of ${names.channel(quantity.channel)}`, say: sayPower };
    case 'channel-temperature':
      return { name: `the temperature of ${names.channel(quantity.channel)}`, say: plain('°C') };
    case 'channel-energy-today':
      return { name: `the energy of ${names.channel(quantity.channel)} today`, say: plain('kWh', 2) };
    case 'forecast':
      return forecastWords(quantity, names);
    case 'weather': {
      const { name, unit, peak } = WEATHER[quantity.what];
      return {
        name: quantity.hours === 0 ? `the ${name} now` : `the ${peak} ${name} of the next ${quantity.hours} h`,
        say: plain(unit),
      };
    }
    default:
      return { name: POWERS[quantity.of], say: sayPower };
  }
};
