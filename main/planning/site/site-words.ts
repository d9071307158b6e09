import { DateTime } from 'luxon';
import { addLocalDays, localDate, localTime } from '../../zone.ts';
import type { SiteProblem } from './types.ts';

const plainNumber = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

/** `3.3 kW`, `0.05 kW`. */
export const kwText = (kw: number): string => `${plainNumber(kw, kw < 0.1 ? 2 : 1)} kW`;

export const pctText = (pct: number): string => `${Math.round(pct)} %`;

export const degreesText = (degrees: number): string => `${plainNumber(degrees, 1)} °C`;

/** `2 h 30 min`. */
export const spanText = (spanMs: number): string => {
  const minutes = Math.round(spanMs / 60_000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [...(hours > 0 ? [`${hours} h`] : []), ...(rest > 0 || hours === 0 ? [`${rest} min`] : [])].join(' ');
};

/** The words of one home: its clock and its currency. */
export interface SiteWords {
  /** `19:00`, `19:00 tomorrow`, `01:00 on Friday`. */
  time(at: number): string;
  /** `€0.21`, with a third digit for small amounts. */
  price(perKwh: number): string;
}

export const siteWords = ({
  problem,
  currency,
  madeAt,
}: Pick<SiteProblem, 'problem' | 'currency' | 'madeAt'>): SiteWords => {
  const money = new Intl.NumberFormat('en', { style: 'currency', currency, maximumFractionDigits: 2 });
  const exact = new Intl.NumberFormat('en', { style: 'currency', currency, maximumFractionDigits: 3 });
  const today = localDate(madeAt, problem.zone);
  const tomorrow = localDate(addLocalDays(madeAt, 1, problem.zone), problem.zone);
  return {
    time: (at) => {
      const clock = localTime(at, problem.zone);
      const day = localDate(at, problem.zone);
      if (day === today) return clock;
      return day === tomorrow
        ? `${clock} tomorrow`
        : `${clock} on ${DateTime.fromMillis(at, { zone: problem.zone }).toFormat('cccc')}`;
    },
    price: (perKwh) => (Math.abs(perKwh) < 0.1 ? exact : money).format(perKwh),
  };
};
