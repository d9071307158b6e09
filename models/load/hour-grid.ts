import type { HourFrame } from '../features/frame.ts';

const DAY = 24;
/** Days whose mean is usual for an hour. */
const USUAL_DAYS = 28;

/**
 * The hours of a frame on a plain grid of 24 slots a local day, so that looking back a day is always 24 slots: slot =
 * (day − firstDay) · 24 + hour. The hour that the spring leaves out is a gap, of the two that the autumn gives one slot the
 * second counts.
 */
export interface HourGrid {
  readonly slots: number;
  readonly firstDay: number;
  /** Mean power of the slot; NaN is a gap or the future. */
  readonly values: Float64Array;
  /** Mean of the same hour over the days before the slot's own, up to 28 known ones; NaN before the first. */
  readonly usual: Float64Array;
  /** The value, else what is usual, else 0: to compare days that have gaps. */
  readonly filled: Float64Array;
  /** The slot of an index of the frame. Every index before `index` has this slot or an earlier one. */
  slotOf(index: number): number;
}

const slotFinder =
  (frame: HourFrame, firstDay: number) =>
  (index: number): number =>
    ((frame.day[index] ?? 0) - firstDay) * DAY + (frame.hour[index] ?? 0);

const usualOf = (values: Float64Array): Float64Array => {
  const usual = new Float64Array(values.length).fill(Number.NaN);
  for (let hour = 0; hour < DAY; hour += 1) {
    const window: number[] = [];
    let sum = 0;
    for (let slot = hour; slot < values.length; slot += DAY) {
      if (window.length > 0) usual[slot] = sum / window.length;
      const value = values[slot] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      window.push(value);
      sum += value;
      if (window.length > USUAL_DAYS) sum -= window.shift() ?? 0;
    }
  }
  return usual;
};

/** Lays the hours before `origin` out on a grid; everything from the slot of `origin` on is a gap. */
export const layHourGrid = (frame: HourFrame, origin: number): HourGrid => {
  const firstDay = frame.day[0] ?? 0;
  const slotOf = slotFinder(frame, firstDay);
  const end = Math.min(origin, frame.hours);
  const slots = end === 0 ? 0 : Math.max(0, slotOf(end - 1) + 1);
  const values = new Float64Array(slots).fill(Number.NaN);
  for (let index = 0; index < end; index += 1) {
    const value = frame.values[index] ?? Number.NaN;
    if (!Number.isNaN(value)) values[slotOf(index)] = value;
  }
  const usual = usualOf(values);
  const filled = values.map((value, slot) => {
    if (!Number.isNaN(value)) return value;
    const other = usual[slot] ?? Number.NaN;
    return Number.isNaN(other) ? 0 : other;
  });
  return { slots, firstDay, values, usual, filled, slotOf };
};
