import { clock } from '../../../format/time.ts';
import { type Geometry, hourTicks, xOf } from './geometry.ts';

/** An hour under the pill of the now line is not written. */
const PILL_PX = 38;

/** Hours, midnight with its date, the shaded past, and the hairlines between the lanes: all that lies behind. */
export const Backdrop = ({ frame, zone, now }: { frame: Geometry; zone: string; now: number }) => {
  const { axis, left, right, width, lanes } = frame;
  const bottom = axis.top + axis.height;
  const nowX = Math.min(width - right, Math.max(left, xOf(frame, now)));
  const edges = [...lanes.map(({ top }) => top), ...lanes.slice(-1).map(({ top, height }) => top + height)];
  return (
    <g>
      <rect className="past" x={left} y={axis.top - 6} width={nowX - left} height={axis.height + 6} />
      {hourTicks(frame, zone).map((tick) => {
        const x = xOf(frame, tick.at);
        return (
          <g key={tick.at}>
            <line className={tick.date ? 'gl midnight' : 'gl'} x1={x} x2={x} y1={axis.top - 6} y2={bottom} />
            {Math.abs(x - nowX) > PILL_PX && (
              <text className="ax" x={x} y={14} textAnchor="middle">
                {tick.label}
              </text>
            )}
            {tick.date && x < width - right - 56 && (
              <text className="ax" x={x + 6} y={axis.top + 4}>
                {tick.date}
              </text>
            )}
          </g>
        );
      })}
      {edges.map((y) => (
        <line key={y} className="gl" x1={0} x2={width} y1={y} y2={y} />
      ))}
    </g>
  );
};

const HALF_PX = 21;

/** The one now line through every strip, with its time on a pill at the top. */
export const NowLine = ({ frame, zone, now }: { frame: Geometry; zone: string; now: number }) => {
  if (now < frame.from || now > frame.to) return null;
  const { axis } = frame;
  const x = xOf(frame, now);
  const text = clock(now, zone);
  const half = text.length > 5 ? HALF_PX * 1.5 : HALF_PX;
  const middle = Math.max(half, Math.min(frame.width - half, x));
  return (
    <g>
      <line className="now-line" x1={x} x2={x} y1={axis.top - 10} y2={axis.top + axis.height} />
      <rect className="now-pill" x={middle - half} y={axis.top - 27} width={half * 2} height={17} rx={4} />
      <text className="now-text" x={middle} y={axis.top - 14.5} textAnchor="middle">
        {text}
      </text>
    </g>
  );
};
