import { useMemo, useState } from 'react';
import type { ForecastView } from '../../../preload/contract/insight.ts';
import { ChartTable } from '../../charts/chart-table.tsx';
import { Legend, toggled } from '../../charts/legend.tsx';
import { bandInKw, type ChartSeries, extentOf, inKw, niceScale } from '../../charts/series.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { Icon } from '../../components/icon.tsx';
import type { IconName } from '../../components/icon-paths.ts';
import { Chip, Empty } from '../../components/parts.tsx';
import type { Hue } from '../../components/roles.ts';
import { Amount } from '../../components/value.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { decimal, kilowattHours } from '../../format/numbers.ts';
import { addDays, soon, span, startOfDay } from '../../format/time.ts';
import { useNowStep } from '../../state/now.ts';
import type { Resource } from '../../state/resource.ts';
import { Accuracy } from './accuracy.tsx';

const HOUR = 3_600_000;
const CHART_PX = 208;
const OLD_MS = 6 * HOUR;
const NONE: ReadonlySet<string> = new Set();

/** Versions are named `<kind>-<date>_<hash>`: a person knows one by its date. */
const trainedOn = (version: string): string => /\d{4}-\d{2}-\d{2}/.exec(version)?.[0] ?? version;

const SERVED: Readonly<Record<ForecastView['servedBy'], { readonly icon: IconName; readonly text: string }>> = {
  model: { icon: 'shield-check', text: 'The model serves' },
  baseline: { icon: 'shield-alert', text: 'A simple forecast serves' },
  'seasonal-naive': { icon: 'shield-alert', text: 'Naive serves' },
  physical: { icon: 'shield-alert', text: 'The physical estimate serves' },
  'standard-profile': { icon: 'shield-alert', text: 'An ordinary household serves' },
  none: { icon: 'minus', text: 'Nothing serves yet' },
};

const Sum = ({
  name,
  kwh,
  range,
  soft,
}: {
  name: string;
  kwh: number | null;
  range?: readonly [number, number];
  soft?: boolean;
}) => (
  <div>
    <span className="small quiet">{name}</span>
    {kwh === null ? (
      <span className="v soft">No value</span>
    ) : (
      <Amount {...kilowattHours(kwh)} className={soft ? 'v soft' : 'v'} />
    )}
    {range && (
      <span className="small quiet num">
        {decimal(range[0], 0)} to {decimal(range[1], 0)}
      </span>
    )}
  </div>
);

export interface ForecastRowProps {
  readonly title: string;
  readonly hue: Hue;
  readonly icon: IconName;
  readonly resource: Resource<'forecast.get'>;
  readonly hours: 24 | 48;
  readonly zone: string;
  readonly asTable: boolean;
}

/** One quantity: its expectation, yesterday's against what came, and its accuracy beside naive. */
export const ForecastRow = ({ title, hue, icon, resource, hours, zone, asTable }: ForecastRowProps) => {
  const now = useNowStep(60_000);
  const view = resource.use((state) => state.value);
  const problem = resource.use((state) => state.problem);
  const [hidden, setHidden] = useState(NONE);
  const series = useMemo<ChartSeries[]>(
    () =>
      view
        ? [{ id: view.kind, label: title, hue, measured: inKw(view.measured), expected: bandInKw(view.points) }]
        : [],
    [view, title, hue],
  );
  const yesterday = useMemo<ChartSeries[]>(
    () =>
      view
        ? [
            {
              id: 'yesterday',
              label: title,
              hue,
              measured: inKw(view.yesterday.measured),
              expected: bandInKw(view.yesterday.expected),
              compare: true,
              area: false,
            },
          ]
        : [],
    [view, title, hue],
  );
  const midnight = startOfDay(now, zone);
  const from = Math.max(midnight, now - 8 * HOUR);
  const to = now + hours * HOUR;
  const dayBefore = addDays(midnight, -1, zone);
  const scale = useMemo(() => {
    const far = Number.MAX_SAFE_INTEGER;
    return niceScale(0, Math.max(extentOf(series, 0, far).most, extentOf(yesterday, 0, far).most, 1));
  }, [series, yesterday]);
  if (!view)
    return (
      <section className="card" data-hue={hue}>
        <Waiting
          problem={problem}
          what={`the ${title.toLowerCase()} forecast`}
          height={340}
          onRetry={() => void resource.reload()}
        />
      </section>
    );
  const served = SERVED[view.servedBy];
  const old = view.issuedAt !== null && now - view.issuedAt > OLD_MS;
  const empty = view.points.length === 0;
  return (
    <section className="card forecast-row" data-hue={hue} aria-label={`${title} forecast`}>
      <div>
        <div className="head">
          <span className="hue-icon">
            <Icon name={icon} />
          </span>
          <h2>{title}</h2>
          {view.issuedAt !== null && (
            <span className="quiet">
              run of {soon(view.issuedAt, now, zone)}
              {old && `, ${span(now - view.issuedAt)} old`}
            </span>
          )}
          <span className="grow" />
          <Chip icon={served.icon} look={view.servedBy === 'model' ? 'plain' : 'outline'}>
            {view.servedBy === 'model' && view.modelVersion
              ? `Model of ${trainedOn(view.modelVersion)} serves`
              : served.text}
          </Chip>
        </div>
        <div className="totals">
          <Sum
            name="Today"
            kwh={view.todayKwh?.p50 ?? null}
            {...(view.todayKwh ? { range: [view.todayKwh.p10, view.todayKwh.p90] as const } : {})}
          />
          <Sum
            name="Tomorrow"
            kwh={view.tomorrowKwh?.p50 ?? null}
            {...(view.tomorrowKwh ? { range: [view.tomorrowKwh.p10, view.tomorrowKwh.p90] as const } : {})}
          />
          <Legend
            items={[{ id: view.kind, label: 'measured', hue, mark: 'line' }]}
            explain={[
              { id: 'p50', label: 'p50', hue, mark: 'dashed' },
              { id: 'band', label: 'p10 to p90', hue, mark: 'band' },
            ]}
            hidden={hidden}
            onToggle={(id) => setHidden(toggled(hidden, id))}
          />
        </div>
        {empty ? (
          <Empty icon={icon} title="No forecast yet">
            {view.servedBecause}
          </Empty>
        ) : asTable ? (
          <ChartTable
            series={series}
            from={from}
            to={to}
            zone={zone}
            unit="kW"
            caption={`${title}, measured and expected`}
            height={CHART_PX}
          />
        ) : (
          <TimeChart
            series={series}
            hidden={hidden}
            from={from}
            to={to}
            zone={zone}
            unit="kW"
            stepMs={view.stepMs}
            height={CHART_PX}
            now={now}
            scale={scale}
            summary={`${title} in kW: measured since ${soon(from, now, zone)}, expected for the next ${hours} hours with its likely range.`}
          />
        )}
        {!empty && (
          <p className="because">
            <Icon name="info" size={14} />
            {view.servedBecause}
          </p>
        )}
      </div>
      <div>
        <div className="head">
          <h2>Yesterday</h2>
          {view.yesterday.issuedAt !== null && (
            <span className="quiet">forecast of {soon(view.yesterday.issuedAt, dayBefore, zone)}</span>
          )}
        </div>
        <div className="totals">
          <Sum name="Measured" kwh={view.yesterday.measuredKwh} />
          <Sum name="Expected" kwh={view.yesterday.expectedKwh} soft />
        </div>
        {view.yesterday.measured.length + view.yesterday.expected.length === 0 ? (
          <Empty icon="clock" title="Nothing to compare yet">
            Tomorrow this shows today’s forecast beside what came.
          </Empty>
        ) : asTable ? (
          <ChartTable
            series={yesterday}
            from={dayBefore}
            to={midnight}
            zone={zone}
            unit="kW"
            caption={`${title} yesterday`}
            height={CHART_PX}
          />
        ) : (
          <div className="beside">
            <TimeChart
              series={yesterday}
              from={dayBefore}
              to={midnight}
              zone={zone}
              unit="kW"
              stepMs={view.stepMs}
              height={CHART_PX}
              scale={scale}
              summary={`${title} of yesterday in kW: what was expected and what came.`}
            />
          </div>
        )}
      </div>
      <div>
        <Accuracy view={view} />
      </div>
    </section>
  );
};
