import type { SiteSettings } from '../../../preload/contract/house.ts';
import type { Safety } from '../../../preload/contract/safety.ts';
import type { HourSources } from '../../learning/hour-sources.ts';
import type { Rollup, SeriesKey } from '../../store/types.ts';
import type { BatteryHabits } from './types.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HABIT_DAYS = 30;
/** A battery shows its limits in some season. */
const LIMIT_DAYS = 400;
const LEAST_DAYS = 3;
/** Of common home batteries: half the capacity an hour, 90 % there and back. */
const USUAL_W_PER_KWH = 500;
const USUAL_EFFICIENCY = 0.95;

const rowsBefore = (
  sources: HourSources,
  key: SeriesKey,
  before: number,
  { step, days }: { readonly step: 'hour' | 'day'; readonly days: number },
): readonly Rollup[] => {
  const id = sources.series.find(key);
  // A day that has begun before the moment may end after it.
  const until = step === 'day' ? before - DAY_MS : before;
  const rows = id === undefined ? [] : sources.rollups.range(step, id, before - days * DAY_MS, until);
  return rows.filter(({ quality }) => quality !== 'suspect');
};

/** Hours of the 30 days before a moment; suspect ones are left out. */
export const hoursBefore = (sources: HourSources, key: SeriesKey, before: number): readonly Rollup[] =>
  rowsBefore(sources, key, before, { step: 'hour', days: HABIT_DAYS });

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.round(share * (values.length - 1))] ?? Number.NaN;

/**
 * One way efficiency out of what was taken and given back: with E the change of what is stored, η·taken − given/η = E, solved
 * for η.
 */
const efficiencyOf = (power: readonly Rollup[], soc: readonly Rollup[], capacityKwh: number): number => {
  const energies = power.map(({ energyKwh }) => energyKwh ?? 0);
  const takenKwh = energies.reduce((sum, energy) => sum + Math.max(0, energy), 0);
  const givenKwh = energies.reduce((sum, energy) => sum + Math.max(0, -energy), 0);
  const changeKwh = (((soc.at(-1)?.mean ?? 0) - (soc[0]?.mean ?? 0)) * capacityKwh) / 100;
  if (takenKwh < 2 * capacityKwh) return USUAL_EFFICIENCY;
  const solved = (changeKwh + Math.sqrt(changeKwh ** 2 + 4 * takenKwh * givenKwh)) / (2 * takenKwh);
  return Math.min(1, Math.max(0.8, solved));
};

/** How the battery was seen to behave before the span; null where the home has none or its capacity is not entered. */
export const batteryHabits = (
  sources: HourSources,
  keys: { readonly power: SeriesKey; readonly soc: SeriesKey },
  before: number,
  { settings, safety }: { readonly settings: SiteSettings; readonly safety: Safety },
): BatteryHabits | null => {
  const capacityKwh = settings.batteryCapacityKwh;
  if (capacityKwh === null || capacityKwh <= 0) return null;
  const span = { step: 'day', days: LIMIT_DAYS } as const;
  const powerDays = rowsBefore(sources, keys.power, before, span);
  const socDays = rowsBefore(sources, keys.soc, before, span);
  const isSeen = powerDays.length >= LEAST_DAYS && socDays.length >= LEAST_DAYS;
  const usualW = capacityKwh * USUAL_W_PER_KWH;
  const seenW = (values: readonly number[]): number => Math.max(...values, usualW / 10);
  const lows = socDays.map(({ minimum }) => minimum);
  const highs = socDays.map(({ maximum }) => maximum);
  return {
    capacityKwh,
    // It may never yet have been as low as it may go.
    minimumSocPct: isSeen ? Math.min(quantile(lows, 0.01), settings.minimumSocPct) : settings.criticalSocPct,
    maximumSocPct: isSeen ? quantile(highs, 0.99) : 100,
    maxChargeW: safety.batteryMaxChargeW ?? (isSeen ? seenW(powerDays.map(({ maximum }) => maximum)) : usualW),
    maxDischargeW: safety.batteryMaxDischargeW ?? (isSeen ? seenW(powerDays.map(({ minimum }) => -minimum)) : usualW),
    oneWayEfficiency: efficiencyOf(
      hoursBefore(sources, keys.power, before),
      hoursBefore(sources, keys.soc, before),
      capacityKwh,
    ),
  };
};

/** What a load drew when it ran: the middle of its highest powers of the hours in which it ran; null where it hardly did. */
export const usualPower = (hours: readonly Rollup[], onAboveW: number): number | null => {
  const running = hours.flatMap(({ maximum }) => (maximum > onAboveW ? [maximum] : []));
  return running.length < 5 ? null : quantile(running, 0.5);
};
