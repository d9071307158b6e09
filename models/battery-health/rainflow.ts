/**
 * Rainflow counting of ASTM E1049-85 (2017), section 5.4.4, by the four-point rule: a range between two turning points that
 * neither neighbour undercuts is a closed cycle. Streaming: what has not closed yet waits, and counts as half cycles.
 */

/** One closed cycle (count 1) or half cycle (count 0.5) of a series. Depth and mean are in the unit of the series. */
export interface RainflowCycle {
  readonly depth: number;
  readonly mean: number;
  readonly count: 0.5 | 1;
  /** Places of its two turning points in the series, the earlier first. */
  readonly from: number;
  readonly to: number;
}

export interface RainflowCounter {
  /** The next value of the series; answers the cycles that it closed. A NaN is skipped but counts as a place. */
  push(value: number): readonly RainflowCycle[];
  /** What has not closed, as half cycles; the counter goes on as before. */
  open(): readonly RainflowCycle[];
}

interface Turn {
  readonly value: number;
  readonly place: number;
}

const cycleOf = (one: Turn, other: Turn, count: 0.5 | 1): RainflowCycle => ({
  depth: Math.abs(one.value - other.value),
  mean: (one.value + other.value) / 2,
  count,
  from: Math.min(one.place, other.place),
  to: Math.max(one.place, other.place),
});

export const createRainflow = (): RainflowCounter => {
  /** Turning points that have not closed a cycle; the last one may still move on. */
  const turns: Turn[] = [];
  let place = -1;

  /** Closes inner ranges that the newest range covers. */
  const close = (closed: RainflowCycle[]): void => {
    for (;;) {
      const [outer, start, end, newest] = turns.slice(-4);
      if (outer === undefined || start === undefined || end === undefined || newest === undefined) return;
      const inner = Math.abs(end.value - start.value);
      if (inner > Math.abs(start.value - outer.value) || inner > Math.abs(newest.value - end.value)) return;
      closed.push(cycleOf(start, end, 1));
      turns.splice(-3, 2);
    }
  };

  return {
    push: (value) => {
      place += 1;
      const closed: RainflowCycle[] = [];
      if (Number.isNaN(value)) return closed;
      const last = turns.at(-1);
      const before = turns.at(-2);
      if (last !== undefined && value === last.value) return closed;
      const goesOn =
        last !== undefined &&
        before !== undefined &&
        Math.sign(value - last.value) === Math.sign(last.value - before.value);
      if (goesOn) turns.pop();
      turns.push({ value, place });
      close(closed);
      return closed;
    },
    open: () => turns.slice(1).map((turn, index) => cycleOf(turns[index] ?? turn, turn, 0.5)),
  };
};

/** All cycles of a series: the closed ones in the order in which they closed, then the open ones as halves. */
export const rainflow = (series: ArrayLike<number>): readonly RainflowCycle[] => {
  const counter = createRainflow();
  const cycles: RainflowCycle[] = [];
  for (let index = 0; index < series.length; index += 1) cycles.push(...counter.push(series[index] ?? Number.NaN));
  return [...cycles, ...counter.open()];
};
