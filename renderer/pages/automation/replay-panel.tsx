import { useEffect, useMemo, useState } from 'react';
import type { Replay, Rule } from '../../../preload/contract/rules.ts';
import { Legend, type LegendItem, toggled } from '../../charts/legend.tsx';
import type { ChartSeries } from '../../charts/series.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { Empty } from '../../components/parts.tsx';
import { TableWrap } from '../../components/table-wrap.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { money } from '../../format/money.ts';
import { decimal, kilowattHours, spoken } from '../../format/numbers.ts';
import { moment, span } from '../../format/time.ts';
import { replay } from '../../state/automation.ts';
import { useSite } from '../../state/house.ts';
import { centerNow } from '../../state/now.ts';
import { times } from './words.ts';

const DAY_MS = 86_400_000;
const SOC_SCALE = { min: 0, max: 100, step: 25 };
const SHOWN = 12;
const NONE: ReadonlySet<string> = new Set();

const LINES: readonly LegendItem[] = [
  { id: 'with', label: 'With the rules', hue: 'battery', mark: 'line' },
  { id: 'without', label: 'Without', hue: 'none', mark: 'dashed' },
];

type Side = Replay['withRules'];

const sideCells = (side: Side, currency: string) => (
  <>
    <td className="right num">{side.cost === null ? 'No prices' : spoken(money(side.cost, currency))}</td>
    <td className="right num">{spoken(kilowattHours(side.importKwh))}</td>
    <td className="right num">{spoken(kilowattHours(side.exportKwh))}</td>
    <td className="right num">{side.lowestSocPct === null ? 'No value' : `${decimal(side.lowestSocPct, 0)}\u00a0%`}</td>
    <td className="right num">{side.endSocPct === null ? 'No value' : `${decimal(side.endSocPct, 0)}\u00a0%`}</td>
  </>
);

/** The one sentence of a replay: what it would have cost or saved. */
const outcome = ({ withRules, withoutRules }: Replay, currency: string): string => {
  if (withRules.cost === null || withoutRules.cost === null)
    return 'There are no prices, so there is no cost to compare.';
  const more = withRules.cost - withoutRules.cost;
  if (Math.abs(more) < 0.005) return 'It would have cost the same.';
  return `It would have cost ${spoken(money(Math.abs(more), currency))} ${more < 0 ? 'less' : 'more'}.`;
};

/** What would have happened in the last days, decided by the same rules on what was measured. */
export const ReplayPanel = ({ drafts, days = 7 }: { drafts: readonly Rule[]; days?: number }) => {
  const site = useSite();
  const siteId = site?.id ?? null;
  const zone = site?.timeZone ?? 'UTC';
  const currency = site?.currency ?? 'EUR';
  const view = replay.use((state) => state.value);
  const problem = replay.use((state) => state.problem);
  const asking = replay.use((state) => state.askedAt !== null);
  const [hidden, setHidden] = useState(NONE);
  useEffect(() => {
    if (siteId === null) return;
    replay.clear();
    const to = centerNow();
    void replay.load({ siteId, from: to - days * DAY_MS, to, drafts: [...drafts] });
  }, [siteId, drafts, days]);
  const series = useMemo<ChartSeries[]>(
    () =>
      view
        ? [
            {
              id: 'with',
              label: 'With the rules',
              hue: 'battery',
              measured: view.soc.map(({ at, withRules }) => ({ at, value: withRules })),
            },
            {
              id: 'without',
              label: 'Without',
              hue: 'none',
              dash: [4, 4],
              measured: view.soc.map(({ at, withoutRules }) => ({ at, value: withoutRules })),
            },
          ]
        : [],
    [view],
  );
  if (!view || asking)
    return (
      <Waiting problem={problem} what="what would have happened" height={220} onRetry={() => void replay.reload()} />
    );
  const [first, second] = view.soc;
  return (
    <div className="rule-replay">
      <h3>
        The last {days} days <span className="quiet">{outcome(view, currency)}</span>
      </h3>
      <TableWrap label="With and without the rules">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">
                <span className="hidden">Which</span>
              </th>
              <th scope="col" className="right">
                Cost
              </th>
              <th scope="col" className="right">
                Import
              </th>
              <th scope="col" className="right">
                Export
              </th>
              <th scope="col" className="right">
                Lowest charge
              </th>
              <th scope="col" className="right">
                Charge at the end
              </th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">With the rules</th>
              {sideCells(view.withRules, currency)}
            </tr>
            <tr>
              <th scope="row">Without</th>
              {sideCells(view.withoutRules, currency)}
            </tr>
          </tbody>
        </table>
      </TableWrap>
      {first && second && (
        <>
          <div className="row">
            <Legend items={LINES} hidden={hidden} onToggle={(id) => setHidden(toggled(hidden, id))} />
          </div>
          <TimeChart
            series={series}
            hidden={hidden}
            from={view.from}
            to={view.to}
            zone={zone}
            unit="%"
            stepMs={second.at - first.at}
            height={150}
            scale={SOC_SCALE}
            instants
            summary={`Battery charge with and without the rules over ${days} days.`}
          />
        </>
      )}
      {view.firings.length === 0 ? (
        <Empty icon="eye" title="Nothing would have happened">
          In these days it never came to it.
        </Empty>
      ) : (
        <>
          <p className="small quiet">
            {view.rules.map((one) => `${one.name}: ${times(one.firings)}, ${span(one.heldMs)} in all`).join('. ')}.
          </p>
          <ul className="firing-list">
            {view.firings.slice(-SHOWN).map((firing) => (
              <li key={`${firing.at}/${firing.ruleId}/${firing.branch}`}>
                <time className="small quiet">{moment(firing.at, view.to, zone)}</time>
                <span>{firing.sentence}</span>
              </li>
            ))}
          </ul>
          {view.firings.length > SHOWN && (
            <p className="small quiet">
              The last {SHOWN} of {view.firings.length}.
            </p>
          )}
        </>
      )}
      <details className="more">
        <summary>What this takes for granted</summary>
        <ul className="plain-list">
          {view.assumptions.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </details>
    </div>
  );
};
