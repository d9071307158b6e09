import { localDayOf } from './local-day.ts';
import type { Truth } from './truth.ts';
import type { RuleWorld } from './types.ts';

/** Share of the local day whose prices must be known: a rank among a few hours says nothing of the day. */
const LEAST_KNOWN = 0.8;

type Rank = 'cheapest' | 'dearest';

/** How much of the day comes before the present moment in the order of prices, ms; null where that is not known. */
const placeOf = (world: RuleWorld, rank: Rank): number | null => {
  const rows = world.pricesOfDay();
  const now = rows.find((row) => row.at <= world.at && world.at < row.at + row.stepMs);
  const day = localDayOf(world.at, world.zone);
  const knownMs = rows.reduce((sum, row) => sum + row.stepMs, 0);
  if (!now || knownMs < LEAST_KNOWN * (day.endAt - day.startAt)) return null;
  const sign = rank === 'cheapest' ? 1 : -1;
  const earlierMs = rows.reduce((sum, row) => {
    const difference = sign * (row.perKwh - now.perKwh);
    return difference < 0 || (difference === 0 && row.at < now.at) ? sum + row.stepMs : sum;
  }, 0);
  return earlierMs + (world.at - now.at);
};

/** Only a memo: many rules ask of one moment. */
const places = new WeakMap<RuleWorld, Map<Rank, number | null>>();

/**
 * Whether the present moment is among the n cheapest or dearest hours of the local day, by duration. Of the last step that
 * is needed only its beginning counts. Equal prices: the earlier one first. Unknown without a price now, or of most of the day.
 */
export const isRanked = (world: RuleWorld, rank: Rank, hours: number): Truth => {
  const known = places.get(world) ?? new Map<Rank, number | null>();
  places.set(world, known);
  const found = known.get(rank);
  const place = found === undefined ? placeOf(world, rank) : found;
  known.set(rank, place);
  return place === null ? null : place < hours * 3_600_000;
};
