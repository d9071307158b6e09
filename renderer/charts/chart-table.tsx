import { moment } from '../format/time.ts';
import { readingsAt, stepsOf } from './readings.ts';
import type { ChartSeries } from './series.ts';

/** The same numbers as the chart, as a table that scrolls. */
export const ChartTable = ({
  series,
  from,
  to,
  zone,
  unit,
  digits = 2,
  caption,
  height,
}: {
  series: readonly ChartSeries[];
  from: number;
  to: number;
  zone: string;
  unit: string;
  digits?: number;
  caption: string;
  height: number | string;
}) => {
  const long = to - from > 86_400_000 * 1.2;
  const steps = stepsOf(series, from, to);
  const expected = series.filter((one) => (one.expected?.length ?? 0) > 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard
    <section className="table-wrap chart-table" style={{ maxHeight: height }} tabIndex={0} aria-label={caption}>
      <table className="table">
        <caption className="hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {series.map((one) => (
              <th scope="col" key={one.id} className="right">
                {one.label}, {unit}
              </th>
            ))}
            {expected.map((one) => (
              <th scope="col" key={one.id} className="right">
                {one.label} expected, p10 to p90
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.map((at) => {
            const readings = readingsAt(series, at, digits);
            return (
              <tr key={at}>
                <td>
                  <time>{long ? moment(at, 0, zone) : moment(at, at, zone)}</time>
                </td>
                {readings.map((one) => (
                  <td key={one.id} className="right">
                    {one.measured ?? <span className="quiet">–</span>}
                  </td>
                ))}
                {expected.map((one) => {
                  const reading = readings.find((found) => found.id === one.id);
                  return (
                    <td key={one.id} className="right">
                      {reading?.expected ? `${reading.expected}, ${reading.band}` : <span className="quiet">–</span>}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
};
