import { BarController, BarElement, CategoryScale, Chart, LinearScale } from 'chart.js';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Policy, PolicyResult } from '../../../../preload/contract/backtest.ts';
import { type Palette, readPalette } from '../../../charts/palette.ts';
import { useFonts } from '../../../charts/use-fonts.ts';
import { Button } from '../../../components/parts.tsx';
import { Segment } from '../../../components/segment.tsx';
import { TableWrap } from '../../../components/table-wrap.tsx';
import { currencySign } from '../../../format/money.ts';
import { decimal } from '../../../format/numbers.ts';
import { useScheme } from '../../../state/color-scheme.ts';
import { monthRows } from './month-rows.ts';
import { inPolicyOrder, policyLabel } from './policy-words.ts';

Chart.register(BarController, BarElement, CategoryScale, LinearScale);

type Quantity = 'cost' | 'saving' | 'peakCost';

const QUANTITIES: readonly { readonly value: Quantity; readonly label: string }[] = [
  { value: 'cost', label: 'Cost' },
  { value: 'saving', label: 'Saved' },
  { value: 'peakCost', label: 'Peak' },
];

/** Policies are told apart by ink, not by hue: the plan is the darkest, what cannot be had is hollow. */
const lookOf = (policy: Policy, palette: Palette): { fill: string; edge: string; dash?: number[] } => {
  switch (policy) {
    case 'plan':
      return { fill: palette.inverse, edge: palette.inverse };
    case 'learnt':
      return { fill: palette.quiet, edge: palette.inverse };
    case 'prescient':
      return { fill: palette.surface, edge: palette.inverse };
    case 'none':
      return { fill: palette.sunken, edge: palette.quiet };
    default:
      return { fill: palette.lineStrong, edge: palette.quiet };
  }
};

const HEIGHT_PX = 220;

const MonthTable = ({
  rows,
  shown,
  quantity,
  money,
}: {
  rows: ReturnType<typeof monthRows>;
  shown: readonly PolicyResult[];
  quantity: Quantity;
  money: string;
}) => (
  <TableWrap label="Month by month">
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Month</th>
          {shown.map(({ policy }) => (
            <th scope="col" key={policy} className="right">
              {policyLabel(policy)}, {money}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.month}>
            <th scope="row">{row.label}</th>
            {shown.map(({ policy }) => {
              const found = row.of.get(policy);
              return (
                <td key={policy} className="right">
                  {found === undefined ? '–' : decimal(found[quantity], 2)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  </TableWrap>
);

/** What each month would have cost, policy beside policy, with the same numbers as a table. */
export const MonthChart = ({ results, currency }: { results: readonly PolicyResult[]; currency: string }) => {
  const scheme = useScheme((state) => state.scheme);
  const fonts = useFonts();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [quantity, setQuantity] = useState<Quantity>('cost');
  const [asTable, setAsTable] = useState(false);
  const [hidden, setHidden] = useState<ReadonlySet<Policy>>(new Set());
  const ordered = useMemo(() => inPolicyOrder(results), [results]);
  const rows = useMemo(() => monthRows(ordered), [ordered]);
  const shown = useMemo(() => ordered.filter(({ policy }) => !hidden.has(policy)), [ordered, hidden]);
  const peaks = ordered.some(({ peakCost }) => peakCost > 0);
  const money = currencySign(currency);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme and the fonts change what is drawn
  useEffect(() => {
    if (asTable || !canvas.current) return;
    const palette = readPalette();
    const font = { family: palette.font, size: 11 };
    const made = new Chart(canvas.current, {
      type: 'bar',
      data: {
        labels: rows.map(({ short }) => short),
        datasets: shown.map(({ policy }) => {
          const look = lookOf(policy, palette);
          return {
            label: policyLabel(policy),
            data: rows.map(({ of }) => of.get(policy)?.[quantity] ?? null),
            backgroundColor: look.fill,
            borderColor: look.edge,
            borderWidth: 1,
            borderRadius: 3,
            maxBarThickness: 34,
            categoryPercentage: rows.length === 1 ? 0.4 : 0.78,
            barPercentage: 0.9,
          };
        }),
      },
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        events: [],
        layout: { padding: { top: 8 } },
        scales: {
          x: {
            grid: { display: false },
            border: { display: false },
            ticks: { color: palette.axis, font, maxRotation: 0 },
          },
          y: {
            border: { display: false },
            grid: { color: palette.gridline, drawTicks: false },
            ticks: {
              color: palette.axis,
              font,
              padding: 7,
              maxTicksLimit: 5,
              callback: (value) => decimal(Number(value), Number(value) % 1 === 0 ? 0 : 1),
            },
          },
        },
      },
    });
    return () => made.destroy();
  }, [rows, shown, quantity, asTable, scheme, fonts]);

  if (rows.length === 0) return null;
  return (
    <div className="month-chart">
      <div className="head">
        <h3>By month, {money}</h3>
        <Segment
          label="What is shown"
          value={quantity}
          options={QUANTITIES.filter(({ value }) => value !== 'peakCost' || peaks)}
          onChange={setQuantity}
        />
        <span className="grow" />
        <div className="legend">
          {ordered.map(({ policy }) => (
            <button
              key={policy}
              type="button"
              aria-pressed={!hidden.has(policy)}
              onClick={() => {
                const next = new Set(hidden);
                if (!next.delete(policy)) next.add(policy);
                setHidden(next);
              }}
            >
              <i className={`policy-mark ${policy}`} aria-hidden="true" />
              {policyLabel(policy)}
            </button>
          ))}
          <Button icon="table" look="ghost" size="small" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            {asTable ? 'Chart' : 'Table'}
          </Button>
        </div>
      </div>
      {asTable ? (
        <MonthTable rows={rows} shown={shown} quantity={quantity} money={money} />
      ) : (
        <div className="chart" style={{ height: HEIGHT_PX }}>
          <canvas
            ref={canvas}
            role="img"
            aria-label={`Each month in ${money}: ${shown.map(({ policy }) => policyLabel(policy)).join(', ')}. The table has the same numbers.`}
          />
        </div>
      )}
    </div>
  );
};
