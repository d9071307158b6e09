import { type KeyboardEvent, type PointerEvent, useMemo } from 'react';
import { moment } from '../format/time.ts';
import { PLOT_LEFT, PLOT_RIGHT } from './plot.ts';
import { readingsAt, stepsOf } from './readings.ts';
import type { ChartSeries } from './series.ts';

export interface CursorProps {
  readonly series: readonly ChartSeries[];
  readonly from: number;
  readonly to: number;
  readonly zone: string;
  readonly unit: string;
  readonly stepMs: number;
  readonly shiftMs: number;
  readonly digits: number;
  readonly summary: string;
  readonly at: number | null;
  readonly onMove: (at: number | null) => void;
  /** A step was chosen, by a press or Enter. */
  readonly onPick?: (at: number) => void;
}

/**
 * Reads a chart point by point, with the mouse or the keyboard: arrows walk the steps, Page Up and Down ten at a time,
 * Home and End to the edges, Escape leaves. To a screen reader it is a slider over time that says its values.
 */
export const Cursor = (props: CursorProps) => {
  const { series, from, to, zone, unit, digits, at, onMove, shiftMs } = props;
  const steps = useMemo(() => stepsOf(series, from, to), [series, from, to]);
  const index = at === null ? -1 : steps.indexOf(at);
  const put = (next: number): void => onMove(steps[Math.min(steps.length - 1, Math.max(0, next))] ?? null);

  const walk = (event: KeyboardEvent): void => {
    const here = index < 0 ? Math.floor(steps.length / 2) : index;
    const moves: Record<string, number> = {
      ArrowRight: here + 1,
      ArrowUp: here + 1,
      ArrowLeft: here - 1,
      ArrowDown: here - 1,
      PageUp: here + 10,
      PageDown: here - 10,
      Home: 0,
      End: steps.length - 1,
    };
    if (event.key === 'Escape') onMove(null);
    if (event.key === 'Enter' && at !== null) props.onPick?.(at);
    const next = moves[event.key];
    if (next === undefined) return;
    event.preventDefault();
    put(next);
  };
  const follow = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left - PLOT_LEFT) / (box.width - PLOT_LEFT - PLOT_RIGHT);
    if (share < 0 || share > 1) {
      onMove(null);
      return;
    }
    const time = from + share * (to - from) - shiftMs;
    let best: number | null = null;
    for (const step of steps) if (best === null || Math.abs(step - time) < Math.abs(best - time)) best = step;
    onMove(best);
  };

  const readings = at === null ? [] : readingsAt(series, at, digits).filter((one) => one.measured ?? one.expected);
  const spoken = readings
    .map((one) => `${one.label} ${one.measured ?? `expected ${one.expected}, likely ${one.band}`} ${unit}`)
    .join('; ');
  const share = at === null ? 0 : (at + shiftMs - from) / (to - from);
  return (
    <>
      <div
        className="chart-cursor"
        role="slider"
        tabIndex={0}
        aria-label={props.summary}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, steps.length - 1)}
        aria-valuenow={Math.max(0, index)}
        aria-valuetext={at === null ? 'Arrow keys read the values' : `${moment(at, at, zone)}: ${spoken || 'no data'}`}
        onClick={() => at !== null && props.onPick?.(at)}
        onKeyDown={walk}
        onPointerMove={follow}
        onPointerLeave={() => onMove(null)}
        onBlur={() => onMove(null)}
      />
      {at !== null && (
        <div
          className="chart-reading"
          aria-hidden="true"
          style={{
            left: `calc(${PLOT_LEFT}px + (100% - ${PLOT_LEFT + PLOT_RIGHT}px) * ${share})`,
            transform: share > 0.6 ? 'translateX(calc(-100% - 10px))' : 'translateX(10px)',
          }}
        >
          <time>{to - from > 86_400_000 * 1.2 ? moment(at, 0, zone) : moment(at, at, zone)}</time>
          {readings.length === 0 && <span className="quiet">no data</span>}
          {readings.map((one) => (
            <span key={one.id} className="chart-reading-row" data-hue={one.hue}>
              <i />
              {one.label}
              <b className="num">
                {one.measured ?? one.expected} <span className="quiet">{unit}</span>
              </b>
              {one.band && <span className="quiet num">{one.band}</span>}
            </span>
          ))}
        </div>
      )}
    </>
  );
};
