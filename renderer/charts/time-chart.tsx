import {
  BarController,
  BarElement,
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
} from 'chart.js';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useWidth } from '../flow/use-size.ts';
import { decimal } from '../format/numbers.ts';
import { clock, shortDay } from '../format/time.ts';
import { useScheme } from '../state/color-scheme.ts';
import { Cursor } from './cursor.tsx';
import { datasetsOf } from './datasets.ts';
import { readPalette } from './palette.ts';
import { PLOT_LEFT, PLOT_RIGHT } from './plot.ts';
import { type Decoration, decorations } from './plugins.ts';
import { type ChartSeries, extentOf, gapsOf, niceScale } from './series.ts';
import { timeTicks } from './time-ticks.ts';
import { useFonts } from './use-fonts.ts';

Chart.register(LineController, BarController, LinearScale, LineElement, PointElement, BarElement, Filler);

export interface TimeChartProps {
  readonly series: readonly ChartSeries[];
  readonly from: number;
  readonly to: number;
  readonly zone: string;
  readonly unit: string;
  readonly stepMs: number;
  /** In px, or any CSS length. */
  readonly height: number | string;
  /** One sentence that says what the picture shows. */
  readonly summary: string;
  readonly now?: number | null;
  readonly nowPill?: boolean;
  readonly nowThrough?: boolean;
  /** A fixed axis, such as 0 to 100 %. */
  readonly scale?: { readonly min: number; readonly max: number; readonly step: number };
  readonly minimum?: { readonly value: number; readonly label: string } | null;
  /** Values are states at an instant (SOC), not means over a step. */
  readonly instants?: boolean;
  readonly hidden?: ReadonlySet<string>;
  /** Decimals in the reading beside the cursor. */
  readonly digits?: number;
  /** A step was chosen, by a press or Enter. */
  readonly onPick?: (at: number) => void;
}

const DAY_MS = 86_400_000;
/** From here on the pill says the day, not the minute. */
const LONG_MS = 4 * DAY_MS;
const MANY_DAYS_MS = 70 * DAY_MS;

/** As many decimals as the distance of the ticks has; none for a whole number. */
const axisNumber = (value: number | string, step: number): string => {
  const number = Number(Number(value).toPrecision(12));
  const digits = [1, 2, 3].find((count) => Number.isInteger(Number((step * 10 ** count).toPrecision(12)))) ?? 4;
  return decimal(number, Number.isInteger(number) ? 0 : digits);
};

/** Power, energy or SOC over time, drawn by Chart.js with the axes, band, gaps and now line that every chart shares. */
export const TimeChart = (props: TimeChartProps) => {
  const { series, from, to, zone, unit, stepMs, height, now = null, instants = false, hidden } = props;
  const scheme = useScheme((state) => state.scheme);
  const [box, width] = useWidth<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<Chart | null>(null);
  const decoration = useRef<Decoration | null>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const fonts = useFonts();
  const shown = useMemo(() => series.filter((one) => !hidden?.has(one.id)), [series, hidden]);
  const shiftMs = instants ? 0 : stepMs / 2;
  const scale = useMemo(() => {
    if (props.scale) return props.scale;
    const { least, most } = extentOf(series, from, to);
    return niceScale(least, most || 1);
  }, [props.scale, series, from, to]);

  useEffect(() => {
    if (!canvas.current) return;
    const made = new Chart(canvas.current, {
      type: 'line',
      data: { datasets: [] },
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        events: [],
        scales: { x: { type: 'linear' }, y: { type: 'linear' } },
      },
      plugins: [decorations(() => decoration.current)],
    });
    chart.current = made;
    return () => {
      made.destroy();
      chart.current = null;
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes what readPalette reads
  useEffect(() => {
    const drawn = chart.current;
    if (!drawn || width === null) return;
    const palette = readPalette();
    const bars = shown.some((one) => one.shape === 'bar');
    // A bar of a day has its date below it, not at its midnight.
    const underBars = bars && stepMs >= DAY_MS && to - from < MANY_DAYS_MS ? shiftMs : 0;
    const ticks = timeTicks(from, to, zone, width - PLOT_LEFT - PLOT_RIGHT)
      .map((tick) => ({ ...tick, at: tick.at + underBars }))
      .filter((tick) => tick.at <= to);
    const until = Math.min(to, now ?? to);
    const first = shown[0];
    const last = first?.measured.findLast((point) => point.value !== null) ?? null;
    decoration.current = {
      palette,
      unit,
      now: now !== null && now >= from && now <= to ? now : null,
      nowLabel:
        props.nowPill === false || now === null ? null : to - from > LONG_MS ? shortDay(now, zone) : clock(now, zone),
      nowThrough: props.nowThrough ?? false,
      gaps: gapsOf(shown, from, until, stepMs),
      ticks,
      minimum: props.minimum ?? null,
      dot:
        instants && now !== null && first && last?.value !== null && last
          ? { at: now, value: last.value, color: palette.mark(first.hue) }
          : null,
      cursor: decoration.current?.cursor ?? null,
    };
    const font = { family: palette.font, size: 11 };
    drawn.data = { datasets: shown.flatMap((one) => datasetsOf(one, { palette, now, shiftMs })) };
    drawn.options = {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      events: [],
      layout: {
        padding: {
          top: unit || (props.nowPill !== false && now !== null) ? 24 : 8,
          right: PLOT_RIGHT,
          left: 0,
          bottom: 0,
        },
      },
      scales: {
        x: {
          type: 'linear',
          min: from,
          max: to,
          offset: false,
          border: { display: false },
          grid: { display: false },
          afterBuildTicks: (axis) => {
            axis.ticks = ticks.map((tick) => ({ value: tick.at, label: tick.label }));
          },
          ticks: {
            color: palette.axis,
            font,
            maxRotation: 0,
            autoSkip: false,
            align: 'center',
            padding: 2,
            callback: (_value, index) => ticks[index]?.label ?? '',
          },
        },
        y: {
          type: 'linear',
          min: scale.min,
          max: scale.max,
          border: { display: false },
          afterFit: (axis) => {
            axis.width = PLOT_LEFT;
          },
          grid: {
            color: (line) => (line.tick.value === 0 && scale.min < 0 ? palette.lineStrong : palette.gridline),
            drawTicks: false,
          },
          ticks: {
            color: palette.axis,
            font,
            stepSize: scale.step,
            padding: 7,
            autoSkip: false,
            callback: (value) => axisNumber(value, scale.step),
          },
        },
      },
    };
    drawn.update('none');
  }, [
    shown,
    from,
    to,
    zone,
    unit,
    stepMs,
    now,
    instants,
    scale,
    width,
    scheme,
    fonts,
    props.minimum,
    props.nowPill,
    props.nowThrough,
    shiftMs,
  ]);

  useEffect(() => {
    if (!decoration.current) return;
    decoration.current = { ...decoration.current, cursor: cursor === null ? null : cursor + shiftMs };
    chart.current?.draw();
  }, [cursor, shiftMs]);

  return (
    <div className="chart" ref={box} style={{ height }}>
      <canvas ref={canvas} />
      <Cursor
        series={shown}
        from={from}
        to={to}
        zone={zone}
        unit={unit}
        stepMs={stepMs}
        digits={props.digits ?? 2}
        summary={props.summary}
        shiftMs={shiftMs}
        at={cursor}
        onMove={setCursor}
        {...(props.onPick ? { onPick: props.onPick } : {})}
      />
    </div>
  );
};
