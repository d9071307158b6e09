import type { Measure } from '../../../preload/contract/base.ts';
import { isFresh } from '../stages-permission.ts';
import { lasts, NO_SPELL, type Spell, spell } from './settled.ts';

/** A device that is just being read again is not silent yet. What the guard then does is done well within 60 s. */
const SILENT_AFTER_MS = 10_000;
/** After a start every device has this long to be read for the first time. */
const FIRST_READ_MS = 30_000;
/** A meter that comes and goes is not back. */
const BACK_AFTER_MS = 60_000;

export interface MeterMemory {
  readonly unusable: Spell;
  readonly usable: Spell;
  readonly silent: boolean;
}
export const METER_UNSEEN: MeterMemory = { unusable: NO_SPELL, usable: NO_SPELL, silent: false };

export interface MeterLook {
  readonly memory: MeterMemory;
  /** `began` and `ended` once each a spell. */
  readonly edge: 'began' | 'ended' | null;
}

/** No house draws twenty times what its connection bears: then the meter is wrong, whatever it says. */
export const isPlausible = (gridW: number, limitW: number): boolean =>
  Number.isFinite(gridW) && (limitW <= 0 || Math.abs(gridW) <= Math.max(20_000, limitW * 20));

/**
 * Whether the grid meter is silent: not fresh, or saying what cannot be, for a settled time. `late` is no silence yet.
 * It is back after a minute of good values without a break.
 */
export const lookAtMeter = (
  before: MeterMemory,
  input: {
    readonly gridW: Measure;
    readonly at: number;
    readonly nowMs: number;
    readonly limitW: number;
    /** Since the guard began to look, ms. */
    readonly runsMs: number;
  },
): MeterLook => {
  const { gridW, at, nowMs, limitW, runsMs } = input;
  const plausible = gridW.value !== null && isPlausible(gridW.value, limitW);
  const good = plausible && isFresh(gridW, at);
  const bad =
    !plausible || gridW.freshness === 'stale' || gridW.freshness === 'absent' || (!good && !isLate(gridW, at));
  const unusable = spell(before.unusable, bad, nowMs);
  const usable = spell(before.usable, good, nowMs);
  const neverRead = gridW.value === null && runsMs < FIRST_READ_MS;
  const silent = before.silent
    ? !lasts(usable, BACK_AFTER_MS, nowMs)
    : lasts(unusable, SILENT_AFTER_MS, nowMs) && !neverRead;
  const edge = silent === before.silent ? null : silent ? 'began' : 'ended';
  return { memory: { unusable, usable, silent }, edge };
};

/** Late by name and by age: a value from the future, or one that calls itself fresh beyond its limit, is neither. */
const isLate = ({ freshness, measuredAt, limitMs }: Measure, at: number): boolean =>
  freshness === 'late' && measuredAt !== null && at - measuredAt <= limitMs && measuredAt - at <= 60_000;
