import type { PlanBlock, PlanLane } from '../../../../preload/contract/plan.ts';
import type { PlannedLoad } from '../../../../preload/contract/plan-settings.ts';
import { deadlinesOf } from './deadlines.ts';
import { type Geometry, xOf } from './geometry.ts';

const WORD_PX = 62;

/** Behind the blocks of a lane: a hairline where nothing is planned, and until when a load has to be done. */
export const LaneMarks = ({
  frame,
  lanes,
  blocks,
  loads,
  zone,
}: {
  frame: Geometry;
  lanes: readonly PlanLane[];
  blocks: readonly PlanBlock[];
  loads: readonly PlannedLoad[];
  zone: string;
}) => {
  const end = frame.width - frame.right;
  const clamp = (x: number): number => Math.min(end, Math.max(frame.left, x));
  return (
    <g>
      {lanes.map((lane, index) => {
        const band = frame.lanes[index];
        if (!band) return null;
        const name = frame.above ? 22 : 0;
        const middle = band.top + name + (band.height - name) / 2;
        const load = loads.find(
          ({ deviceId, channelId }) => deviceId === lane.deviceId && channelId === lane.channelId,
        );
        const deadlines = load ? deadlinesOf(load, frame.from, frame.to, zone) : [];
        const idle = blocks.every(({ laneId }) => laneId !== lane.id);
        return (
          <g key={lane.id}>
            {idle && deadlines.length === 0 && (
              <line className="lane-idle" x1={frame.left} x2={end} y1={middle} y2={middle} />
            )}
            {deadlines.map((deadline) => {
              const x = xOf(frame, deadline.to);
              const inside = x <= end;
              const covered = blocks.some(
                (block) => block.laneId === lane.id && block.to > deadline.to && block.from < deadline.to + 3_600_000,
              );
              return (
                <g key={deadline.to}>
                  <line
                    className="lane-window"
                    x1={clamp(xOf(frame, deadline.from))}
                    x2={clamp(x)}
                    y1={middle}
                    y2={middle}
                  />
                  {inside && (
                    <line
                      className="lane-deadline"
                      x1={x}
                      x2={x}
                      y1={band.top + name + 5}
                      y2={band.top + band.height - 5}
                    />
                  )}
                  {inside && !covered && x < end - WORD_PX && (
                    <text className="ax strong" x={x + 6} y={middle + 4}>
                      by {deadline.by}
                    </text>
                  )}
                </g>
              );
            })}
          </g>
        );
      })}
    </g>
  );
};
