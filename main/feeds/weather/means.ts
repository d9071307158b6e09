/** The mean of a value over an interval from the instants at its two ends; one alone stands for both, none is unknown. */
export const between = (start: number | null | undefined, end: number | null | undefined): number | null => {
  if (start === null || start === undefined) return end ?? null;
  return end === null || end === undefined ? start : (start + end) / 2;
};

const RAD = Math.PI / 180;

/** The same for a direction in degrees, over the shorter way round; opposite directions leave the first. */
export const directionBetween = (start: number | null | undefined, end: number | null | undefined): number | null => {
  if (start === null || start === undefined) return end ?? null;
  if (end === null || end === undefined) return start;
  const east = Math.sin(start * RAD) + Math.sin(end * RAD);
  const north = Math.cos(start * RAD) + Math.cos(end * RAD);
  if (Math.hypot(east, north) < 1e-6) return start;
  const degrees = Math.atan2(east, north) / RAD;
  // A tiny negative angle plus a full turn would round to the full turn itself.
  return degrees < -1e-9 ? degrees + 360 : Math.abs(degrees);
};
