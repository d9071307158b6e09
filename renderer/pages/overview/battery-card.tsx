import { useMemo } from 'react';
import type { Problem } from '../../../preload/contract/base.ts';
import type { Overview } from '../../../preload/contract/site.ts';
import type { ChartSeries } from '../../charts/series.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { Icon } from '../../components/icon.tsx';
import { Empty, Head } from '../../components/parts.tsx';
import { Amount, MeasureAge } from '../../components/value.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { LOW, useMedia } from '../../flow/use-size.ts';
import { decimal, percent } from '../../format/numbers.ts';
import { clock } from '../../format/time.ts';
import { batteryProjection, live } from '../../state/house.ts';
import { useNow, useNowStep } from '../../state/now.ts';

const HOUR = 3_600_000;
const SCALE = { min: 0, max: 100, step: 50 } as const;

export interface OverviewCardProps {
  readonly overview: Overview | null;
  readonly problem: Problem | null;
  readonly zone: string;
  readonly onRetry: () => void;
}

/** SOC now, in six hours with its likely range, and the curve between. */
export const BatteryCard = ({ overview, problem, zone, onRetry }: OverviewCardProps) => {
  const now = useNow();
  const low = useMedia(LOW);
  const chartNow = useNowStep(60_000);
  const projection = batteryProjection.use((state) => state.value);
  const soc = live.use((state) => state.value?.socPct ?? null);
  const series = useMemo<ChartSeries[]>(
    () =>
      projection
        ? [
            {
              id: 'soc',
              label: 'State of charge',
              hue: 'battery',
              measured: projection.measured,
              expected: projection.soc,
            },
          ]
        : [],
    [projection],
  );
  const minimum = useMemo(
    () =>
      projection ? { value: projection.minimumPct, label: `minimum ${decimal(projection.minimumPct, 0)} %` } : null,
    [projection],
  );
  if (!overview)
    return (
      <section className="card">
        <Head title="Battery" />
        <Waiting problem={problem} what="the battery" height={210} onRetry={onRetry} />
      </section>
    );
  const { inSixHours, capacityKwh } = overview.soc;
  const nowPct = soc ? soc.value : overview.soc.nowPct;
  const stale = soc?.freshness === 'stale';
  return (
    <section className="card" data-hue="battery">
      <Head
        title="Battery"
        note={capacityKwh === null ? null : `${decimal(capacityKwh, capacityKwh % 1 ? 1 : 0)} kWh`}
      />
      <div className="soc-line">
        {nowPct === null ? (
          <span className="hero value absent">No value</span>
        ) : (
          <Amount {...percent(nowPct)} className={stale ? 'hero value stale' : 'hero'} />
        )}
        {soc && soc.freshness !== 'fresh' && <MeasureAge measure={soc} now={now} />}
        {inSixHours && (
          <>
            <span className="arrow">
              <Icon name="arrow-right" size={20} />
            </span>
            <Amount {...percent(inSixHours.p50)} className="six" />
            <span className="small quiet when">
              at <time>{clock(inSixHours.at, zone)}</time>, likely{' '}
              <span className="num">
                {decimal(inSixHours.p10, 0)} to {decimal(inSixHours.p90, 0)} %
              </span>
            </span>
          </>
        )}
      </div>
      {projection && (projection.measured.length > 0 || projection.soc.length > 0) ? (
        <TimeChart
          series={series}
          from={chartNow - 5 * HOUR}
          to={chartNow + 7 * HOUR}
          zone={zone}
          unit=""
          stepMs={projection.stepMs}
          height={low ? 104 : 158}
          now={chartNow}
          nowPill={false}
          scale={SCALE}
          minimum={minimum}
          instants
          digits={0}
          summary={`State of charge of the last five hours and the next seven, in per cent${inSixHours ? `: ${decimal(nowPct ?? 0, 0)} now, ${decimal(inSixHours.p50, 0)} expected at ${clock(inSixHours.at, zone)}` : ''}.`}
        />
      ) : (
        <Empty icon="battery" title="No expectation yet">
          It needs a battery capacity in Settings and a day of load.
        </Empty>
      )}
    </section>
  );
};
