import type { HistorySeries, HistoryView, Point } from '../../../preload/contract/insight.ts';
import type { ChartSeries } from '../../charts/series.ts';
import type { Hue } from '../../components/roles.ts';
import type { Quantity } from './span.ts';

const NAMES: Readonly<Record<HistorySeries, { readonly label: string; readonly hue: Hue }>> = {
  pv: { label: 'Solar', hue: 'solar' },
  load: { label: 'Load', hue: 'home' },
  grid: { label: 'Grid', hue: 'grid' },
  battery: { label: 'Battery', hue: 'battery' },
  soc: { label: 'State of charge', hue: 'battery' },
  household: { label: 'Household', hue: 'home' },
};

const SHOWN: Readonly<Record<Quantity, readonly HistorySeries[]>> = {
  power: ['pv', 'load', 'battery', 'grid'],
  energy: ['pv', 'load', 'grid'],
  soc: ['soc'],
};

/** Means in W become kW, or kWh per step; SOC stays in per cent. Gaps stay gaps; steps that have not come are none. */
export const historySeries = (view: HistoryView, quantity: Quantity, now: number): ChartSeries[] => {
  // A step lasts until the next one (a day has 23 to 25 hours), the running one until now.
  const hoursAt = (index: number): number =>
    (Math.min(view.at[index + 1] ?? view.to, now) - (view.at[index] ?? now)) / 3_600_000;
  const factorAt = (index: number): number =>
    quantity === 'soc' ? 1 : quantity === 'power' ? 0.001 : hoursAt(index) * 0.001;
  return SHOWN[quantity].flatMap((name): ChartSeries[] => {
    const values = view.series[name];
    if (!values || values.every((value) => value === null)) return [];
    const measured = view.at.flatMap((at, index): Point[] => {
      if (at > now) return [];
      const value = values[index] ?? null;
      return [{ at, value: value === null ? null : value * factorAt(index) }];
    });
    return [
      {
        id: name,
        label: NAMES[name].label,
        hue: NAMES[name].hue,
        measured,
        area: name === 'pv' || name === 'soc',
        ...(quantity === 'energy' ? { shape: 'bar' as const } : {}),
      },
    ];
  });
};

const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** What is shown as CSV: UTC and local-free ISO times, a point as decimal mark, an empty cell for a gap. */
export const toCsv = (series: readonly ChartSeries[], unit: string): string => {
  const head = ['time_utc', ...series.map((one) => `${one.label} (${unit})`)].map(cell).join(',');
  const first = series[0];
  const rows = (first?.measured ?? []).map((point, index) =>
    [
      new Date(point.at).toISOString(),
      ...series.map((one) => {
        const value = one.measured[index]?.value ?? null;
        return value === null ? '' : String(Number(value.toFixed(4)));
      }),
    ].join(','),
  );
  return `${[head, ...rows].join('\r\n')}\r\n`;
};

/** Hands a text to the browser as a file. */
export const download = (name: string, text: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
};
