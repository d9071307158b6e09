import { ok, type Result } from '../../result.ts';
import { NO_VALIDATORS } from '../provider/conditional.ts';
import type { Heard } from '../provider/exchange.ts';
import { orderly } from '../provider/intervals.ts';
import type { CarbonRow, FeedWindow, Fetched } from '../types.ts';

/** Rows of either kind as a provider's answer: each kind ascending and without overlap, within the window. */
export const carbonAnswer = (
  rows: readonly CarbonRow[],
  window: FeedWindow,
  heard: Pick<Heard, 'validators' | 'expiresAt'> | null = null,
  rejected = 0,
): Result<Fetched<CarbonRow>> => {
  const finite = rows.filter(({ gPerKwh }) => Number.isFinite(gPerKwh));
  const kinds = (['measured', 'forecast'] as const).map((kind) =>
    orderly(
      finite.filter((row) => row.kind === kind),
      window,
    ),
  );
  return ok({
    rows: kinds.flatMap((each) => each.rows).toSorted((a, b) => a.at - b.at),
    issuedAt: null,
    validators: heard?.validators ?? NO_VALIDATORS,
    expiresAt: heard?.expiresAt ?? null,
    unchanged: false,
    rejected: rejected + rows.length - finite.length + kinds.reduce((sum, each) => sum + each.rejected, 0),
  });
};

/** The answer where what is kept still holds. */
export const carbonUnchanged = (heard: Heard): Result<Fetched<CarbonRow>> =>
  ok({
    rows: [],
    issuedAt: null,
    validators: heard.validators,
    expiresAt: heard.expiresAt,
    unchanged: true,
    rejected: 0,
  });
