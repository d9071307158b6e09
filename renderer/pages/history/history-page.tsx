import { useEffect, useMemo, useState } from 'react';
import { ChartTable } from '../../charts/chart-table.tsx';
import { Legend, toggled } from '../../charts/legend.tsx';
import { TimeChart } from '../../charts/time-chart.tsx';
import { Icon } from '../../components/icon.tsx';
import { Button, Chip, Empty } from '../../components/parts.tsx';
import { Segment } from '../../components/segment.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { PHONE, useMedia } from '../../flow/use-size.ts';
import { decimal } from '../../format/numbers.ts';
import * as house from '../../state/house.ts';
import { useNowStep } from '../../state/now.ts';
import { download, historySeries, toCsv } from './history-series.ts';
import { HistorySums } from './history-sums.tsx';
import { SavingsCard } from './savings-card.tsx';
import { QUANTITIES, type Quantity, SPANS, type SpanName, shownSpan } from './span.ts';

const NAMES: Readonly<Record<SpanName | Quantity, string>> = {
  day: 'Day',
  week: 'Week',
  month: 'Month',
  year: 'Year',
  power: 'Power',
  energy: 'Energy',
  soc: 'Charge',
};
const UNITS: Readonly<Record<Quantity, string>> = { power: 'kW', energy: 'kWh', soc: '%' };
const SOC_SCALE = { min: 0, max: 100, step: 25 } as const;
const NONE: ReadonlySet<string> = new Set();

/** What was: power, energy and charge for a day to a year, with its sums, a table, and a file to take along. */
export const HistoryPage = () => {
  const site = house.useSite();
  const siteId = site?.id ?? null;
  const zone = site?.timeZone ?? 'UTC';
  const now = useNowStep(60_000);
  const [span, setSpan] = useState<SpanName>('day');
  const [back, setBack] = useState(0);
  const [quantity, setQuantity] = useState<Quantity>('power');
  const [asTable, setAsTable] = useState(false);
  const [hidden, setHidden] = useState(NONE);
  const shown = useMemo(() => shownSpan(span, back, quantity, now, zone), [span, back, quantity, now, zone]);
  useEffect(() => {
    if (siteId) void house.history.load({ siteId, from: shown.from, to: shown.to, step: shown.step, channels: false });
  }, [siteId, shown.from, shown.to, shown.step]);
  const value = house.history.use((state) => state.value);
  const problem = house.history.use((state) => state.problem);
  const view =
    value && value.siteId === siteId && value.from === shown.from && value.step === shown.step ? value : null;
  const series = useMemo(() => (view ? historySeries(view, quantity, now) : []), [view, quantity, now]);
  const unit = UNITS[quantity];
  const digits = quantity === 'soc' ? 0 : 2;
  const phone = useMedia(PHONE);
  const height = phone ? 300 : 'max(320px, calc(100dvh - 376px))';
  const until = shown.to > now && shown.from <= now ? now : null;
  return (
    <>
      <div className="page-head">
        <h1>History</h1>
        <Segment
          label="Quantity"
          value={quantity}
          options={QUANTITIES.map((one) => ({ value: one, label: NAMES[one] }))}
          onChange={setQuantity}
        />
        <span className="grow" />
        <div className="span-nav">
          <Button
            icon="chevron-left"
            size="small"
            aria-label={`The ${span} before`}
            onClick={() => setBack(back + 1)}
          />
          <b aria-live="polite">{shown.title}</b>
          <Button
            icon="chevron-right"
            size="small"
            aria-label={`The ${span} after`}
            disabled={back === 0}
            onClick={() => setBack(back - 1)}
          />
        </div>
        <Segment
          label="Span"
          value={span}
          options={SPANS.map((one) => ({ value: one, label: NAMES[one] }))}
          onChange={(next) => {
            setSpan(next);
            setBack(0);
          }}
        />
      </div>
      <section className="card history-card" aria-label={`${NAMES[quantity]}, ${shown.title}`}>
        <div className="head">
          <h2>{NAMES[quantity]}</h2>
          {view?.mapped && (
            <Chip look="outline" icon="flask-conical">
              Measured in another year, shown on this calendar
            </Chip>
          )}
          {view && view.totals.coveragePct < 99.5 && (
            <span className="quiet small">{decimal(view.totals.coveragePct, 0)} % of the time has data</span>
          )}
          <Legend
            items={series.map((one) => ({
              id: one.id,
              label: one.label,
              hue: one.hue,
              mark: one.shape === 'bar' ? 'block' : 'line',
            }))}
            hidden={hidden}
            onToggle={(id) => setHidden(toggled(hidden, id))}
          >
            <Button icon="table" look="ghost" size="small" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
              {asTable ? 'Chart' : 'Table'}
            </Button>
            <Button
              icon="download"
              look="ghost"
              size="small"
              disabled={series.length === 0}
              onClick={() =>
                download(
                  `${quantity}-${new Date(shown.from).toISOString().slice(0, 10)}-${span}.csv`,
                  toCsv(series, unit),
                )
              }
            >
              CSV
            </Button>
          </Legend>
        </div>
        {!view ? (
          <Waiting problem={problem} what="the history" height={height} onRetry={() => void house.history.reload()} />
        ) : series.length === 0 ? (
          <Empty icon="chart-line" title="No data in this span">
            Go back to an earlier one, or wait until the devices have been read for a while.
          </Empty>
        ) : asTable ? (
          <ChartTable
            series={series}
            from={shown.from}
            to={shown.to}
            zone={zone}
            unit={unit}
            digits={digits}
            caption={`${NAMES[quantity]}, ${shown.title}`}
            height={height}
          />
        ) : (
          <TimeChart
            series={series}
            hidden={hidden}
            from={shown.from}
            to={shown.to}
            zone={zone}
            unit={unit}
            stepMs={shown.stepMs}
            height={height}
            now={until}
            instants={quantity === 'soc'}
            {...(quantity === 'soc' ? { scale: SOC_SCALE } : {})}
            digits={digits}
            summary={`${NAMES[quantity]} in ${unit}, ${shown.title}.${quantity === 'power' ? ' Grid above zero is import, battery above zero is charging.' : ''}`}
          />
        )}
        {view && quantity !== 'soc' && series.some((one) => one.id === 'grid') && (
          <p className="small quiet row" style={{ marginTop: 8 }}>
            <Icon name="info" size={14} />
            Grid above zero is import, below is export.{quantity === 'power' && ' Battery above zero is charging.'}
          </p>
        )}
      </section>
      {view && <HistorySums totals={view.totals} currency={site?.currency ?? 'EUR'} />}
      <SavingsCard zone={zone} days={span === 'year' ? 365 : 31} />
    </>
  );
};
