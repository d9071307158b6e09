import type { WeatherIssue } from '../../../models/features/issued-weather.ts';
import { canonicalWeather } from '../../../models/features/weather-columns.ts';
import { type Columns, readColumns } from './columns.ts';

const HOUR_MS = 3_600_000;

/** Rows of one issue after another as issues of whole hours: the mean of the rows within an hour. */
const issuesOf = (
  columns: Columns,
  issuedAt: Float64Array,
  validAt: Float64Array,
  names: readonly string[],
  firstAt: number,
): readonly WeatherIssue[] => {
  const known = names.map((name) => canonicalWeather(name) ?? { name, factor: 1, offset: 0 });
  // Two columns of one meaning: the first has the name, as with a person's own file.
  const shown = known.map(({ name }, place) =>
    known.findIndex((other) => other.name === name) === place ? name : (names[place] ?? name),
  );
  const numbers = names.map((name, place) => {
    const { factor = 1, offset = 0 } = shown[place] === known[place]?.name ? (known[place] ?? {}) : {};
    return columns.numbersOf(name).map((value) => value * factor + offset);
  });
  const byIssue = new Map<number, number[]>();
  issuedAt.forEach((at, row) => {
    const rows = byIssue.get(at) ?? [];
    rows.push(row);
    byIssue.set(at, rows);
  });
  return [...byIssue].map(([at, rows]) => {
    const hourOf = (row: number): number => Math.floor(((validAt[row] ?? 0) - firstAt) / HOUR_MS);
    const hours = rows.map(hourOf);
    const firstHour = Math.min(...hours);
    const length = Math.max(...hours) - firstHour + 1;
    const means = numbers.map((column) => {
      const sums = new Float64Array(length);
      const counts = new Int32Array(length);
      for (const row of rows) {
        const value = column[row] ?? Number.NaN;
        if (Number.isNaN(value)) continue;
        const place = hourOf(row) - firstHour;
        sums[place] = (sums[place] ?? 0) + value;
        counts[place] = (counts[place] ?? 0) + 1;
      }
      return Float32Array.from(sums, (sum, place) => sum / (counts[place] ?? 0));
    });
    return {
      issuedAt: at,
      firstHour,
      columns: new Map(shown.map((name, place) => [name, means[place] ?? new Float32Array(0)])),
    };
  });
};

/** Quarter-hourly forecasts of a site, all variables. */
export const readSiteWeather = (file: string, firstAt: number): readonly WeatherIssue[] => {
  const columns = readColumns(file);
  const names = columns.names.filter((name) => !name.endsWith('_utc'));
  return issuesOf(columns, columns.timesOf('issue_time_utc'), columns.timesOf('valid_time_utc'), names, firstAt);
};

/** Hourly wind forecasts, valid at the issue time and `lead_h`. */
export const readWindForecasts = (file: string, firstAt: number): readonly WeatherIssue[] => {
  const columns = readColumns(file);
  const issued = columns.timesOf('issue_time_utc');
  const leads = columns.numbersOf('lead_h');
  const names = columns.names.filter((name) => name !== 'issue_time_utc' && name !== 'lead_h');
  return issuesOf(
    columns,
    issued,
    issued.map((at, row) => at + (leads[row] ?? 0) * HOUR_MS),
    names,
    firstAt,
  );
};
