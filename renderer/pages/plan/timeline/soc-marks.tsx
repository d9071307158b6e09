import type { BandPoint } from '../../../../preload/contract/insight.ts';
import { decimal } from '../../../format/numbers.ts';
import { clock } from '../../../format/time.ts';
import { type Geometry, xOf, yOf } from './geometry.ts';

const EDGE_PX = 40;

/** The reserve, dotted, and the lowest charge that is expected with its time. */
export const SocMarks = ({
  frame,
  soc,
  reservePct,
  now,
  zone,
}: {
  frame: Geometry;
  soc: readonly BandPoint[];
  reservePct: number | null;
  now: number;
  zone: string;
}) => {
  const end = frame.width - frame.right;
  const ahead = soc.filter((point) => point.at > now && point.at <= frame.to);
  const lowest = ahead.reduce<BandPoint | null>(
    (low, point) => (low === null || point.p50 < low.p50 ? point : low),
    null,
  );
  const reserveY = reservePct === null ? null : yOf(frame.soc, reservePct, 0, 100);
  const x = lowest ? Math.min(end - EDGE_PX, Math.max(frame.left + EDGE_PX, xOf(frame, lowest.at))) : 0;
  // Above the band wherever the words reach, so that they never cross the curve.
  const highest = Math.max(
    lowest?.p90 ?? 0,
    ...soc.filter((point) => Math.abs(xOf(frame, point.at) - x) < EDGE_PX).map(({ p90 }) => p90),
  );
  const topOfBand = yOf(frame.soc, Math.min(100, highest), 0, 100);
  return (
    <g data-hue="battery">
      {reserveY !== null && (
        <>
          <line className="reserve" x1={frame.left} x2={end} y1={reserveY} y2={reserveY} />
          <text className="ax" x={end - 2} y={reserveY + 13} textAnchor="end">
            reserve {decimal(reservePct ?? 0, 0)} %
          </text>
        </>
      )}
      {lowest && (
        <>
          <circle className="lowest" cx={xOf(frame, lowest.at)} cy={yOf(frame.soc, lowest.p50, 0, 100)} r={3.5} />
          <text className="ax strong" x={x} y={Math.max(frame.soc.top + 10, topOfBand - 7)} textAnchor="middle">
            {decimal(lowest.p50, 0)} % at {clock(lowest.at, zone)}
          </text>
        </>
      )}
    </g>
  );
};
