import type { IANAZone } from 'luxon';
import { instantOf, isInstant } from '../provider/intervals.ts';
import { momentsOf } from '../provider/wall-time.ts';

const YEAR_FIRST = /^(\d{4})[-/](\d\d?)[-/](\d\d?)[T ](\d\d?):(\d\d)(?::00)?$/;
const DAY_FIRST = /^(\d\d?)\.(\d\d?)\.(\d{4})[T ](\d\d?):(\d\d)(?::00)?$/;

/** The moments that a stamp can mean: none (no such time), one, or both of an hour that comes twice. */
export type Meaning =
  | { readonly kind: 'moments'; readonly at: readonly number[] }
  /** The clock jumps over it. */
  | { readonly kind: 'skipped' }
  | { readonly kind: 'unreadable' };

/** With an offset a stamp is one moment; without, it is read by the clock of `zone`. Day and month are never guessed. */
export const readStamp = (text: string, zone: IANAZone): Meaning => {
  const stamp = text.trim();
  const exact = instantOf(stamp.replace(/^(\d{4}-\d\d-\d\d) /, '$1T'));
  if (exact !== null) return { kind: 'moments', at: [exact] };
  const yearFirst = YEAR_FIRST.exec(stamp);
  const dayFirst = DAY_FIRST.exec(stamp);
  const parts = yearFirst ?? dayFirst;
  if (parts === null) return { kind: 'unreadable' };
  const [first = 0, month = 0, third = 0, hour = 0, minute = 0] = parts.slice(1).map(Number);
  const [year, day] = yearFirst === null ? [third, first] : [first, third];
  const wall = Date.UTC(year, month - 1, day, hour, minute);
  const isReal =
    isInstant(wall) &&
    new Date(wall).getUTCDate() === day &&
    new Date(wall).getUTCMonth() === month - 1 &&
    hour < 24 &&
    minute < 60;
  if (!isReal) return { kind: 'unreadable' };
  const at = momentsOf(wall, zone);
  return at.length === 0 ? { kind: 'skipped' } : { kind: 'moments', at };
};
