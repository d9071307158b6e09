import type { BandPoint, Point } from '../../../../preload/contract/insight.ts';
import type { Hue } from '../../../components/roles.ts';
import { decimal } from '../../../format/numbers.ts';
import { areaOf, type Band, type Geometry, pathOf, xOf, yOf } from './geometry.ts';

type Spot = readonly [x: number, y: number];

/** One quantity over the axis of the plan: measured until now, then expected with its band. */
export const CurveStrip = ({
  frame,
  band,
  hue,
  least,
  most,
  ticks,
  measured,
  expected,
  compared,
  now,
  filled,
}: {
  frame: Geometry;
  band: Band;
  hue: Hue;
  least: number;
  most: number;
  ticks: readonly number[];
  measured: readonly Point[];
  expected: readonly BandPoint[];
  /** The line that this one is compared with, in ink. */
  compared?: readonly BandPoint[] | undefined;
  now: number;
  filled?: boolean;
}) => {
  const at = (time: number, value: number): Spot => [
    xOf(frame, time),
    yOf(band, Math.min(most, Math.max(least, value)), least, most),
  ];
  const past = measured.filter((point) => point.at >= frame.from && point.at <= now);
  const runs: Spot[][] = [[]];
  for (const point of past) {
    if (point.value === null) runs.push([]);
    else runs.at(-1)?.push(at(point.at, point.value));
  }
  const last = past.findLast((point) => point.value !== null);
  const seam = last?.value == null ? null : at(now, last.value);
  if (seam) runs.at(-1)?.push(seam);
  const ahead = expected.filter((point) => point.at > now && point.at <= frame.to);
  const line = (pick: 'p10' | 'p50' | 'p90', points: readonly BandPoint[] = ahead): Spot[] => [
    ...(seam && points === ahead ? [seam] : []),
    ...points.map((point) => at(point.at, point[pick])),
  ];
  const foot = yOf(band, least, least, most);
  const other = compared?.filter((point) => point.at > now && point.at <= frame.to) ?? [];
  return (
    <g data-hue={hue}>
      {ticks.map((tick) => {
        const y = yOf(band, tick, least, most);
        return (
          <g key={tick}>
            <line className="gl" x1={frame.left} x2={frame.width - frame.right} y1={y} y2={y} />
            <text className="ax" x={frame.left - 8} y={y + 4} textAnchor="end">
              {decimal(tick, Number.isInteger(tick) ? 0 : 1)}
            </text>
          </g>
        );
      })}
      <path className="curve-band" d={areaOf(line('p90'), line('p10'))} />
      {runs
        .filter((run) => run.length > 1)
        .map((run) => {
          const [first = [0, 0]] = run;
          const [endX = 0] = run.at(-1) ?? [];
          return (
            <g key={first[0]}>
              {filled && <path className="curve-area" d={`${pathOf(run)}L${endX} ${foot}L${first[0]} ${foot}Z`} />}
              <path className="curve-line" d={pathOf(run)} />
            </g>
          );
        })}
      <path className="curve-line expected" d={pathOf(line('p50'))} />
      {other.length > 1 && <path className="curve-line compared" d={pathOf(line('p50', other))} />}
    </g>
  );
};
