import { useMemo, useState } from 'react';
import { ChartTable } from '../../charts/chart-table.tsx';
import { Legend, toggled } from '../../charts/legend.tsx';
import type { ChartSeries } from '../../charts/series.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { Button, Empty } from '../../components/parts.tsx';
import type { Hue } from '../../components/roles.ts';
import { scaleOf } from '../../format/scale.ts';
import { addDays } from '../../format/time.ts';

const DAY_MS = 86_400_000;
const HEIGHT_PX = 190;
const NONE: ReadonlySet<string> = new Set();

export interface DayLine {
  readonly id: string;
  readonly label: string;
  readonly hue: Hue;
  readonly dash?: readonly [number, number];
  /** A contestant that came later: where it is missing, nothing is said. */
  readonly mayMiss?: boolean;
  readonly values: readonly (number | null)[];
}

/** The error of each day, one line a contestant, with the same numbers as a table. */
export const DayErrors = ({
  title,
  unit,
  zone,
  days,
  lines,
}: {
  title: string;
  unit: string;
  zone: string;
  days: readonly number[];
  lines: readonly DayLine[];
}) => {
  const [asTable, setAsTable] = useState(false);
  const [hidden, setHidden] = useState(NONE);
  const scale = useMemo(
    () =>
      scaleOf(
        unit,
        lines.flatMap((line) => line.values),
      ),
    [unit, lines],
  );
  const series = useMemo<ChartSeries[]>(
    () =>
      lines
        .filter((line) => line.values.some((value) => value !== null))
        .map(({ id, label, hue, dash, mayMiss = false, values }) => ({
          id,
          label,
          hue,
          area: false,
          mayMiss,
          ...(dash ? { dash } : {}),
          measured: days.map((at, index) => {
            const value = values[index] ?? null;
            return { at, value: value === null ? null : value * scale.factor };
          }),
        })),
    [lines, days, scale],
  );
  const [first] = days;
  const last = days.at(-1);
  if (first === undefined || last === undefined || series.length === 0)
    return (
      <Empty icon="chart-line" title="No day to show yet">
        It needs a whole day of forecasts and what came after them.
      </Empty>
    );
  const to = addDays(last, 1, zone);
  return (
    <div className="day-errors">
      <div className="head">
        <h3>{title}</h3>
        <Legend
          items={series.map(({ id, label, hue, dash }) => ({ id, label, hue, mark: dash ? 'dashed' : 'line' }))}
          hidden={hidden}
          onToggle={(id) => setHidden(toggled(hidden, id))}
        >
          <Button icon="table" look="ghost" size="small" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            {asTable ? 'Chart' : 'Table'}
          </Button>
        </Legend>
      </div>
      {asTable || series.every(({ measured }) => measured.length < 2) ? (
        <ChartTable
          series={series}
          from={first}
          to={to}
          zone={zone}
          unit={scale.unit}
          digits={scale.digits}
          caption={title}
          height={HEIGHT_PX}
        />
      ) : (
        <TimeChart
          series={series}
          hidden={hidden}
          from={first}
          to={to}
          zone={zone}
          unit={scale.unit}
          stepMs={DAY_MS}
          digits={scale.digits}
          height={HEIGHT_PX}
          summary={`${title} in ${scale.unit}: ${series.map(({ label }) => label).join(', ')}. Less is better.`}
        />
      )}
    </div>
  );
};
