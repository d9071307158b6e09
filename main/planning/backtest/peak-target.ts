import { capFor } from '../fast/month-cap.ts';
import { tierCost } from './accounts.ts';
import type { Past, SimSite } from './types.ts';
import {
  append,
  bestChange,
  type Curve,
  type CurveFrame,
  createCurve,
  createPieces,
  type ImportCap,
  piecesOf,
  stepBefore,
} from './value-curve.ts';

/** So many days before now say what a cap would cost. */
const LOOK_DAYS = 28;
/**
 * What crossing into the next tier costs is laid on so many kWh above the cap: about a short peak at the end of a month, more of them
 * before, since one bad day of three does not cross it yet and the days that are left may lose it anyhow.
 */
const CROSSING_KWH = 1;
const CROSSING_KWH_PER_DAY = 0.2;
const LEAST_OVER_PRICES = 2;
/** Load is planned a little higher than it was, since what comes is not known as well as what was. */
const CAUTION = 1.05;
const MARGIN_KW = 1e-6;
/** In a trial a cap is held wherever it can be. */
const OVER_PRICES = 400;

export type PeakCap = ImportCap;
const FREE: PeakCap = {
  capKw: Number.POSITIVE_INFINITY,
  overPrice: 0,
  nearKw: Number.POSITIVE_INFINITY,
  nearPrice: 0,
};
/** Above this share of a cap import costs a bit more already, in usual prices: room for a day that goes wrong. */
const NEAR = 0.85;
const NEAR_PRICES = 0.4;

/** The caps of the steps ahead. */
export interface PeakCaps {
  of(ahead: number): PeakCap;
}

interface PeakTarget {
  /** The caps of the steps ahead, as seen at a step with the daily peaks of its month so far; today's is the last. */
  at(step: number, dailyPeaksKw: readonly number[]): PeakCaps;
}

/**
 * Which tier of the peak charge to stay in this month: each is tried on the last weeks with a cap that keeps it, and the one
 * that costs least together with its charge is aimed at. Looked at anew each day, with the peaks that the month has already.
 */
export const createPeakTarget = (past: Past, site: SimSite, frame: CurveFrame, usualPrice: number): PeakTarget => {
  const capOf = (capKw: number, overPrice: number): PeakCap =>
    Number.isFinite(capKw)
      ? { capKw, overPrice, nearKw: NEAR * capKw, nearPrice: Math.min(NEAR_PRICES * usualPrice, overPrice) }
      : FREE;
  const tariff = site.peakTariff;
  if (tariff === null) return { at: () => ({ of: () => FREE }) };
  const pieces = createPieces();

  const costWith = (
    capKw: number,
    from: number,
    to: number,
  ): { readonly money: number; readonly peaksKw: readonly number[] } => {
    const cap = capOf(capKw, OVER_PRICES * usualPrice);
    const stepOf = (step: number) =>
      piecesOf(
        frame,
        {
          loadKw: CAUTION * (past.loadKw[step] ?? 0),
          pvKw: past.pvKw[step] ?? 0,
          importPrice: past.importPrice[step] ?? 0,
          exportPrice: past.exportPrice[step] ?? 0,
          maxExportKw: site.grid.maxExportKw,
          cap,
          holdsBack: true,
        },
        pieces,
      );
    const curves: Curve[] = [];
    let after = createCurve();
    append(after, frame.mostKwh - frame.leastKwh, 0, 0);
    for (let step = to - 1; step >= from; step -= 1) {
      curves[step - from] = after;
      const before = createCurve();
      stepOf(step);
      stepBefore(frame, pieces, after, before);
      after = before;
    }
    let energy = frame.leastKwh;
    let money = 0;
    const peaks = new Map<number, number>();
    const { battery, hours } = frame;
    for (let step = from; step < to; step += 1) {
      stepOf(step);
      const change = bestChange(frame, pieces, curves[step - from] ?? after, energy);
      const kw =
        change > 0 ? change / (battery.chargeEfficiency * hours) : (change * battery.dischargeEfficiency) / hours;
      energy = frame.kept * energy + change;
      const grid = CAUTION * (past.loadKw[step] ?? 0) - (past.pvKw[step] ?? 0) + kw;
      const price = grid > 0 ? (past.importPrice[step] ?? 0) : Math.max(0, past.exportPrice[step] ?? 0);
      money += hours * (grid * price + battery.wearCostPerKwh * Math.abs(kw));
      // The first day begins with an empty battery and says nothing about what can be held.
      const day = past.day[step] ?? 0;
      if (step >= from + past.slotsPerDay) peaks.set(day, Math.max(peaks.get(day) ?? 0, grid));
    }
    return { money, peaksKw: [...peaks.values()] };
  };

  /** Days of the month that are left, today among them. */
  const daysLeftAt = (today: number): number => {
    const month = past.days[today]?.month;
    let days = 1;
    while (past.days[today + days]?.month === month && (past.days[today + days]?.from ?? past.end) < past.end)
      days += 1;
    return days;
  };

  let seenDay = -1;
  let aim: { readonly capKw: number; readonly tier: number } = { capKw: Number.POSITIVE_INFINITY, tier: -1 };
  const chosen = (step: number, dailyPeaksKw: readonly number[]): typeof aim => {
    const today = past.day[step] ?? 0;
    const from = past.days[Math.max(0, today - LOOK_DAYS)]?.from ?? 0;
    const to = past.days[today]?.from ?? 0;
    const before = dailyPeaksKw.slice(0, -1);
    const daysLeft = daysLeftAt(today);
    const { tiers } = tariff;
    let best = { capKw: Number.POSITIVE_INFINITY, tier: tiers.length - 1, cost: Number.POSITIVE_INFINITY };
    const scale = to > from ? (daysLeft * past.slotsPerDay) / (to - from) : 0;
    for (const [tier, { upToKw, cost }] of tiers.entries()) {
      const last = tier === tiers.length - 1;
      const room = capFor({ tariff, dailyPeaksKw: before, todayPeakKw: 0, daysLeft }, upToKw);
      if (room === null && !last) continue;
      const capKw = last || room === null ? Number.POSITIVE_INFINITY : Math.max(0, room - MARGIN_KW);
      const tried = to > from ? costWith(capKw, from, to) : { money: 0, peaksKw: [] };
      const reached = tierCost(tariff, [...before, ...tried.peaksKw.slice(-daysLeft)]);
      const total = tried.money * scale + Math.max(cost, reached);
      if (total < best.cost - 1e-9) best = { capKw, tier, cost: total };
    }
    return best;
  };
  return {
    at: (step, dailyPeaksKw) => {
      const today = past.day[step] ?? 0;
      if (today !== seenDay) {
        aim = chosen(step, dailyPeaksKw);
        seenDay = today;
      }
      const { tier, capKw } = aim;
      const tiers = tariff.tiers;
      const apart = (tiers[tier + 1]?.cost ?? 0) - (tiers[tier]?.cost ?? 0);
      const crossingKwh = CROSSING_KWH + CROSSING_KWH_PER_DAY * (daysLeftAt(today) - 1);
      const overPrice = Math.max(LEAST_OVER_PRICES * usualPrice, apart / crossingKwh);
      const month = past.days[today]?.month;
      const free = tier < 0 || tier === tiers.length - 1;
      const soFar = dailyPeaksKw.at(-1) ?? 0;
      const ofToday: PeakCap = free ? FREE : capOf(Math.max(capKw, soFar), overPrice);
      const ofMonth: PeakCap = free ? FREE : capOf(capKw, overPrice);
      const later: PeakCap = free ? FREE : capOf(tiers[tier]?.upToKw ?? Number.POSITIVE_INFINITY, overPrice);
      return {
        of: (ahead) => {
          const day = past.day[ahead] ?? 0;
          if (day === today) return ofToday;
          return past.days[day]?.month === month ? ofMonth : later;
        },
      };
    },
  };
};
