import { type ReactNode, useMemo, useState } from 'react';
import type { BatteryHealthView } from '../../../preload/contract/battery-decision.ts';
import { ChartTable } from '../../charts/chart-table.tsx';
import type { ChartSeries } from '../../charts/series.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { BarList } from '../../components/bar-list.tsx';
import { Icon } from '../../components/icon.tsx';
import { Button } from '../../components/parts.tsx';
import { Progress } from '../../components/progress.tsx';
import { Term } from '../../components/term.tsx';
import { Amount } from '../../components/value.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { decimal, kilowattHours, percent, spoken } from '../../format/numbers.ts';
import { moment, monthName } from '../../format/time.ts';
import { batteryHealth } from '../../state/model-life.ts';
import { TERMS } from './terms.ts';

const DAY_MS = 86_400_000;
const HEIGHT_PX = 190;
const END_OF_LIFE_PCT = 80;

const Fact = ({ name, value }: { name: ReactNode; value: string | null }) => (
  <div>
    <dt>{name}</dt>
    <dd className="num">{value ?? <span className="quiet">No value</span>}</dd>
  </div>
);

const LEARNT_FROM: Readonly<Record<NonNullable<BatteryHealthView['learntFrom']>, string>> = {
  literature: 'published tests of cells, not yet from this one',
  measured: 'published tests, and what this one showed',
};

/** A date that is not reached within forty years is said as such. */
const endWords = (end: BatteryHealthView['endOfLifeAt'], zone: string): string | null => {
  if (end === null) return null;
  const of = (at: number | null): string => (at === null ? 'later than 40 years' : monthName(at, zone));
  return `${of(end.p50)} (${of(end.p10)} to ${of(end.p90)})`;
};

const Facts = ({ view, zone }: { view: BatteryHealthView; zone: string }) => {
  const or = <Value,>(value: Value | null, write: (value: Value) => string): string | null =>
    value === null ? null : write(value);
  const kwh = (energyKwh: number): string => spoken(kilowattHours(energyKwh));
  return (
    <dl className="model-facts">
      <Fact
        name="Capacity now"
        value={or(view.capacityKwh, ({ p10, p50, p90 }) => `${kwh(p50)} (${decimal(p10, 1)} to ${decimal(p90, 1)})`)}
      />
      <Fact name="When new" value={or(view.nominalKwh, kwh)} />
      <Fact
        name={<Term means={TERMS.cycles}>Full cycles</Term>}
        value={or(view.fullCycles, (cycles) => decimal(cycles, 0))}
      />
      <Fact
        name={<Term means={TERMS.depth}>Usual depth</Term>}
        value={or(view.meanDepthPct, (pct) => spoken(percent(pct)))}
      />
      <Fact name="Usual charge" value={or(view.meanSocPct, (pct) => spoken(percent(pct)))} />
      <Fact
        name={<Term means={TERMS.cRate}>Usual rate</Term>}
        value={or(view.meanCRate, (rate) => `${decimal(rate, 2)}\u00a0/h`)}
      />
      <Fact name="Usual temperature" value={or(view.meanTempC, (temp) => `${decimal(temp, 0)}\u00a0°C`)} />
      <Fact name={`Reaches ${END_OF_LIFE_PCT} %`} value={endWords(view.endOfLifeAt, zone)} />
      <Fact
        name="Learnt from"
        value={or(
          view.learntFrom,
          (from) =>
            `${LEARNT_FROM[from]}${view.capacitiesMeasured > 0 ? ` (${view.capacitiesMeasured} ${view.capacitiesMeasured === 1 ? 'capacity' : 'capacities'} measured)` : ''}`,
        )}
      />
      <Fact name="Hours that are known" value={or(view.knownPct, (pct) => spoken(percent(pct)))} />
    </dl>
  );
};

const Depths = ({ depths }: { depths: BatteryHealthView['depths'] }) => (
  <div>
    <h3>
      Cycles by <Term means={TERMS.depth}>depth</Term>
    </h3>
    <BarList
      label="Cycles by depth"
      bars={depths.map(({ fromPct, toPct, cycles }) => ({
        id: String(fromPct),
        label: `${decimal(fromPct, 0)} to ${decimal(toPct, 0)}\u00a0%`,
        value: cycles,
        text: decimal(cycles, cycles < 10 && !Number.isInteger(cycles) ? 1 : 0),
      }))}
    />
  </div>
);

const HistoryChart = ({ view, zone }: { view: BatteryHealthView; zone: string }) => {
  const [asTable, setAsTable] = useState(false);
  const series = useMemo<ChartSeries[]>(
    () => [
      {
        id: 'soh',
        label: 'State of health',
        hue: 'battery',
        measured: [],
        expected: view.history.map(({ at, sohPct }) => ({ at, ...sohPct })),
        compare: true,
      },
    ],
    [view],
  );
  const lowest = Math.min(END_OF_LIFE_PCT, ...view.history.map(({ sohPct }) => sohPct.p10));
  const scale = useMemo(() => ({ min: Math.max(0, Math.floor((lowest - 2) / 10) * 10), max: 100, step: 10 }), [lowest]);
  const minimum = useMemo(() => ({ value: END_OF_LIFE_PCT, label: 'end of life' }), []);
  const from = view.history[0]?.at;
  const last = view.history.at(-1)?.at;
  if (from === undefined || last === undefined || last <= from) return null;
  const title = 'State of health, estimated';
  return (
    <div className="day-errors">
      <div className="head">
        <h3>{title}</h3>
        <span className="grow" />
        <Button icon="table" look="ghost" size="small" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? 'Chart' : 'Table'}
        </Button>
      </div>
      {asTable ? (
        <ChartTable
          series={series}
          from={from}
          to={last + DAY_MS}
          zone={zone}
          unit="%"
          digits={1}
          caption={title}
          height={HEIGHT_PX}
        />
      ) : (
        <TimeChart
          series={series}
          from={from}
          to={last + DAY_MS}
          zone={zone}
          unit="%"
          stepMs={DAY_MS}
          digits={1}
          instants
          scale={scale}
          minimum={minimum}
          height={HEIGHT_PX}
          summary="State of health of the battery in %, with the span in which it likely lies. Its life ends at 80 %."
        />
      )}
    </div>
  );
};

/** How the battery ages: its health with the doubt, what wears it, when its life ends, and what would be gentler. */
export const BatteryCard = ({ now, zone }: { now: number; zone: string }) => {
  const view = batteryHealth.use((state) => state.value);
  const problem = batteryHealth.use((state) => state.problem);
  return (
    <section className="card model-kind" data-hue="battery" aria-label="Battery health">
      <div className="head big">
        <span className="hue-icon">
          <Icon name="battery" />
        </span>
        <h2>Battery health</h2>
        {view?.checkedAt != null && <span className="quiet num">checked {moment(view.checkedAt, now, zone)}</span>}
      </div>
      {!view ? (
        <Waiting
          problem={problem}
          what="the health of the battery"
          height={200}
          onRetry={() => void batteryHealth.reload()}
        />
      ) : (
        <>
          <p className="model-sentence">{view.sentence}</p>
          {view.sohPct && (
            <div className="model-figures">
              <div>
                <span className="small quiet">
                  <Term means={TERMS.soh}>State of health</Term>
                </span>
                <Amount {...percent(view.sohPct.p50, 1)} className="v" />
                <span className="small quiet num">
                  {decimal(view.sohPct.p10, 1)} to {decimal(view.sohPct.p90, 1)}
                </span>
              </div>
              {view.score !== null && (
                <div className="figure-wide">
                  <span className="small quiet">Life left, 100 is as new</span>
                  <span className="v num">{decimal(view.score, 0)}</span>
                  <Progress label="Life left" share={view.score / 100} bare />
                </div>
              )}
            </div>
          )}
          {(view.capacityKwh !== null || view.fullCycles !== null || view.nominalKwh !== null) && (
            <Facts view={view} zone={zone} />
          )}
          <div className="model-two">
            <HistoryChart view={view} zone={zone} />
            {view.depths.length > 0 && <Depths depths={view.depths} />}
            {view.advice.length > 0 && (
              <div>
                <h3>Gentler would be</h3>
                <ul className="confirm-words">
                  {view.advice.map(({ code, sentence, savesPct }) => (
                    <li key={code}>
                      {sentence}{' '}
                      <span className="quiet num">keeps {decimal(savesPct, 1)} points of capacity in ten years</span>
                    </li>
                  ))}
                </ul>
              </div>
            )}
          </div>
        </>
      )}
    </section>
  );
};
