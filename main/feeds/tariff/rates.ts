import type { Tariff, TariffRate } from '../../../preload/contract/tariff.ts';
import { gridOf } from '../provider/intervals.ts';
import { gridMsOf } from './grid.ts';
import type { TariffPrice } from './market.ts';
import { createPricer, type ImportPrice } from './pricer.ts';
import { type EnergyUsed, marginalOf, NOTHING_USED } from './schedule.ts';
import { createWallClock } from './wall-clock.ts';

/** The price of the next imported kWh. */
const nextKwh = ({ parts }: ImportPrice, used: EnergyUsed): number =>
  parts.reduce(
    (sum, { line, schedule, factor }) => sum + marginalOf(line, schedule?.usedBefore(line, used) ?? 0) * factor,
    0,
  );

/**
 * The rates of [from, to) on a UTC grid: each moment lies in exactly one row, and null is unknown. The first row may begin
 * before `from` and the last end after `to`, by less than a step. A step's length is its own: never count rows for time.
 */
export const ratesFor = (input: {
  readonly tariff: Tariff;
  readonly prices: readonly TariffPrice[];
  readonly from: number;
  readonly to: number;
  readonly siteZone: string;
  /** What was imported in the local month of `at` until then; without it prices are those of the first block. */
  readonly used?: { readonly at: number; readonly energy: EnergyUsed };
}): readonly TariffRate[] => {
  const { tariff, prices, from, to, siteZone, used } = input;
  const stepMs = gridMsOf(tariff, prices, from, to, siteZone);
  const pricer = createPricer(tariff, prices, siteZone);
  const clock = createWallClock(siteZone);
  const monthOf = (at: number): number => clock(at).year * 12 + clock(at).month;
  const usedMonth = used === undefined ? null : monthOf(used.at);
  return gridOf(from, to, stepMs).map((at) => {
    const bought = pricer.importAt(at, stepMs);
    const sold = pricer.exportAt(at, stepMs);
    const isUsedMonth = pricer.hasBlocks && used !== undefined && monthOf(at) === usedMonth;
    const provider = bought?.provider ?? sold?.provider ?? null;
    return {
      ...{ at, stepMs },
      importPerKwh: bought === null ? null : nextKwh(bought, isUsedMonth ? used.energy : NOTHING_USED),
      exportPerKwh: sold?.perKwh ?? null,
      source: provider === null ? tariff.name : `${tariff.name}, prices of ${provider}`,
      assumed: (bought?.assumed ?? false) || (sold?.assumed ?? false) || (pricer.hasBlocks && !isUsedMonth),
    };
  });
};
