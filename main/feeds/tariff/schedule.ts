import type { TariffLine, TariffSchedule } from '../../../preload/contract/tariff.ts';
import { createWallClock, holdsAt, type WallTime } from './wall-clock.ts';

/** The price that a schedule has at a moment. */
export type PricedLine = Pick<TariffLine, 'name' | 'perKwh' | 'blocks'>;

/** Energy that was imported in the running month before a moment, for prices that change with the amount. */
export interface EnergyUsed {
  readonly monthKwh: number;
  /** By the name of the line in which it was imported. */
  readonly lineKwh: ReadonlyMap<string, number>;
}

export const NOTHING_USED: EnergyUsed = { monthKwh: 0, lineKwh: new Map() };

export interface Schedule {
  /** Null where no line holds and there is no price for all other times. */
  lineAt(at: number): PricedLine | null;
  readonly hasBlocks: boolean;
  /** What counts against the bounds of this line's blocks, kWh. */
  usedBefore(line: PricedLine, used: EnergyUsed): number;
}

export const createSchedule = (
  schedule: TariffSchedule,
  options: { readonly name: string; readonly siteZone: string; readonly holidays: readonly string[] },
): Schedule => {
  const clock = createWallClock(schedule.zone ?? options.siteZone, options.holidays);
  const { otherwisePerKwh, lines } = schedule;
  const otherwise = otherwisePerKwh === null ? null : { name: options.name, perKwh: otherwisePerKwh, blocks: [] };
  const lineOf = (time: WallTime): PricedLine | null => lines.find((line) => holdsAt(line, time)) ?? otherwise;
  return {
    lineAt: lines.length === 0 ? () => otherwise : (at) => lineOf(clock(at)),
    hasBlocks: lines.some(({ blocks }) => blocks.length > 0),
    usedBefore: (line, used) => (schedule.blocksCount === 'month' ? used.monthKwh : (used.lineKwh.get(line.name) ?? 0)),
  };
};

/** The price of the next kWh after so many. */
export const marginalOf = ({ perKwh, blocks }: PricedLine, usedKwh: number): number =>
  blocks.findLast(({ aboveKwh }) => usedKwh >= aboveKwh)?.perKwh ?? perKwh;

/** What `energyKwh` more cost after so many: it may run through several blocks. */
export const costThroughBlocks = (line: PricedLine, usedKwh: number, energyKwh: number): number => {
  let [cost, used, left] = [0, usedKwh, energyKwh];
  for (const { aboveKwh } of line.blocks) {
    if (used >= aboveKwh || left <= 0) continue;
    const here = Math.min(left, aboveKwh - used);
    cost += here * marginalOf(line, used);
    used = here === left ? used + here : aboveKwh;
    left -= here;
  }
  return cost + left * marginalOf(line, used);
};
