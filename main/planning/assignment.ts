import { type LoadGroup, sharesRunTime, type Together } from './load-rows.ts';
import type { FlexibleLoad } from './types.ts';

/** Ways to share out the runs that are followed at once, the most even first. */
const WIDTH = 250;
/** What running one more or one less than together weighs beside being uneven. */
const CHANGE_WEIGHT = 8;

/** On or off by step, for each of the loads of a group. */
type Shared = readonly (readonly boolean[])[];

/** First on first off, with the one that paused longest first on: each keeps its minimum run and pause. */
const byTurns = (loads: readonly FlexibleLoad[], counts: readonly number[]): Shared => {
  const on = loads.map((): boolean[] => []);
  const places = loads.map((_, place) => place);
  const longest = (one: number, other: number): number =>
    (loads[other]?.before.steps ?? 0) - (loads[one]?.before.steps ?? 0) || one - other;
  const running = places.filter((place) => loads[place]?.before.on === true).sort(longest);
  const paused = places.filter((place) => loads[place]?.before.on !== true).sort(longest);
  for (const count of counts) {
    while (running.length > count) paused.push(...running.splice(0, 1));
    while (running.length < count && paused.length > 0) running.push(...paused.splice(0, 1));
    for (const [place, steps] of on.entries()) steps.push(running.includes(place));
  }
  return on;
};

/** Where one load stands: `left` steps still to run, and for how many it has run or paused. */
interface Standing {
  readonly place: number;
  readonly on: boolean;
  readonly elapsed: number;
  readonly left: number;
  readonly starts: number;
}

interface Way {
  readonly loads: readonly Standing[];
  readonly running: readonly number[];
  /** How much is changed of what they do together, as it is priced. */
  readonly changed: number;
  readonly before: Way | null;
}

const keyOf = (way: Way): string =>
  way.loads
    .map(({ on, elapsed, left, starts }) => `${on ? 1 : 0},${elapsed},${left},${starts}`)
    .sort()
    .join(' ');

/** The most even ways are the likeliest to end well: run times far apart, or many starts, leave little room. */
const unevenness = ({ loads, changed }: Way, evenly: number): number =>
  loads.reduce((sum, { left, starts }) => sum + (left - evenly) ** 2 + 2 * starts * starts, CHANGE_WEIGHT * changed);

/** All choices of `count` of the loads, those alike counted once. */
const choicesOf = (loads: readonly Standing[], count: number, may: (load: Standing) => 'must' | 'may' | 'no') => {
  const chosen: Standing[][] = [];
  const pick = (at: number, picked: readonly Standing[]): void => {
    const load = loads[at];
    if (load === undefined) {
      if (picked.length === count) chosen.push([...picked]);
      return;
    }
    if (picked.length + loads.length - at < count) return;
    const says = may(load);
    if (says !== 'no' && picked.length < count) pick(at + 1, [...picked, load]);
    if (says !== 'must') pick(at + 1, picked);
  };
  pick(0, []);
  return chosen;
};

/**
 * Shares a count by step out among equal loads so that each has exactly its run time, its minimum run and pause and no more
 * than its starts; null where none of the ways that were followed ends well. With `priceOf` one more or one less may run in a
 * step, at that price beside the change itself: the way with the least of it is taken.
 */
const byRunTime = (
  loads: readonly FlexibleLoad[],
  counts: readonly number[],
  priceOf: ((step: number) => number) | null,
): Shared | null => {
  const [load] = loads;
  if (load === undefined || load.runSteps === null) return null;
  const { minRunSteps, maxStarts } = load;
  const minPauseSteps = Math.max(1, load.minPauseSteps);
  const cap = Math.max(minRunSteps, minPauseSteps);
  const asked = load.runSteps;
  const may = (each: Standing): 'must' | 'may' | 'no' => {
    if (each.on) return each.elapsed < minRunSteps ? 'must' : each.left > 0 ? 'may' : 'no';
    const room = maxStarts === null || each.starts < maxStarts;
    return room && each.left >= minRunSteps && each.left > 0 && each.elapsed >= minPauseSteps ? 'may' : 'no';
  };
  const step = (way: Way, chosen: readonly Standing[], change: number): Way | null => {
    const next: Standing[] = [];
    for (const each of way.loads) {
      const on = chosen.includes(each);
      const left = each.left - (on ? 1 : 0);
      if (left < 0 || (!on && left > 0 && left < minRunSteps)) return null;
      const elapsed = on === each.on ? Math.min(cap, each.elapsed + 1) : 1;
      next.push({ place: each.place, on, elapsed, left, starts: each.starts + (on && !each.on ? 1 : 0) });
    }
    return { loads: next, running: chosen.map(({ place }) => place), changed: way.changed + change, before: way };
  };
  const begin: Way = {
    loads: loads.map(({ before }, place) => ({
      place,
      on: before.on,
      elapsed: Math.min(cap, before.steps),
      left: asked,
      starts: 0,
    })),
    running: [],
    changed: 0,
    before: null,
  };
  let ways: readonly Way[] = [begin];
  let ahead = asked * loads.length;
  for (const [at, count] of counts.entries()) {
    const next = new Map<string, Way>();
    ahead -= count;
    const evenly = ahead / loads.length;
    const price = priceOf?.(at) ?? 0;
    const near =
      priceOf === null ? [0] : [0, 1, -1].filter((more) => count + more >= 0 && count + more <= loads.length);
    for (const way of ways)
      for (const more of near)
        for (const chosen of choicesOf(way.loads, count + more, may)) {
          const after = step(way, chosen, Math.abs(more) + more * price);
          if (after === null) continue;
          const key = keyOf(after);
          const same = next.get(key);
          if (same === undefined || after.changed < same.changed) next.set(key, after);
        }
    ways =
      next.size <= WIDTH
        ? [...next.values()]
        : [...next.values()].sort((one, other) => unevenness(one, evenly) - unevenness(other, evenly)).slice(0, WIDTH);
  }
  const [found] = ways
    .filter((way) => way.loads.every(({ left }) => left === 0))
    .sort((one, other) => one.changed - other.changed);
  if (found === undefined) return null;
  const on = loads.map(() => counts.map(() => false));
  let way: Way | null = found;
  for (let at = counts.length - 1; at >= 0 && way !== null; at -= 1) {
    for (const place of way.running) {
      const steps = on[place];
      if (steps !== undefined) steps[at] = true;
    }
    way = way.before;
  }
  return on;
};

/** How many of a group run in each step. */
const countsOf = (group: LoadGroup, values: Float64Array): readonly number[] =>
  group.running.map((terms) =>
    Math.round(terms.reduce((sum, [column, factor]) => sum + factor * (values[column] ?? 0), 0)),
  );

const shares = ({ loads }: LoadGroup): boolean => {
  const [load] = loads;
  return loads.length > 1 && load !== undefined && sharesRunTime(load);
};

/** Which of merged loads run in each step; null where their run times could not be shared out. */
export const sharedOut = (group: LoadGroup, values: Float64Array): Shared | null => {
  const counts = countsOf(group, values);
  return shares(group) ? byRunTime(group.loads, counts, null) : byTurns(group.loads, counts);
};

/** What loads that share a run time do together, by the id of each. */
export const togetherOf = (groups: readonly LoadGroup[], values: Float64Array): ReadonlyMap<string, Together> =>
  new Map(
    groups.filter(shares).flatMap((group) => {
      const together = { counts: countsOf(group, values), loads: group.loads.length };
      return group.loads.map(({ id }) => [id, together] as const);
    }),
  );

/**
 * Runs for each of the loads that share their run times, as near as can be to what they do together; null where there are none.
 * `priceOf` is what a kW more costs in a step.
 */
export const nearestShare = (
  groups: readonly LoadGroup[],
  together: ReadonlyMap<string, Together>,
  priceOf: (step: number) => number,
): ReadonlyMap<string, Together> | null => {
  const runs = new Map<string, Together>();
  for (const { loads } of groups.filter(shares)) {
    const counts = together.get(loads[0]?.id ?? '')?.counts ?? [];
    const dearest = counts.reduce((most, _, step) => Math.max(most, Math.abs(priceOf(step))), 1e-9);
    const on = byRunTime(loads, counts, (step) => priceOf(step) / dearest);
    if (on === null) return null;
    for (const [place, load] of loads.entries())
      runs.set(load.id, { counts: (on[place] ?? []).map((runs) => (runs ? 1 : 0)), loads: 1 });
  }
  return runs;
};
