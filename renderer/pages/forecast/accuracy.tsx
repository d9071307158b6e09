import type { ForecastMetrics, ForecastView } from '../../../preload/contract/insight.ts';
import { Empty } from '../../components/parts.tsx';
import { decimal } from '../../format/numbers.ts';
import { type Scale, scaleOf, written } from '../../format/scale.ts';

interface Row {
  readonly name: string;
  readonly pick: (metrics: ForecastMetrics) => number | null;
  readonly write: (value: number, scale: Scale) => string;
  readonly sized?: boolean;
}

const inPercent = (value: number): string => `${decimal(value, 1)}\u00a0%`;

const ROWS: readonly Row[] = [
  { name: 'RMSE', pick: ({ rmse }) => rmse, write: written, sized: true },
  { name: 'MAE', pick: ({ mae }) => mae, write: written, sized: true },
  { name: 'nRMSE', pick: ({ nrmsePct }) => nrmsePct, write: inPercent },
  { name: 'R²', pick: ({ r2 }) => r2, write: (value) => decimal(value, 2) },
  { name: '80 % band', pick: ({ coveragePct }) => coveragePct, write: inPercent },
];

const cell = (metrics: ForecastMetrics | null, { pick, write }: Row, scale: Scale): string => {
  const value = metrics === null ? null : pick(metrics);
  return value === null ? '' : write(value, scale);
};

const MAIN_LEAD_HOURS = 24;
const TALLEST_PX = 62;
const FULL_PCT = 60;

/** Less error than naive, by lead time; a bar of dashes where naive was better. */
const Leads = ({ skill }: { skill: ForecastView['accuracy']['skillByLead'] }) => {
  // Hours with hardly any power can lose by hundreds of per cent: their bar ends at the top, their number is written.
  const most = Math.min(FULL_PCT, Math.max(...skill.map((bar) => Math.abs(bar.skillPct)), 1));
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
              <i style={{ height: Math.max(2, Math.min(1, Math.abs(bar.skillPct) / most) * TALLEST_PX) }} />
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
    { name: 'baseline', metrics: baseline, served: view.servedBy === 'baseline' },
    { name: 'naive', metrics: seasonalNaive, served: view.servedBy === 'seasonal-naive' },
  ].filter((column) => column.metrics !== null);
  const scale = scaleOf(
    view.unit,
    columns.flatMap(({ metrics }) => [metrics?.rmse ?? null, metrics?.mae ?? null]),
  );
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
              <tr key={row.name}>
                <th scope="row">{row.sized ? `${row.name}, ${scale.unit}` : row.name}</th>
                {columns.map((column) => (
                  <td key={column.name} className={column.served ? 'num served' : 'num'}>
                    {cell(column.metrics, row, scale)}
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
