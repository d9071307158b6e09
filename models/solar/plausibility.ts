import type { HourFrame } from '../features/frame.ts';
import { quantileOf } from '../metrics/band.ts';
import { type Envelope, envelopeAt } from './envelope.ts';
import { learnPanels } from './panels.ts';

/**
 * Whether a PV reading can be what panels give, and which of its hours tell what the sky allowed. A model is taught by
 * uncurtailed production only, and a sensor that measures something else is said to, not learnt.
 */

/** What is odd about a PV reading, with the numbers for a sentence. Powers in the unit of the frame, shares 0 to 1. */
export type PvFinding =
  | { readonly kind: 'power-at-night'; readonly hours: number; readonly nightShare: number; readonly most: number }
  | { readonly kind: 'above-clear-sky'; readonly hours: number; readonly timesClearSky: number }
  | { readonly kind: 'scale-changed'; readonly factor: number; readonly before: number; readonly now: number }
  | { readonly kind: 'held-back'; readonly hours: number };

export interface PvCheck {
  readonly findings: readonly PvFinding[];
  /** Whether the newest week looks like panels at all: nothing may be learnt from it where not. */
  readonly plausible: boolean;
}

const WEEK = 7 * 24;
/** Night is when the middle of the hour and its neighbours lie well below the horizon (6°, civil dusk). */
const NIGHT_SINE = -0.105;
const NIGHT_POWER_SHARE = 0.03;
const LEAST_NIGHT_HOURS = 3;
/** Panels pass their clear-sky power for a while between clouds; hours of that much more are no panels. */
const ABOVE_CLEAR = 1.5;
const LEAST_ABOVE_HOURS = 4;
/** A low winter sun between clouds passes its clear-sky power for hours, but not in a week that gave as much as clear ones. */
const BRIGHT_WEEK = 1;
/** A clear day's power is what panels and a season give: it does not change so much from one month to a week. */
const SCALE_FACTOR = 1.8;
const LEAST_DAYLIGHT_HOURS = 20;
/** So near the load, while the sky would give so much more, PV follows the load: nothing may be exported. */
const FOLLOWS_SHARE = 0.06;
const COULD_GIVE_MORE = 1.6;
const LEAST_FOLLOWING_HOURS = 3;

const at = (column: Float64Array | undefined, index: number): number => column?.[index] ?? Number.NaN;

/** A run of at least three daylight hours in which PV equals the load although a usual sky gives much more. */
const followsLoad = (frame: HourFrame, origin: number, envelope: Envelope, load: Float64Array): ReadonlySet<number> => {
  const found = new Set<number>();
  let run: number[] = [];
  const close = (): void => {
    if (run.length >= LEAST_FOLLOWING_HOURS) for (const index of run) found.add(index);
    run = [];
  };
  for (let index = 0; index < origin; index += 1) {
    const power = at(frame.values, index);
    const use = at(load, index);
    const follows =
      power > 0 && Math.abs(power - use) <= FOLLOWS_SHARE * use && envelope.clear(index) > COULD_GIVE_MORE * power;
    if (follows) run.push(index);
    else close();
  }
  close();
  return found;
};

/**
 * Values with a gap where the output was held back: where the signal `curtailed` is above 0 for any part of the hour, and where
 * the panels followed the load (`load`, in the unit of the values) under a sky that would have given far more. Reads only hours
 * before `origin`; what comes after is left as it is.
 */
export const uncurtailed = (frame: HourFrame, origin: number): Float64Array => {
  const values = frame.values.slice();
  const curtailed = frame.signals.get('curtailed');
  if (curtailed !== undefined)
    for (let index = 0; index < Math.min(origin, values.length); index += 1)
      if (at(curtailed, index) > 0) values[index] = Number.NaN;
  const load = frame.signals.get('load');
  if (load === undefined) return values;
  const known = { ...frame, values };
  const envelope = envelopeAt(known, origin, learnPanels(known, origin));
  if (envelope === undefined) return values;
  const held = followsLoad(known, origin, envelope, load);
  // A new column: the envelope was learnt from the one before and is kept by it.
  return values.map((value, index) => (held.has(index) ? Number.NaN : value));
};

/**
 * The frame as a model may learn from it: without hours that were held back, and without the newest week where that is no
 * panels' (a swapped sensor would be learnt by heart). Its `values` are a new column; the future stays as it is.
 */
export const learnable = (frame: HourFrame, origin: number): HourFrame => {
  const values = uncurtailed(frame, origin);
  const swapped = checkPv(frame, origin).findings.some(
    ({ kind }) => kind === 'power-at-night' || kind === 'above-clear-sky',
  );
  if (swapped) values.fill(Number.NaN, Math.max(0, origin - WEEK), origin);
  return { ...frame, values };
};

const nightOf = (frame: HourFrame, index: number): boolean =>
  [index - 1, index, index + 1].every(
    (each) => (frame.sinElevation[each] ?? frame.sinElevation[index] ?? 0) < NIGHT_SINE,
  );

/** Looks at the week before `origin`, against the months before it. */
export const checkPv = (frame: HourFrame, origin: number): PvCheck => {
  const values = uncurtailed(frame, origin);
  let held = 0;
  const from = Math.max(0, origin - WEEK);
  for (let index = from; index < origin; index += 1)
    if (Number.isNaN(at(values, index)) && !Number.isNaN(at(frame.values, index))) held += 1;
  const findings: PvFinding[] = held > 0 ? [{ kind: 'held-back', hours: held }] : [];
  const known: HourFrame = { ...frame, values };
  // The bell of before the week, so that a swapped sensor does not judge itself.
  const panels = learnPanels(known, from);
  const envelope = envelopeAt(known, from, panels);
  const most =
    panels.most > 0
      ? panels.most
      : quantileOf(
          values.slice(from, origin).filter((value) => value >= 0),
          1,
        );
  let [nightHours, nightMost, above, energy, could, daylight] = [0, 0, 0, 0, 0, 0];
  for (let index = from; index < origin; index += 1) {
    const value = at(values, index);
    if (Number.isNaN(value)) continue;
    if (nightOf(frame, index) && Math.abs(value) > NIGHT_POWER_SHARE * most) {
      nightHours += 1;
      nightMost = Math.max(nightMost, Math.abs(value));
    }
    const clear = envelope?.clear(index) ?? 0;
    if (clear < 0.1 * most) continue;
    daylight += 1;
    energy += value;
    could += clear;
    if (value > ABOVE_CLEAR * clear) above += 1;
  }
  if (nightHours >= LEAST_NIGHT_HOURS)
    findings.push({ kind: 'power-at-night', hours: nightHours, nightShare: nightMost / most, most: nightMost });
  if (envelope !== undefined && daylight >= LEAST_DAYLIGHT_HOURS) {
    const factor = energy / could;
    if (above >= LEAST_ABOVE_HOURS && factor > BRIGHT_WEEK)
      findings.push({ kind: 'above-clear-sky', hours: above, timesClearSky: factor });
    if (factor > SCALE_FACTOR)
      findings.push({ kind: 'scale-changed', factor, before: could / daylight, now: energy / daylight });
  }
  return { findings, plausible: findings.every((finding) => finding.kind === 'held-back') };
};
