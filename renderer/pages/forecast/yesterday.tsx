import type { ForecastView } from '../../../preload/contract/insight.ts';
import { ChartTable } from '../../charts/chart-table.tsx';
import type { ChartSeries } from '../../charts/series.ts';
import { TimeChart, type TimeChartProps } from '../../charts/time-chart.tsx';
import { Empty } from '../../components/parts.tsx';
import type { Scale } from '../../format/scale.ts';
import { soon } from '../../format/time.ts';
import { YesterdaySums } from './sums.tsx';

/** Yesterday’s forecast beside what came. */
export const Yesterday = ({
  view,
  title,
  series,
  scale,
  axis,
  from,
  to,
  zone,
  height,
  asTable,
}: {
  view: ForecastView;
  title: string;
  series: readonly ChartSeries[];
  scale: Scale;
  axis: NonNullable<TimeChartProps['scale']>;
  from: number;
  to: number;
  zone: string;
  height: number;
  asTable: boolean;
}) => {
  const { yesterday, stepMs } = view;
  return (
    <div>
      <div className="head">
        <h2>Yesterday</h2>
        {yesterday.issuedAt !== null && (
          <span className="quiet">forecast of {soon(yesterday.issuedAt, from, zone)}</span>
        )}
      </div>
      <div className="totals">
        <YesterdaySums view={view} scale={scale} />
      </div>
      {yesterday.measured.length + yesterday.expected.length === 0 ? (
        <Empty icon="clock" title="Nothing to compare yet">
          Tomorrow this shows today’s forecast beside what came.
        </Empty>
      ) : asTable ? (
        <ChartTable
          series={series}
          from={from}
          to={to}
          zone={zone}
          unit={scale.unit}
          digits={scale.digits}
          caption={`${title} yesterday`}
          height={height}
        />
      ) : (
        <div className="beside">
          <TimeChart
            series={series}
            from={from}
            to={to}
            zone={zone}
            unit={scale.unit}
            stepMs={stepMs}
            digits={scale.digits}
            height={height}
            scale={axis}
            summary={`${title} of yesterday in ${scale.unit}: what was expected and what came.`}
          />
        </div>
      )}
    </div>
  );
};
