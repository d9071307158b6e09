/**
 * Numbers as a person reads them: the locale's separators, a true minus sign, and the unit kept apart so that the page
 * can set it small. Inputs carry their unit in the name; answers carry it in `unit`.
 */
export interface Quantity {
  readonly text: string;
  readonly unit: string;
}

const formats = new Map<string, Intl.NumberFormat>();

const fixed = (digits: number, locale: string | undefined): Intl.NumberFormat => {
  const key = `${locale ?? ''}/${digits}`;
  const known = formats.get(key);
  if (known) return known;
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  formats.set(key, format);
  return format;
};

/** A number with a fixed count of decimals; never "-0". */
export const decimal = (value: number, digits: number, locale?: string): string => {
  const text = fixed(digits, locale).format(value);
  const zero = !/[1-9]/.test(text);
  return zero ? text.replace(/^[-\u2212]/, '') : text.replace('-', '\u2212');
};

/** Power from W as kW with two decimals; nothing flows below 5 W, and that is written "0". */
export const kilowatts = (powerW: number, locale?: string): Quantity => ({
  text: Math.abs(powerW) < 5 ? '0' : decimal(powerW / 1000, Math.abs(powerW) >= 99_950 ? 0 : 2, locale),
  unit: 'kW',
});

/** Energy in kWh with one decimal, none above 1,000. */
export const kilowattHours = (energyKwh: number, locale?: string): Quantity => ({
  text: decimal(energyKwh, Math.abs(energyKwh) >= 1000 ? 0 : 1, locale),
  unit: 'kWh',
});

export const percent = (valuePct: number, digits = 0, locale?: string): Quantity => ({
  text: decimal(valuePct, digits, locale),
  unit: '%',
});

const DIGITS: Readonly<Record<string, number>> = { V: 1, A: 1, '°C': 1, Hz: 2, kWh: 1, '%': 0, W: 0 };

/** Any measured value in the unit that it comes with; W from 1,000 on is written in kW. */
export const quantity = (value: number, unit: string, locale?: string): Quantity => {
  if (unit === 'W')
    return Math.abs(value) >= 1000 ? kilowatts(value, locale) : { text: decimal(value, 0, locale), unit };
  return { text: decimal(value, DIGITS[unit] ?? (Number.isInteger(value) ? 0 : 2), locale), unit };
};

/** Joins a quantity for prose and labels, with a space that never breaks. */
export const spoken = ({ text, unit }: Quantity): string => (unit ? `${text}\u00a0${unit}` : text);

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes by powers of 1,000, as disks are sold and systems show them. */
export const bytes = (count: number, locale?: string): Quantity => {
  let value = count;
  let step = 0;
  while (value >= 1000 && step < BYTE_UNITS.length - 1) {
    value /= 1000;
    step += 1;
  }
  return { text: decimal(value, step === 0 || value >= 100 ? 0 : 1, locale), unit: BYTE_UNITS[step] ?? 'B' };
};
