import { withSources } from '../../learning/hour-sources.ts';
import { lookAtRule } from '../rules/look.ts';
import { assumptionsOf } from './assumptions.ts';
import { namesOf } from './names.ts';
import { readReplayData } from './read-data.ts';
import { type Course, simulate } from './simulate.ts';
import type { ReplayAnswer, ReplayData, ReplayTask } from './types.ts';

/** A line on the screen has no more points than these. */
const MOST_POINTS = 500;

const orNull = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;

const lineOf = (data: ReplayData, withRules: Course, withoutRules: Course): ReplayAnswer['replay']['soc'] => {
  const every = Math.max(1, Math.ceil(data.steps / MOST_POINTS));
  return Array.from({ length: Math.ceil(data.steps / every) }, (_, index) => ({
    at: data.from + index * every * data.stepMs,
    withRules: orNull(withRules.socPct[index * every]),
    withoutRules: orNull(withoutRules.socPct[index * every]),
  }));
};

const sumsOf = (course: Course): ReplayAnswer['replay']['withRules'] => {
  const known = course.socPct.filter((value) => !Number.isNaN(value));
  return {
    cost: course.cost,
    importKwh: course.importKwh,
    exportKwh: course.exportKwh,
    lowestSocPct: known.length === 0 ? null : known.reduce((least, value) => Math.min(least, value), 100),
    endSocPct: orNull(known.at(-1)),
  };
};

/** Both courses over data that was read already. */
const replayOver = (data: ReplayData, task: Pick<ReplayTask, 'home' | 'rules'>): ReplayAnswer => {
  const names = namesOf(task.home);
  const withRules = simulate(data, task.home, task.rules, names, lookAtRule);
  const withoutRules = simulate(data, task.home, [], names, lookAtRule);
  return {
    replay: {
      from: data.from,
      to: data.from + data.steps * data.stepMs,
      stepMs: data.stepMs,
      coveragePct: (100 * withRules.knownSteps) / data.steps,
      firings: [...withRules.firings],
      rules: withRules.past.map(({ ruleId, name, firings, heldMs }) => ({ ruleId, name, firings, heldMs })),
      withRules: sumsOf(withRules),
      withoutRules: sumsOf(withoutRules),
      soc: lineOf(data, withRules, withoutRules),
      assumptions: [...assumptionsOf(data, task.home, task.rules, { withRules, withoutRules })],
    },
    past: withRules.past,
  };
};

/** Reads the span with a connection of its own, then runs the rules over it. */
export const runReplay = (task: ReplayTask): ReplayAnswer =>
  replayOver(
    withSources(task.databasePath, (sources) => readReplayData(sources, task)),
    task,
  );
