/** The steps of a plan: quarters of an hour of UTC, the first of which is the one that now lies in. */
export const STEP_MS = 900_000;
export const HOUR_MS = 3_600_000;
export const STEP_HOURS = STEP_MS / HOUR_MS;

export interface Steps {
  readonly startAt: number;
  readonly count: number;
}

export const stepsFrom = (now: number, horizonMs: number): Steps => ({
  startAt: Math.floor(now / STEP_MS) * STEP_MS,
  count: Math.floor(horizonMs / STEP_MS),
});

export const atOf = ({ startAt }: Pick<Steps, 'startAt'>, step: number): number => startAt + step * STEP_MS;

/** Something for each step. */
export const perStep = <Value>(steps: Steps, make: (at: number, step: number) => Value): Value[] =>
  Array.from({ length: steps.count }, (_, step) => make(atOf(steps, step), step));

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const mean = (values: readonly number[]): number => (values.length === 0 ? 0 : sum(values) / values.length);
