import type { Past } from './types.ts';

/** The local hour from which the next day's market prices are known. */
const PUBLISHED_HOUR = 13;
/** A price that is not known yet is guessed from so many days back at most. */
const MOST_BACK = 8;
const USUAL_DAYS = 30;
const LEAST_PRICE = 1e-6;

/** Prices as they were known when a step began: published ones, and for later hours what the same hour cost lately. */
export interface Published {
  /** The step after the last whose price is known before `step`. */
  knownUntil(step: number): number;
  /** The price of `ahead` as it was seen before `step`. */
  importPrice(step: number, ahead: number): number;
  exportPrice(step: number, ahead: number): number;
  /** What a bought kWh usually costs, by the last month and what is published: the scale of all that is money. */
  usual(step: number): number;
}

/** Today's prices are known all day, tomorrow's from 13:00 local on. A guess takes the newest known day of the same kind. */
export const publishedPrices = (past: Past): Published => {
  const publishedSlot = Math.floor((PUBLISHED_HOUR / 24) * past.slotsPerDay);
  const knownUntil = (step: number): number => {
    const today = past.day[step] ?? 0;
    const tomorrow = (past.slot[step] ?? 0) >= publishedSlot ? today + 1 : today;
    return past.days[Math.min(tomorrow, past.days.length - 1)]?.to ?? past.steps;
  };
  const seen = (prices: Float64Array, step: number, ahead: number): number => {
    const until = knownUntil(step);
    if (ahead < until) return prices[ahead] ?? 0;
    const weekend = past.days[past.day[ahead] ?? 0]?.weekend;
    let fallback = Number.NaN;
    for (let back = 1; back <= MOST_BACK; back += 1) {
      const same = ahead - back * past.slotsPerDay;
      if (same >= until || same < 0) continue;
      const price = prices[same] ?? 0;
      if (Number.isNaN(fallback)) fallback = price;
      if (past.days[past.day[same] ?? 0]?.weekend === weekend) return price;
    }
    return Number.isNaN(fallback) ? (prices[Math.max(0, until - 1)] ?? 0) : fallback;
  };
  return {
    knownUntil,
    usual: (step) => {
      const from = Math.max(0, step - USUAL_DAYS * past.slotsPerDay);
      const seen = past.importPrice.subarray(from, knownUntil(step));
      return Math.max(LEAST_PRICE, seen.reduce((sum, price) => sum + Math.abs(price), 0) / Math.max(1, seen.length));
    },
    importPrice: (step, ahead) => seen(past.importPrice, step, ahead),
    exportPrice: (step, ahead) => seen(past.exportPrice, step, ahead),
  };
};
