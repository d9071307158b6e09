import type { HourFrame } from '../features/frame.ts';
import { layHourGrid } from './hour-grid.ts';

/** Recurring blocks in the base load that look like a charger or a heater which nobody told the app of. Powers in W. */
export interface HiddenLoad {
  /** Typical power of the blocks above what is usual for their hours. */
  readonly powerW: number;
  /** Local hours between which most blocks lie: from the start of the first to the end of the second, which may be over midnight. */
  readonly fromHour: number;
  readonly toHour: number;
  /** Typical length of a block, hours. */
  readonly lengthH: number;
  /** Days on which a block began, of the days looked at. */
  readonly nights: number;
  readonly days: number;
  /** Their share of the energy of those days, 0 to 100 %. */
  readonly sharePct: number;
  /** An hour so far above its usual belongs to a block. */
  readonly aboveW: number;
}

const DAY = 24;
const DAYS = 42;
/** Heights of blocks that are looked for, the largest first; below 2 kW kitchens and laundries look the same. */
const HEIGHTS_W = [15_000, 11_000, 8_000, 6_000, 4_500, 3_200, 2_400, 2_000] as const;
/** Hours outside blocks that come this near to their power, as a share of the hours inside: a device has none, cooling many. */
const NEAR_SHARE = 0.4;
const MOST_NEAR = 0.25;
const LEAST_NIGHTS = 3;
const LEAST_DAYS = 10;
const LEAST_LENGTH_H = 2;
/** A device takes much the same each time; cooking and cooling do not. */
const MOST_SPREAD = 0.2;
/** Its first and last hour are only partly its own. */
const EDGE_SHARE = 0.5;
/** How much a new day moves what is usual for its hours. */
const NEWS_SHARE = 0.1;

interface Block {
  readonly from: number;
  readonly to: number;
  readonly powerW: number;
  readonly energyWh: number;
}

const quantile = (values: ArrayLike<number>, share: number): number => {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
};

/** Of the values of a local hour, this share lies below what is taken for its usual here: blocks on every second night leave it alone. */
const USUAL_SHARE = 0.35;

/** How far each hour of the last days lies above the usual of its local hour; NaN where not known. */
const excessOf = (values: Float64Array, first: number): Float64Array => {
  const usual = Array.from({ length: DAY }, (_, hour) =>
    quantile(
      values.filter((value, slot) => slot >= first && slot % DAY === hour && !Number.isNaN(value)),
      USUAL_SHARE,
    ),
  );
  return values.slice(first).map((value, step) => value - (usual[(first + step) % DAY] ?? Number.NaN));
};

const blocksOf = (excess: Float64Array, aboveW: number): readonly Block[] => {
  const blocks: Block[] = [];
  const at = (step: number): number => excess[step] ?? Number.NaN;
  for (let from = 0; from < excess.length; from += 1) {
    if (!(at(from) >= aboveW * EDGE_SHARE)) continue;
    let to = from;
    let energyWh = 0;
    let powerW = 0;
    while (at(to) >= aboveW * EDGE_SHARE) {
      energyWh += at(to);
      powerW = Math.max(powerW, at(to));
      to += 1;
    }
    if (to - from >= LEAST_LENGTH_H && powerW >= aboveW) blocks.push({ from, to, powerW, energyWh });
    from = to;
  }
  return blocks;
};

const powerOf = (blocks: readonly Block[]): number =>
  quantile(
    blocks.map((block) => block.powerW),
    0.5,
  );

/** Days are counted from noon to noon, so that a night is one. */
const nightsOf = (blocks: readonly Block[]): number =>
  new Set(blocks.map(({ from }) => Math.floor((from + DAY / 2) / DAY))).size;

/** Whether blocks recur, are much alike, and nothing else comes near their power. */
const areOneDevice = (blocks: readonly Block[], excess: Float64Array): boolean => {
  if (nightsOf(blocks) < LEAST_NIGHTS) return false;
  const powers = blocks.map((block) => block.powerW);
  const powerW = powerOf(blocks);
  if ((quantile(powers, 0.8) - quantile(powers, 0.2)) / powerW > MOST_SPREAD) return false;
  const inside = new Uint8Array(excess.length);
  for (const { from, to } of blocks) inside.fill(1, Math.max(0, from - 1), to + 1);
  const near = excess.filter((value, step) => inside[step] === 0 && value > NEAR_SHARE * powerW).length;
  return near <= MOST_NEAR * blocks.reduce((sum, { from, to }) => sum + to - from, 0);
};

/** The shortest stretch of the clock that holds most of the blocks' middles, widened to their typical length. */
const hoursOf = (blocks: readonly Block[], first: number, lengthH: number) => {
  const middles = blocks.map(({ from, to }) => (first + (from + to) / 2) % DAY).sort((one, other) => one - other);
  const wanted = Math.ceil(0.8 * middles.length);
  let best = { start: middles[0] ?? 0, width: DAY };
  for (const [place, start] of middles.entries()) {
    const last = place + wanted - 1;
    const end = (middles[last % middles.length] ?? 0) + (last >= middles.length ? DAY : 0);
    if (end - start < best.width) best = { start, width: end - start };
  }
  const clock = (hour: number): number => ((Math.round(hour) % DAY) + DAY) % DAY;
  return {
    fromHour: clock(best.start - lengthH / 2),
    toHour: clock(best.start + best.width + lengthH / 2),
  };
};

/**
 * Looks for a large load that hides in the base load over the six weeks before `origin`: blocks of 2 h and more, 2 kW and
 * more above the usual of their hour, much alike, on three nights or more, with little else near their power. Null where
 * there is none: a small device in a home whose kitchen takes as much is not told apart. Values of the frame are in W.
 */
export const findHiddenLoad = (frame: HourFrame, origin: number): HiddenLoad | null => {
  const { values, slots } = layHourGrid(frame, origin);
  const first = Math.max(0, Math.floor(slots / DAY) - DAYS) * DAY;
  const excess = excessOf(values, first);
  const days = Math.floor(excess.filter((value) => !Number.isNaN(value)).length / DAY);
  if (days < LEAST_DAYS) return null;
  for (const aboveW of HEIGHTS_W) {
    const blocks = blocksOf(excess, aboveW);
    if (!areOneDevice(blocks, excess)) continue;
    const lengthH = quantile(
      blocks.map((block) => Math.max(1, block.energyWh / block.powerW)),
      0.5,
    );
    const energyWh = values.slice(first).reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0);
    const blockWh = blocks.reduce((sum, block) => sum + block.energyWh, 0);
    return {
      powerW: powerOf(blocks),
      ...hoursOf(blocks, first, lengthH),
      lengthH,
      nights: nightsOf(blocks),
      days,
      sharePct: (100 * blockWh) / energyWh,
      aboveW,
    };
  }
  return null;
};

/**
 * The frame with a gap wherever an hour before `origin` lies in a block, so that one evening of charging is not taken for a
 * habit of the home. What is usual is known from before each hour, and without blocks.
 */
export const withoutBlocks = (frame: HourFrame, origin: number, aboveW: number): HourFrame => {
  const usual = new Float64Array(DAY);
  const values = frame.values.map((value, index) => {
    if (index >= origin || Number.isNaN(value)) return value;
    const hour = frame.hour[index] ?? 0;
    const before = usual[hour] ?? 0;
    if (value > before + EDGE_SHARE * aboveW) return Number.NaN;
    usual[hour] = before + (value - before) * NEWS_SHARE;
    return value;
  });
  return { ...frame, values };
};
