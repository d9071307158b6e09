/** Something that must have been so for a while before it counts; on the monotonic clock, ms. */
export interface Spell {
  /** Since when it has been so without a break; null while it is not. */
  readonly sinceMs: number | null;
}
export const NO_SPELL: Spell = { sinceMs: null };

export const spell = (before: Spell, holds: boolean, nowMs: number): Spell =>
  holds ? { sinceMs: before.sinceMs ?? nowMs } : NO_SPELL;

export const lasts = ({ sinceMs }: Spell, spanMs: number, nowMs: number): boolean =>
  sinceMs !== null && nowMs - sinceMs >= spanMs;
