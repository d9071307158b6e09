import { useMemo, useState } from 'react';
import { ChartTable } from '../../charts/chart-table.tsx';
import { Legend, toggled } from '../../charts/legend.tsx';
import { PriceStrip } from '../../charts/price-strip.tsx';
import { bandInKw, type ChartSeries, inKw } from '../../charts/series.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { Button, Head } from '../../components/parts.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { LOW, useMedia } from '../../flow/use-size.ts';
import { addDays, startOfDay } from '../../format/time.ts';
import { loadForecast, prices, solarForecast } from '../../state/house.ts';
import { useNowStep } from '../../state/now.ts';

const NONE: ReadonlySet<string> = new Set();

/** Solar and load of this day: measured to now, expected after, with the price below. */
export const DayCard = ({ zone }: { zone: string }) => {
  const now = useNowStep(60_000);
  const solar = solarForecast.use((state) => state.value);
  const load = loadForecast.use((state) => state.value);
  const solarProblem = solarForecast.use((state) => state.problem);
  const loadProblem = loadForecast.use((state) => state.problem);
  const priceView = prices.use((state) => state.value);
  const [hidden, setHidden] = useState(NONE);
  const [asTable, setAsTable] = useState(false);
  const from = startOfDay(now, zone);
  const to = addDays(from, 1, zone);
  const series = useMemo<ChartSeries[]>(
    () => [
      ...(solar
        ? [
            {
              id: 'solar',
              label: 'Solar',
              hue: 'solar' as const,
              measured: inKw(solar.measured),
              expected: bandInKw(solar.points),
            },
          ]
        : []),
      ...(load
        ? [
            {
              id: 'load',
              label: 'Load',
              hue: 'home' as const,
              measured: inKw(load.measured),
              expected: bandInKw(load.points),
              area: false,
            },
          ]
        : []),
    ],
    [solar, load],
  );
  const hasPrices = priceView?.prices.some((cell) => cell.at < to && cell.at >= from) ?? false;
  const height = useMedia(LOW) ? 172 : 196;
  return (
    <section className="card day-card">
      <Head title="Today">
        <Legend
          items={series.map(({ id, label, hue }) => ({ id, label, hue, mark: 'line' }))}
          explain={[
            { id: 'band', label: 'p10 to p90', hue: 'none', mark: 'band' },
            ...(hasPrices ? [{ id: 'price', label: 'Price', hue: 'grid', mark: 'block' } as const] : []),
          ]}
          hidden={hidden}
          onToggle={(id) => setHidden(toggled(hidden, id))}
        >
          <Button icon="table" look="ghost" size="small" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            Table
          </Button>
        </Legend>
      </Head>
      {series.length === 0 ? (
        <Waiting
          problem={solarProblem ?? loadProblem}
          what="the forecast"
          height={height}
          onRetry={() => void Promise.all([solarForecast.reload(), loadForecast.reload()])}
        />
      ) : asTable ? (
        <ChartTable
          series={series}
          from={from}
          to={to}
          zone={zone}
          unit="kW"
          caption="Solar and load today"
          height={height + 36}
        />
      ) : (
        <>
          <TimeChart
            series={series}
            hidden={hidden}
            from={from}
            to={to}
            zone={zone}
            unit="kW"
            stepMs={(solar ?? load)?.stepMs ?? 900_000}
            height={height}
            now={now}
            nowThrough={hasPrices}
            summary="Solar and load of this day in kW: measured until now, expected with a likely range after."
          />
          {priceView && hasPrices && <PriceStrip prices={priceView} from={from} to={to} now={now} zone={zone} />}
        </>
      )}
    </section>
  );
};
