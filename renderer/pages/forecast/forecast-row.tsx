import { useMemo, useState } from 'react';
import type { ForecastView } from '../../../preload/contract/insight.ts';
import { ChartTable } from '../../charts/chart-table.tsx';
import { Legend, toggled } from '../../charts/legend.tsx';
import { type ChartSeries, extentOf, niceScale, scaled, scaledBand } from '../../charts/series.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { Icon } from '../../components/icon.tsx';
import type { IconName } from '../../components/icon-paths.ts';
import { Button, Chip, Empty } from '../../components/parts.tsx';
import type { Hue } from '../../components/roles.ts';
import { Waiting } from '../../components/waiting.tsx';
import { scaleOf } from '../../format/scale.ts';
import { addDays, soon, span, startOfDay } from '../../format/time.ts';
import { useNowStep } from '../../state/now.ts';
import type { Resource } from '../../state/resource.ts';
import { Accuracy } from './accuracy.tsx';
import { ExpectedSums } from './sums.tsx';
import { WhyPanel } from './why-panel.tsx';
import { Yesterday } from './yesterday.tsx';

const HOUR = 3_600_000;
const CHART_PX = 208;
/** A quiet home still has an axis that reads. */
const LEAST_TOP: Readonly<Record<string, number>> = { kW: 1, W: 100 };
const OLD_MS = 6 * HOUR;
const NONE: ReadonlySet<string> = new Set();

/** Versions are named `<kind>-<date>_<hash>`: a person knows one by its date. */
const trainedOn = (version: string): string => /\d{4}-\d{2}-\d{2}/.exec(version)?.[0] ?? version;

const SERVED: Readonly<Record<ForecastView['servedBy'], { readonly icon: IconName; readonly text: string }>> = {
  model: { icon: 'shield-check', text: 'The model serves' },
  baseline: { icon: 'shield-alert', text: 'The baseline serves' },
  'seasonal-naive': { icon: 'shield-alert', text: 'Naive serves' },
  physical: { icon: 'shield-alert', text: 'The physical estimate serves' },
  'standard-profile': { icon: 'shield-alert', text: 'A standard profile serves' },
  none: { icon: 'minus', text: 'Nothing serves yet' },
};

export interface ForecastRowProps {
  readonly title: string;
  readonly hue: Hue;
  readonly icon: IconName;
  readonly resource: Resource<'forecast.get'>;
  readonly hours: 24 | 48 | 72;
  readonly zone: string;
  readonly asTable: boolean;
}

/** One quantity: its expectation, yesterday's against what came, and its accuracy beside naive. */
export const ForecastRow = ({ title, hue, icon, resource, hours, zone, asTable }: ForecastRowProps) => {
  const now = useNowStep(60_000);
  const view = resource.use((state) => state.value);
  const problem = resource.use((state) => state.problem);
  const [hidden, setHidden] = useState(NONE);
  const [whyAt, setWhyAt] = useState<number | null>(null);
  const unit = view?.unit;
  const scale = useMemo(() => scaleOf(unit ?? 'W'), [unit]);
  const series = useMemo<ChartSeries[]>(
    () =>
      view
        ? [
            {
              id: view.kind,
              label: title,
              hue,
              measured: scaled(view.measured, scale.factor),
              expected: scaledBand(view.points, scale.factor),
            },
          ]
        : [],
    [view, title, hue, scale],
  );
  const yesterday = useMemo<ChartSeries[]>(
    () =>
      view
        ? [
            {
              id: 'yesterday',
              label: title,
              hue,
              measured: scaled(view.yesterday.measured, scale.factor),
              expected: scaledBand(view.yesterday.expected, scale.factor),
              compare: true,
              area: false,
            },
          ]
        : [],
    [view, title, hue, scale],
  );
  const midnight = startOfDay(now, zone);
  const from = Math.max(midnight, now - 8 * HOUR);
  const to = now + hours * HOUR;
  const dayBefore = addDays(midnight, -1, zone);
  const axis = useMemo(() => {
    const far = Number.MAX_SAFE_INTEGER;
    const extents = [extentOf(series, 0, far), extentOf(yesterday, 0, far)];
    return niceScale(
      Math.min(...extents.map(({ least }) => least)),
      Math.max(...extents.map(({ most }) => most), LEAST_TOP[scale.unit] ?? 0.01),
    );
  }, [series, yesterday, scale]);
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
  const ahead = view.points.filter((point) => point.at + view.stepMs > now && point.at < to);
  const peak = ahead.reduce<(typeof ahead)[number] | undefined>(
    (most, point) => (most === undefined || point.p50 > most.p50 ? point : most),
    undefined,
  );
  const pick = (at: number): void => {
    if (ahead.some((point) => point.at === at)) setWhyAt(at);
  };
  const whyShown = whyAt !== null && ahead.some((point) => point.at === whyAt) ? whyAt : null;
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
          <ExpectedSums view={view} scale={scale} now={now} to={to} zone={zone} />
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
            unit={scale.unit}
            digits={scale.digits}
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
            unit={scale.unit}
            stepMs={view.stepMs}
            height={CHART_PX}
            now={now}
            scale={axis}
            digits={scale.digits}
            onPick={pick}
            summary={`${title} in ${scale.unit}: measured since ${soon(from, now, zone)}, expected for the next ${hours} hours with its likely range. Enter on an hour says why.`}
          />
        )}
        {!empty && (
          <div className="because">
            <Icon name="info" size={14} />
            <p>{view.servedBecause}</p>
            <span className="grow" />
            <Button
              size="small"
              look="ghost"
              aria-expanded={whyShown !== null}
              onClick={() => setWhyAt(whyShown === null ? (peak?.at ?? null) : null)}
            >
              Why?
            </Button>
          </div>
        )}
        {whyShown !== null && (
          <WhyPanel view={view} at={whyShown} now={now} zone={zone} onHour={setWhyAt} onClose={() => setWhyAt(null)} />
        )}
      </div>
      <Yesterday
        view={view}
        title={title}
        series={yesterday}
        scale={scale}
        axis={axis}
        from={dayBefore}
        to={midnight}
        zone={zone}
        height={CHART_PX}
        asTable={asTable}
      />
      <div>
        <Accuracy view={view} />
      </div>
    </section>
  );
};
