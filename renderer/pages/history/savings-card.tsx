import { useEffect, useMemo, useState } from 'react';
import type { SavingsDay, SavingsView } from '../../../preload/contract/backtest.ts';
import type { ChartSeries } from '../../charts/series.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { Button, Empty, Head } from '../../components/parts.tsx';
import { TableWrap } from '../../components/table-wrap.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { currencySign, money } from '../../format/money.ts';
import { decimal, spoken } from '../../format/numbers.ts';
import { addDays, day } from '../../format/time.ts';
import { useSite } from '../../state/house.ts';
import { savingsHistory } from '../../state/planning.ts';
import { SteeredTable, steeredWords } from './steered-table.tsx';

const DAY_MS = 86_400_000;
const HEIGHT_PX = 200;
/** Fewer are told better by a table. */
const CHART_DAYS = 5;

const DaysTable = ({ days, zone, sign }: { days: readonly SavingsDay[]; zone: string; sign: string }) => (
  <TableWrap label="Savings of each day">
    <table className="table savings-days">
      <caption className="hidden">What each day cost, and what it would have cost</caption>
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col" className="right">
            Cost, {sign}
          </th>
          <th scope="col" className="right">
            Otherwise, {sign}
          </th>
          <th scope="col" className="right">
            Saved, {sign}
          </th>
          <th scope="col" className="right">
            CO₂ saved, kg
          </th>
          <th scope="col" className="right">
            Measured, %
          </th>
          <th scope="col" className="right">
            Cycles
          </th>
          <th scope="col" className="right">
            Miners, h
          </th>
          <th scope="col">Steered by</th>
        </tr>
      </thead>
      <tbody>
        {days.toReversed().map((one) => (
          <tr key={one.at}>
            <td className="num">{day(one.at, zone)}</td>
            <td className="right">{decimal(one.cost, 2)}</td>
            <td className="right">{decimal(one.baselineCost, 2)}</td>
            <td className="right">
              <b>{decimal(one.saving, 2)}</b>
            </td>
            <td className="right">{one.carbonSavedKg === null ? '–' : decimal(one.carbonSavedKg, 1)}</td>
            <td className="right">{decimal(one.coveragePct, 0)}</td>
            <td className="right">{one.batteryCycles === null ? '–' : decimal(one.batteryCycles, 2)}</td>
            <td className="right">{decimal(one.minerHours, 1)}</td>
            <td>{steeredWords(one.steeredBy)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </TableWrap>
);

const Shown = ({ view, zone, asTable }: { view: SavingsView; zone: string; asTable: boolean }) => {
  const sign = currencySign(view.currency);
  const series = useMemo<ChartSeries[]>(
    () => [
      {
        id: 'saved',
        label: 'Saved',
        hue: 'none',
        shape: 'bar',
        mayMiss: true,
        measured: view.days.map(({ at, saving }) => ({ at, value: saving })),
      },
    ],
    [view],
  );
  const first = view.days[0];
  const last = view.days.at(-1);
  if (!first || !last)
    return (
      <Empty icon="coins" title="No day is settled yet">
        {view.sentence}
      </Empty>
    );
  return (
    <>
      {asTable || view.days.length < CHART_DAYS ? (
        <DaysTable days={view.days} zone={zone} sign={sign} />
      ) : (
        <TimeChart
          series={series}
          from={first.at}
          to={addDays(last.at, 1, zone)}
          zone={zone}
          unit={sign}
          stepMs={DAY_MS}
          height={HEIGHT_PX}
          digits={2}
          summary={`What each day saved in ${sign}, against self-consumption only. Below zero it cost more.`}
        />
      )}
      <details className="more">
        <summary>What it is measured against</summary>
        <p className="second">{view.baseline}</p>
      </details>
      {view.ab.length > 0 && <SteeredTable rows={view.ab} currency={view.currency} />}
    </>
  );
};

/** What each day saved against the named baseline, and days under the plan beside days under rules. */
export const SavingsCard = ({ zone, days }: { zone: string; days: number }) => {
  const siteId = useSite()?.id ?? null;
  const view = savingsHistory.use((state) => state.value);
  const problem = savingsHistory.use((state) => state.problem);
  const [asTable, setAsTable] = useState(false);
  useEffect(() => {
    if (siteId) void savingsHistory.load({ siteId, days });
  }, [siteId, days]);
  const sum = view?.days.reduce((total, { saving }) => total + saving, 0) ?? 0;
  return (
    <section className="card savings-card" aria-label="Savings">
      <Head
        title="Savings"
        note={
          view && view.days.length > 0
            ? `${spoken(money(sum, view.currency))} in ${view.days.length} ${view.days.length === 1 ? 'day' : 'days'}, against self-consumption only`
            : null
        }
      >
        {view && view.days.length >= CHART_DAYS && (
          <Button icon="table" look="ghost" size="small" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            {asTable ? 'Chart' : 'Table'}
          </Button>
        )}
      </Head>
      {view ? (
        <Shown view={view} zone={zone} asTable={asTable} />
      ) : (
        <Waiting problem={problem} what="the savings" height={HEIGHT_PX} onRetry={() => void savingsHistory.reload()} />
      )}
    </section>
  );
};
