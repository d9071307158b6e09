import type { ForecastMetrics, ForecastView } from '../../../preload/contract/insight.ts';
import { Empty } from '../../components/parts.tsx';
import { decimal } from '../../format/numbers.ts';

type Row = readonly [string, (metrics: ForecastMetrics) => number | null, digits: number, unit: string];

const ROWS: readonly Row[] = [
  ['RMSE, kW', (metrics) => metrics.rmse / 1000, 2, ''],
  ['MAE, kW', (metrics) => metrics.mae / 1000, 2, ''],
  ['nRMSE', (metrics) => metrics.nrmsePct, 1, '\u00a0%'],
  ['R²', (metrics) => metrics.r2, 2, ''],
  ['80 % band', (metrics) => metrics.coveragePct, 1, '\u00a0%'],
];

const write = (metrics: ForecastMetrics | null, [, pick, digits, unit]: Row): string => {
  const value = metrics === null ? null : pick(metrics);
  return value === null ? '' : `${decimal(value, digits)}${unit}`;
};

const MAIN_LEAD_HOURS = 24;
const TALLEST_PX = 62;

/** Less error than naive, by lead time; a bar of dashes where naive was better. */
const Leads = ({ skill }: { skill: ForecastView['accuracy']['skillByLead'] }) => {
  const most = Math.max(...skill.map((bar) => Math.abs(bar.skillPct)), 1);
  return (
    <div className="leads">
      <p>Less error than naive, by lead time</p>
      <ul className="lead-bars">
        {skill.map((bar) => (
          <li
            key={bar.leadHours}
            className={bar.skillPct < 0 ? 'worse' : bar.leadHours === MAIN_LEAD_HOURS ? 'main' : undefined}
          >
            <span className="up">
              {decimal(bar.skillPct, 0)} %
              <i style={{ height: Math.max(2, (Math.abs(bar.skillPct) / most) * TALLEST_PX) }} />
            </span>
            {bar.leadHours} h
          </li>
        ))}
      </ul>
    </div>
  );
};

/** How good it was, always beside naive on the same days. */
export const Accuracy = ({ view }: { view: ForecastView }) => {
  const { model, seasonalNaive, baseline, days, skillByLead } = view.accuracy;
  const columns = [
    { name: 'model', metrics: model, served: view.servedBy === 'model' },
    { name: 'simple', metrics: baseline, served: view.servedBy === 'baseline' },
    { name: 'naive', metrics: seasonalNaive, served: view.servedBy === 'seasonal-naive' },
  ].filter((column) => column.metrics !== null);
  return (
    <>
      <div className="head">
        <h2>Accuracy</h2>
        {days > 0 && <span className="quiet">{days} days</span>}
      </div>
      {columns.length === 0 ? (
        <Empty icon="chart-line" title="Not measured yet">
          It needs a day of forecasts and what came after them.
        </Empty>
      ) : (
        <table className="accuracy">
          <thead>
            <tr>
              <td />
              {columns.map((column) => (
                <th scope="col" key={column.name}>
                  {column.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ROWS.map((row) => (
              <tr key={row[0]}>
                <th scope="row">{row[0]}</th>
                {columns.map((column) => (
                  <td key={column.name} className={column.served ? 'num served' : 'num'}>
                    {write(column.metrics, row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {skillByLead.length > 0 && <Leads skill={skillByLead} />}
    </>
  );
};
