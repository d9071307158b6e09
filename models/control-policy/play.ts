import { modeAt, wantedKw } from './modes.ts';
import { createPhysics } from './physics.ts';
import { isWhole, netKwAt } from './series-view.ts';
import type { PolicyHome, PolicySeries, Span } from './types.ts';

/** Chooses the mode (a place of `MODES`) of a step with so much stored; told only what was known when the step began. */
export type Chooser = (step: number, storedKwh: number) => number;

export interface Played {
  /** Money, less what is left in the battery beyond the start at the given worth. */
  readonly cost: number;
  /** The same for each whole day of the span, for comparing two policies day by day; the last one may be shorter. */
  readonly dayCosts: readonly number[];
  readonly chargedKwh: number;
  readonly batteryKw: Float64Array;
  /** At the end of each step. */
  readonly storedKwh: Float64Array;
}

export interface PlayOptions {
  readonly startKwh: number;
  /** What a stored kWh is worth: two policies that end with different charge are compared fairly. */
  readonly valuePerKwh: number;
}

/** Goes through a span step by step: a power is chosen, limited by physics, and paid for. */
export const playPowers = (
  series: PolicySeries,
  home: PolicyHome,
  { from, to }: Span,
  wanted: (step: number, storedKwh: number) => number,
  { startKwh, valuePerKwh }: PlayOptions,
): Played => {
  const physics = createPhysics(home, series.stepHours);
  const perDay = Math.round(24 / series.stepHours);
  const dayCosts: number[] = [];
  const powers = new Float64Array(to - from);
  const course = new Float64Array(to - from);
  let stored = startKwh;
  let charged = 0;
  for (let step = from; step < to; step += 1) {
    const netKw = netKwAt(series, step);
    const whole = isWhole(series, step);
    const batteryKw = whole ? physics.limit(stored, netKw, wanted(step, stored)) : physics.limit(stored, 0, 0);
    const after = physics.storedAfter(stored, batteryKw);
    const money = whole
      ? physics.cost(netKw, batteryKw, series.importPrice[step] ?? 0, series.exportPrice[step] ?? 0)
      : 0;
    const day = Math.floor((step - from) / perDay);
    dayCosts[day] = (dayCosts[day] ?? 0) + money - valuePerKwh * (after - stored);
    charged += Math.max(0, batteryKw) * series.stepHours;
    stored = after;
    powers[step - from] = batteryKw;
    course[step - from] = stored;
  }
  const cost = dayCosts.reduce((sum, each) => sum + each, 0);
  return { cost, dayCosts, chargedKwh: charged, batteryKw: powers, storedKwh: course };
};

/** The same for whoever chooses modes. */
export const playModes = (
  series: PolicySeries,
  home: PolicyHome,
  span: Span,
  choose: Chooser,
  options: PlayOptions,
): Played =>
  playPowers(
    series,
    home,
    span,
    (step, stored) => wantedKw(modeAt(choose(step, stored)), home.battery, netKwAt(series, step)),
    options,
  );
