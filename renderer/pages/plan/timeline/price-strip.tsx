import { useMemo } from 'react';
import { decimal } from '../../../format/numbers.ts';
import { type Geometry, stretchOf, xOf } from './geometry.ts';
import { namedCells, type PriceCell } from './price-cells.ts';

const APART_PX = 44;

/** The now line never crosses a number. */
const NOW_PX = 17;
const beside = (x: number, nowX: number): number =>
  Math.abs(x - nowX) >= NOW_PX ? x : x < nowX ? nowX - NOW_PX : nowX + NOW_PX;

/** Prices as cells, violet by strength; a guess is only outlined. The extremes are written below. */
export const PriceStrip = ({ frame, cells, now }: { frame: Geometry; cells: readonly PriceCell[]; now: number }) => {
  const nowX = xOf(frame, now);
  const named = useMemo(() => namedCells(cells, (at) => xOf(frame, at), APART_PX), [cells, frame]);
  const values = cells.map(({ perKwh }) => perKwh);
  const low = Math.min(...values);
  const spread = Math.max(...values) - low;
  const { top, height } = frame.price;
  return (
    <g data-hue="grid">
      {cells.map((cell) => {
        const place = stretchOf(frame, cell.from, cell.to);
        if (!place) return null;
        const strength = spread < 1e-6 ? 0.3 : (cell.perKwh - low) / spread;
        return (
          <rect
            key={cell.from}
            className={cell.known ? 'price-cell' : 'price-cell guess'}
            x={place.left}
            y={top}
            width={Math.max(1, place.width - 1)}
            height={height}
            rx={2}
            fillOpacity={0.12 + 0.88 * strength * strength}
          />
        );
      })}
      {named.map((cell) => {
        const middle = xOf(frame, (Math.max(cell.from, frame.from) + Math.min(cell.to, frame.to)) / 2);
        return (
          <text
            key={cell.from}
            className="ax"
            x={beside(Math.min(frame.width - frame.right - 6, Math.max(frame.left + 10, middle)), nowX)}
            y={top + height + 14}
            textAnchor="middle"
          >
            {decimal(cell.perKwh, 2)}
          </text>
        );
      })}
    </g>
  );
};
