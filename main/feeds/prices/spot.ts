import { ok, type Result } from '../../result.ts';
import { NO_VALIDATORS } from '../provider/conditional.ts';
import type { Heard } from '../provider/exchange.ts';
import { orderly } from '../provider/intervals.ts';
import type { FeedWindow, Fetched, MarketPriceRow } from '../types.ts';

/** Without the dust of a division: 158.95 a MWh is 0.15895 a kWh. Nine digits are finer than any market. */
const plain = (perKwh: number): number => Math.round(perKwh * 1e9) / 1e9;

/** Rows of one or more kinds as a provider's answer: each kind ascending and without overlap, within the window. */
export const priceAnswer = (
  rows: readonly MarketPriceRow[],
  window: FeedWindow,
  heard: Pick<Heard, 'validators' | 'expiresAt'> | null = null,
  more: { readonly issuedAt?: number | null; readonly rejected?: number } = {},
): Result<Fetched<MarketPriceRow>> => {
  const finite = rows
    .map((row) => ({ ...row, perKwh: plain(row.perKwh) }))
    .filter(({ perKwh }) => Number.isFinite(perKwh));
  const kinds = [...new Set(finite.map(({ kind }) => kind))];
  const ordered = kinds.map((kind) =>
    orderly(
      finite.filter((row) => row.kind === kind),
      window,
    ),
  );
  return ok({
    rows: ordered.flatMap((each) => each.rows).toSorted((a, b) => a.at - b.at),
    issuedAt: more.issuedAt ?? null,
    validators: heard?.validators ?? NO_VALIDATORS,
    expiresAt: heard?.expiresAt ?? null,
    unchanged: false,
    rejected:
      (more.rejected ?? 0) + rows.length - finite.length + ordered.reduce((sum, each) => sum + each.rejected, 0),
  });
};

/** The answer where nothing is new: `unchanged` or not published yet. */
export const nothingNew = (heard: Heard): Result<Fetched<never>> =>
  ok({
    rows: [],
    issuedAt: null,
    validators: heard.validators,
    expiresAt: heard.expiresAt,
    unchanged: heard.kind === 'unchanged',
    rejected: 0,
  });
