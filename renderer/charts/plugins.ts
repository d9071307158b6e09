import type { Chart, Plugin } from 'chart.js';
import type { Palette } from './palette.ts';
import type { Gap } from './series.ts';
import type { TimeTick } from './time-ticks.ts';

/** What is drawn around the lines; read anew at each draw. */
export interface Decoration {
  readonly palette: Palette;
  readonly unit: string;
  readonly now: number | null;
  /** The time on the pill; null draws the line without a pill. */
  readonly nowLabel: string | null;
  /** Draws the now line down to the lower edge, to meet a strip below. */
  readonly nowThrough: boolean;
  readonly gaps: readonly Gap[];
  readonly ticks: readonly TimeTick[];
  readonly minimum: { readonly value: number; readonly label: string } | null;
  /** The newest measured point of a chart of one series. */
  readonly dot: { readonly at: number; readonly value: number; readonly color: string } | null;
  readonly cursor: number | null;
}

const text = (context: CanvasRenderingContext2D, palette: Palette, weight = 430): void => {
  context.font = `${weight} 11px ${palette.font}`;
};

const upright = (
  chart: Chart,
  at: number,
  color: string,
  width: number,
  top: number,
  bottom: number,
): number | null => {
  const x = chart.scales['x']?.getPixelForValue(at);
  if (x === undefined || Number.isNaN(x) || x < chart.chartArea.left - 1 || x > chart.chartArea.right + 1) return null;
  const { ctx } = chart;
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, bottom);
  ctx.stroke();
  return x;
};

const drawGap = (chart: Chart, gap: Gap, palette: Palette): void => {
  const { ctx, chartArea } = chart;
  const scale = chart.scales['x'];
  if (!scale) return;
  const left = Math.max(chartArea.left, scale.getPixelForValue(gap.from));
  const right = Math.min(chartArea.right, scale.getPixelForValue(gap.to));
  if (right - left < 2) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, chartArea.top, right - left, chartArea.height);
  ctx.clip();
  ctx.fillStyle = palette.sunken;
  ctx.fillRect(left, chartArea.top, right - left, chartArea.height);
  ctx.strokeStyle = palette.lineStrong;
  ctx.lineWidth = 1;
  for (let x = left - chartArea.height; x < right; x += 7) {
    ctx.beginPath();
    ctx.moveTo(x, chartArea.bottom);
    ctx.lineTo(x + chartArea.height, chartArea.top);
    ctx.stroke();
  }
  ctx.restore();
  text(ctx, palette);
  const width = ctx.measureText(gap.label).width;
  if (right - left < width + 6) return;
  ctx.fillStyle = palette.sunken;
  ctx.fillRect((left + right - width) / 2 - 4, chartArea.top + 4, width + 8, 15);
  ctx.fillStyle = palette.axis;
  ctx.textAlign = 'center';
  ctx.fillText(gap.label, (left + right) / 2, chartArea.top + 15);
};

const drawNow = (chart: Chart, view: Decoration): void => {
  if (view.now === null) return;
  const { ctx, chartArea } = chart;
  const { palette } = view;
  const bottom = view.nowThrough ? chart.height : chartArea.bottom;
  const x = upright(chart, view.now, palette.ink, 1.25, chartArea.top - 2, bottom);
  if (x === null || view.nowLabel === null) return;
  text(ctx, palette, 620);
  const half = ctx.measureText(view.nowLabel).width / 2 + 6;
  const middle = Math.min(Math.max(x, half), chart.width - half);
  ctx.fillStyle = palette.ink;
  ctx.beginPath();
  ctx.roundRect(middle - half, chartArea.top - 18, half * 2, 16, 4);
  ctx.fill();
  ctx.fillStyle = palette.inkText;
  ctx.textAlign = 'center';
  ctx.fillText(view.nowLabel, middle, chartArea.top - 6);
};

const drawMinimum = (chart: Chart, view: Decoration): void => {
  const y = view.minimum && chart.scales['y']?.getPixelForValue(view.minimum.value);
  if (!view.minimum || y === undefined || y === null) return;
  const { ctx, chartArea } = chart;
  ctx.save();
  ctx.setLineDash([2, 3]);
  ctx.strokeStyle = view.palette.quiet;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(chartArea.left, y);
  ctx.lineTo(chartArea.right, y);
  ctx.stroke();
  ctx.restore();
  text(ctx, view.palette);
  ctx.fillStyle = view.palette.axis;
  ctx.textAlign = 'left';
  ctx.fillText(view.minimum.label, chartArea.left + 4, y + 13);
};

/** Midnight lines, gaps, the minimum, the now line with its pill, the unit above the axis, and the reading cursor. */
export const decorations = (view: () => Decoration | null): Plugin => ({
  id: 'decorations',
  beforeDatasetsDraw: (chart) => {
    const drawn = view();
    if (!drawn) return;
    const { palette, gaps, ticks } = drawn;
    for (const tick of ticks)
      if (tick.major) upright(chart, tick.at, palette.lineStrong, 1, chart.chartArea.top, chart.chartArea.bottom);
    for (const gap of gaps) drawGap(chart, gap, palette);
  },
  afterDatasetsDraw: (chart) => {
    const now = view();
    if (!now) return;
    const { ctx, chartArea } = chart;
    drawMinimum(chart, now);
    drawNow(chart, now);
    text(ctx, now.palette);
    ctx.fillStyle = now.palette.axis;
    if (now.unit) {
      // A long one such as €/kWh begins at the edge instead of being cut by it.
      const long = ctx.measureText(now.unit).width > chartArea.left - 7;
      ctx.textAlign = long ? 'left' : 'right';
      ctx.fillText(now.unit, long ? 0 : chartArea.left - 7, chartArea.top - 9);
    }
    const { dot } = now;
    if (dot) {
      const x = chart.scales['x']?.getPixelForValue(dot.at) ?? Number.NaN;
      const y = chart.scales['y']?.getPixelForValue(dot.value) ?? Number.NaN;
      ctx.fillStyle = dot.color;
      ctx.strokeStyle = now.palette.surface;
      ctx.lineWidth = 2;
      ctx.beginPath();
      ctx.arc(x, y, 4.5, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
    }
    if (now.cursor !== null) upright(chart, now.cursor, now.palette.quiet, 1, chartArea.top, chartArea.bottom);
  },
});
