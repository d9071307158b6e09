import type { Failure, Result } from '../../result.ts';
import { ok } from '../../result.ts';

/**
 * Asks for several parts one after the other. What was had before a part failed is kept: a later day that does not come
 * must not hide an earlier one. Fails only where no part came at all.
 */
export const gather = async <Part, Row>(
  parts: readonly Part[],
  ask: (part: Part) => Promise<Result<readonly Row[]>>,
): Promise<Result<readonly Row[]>> => {
  const rows: Row[] = [];
  let failure: Failure | null = null;
  let came = 0;
  for (const part of parts) {
    const answer = await ask(part);
    if (answer.ok) {
      rows.push(...answer.value);
      came += 1;
      continue;
    }
    failure = answer.error;
    // Whoever was told to wait, or refused, is not asked for the rest.
    if (failure.kind === 'permanent' || failure.retryAfterMs !== undefined || failure.code === 'feed.cancelled') break;
  }
  return failure !== null && (came === 0 || rows.length === 0) ? { ok: false, error: failure } : ok(rows);
};
