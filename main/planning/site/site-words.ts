import { localDate, localTime } from '../../zone.ts';
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
  /** `19:00`, and `19:00 tomorrow` on another day. */
  time(at: number): string;
  /** `€0.21`, with a third digit for small amounts. */
  price(perKwh: number): string;
  /** `the Sun's` name as it stands in a sentence. */
  lane(laneId: string): string;
}

export const siteWords = ({ problem, currency, madeAt, lanes }: SiteProblem): SiteWords => {
  const money = (digits: number) =>
    new Intl.NumberFormat('en', {
      style: 'currency',
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  const [coarse, fine] = [money(2), money(3)];
  return {
    time: (at) => {
      const clock = localTime(at, problem.zone);
      return localDate(at, problem.zone) === localDate(madeAt, problem.zone) ? clock : `${clock} tomorrow`;
    },
    price: (perKwh) => (Math.abs(perKwh) < 0.1 && perKwh !== 0 ? fine : coarse).format(perKwh),
    lane: (laneId) => lanes.find(({ id }) => id === laneId)?.name ?? laneId,
  };
};
