import type { BandPoint, Point } from '../../../preload/contract/insight.ts';

/** One believable day in 15-minute steps, for looking at the page without a center. Deterministic; powers in W. */
export const STEP_MS = 900_000;

const gauss = (hour: number, centre: number, width: number): number =>
  Math.exp(-((hour - centre) ** 2) / (2 * width * width));
const noise = (step: number, salt: number): number => {
  const x = Math.sin(step * 12.9898 + salt * 78.233) * 43758.5453;
  return x - Math.floor(x) - 0.5;
};

export interface FakeDay {
  readonly midnight: number;
  readonly now: number;
}

const hourOf = (day: FakeDay, at: number): number => {
  const hours = (at - day.midnight) / 3_600_000;
  return ((hours % 24) + 24) % 24;
};
const cloudOf = (day: FakeDay, at: number): number =>
  [0.82, 0.93, 0.66, 0.85][((Math.floor((at - day.midnight) / 86_400_000) % 4) + 4) % 4] ?? 0.8;

export const solarExpectedW = (day: FakeDay, at: number): number => {
  const hour = hourOf(day, at);
  if (hour < 5.1 || hour > 21.5) return 0;
  return 10_900 * Math.sin((Math.PI * (hour - 5.1)) / 16.4) ** 1.55 * cloudOf(day, at);
};

export const solarMeasuredW = (day: FakeDay, at: number): number => {
  const step = Math.floor(at / STEP_MS);
  const hour = hourOf(day, at);
  const dip = hour > 10.2 && hour < 11.1 ? 0.7 : 1;
  const wobble = 1 + 0.07 * Math.sin(step / 5.3) + 0.05 * Math.sin(step / 2.1);
  return Math.max(0, solarExpectedW(day, at) * wobble * dip * (1 + noise(step, 1) * 0.05));
};

const minerW = (hour: number): number =>
  (hour >= 9.75 && hour < 17.5 ? 3260 : 0) + (hour >= 11.25 && hour < 13 ? 3050 : 0);

export const loadExpectedW = (day: FakeDay, at: number): number => {
  const hour = hourOf(day, at);
  const household =
    420 +
    750 * gauss(hour, 7.4, 0.9) +
    450 * gauss(hour, 12.6, 1) +
    1550 * gauss(hour, 19.3, 1.5) +
    350 * gauss(hour, 21.6, 0.9);
  return household + minerW(hour) + (hour >= 13 && hour < 14.5 ? 2000 : 0);
};

export const loadMeasuredW = (day: FakeDay, at: number): number =>
  loadExpectedW(day, at) * (1 + noise(Math.floor(at / STEP_MS), 2) * 0.14);

export const socPct = (day: FakeDay, at: number): number => {
  const hour = hourOf(day, at);
  // Its evening reaches over midnight, so that it never jumps.
  const evening = gauss(hour, 17.5, 4.4) + gauss(hour + 24, 17.5, 4.4);
  return Math.min(98, Math.max(30, 40 + 50 * evening + 6 * gauss(hour, 9, 3)));
};

const steps = (from: number, to: number): number[] => {
  const found: number[] = [];
  for (let at = Math.floor(from / STEP_MS) * STEP_MS; at < to; at += STEP_MS) found.push(at);
  return found;
};

/** Measured points; `gap` (hours of the day) is left out, to see how a gap looks. */
export const measured = (
  day: FakeDay,
  value: (day: FakeDay, at: number) => number,
  from: number,
  to: number,
  gap?: readonly [number, number],
): Point[] =>
  steps(from, Math.min(to, day.now)).map((at) => {
    const hour = hourOf(day, at);
    return { at, value: gap && hour >= gap[0] && hour < gap[1] ? null : value(day, at) };
  });

export const band = (
  day: FakeDay,
  value: (day: FakeDay, at: number) => number,
  from: number,
  to: number,
  doubt: number,
): BandPoint[] =>
  steps(from, to).map((at) => {
    const lead = Math.max(0, (at - day.now) / 3_600_000);
    const width = doubt * Math.min(1, 0.25 + lead / 8);
    const p50 = value(day, at);
    return { at, p10: p50 * (1 - width), p50, p90: p50 * (1 + width * 0.8) };
  });

const PRICES = [
  0.262, 0.255, 0.248, 0.243, 0.246, 0.262, 0.301, 0.348, 0.339, 0.291, 0.232, 0.178, 0.142, 0.118, 0.121, 0.148, 0.204,
  0.298, 0.386, 0.412, 0.401, 0.352, 0.304, 0.279,
];
export const priceOf = (hour: number): number => PRICES[Math.floor(hour) % 24] ?? 0.25;
export const kwhOf = (points: readonly Point[]): number =>
  points.reduce((sum, point) => sum + ((point.value ?? 0) * STEP_MS) / 3_600_000_000, 0);
