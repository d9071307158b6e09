import type { ChartDataset } from 'chart.js';
import type { Palette } from './palette.ts';
import type { ChartSeries } from './series.ts';

interface Spot {
  x: number;
  y: number | null;
}
export type LineOrBar = ChartDataset<'line' | 'bar', Spot[]>;

export interface DatasetOptions {
  readonly palette: Palette;
  readonly now: number | null;
  /** Means stand in the middle of their step; states such as SOC at its start. */
  readonly shiftMs: number;
}

const base = { pointRadius: 0, pointHitRadius: 0, borderJoinStyle: 'round', parsing: false, normalized: true } as const;

/** Where the expectation begins: at the now line, with the last measured value, so that the band opens from nothing. */
const seam = (series: ChartSeries, now: number): Spot | null => {
  const last = series.measured.findLast((point) => point.value !== null && point.at <= now);
  return last ? { x: now, y: last.value } : null;
};

/** The Chart.js datasets of one series: measured line or bars, dashed p50, and the band between p10 and p90. */
export const datasetsOf = (series: ChartSeries, { palette, now, shiftMs }: DatasetOptions): LineOrBar[] => {
  const mark = palette.mark(series.hue);
  const measured: Spot[] = series.measured.map((point) => ({ x: point.at + shiftMs, y: point.value }));
  if (series.shape === 'bar')
    return [
      {
        type: 'bar',
        data: measured,
        backgroundColor: palette.solid(series.hue),
        borderColor: mark,
        borderWidth: 1,
        borderRadius: 3,
        parsing: false,
        normalized: true,
        barPercentage: 0.86,
        categoryPercentage: 0.8,
      },
    ];
  const datasets: LineOrBar[] = [];
  const expected = series.expected ?? [];
  if (expected.length > 0) {
    const start = now === null || series.compare ? null : seam(series, now);
    const rest = expected.filter((point) => now === null || series.compare || point.at + shiftMs > now);
    const line = (pick: (point: (typeof rest)[number]) => number): Spot[] => [
      ...(start ? [start] : []),
      ...rest.map((point) => ({ x: point.at + shiftMs, y: pick(point) })),
    ];
    datasets.push(
      { ...base, type: 'line', data: line((point) => point.p10), borderWidth: 0, fill: false },
      {
        ...base,
        type: 'line',
        data: line((point) => point.p90),
        borderWidth: 0,
        fill: '-1',
        backgroundColor: palette.band(series.hue),
      },
      {
        ...base,
        type: 'line',
        data: line((point) => point.p50),
        borderWidth: 1.75,
        borderDash: [4, 4],
        borderColor: mark,
        fill: false,
      },
    );
  }
  datasets.push({
    ...base,
    type: 'line',
    data:
      now === null
        ? measured
        : [...measured.filter((spot) => spot.x < now), ...[seam(series, now)].filter((spot) => spot !== null)],
    borderWidth: 2,
    ...(series.dash ? { borderDash: [...series.dash] } : {}),
    borderColor: mark,
    fill: series.area === false ? false : 'origin',
    backgroundColor: palette.area(series.hue),
    spanGaps: false,
  });
  return datasets;
};
