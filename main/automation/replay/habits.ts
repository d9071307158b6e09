import type { SiteSettings } from '../../../preload/contract/house.ts';
import type { Safety } from '../../../preload/contract/safety.ts';
import type { HourSources } from '../../learning/hour-sources.ts';
import type { Rollup, SeriesKey } from '../../store/types.ts';
import type { BatteryHabits } from './types.ts';

const HOUR_MS = 3_600_000;
const HABIT_MS = 30 * 24 * HOUR_MS;
const LEAST_HOURS = 48;
/** Of common home batteries: half the capacity an hour, 90 % there and back. */
const USUAL_W_PER_KWH = 500;
const USUAL_EFFICIENCY = 0.95;

/** Hours of the 30 days before a moment; suspect ones are left out. */
export const hoursBefore = (sources: HourSources, key: SeriesKey, before: number): readonly Rollup[] => {
  const id = sources.series.find(key);
  const rows = id === undefined ? [] : sources.rollups.range('hour', id, before - HABIT_MS, before);
  return rows.filter(({ quality }) => quality !== 'suspect');
};

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
  hours: { readonly power: readonly Rollup[]; readonly soc: readonly Rollup[] },
  settings: SiteSettings,
  safety: Pick<Safety, 'batteryMaxChargeW' | 'batteryMaxDischargeW'>,
): BatteryHabits | null => {
  const { power, soc } = hours;
  const capacityKwh = settings.batteryCapacityKwh;
  if (capacityKwh === null || capacityKwh <= 0) return null;
  const isSeen = power.length >= LEAST_HOURS && soc.length >= LEAST_HOURS;
  const usualW = capacityKwh * USUAL_W_PER_KWH;
  const seen = (values: readonly number[]): number => Math.max(...values, usualW / 10);
  return {
    capacityKwh,
    minimumSocPct: isSeen
      ? quantile(
          soc.map(({ minimum }) => minimum),
          0.01,
        )
      : settings.criticalSocPct,
    maximumSocPct: isSeen
      ? quantile(
          soc.map(({ maximum }) => maximum),
          0.99,
        )
      : 100,
    maxChargeW: safety.batteryMaxChargeW ?? (isSeen ? seen(power.map(({ maximum }) => maximum)) : usualW),
    maxDischargeW: safety.batteryMaxDischargeW ?? (isSeen ? seen(power.map(({ minimum }) => -minimum)) : usualW),
    oneWayEfficiency: isSeen ? efficiencyOf(power, soc, capacityKwh) : USUAL_EFFICIENCY,
  };
};

/** What a load drew when it ran: the middle of its highest powers of the hours in which it ran; null where it hardly did. */
export const usualPower = (hours: readonly Rollup[], onAboveW: number): number | null => {
  const running = hours.flatMap(({ maximum }) => (maximum > onAboveW ? [maximum] : []));
  return running.length < 5 ? null : quantile(running, 0.5);
};
