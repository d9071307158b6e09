import { isInstant } from '../provider/intervals.ts';

const DATE = /^(\d{4})-(\d\d)(?:-(\d\d))?$/;

/** UTC ms of a date `YYYY-MM-DD`, a month `YYYY-MM`, an instant with its offset, or unix seconds; null for anything else. */
export const momentOf = (value: unknown): number | null => {
  if (typeof value === 'number') return isInstant(value * 1000) ? value * 1000 : null;
  if (typeof value !== 'string') return null;
  const text = value.trim();
  const date = DATE.exec(text);
  if (date !== null) {
    const [year, month, day] = [Number(date[1]), Number(date[2]), Number(date[3] ?? '1')];
    const at = Date.UTC(year, month - 1, day);
    // 31 February must not become March.
    const isReal = new Date(at).getUTCMonth() === month - 1 && new Date(at).getUTCDate() === day;
    return isReal && isInstant(at) ? at : null;
  }
  if (!/(Z|[+-]\d\d:\d\d)$/.test(text)) return null;
  const at = Date.parse(text);
  return isInstant(at) ? at : null;
};

/** A number, also written as text with a decimal point or comma; null for "missing" (`.`, empty, words). */
export const amountOf = (value: unknown): number | null => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (!/^[+-]?\d+([.,]\d+)?(e[+-]?\d{1,2})?$/i.test(text)) return null;
  const amount = Number(text.replace(',', '.'));
  return Number.isFinite(amount) ? amount : null;
};
