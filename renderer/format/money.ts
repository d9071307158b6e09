import { decimal, type Quantity } from './numbers.ts';

/** The sign of a currency, for example "€"; the code itself where the locale knows none. */
export const currencySign = (currency: string, locale?: string): string => {
  try {
    const parts = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
    }).formatToParts(0);
    return parts.find((part) => part.type === 'currency')?.value ?? currency;
  } catch (error) {
    if (error instanceof RangeError) return currency;
    throw error;
  }
};

/** An amount with its sign apart: 0.84 and €. */
export const money = (amount: number, currency: string, locale?: string): Quantity => ({
  text: decimal(amount, Math.abs(amount) >= 1000 ? 0 : 2, locale),
  unit: currencySign(currency, locale),
});

/** A price per kWh in two decimals; three where it is under a tenth and has them. */
export const price = (perKwh: number, currency: string, locale?: string): Quantity => ({
  text: decimal(
    perKwh,
    Math.abs(perKwh) < 0.1 && Math.abs(perKwh * 100 - Math.round(perKwh * 100)) > 0.01 ? 3 : 2,
    locale,
  ),
  unit: currencySign(currency, locale),
});
