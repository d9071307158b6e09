/**
 * Weather forecasts as they were issued. A forecast of tomorrow may be read by whoever forecasts at or after its issue, and
 * by nobody before: that is what keeps an evaluation honest.
 */

/** One run of a weather model, in hours of the frame. */
export interface WeatherIssue {
  /** When it was there to be read, UTC ms. */
  readonly issuedAt: number;
  /** Index in the frame of the first row; may lie outside the frame. */
  readonly firstHour: number;
  /** One column a variable, one value an hour; NaN where it says nothing. */
  readonly columns: ReadonlyMap<string, Float32Array>;
}

export interface IssuedWeather {
  /** Names of all variables, sorted. */
  readonly columns: readonly string[];
  /** What the newest forecast issued by the start of the hour `origin` says of the hour `target`; NaN where none does. */
  at(column: string, origin: number, target: number): number;
  /** What the forecast `back` runs before that one says: 0 is the newest that covers the hour; NaN where there is none. */
  atRun(column: string, origin: number, target: number, back: number): number;
  /** The hours from that issue to the start of `target`; NaN where no forecast of it was there. */
  leadHours(column: string, origin: number, target: number): number;
}

const HOUR_MS = 3_600_000;
/** Runs further back than this are not asked: a week-old forecast is climatology. */
const MOST_RUNS_BACK = 64;

export const createIssuedWeather = (
  issues: readonly WeatherIssue[],
  atOf: (index: number) => number,
): IssuedWeather => {
  const runs = issues.toSorted((one, other) => one.issuedAt - other.issuedAt);
  const columns = [...new Set(runs.flatMap((run) => [...run.columns.keys()]))].toSorted();
  /** The number of runs that were issued by an instant. */
  const issuedBy = (at: number): number => {
    let low = 0;
    let high = runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((runs[middle]?.issuedAt ?? Number.POSITIVE_INFINITY) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  let lastOrigin = Number.NaN;
  let lastCount = 0;
  const find = (column: string, origin: number, target: number, back = 0) => {
    if (origin !== lastOrigin) {
      lastOrigin = origin;
      lastCount = issuedBy(atOf(origin));
    }
    let newer = back;
    for (let place = lastCount - 1; place >= Math.max(0, lastCount - MOST_RUNS_BACK); place -= 1) {
      const run = runs[place];
      const value = run?.columns.get(column)?.[target - run.firstHour] ?? Number.NaN;
      if (run === undefined || Number.isNaN(value)) continue;
      if (newer === 0) return { value, issuedAt: run.issuedAt };
      newer -= 1;
    }
    return undefined;
  };
  return {
    columns,
    at: (column, origin, target) => find(column, origin, target)?.value ?? Number.NaN,
    atRun: (column, origin, target, back) => find(column, origin, target, back)?.value ?? Number.NaN,
    leadHours: (column, origin, target) =>
      (atOf(target) - (find(column, origin, target)?.issuedAt ?? Number.NaN)) / HOUR_MS,
  };
};
