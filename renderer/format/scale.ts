import { currencySign } from './money.ts';
import { decimal } from './numbers.ts';

/** How values of one unit are written, so that all numbers of a table or a chart share one. */
export interface Scale {
  readonly unit: string;
  readonly factor: number;
  readonly digits: number;
}

const SMALL_W = 100;
const SMALL_PRICE = 0.01;

/** W becomes kW unless all is small; currency per kWh takes its sign and a third decimal. */
export const scaleOf = (unit: string, values: readonly (number | null)[] = [], locale?: string): Scale => {
  const largest = Math.max(0, ...values.flatMap((value) => (value === null ? [] : [Math.abs(value)])));
  const small = (limit: number): boolean => largest > 0 && largest < limit;
  if (unit === 'W')
    return small(SMALL_W) ? { unit: 'W', factor: 1, digits: 0 } : { unit: 'kW', factor: 0.001, digits: 2 };
  const [currency = unit, per] = unit.split('/');
  if (per === 'kWh')
    return { unit: `${currencySign(currency, locale)}/kWh`, factor: 1, digits: small(SMALL_PRICE) ? 4 : 3 };
  return { unit, factor: 1, digits: 2 };
};

export const written = (value: number, { factor, digits }: Scale, locale?: string): string =>
  decimal(value * factor, digits, locale);

/** With its unit, for prose. */
export const writtenWithUnit = (value: number, scale: Scale, locale?: string): string =>
  `${written(value, scale, locale)}\u00a0${scale.unit}`;
