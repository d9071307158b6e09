import { clock, day, localParts } from '../../../format/time.ts';

/** Where everything of the timeline stands, px. One time axis runs through all strips. */
export interface Band {
  readonly top: number;
  readonly height: number;
}
export interface Geometry {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly height: number;
  /** Labels stand beside the strips, or above them where the window is narrow. */
  readonly above: boolean;
  readonly left: number;
  readonly right: number;
  readonly axis: Band;
  readonly soc: Band;
  readonly lanes: readonly Band[];
  readonly price: Band;
  readonly sun: Band;
}

const HOUR = 3_600_000;
const WIDE = { left: 140, right: 30, top: 36, soc: 104, lane: 49, label: 0 } as const;
const NARROW = { left: 30, right: 16, top: 30, soc: 92, lane: 62, label: 22 } as const;
const PRICE_PX = 22;
const SUN_PX = 78;
/** A home with few lanes gets a taller charge and sun instead of an empty foot. */
const FULL_LANES = 6;
const BETWEEN_PX = 22;

export const geometryOf = (frame: {
  readonly width: number;
  readonly from: number;
  readonly to: number;
  readonly lanes: number;
  readonly above: boolean;
}): Geometry => {
  const { width, from, to, above } = frame;
  const size = above ? NARROW : WIDE;
  const spare = above ? 0 : Math.max(0, FULL_LANES - frame.lanes) * size.lane;
  const soc: Band = { top: size.top + size.label + 8, height: size.soc + Math.round(spare * 0.6) };
  const first = soc.top + soc.height + BETWEEN_PX;
  const lanes = Array.from(
    { length: frame.lanes },
    (_, index): Band => ({
      top: first + index * size.lane,
      height: size.lane,
    }),
  );
  const end = first + frame.lanes * size.lane;
  const price: Band = { top: end + 16 + size.label, height: PRICE_PX };
  const sun: Band = { top: price.top + 54 + size.label, height: SUN_PX + Math.round(spare * 0.4) };
  return {
    from,
    to,
    width,
    height: sun.top + sun.height + 16,
    above,
    left: size.left,
    right: size.right,
    axis: { top: size.top, height: sun.top + sun.height - size.top },
    soc,
    lanes,
    price,
    sun,
  };
};

/** The place of an instant, px from the left edge; it may lie outside the plot. */
export const xOf = ({ from, to, left, right, width }: Geometry, at: number): number =>
  left + ((at - from) / (to - from)) * (width - left - right);

/** Cut to what the plot shows; null where nothing of it is seen. */
export const stretchOf = (
  frame: Geometry,
  from: number,
  to: number,
): { readonly left: number; readonly width: number } | null => {
  const start = Math.max(from, frame.from);
  const end = Math.min(to, frame.to);
  if (end <= start) return null;
  const left = xOf(frame, start);
  return { left, width: Math.max(2, xOf(frame, end) - left) };
};

/** A height within a strip: `value` between `least` at the foot and `most` at the top. */
export const yOf = (band: Band, value: number, least: number, most: number): number =>
  band.top + (1 - (value - least) / Math.max(most - least, 1e-9)) * band.height;

export interface HourTick {
  readonly at: number;
  readonly label: string;
  /** The date, at local midnight. */
  readonly date: string | null;
}

const TICK_PX = 66;

/** Full hours by the home's wall clock, as many as fit, with the date at midnight. */
export const hourTicks = (frame: Geometry, zone: string): HourTick[] => {
  const room = Math.max(2, (frame.width - frame.left - frame.right) / TICK_PX);
  const hours = (frame.to - frame.from) / HOUR;
  const every = [1, 2, 3, 6, 12].find((step) => hours / step <= room) ?? 24;
  const ticks: HourTick[] = [];
  for (let at = Math.ceil(frame.from / HOUR) * HOUR; at <= frame.to; at += HOUR) {
    const { hour, minute } = localParts(at, zone);
    if (minute !== 0 || hour % every !== 0) continue;
    const inside = at > frame.from && at < frame.to;
    ticks.push({ at, label: clock(at, zone), date: hour === 0 && inside ? day(at, zone) : null });
  }
  return ticks;
};

/** An SVG path through points; empty where there is none. */
export const pathOf = (points: readonly (readonly [x: number, y: number])[]): string =>
  points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');

/** The area between an upper and a lower line over the same places. */
export const areaOf = (
  upper: readonly (readonly [x: number, y: number])[],
  lower: readonly (readonly [x: number, y: number])[],
): string => (upper.length < 2 ? '' : `${pathOf([...upper, ...lower.toReversed()])}Z`);
