import { checkPolicy } from '../../../models/control-policy/checks.ts';
import { isWhole } from '../../../models/control-policy/series-view.ts';
import { POLICY_SETTINGS, type PolicySettings } from '../../../models/control-policy/settings.ts';
import { trainPolicy } from '../../../models/control-policy/train.ts';
import { clearlyCheaper, tryOut } from '../../../models/control-policy/trial.ts';
import type { PolicySeries, Span } from '../../../models/control-policy/types.ts';
import { ok, permanent, type Result, temporary } from '../../result.ts';
import type { Backend } from '../../tensorflow.ts';
import type { PolicyCard } from './card.ts';
import { writePolicy } from './folder.ts';
import { judge } from './judge.ts';
import { readPast } from './past.ts';
import { filledPast, playPlanner } from './planner-play.ts';
import type { PolicyTask } from './types.ts';

const HOUR_MS = 3_600_000;
/** Days that choose between the policies of a training, and the newest ones that it is tried on. */
export interface SetAside {
  readonly chooseDays: number;
  readonly heldOutDays: number;
}

const SET_ASIDE: SetAside = { chooseDays: 28, heldOutDays: 28 };
/** A habit of a week comes before the first step that is learnt from. */
const HABIT_DAYS = 8;
const LEAST_LEARN_DAYS = 42;
const LEAST_COVERED_SHARE = 0.7;

export interface TrainingTools {
  readonly loadBackend: () => Promise<Backend>;
  readonly nowMs: () => number;
  readonly tick: (share: number, sentence: string) => Promise<boolean>;
  readonly settings?: PolicySettings;
  readonly setAside?: SetAside;
}

interface Spans {
  readonly learn: Span;
  readonly choose: Span;
  readonly heldOut: Span;
  readonly coveragePct: number;
}

/** How the past is divided; null where there is too little of it. */
const dividePast = (series: PolicySeries, { chooseDays, heldOutDays }: SetAside): Spans | null => {
  const perDay = Math.round(24 / series.stepHours);
  const end = series.loadKw.length;
  let first = 0;
  while (first < end && !isWhole(series, first)) first += 1;
  const heldOut = { from: end - heldOutDays * perDay, to: end };
  const choose = { from: heldOut.from - chooseDays * perDay, to: heldOut.from };
  const learn = { from: first + HABIT_DAYS * perDay, to: choose.from };
  if (learn.to - learn.from < LEAST_LEARN_DAYS * perDay) return null;
  const covered = (span: Span): number => {
    let whole = 0;
    for (let step = span.from; step < span.to; step += 1) if (isWhole(series, step)) whole += 1;
    return whole / (span.to - span.from);
  };
  if ([learn, choose, heldOut].some((span) => covered(span) < LEAST_COVERED_SHARE)) return null;
  return { learn, choose, heldOut, coveragePct: 100 * covered({ from: learn.from, to: end }) };
};

const cancelled = () => temporary('policy.cancelled', 'The training of the policy was cancelled.', 'Start it again.');

/** Trains, tries and judges one version, and writes it. Failures: `policy.too-little`, `policy.cancelled`. */
export const runPolicyTraining = async (task: PolicyTask, tools: TrainingTools): Promise<Result<PolicyCard>> => {
  const { nowMs, tick } = tools;
  const startedMs = nowMs();
  const series = readPast(task);
  const setAside = tools.setAside ?? SET_ASIDE;
  const spans = dividePast(series, setAside);
  if (spans === null)
    return permanent(
      'policy.too-little',
      `A policy is learnt from ${LEAST_LEARN_DAYS + setAside.chooseDays + setAside.heldOutDays + HABIT_DAYS} days of use, sun and prices; there are fewer yet.`,
      'It is tried again every Sunday night.',
    );
  const { learn, choose, heldOut, coveragePct } = spans;
  const atOf = (step: number): number => series.startAt + step * series.stepHours * HOUR_MS;
  const { home, powerCharged } = task.learn;
  const backend = await tools.loadBackend();
  const lesson = await trainPolicy(
    { series, home, learn, choose },
    {
      ...{ tf: backend.tf, seed: task.seed, settings: tools.settings ?? POLICY_SETTINGS },
      tick: (share) => tick(0.9 * share, share < 1 ? 'It learns from the past of the home.' : 'It is tried out.'),
    },
  );
  if (lesson === null) return cancelled();
  const { policy, imitatedCost, practisedCost } = lesson;
  const past = filledPast(series, task.learn.timeZone, heldOut);
  const { loadKw, pvKw, importPrice, exportPrice } = past;
  const filled = { ...series, loadKw, pvKw, importPrice, exportPrice };
  const trial = tryOut(policy, filled, heldOut);
  const planned = await playPlanner(past, policy, {
    nowMs,
    goOn: () => tick(0.95, 'The plan is tried out beside it.'),
  });
  if (!planned.ok) return planned;
  const planDays = planned.value;
  if (planDays === null || !(await tick(1, 'It is judged.'))) return cancelled();
  const planCost = planDays.reduce((sum, each) => sum + each, 0);
  const checks = checkPolicy(policy, filled, heldOut, trial);
  const verdict = judge({
    ...{ checks, days: setAside.heldOutDays, policyCost: trial.learnt.cost, planCost, powerCharged },
    beatsPlan: clearlyCheaper(trial.learnt.dayCosts, planDays),
  });
  return ok(
    writePolicy(task.folder, policy, {
      ...{ schema: 1, version: task.version, ...verdict, trainedAt: task.now, tookMs: nowMs() - startedMs },
      ...{ backend: backend.name, seed: task.seed, codeVersion: task.codeVersion },
      data: { from: atOf(learn.from), to: atOf(heldOut.to), heldOutFrom: atOf(heldOut.from), coveragePct },
      checks: [...checks],
      trial: {
        ...{ from: atOf(heldOut.from), to: atOf(heldOut.to), policyCost: trial.learnt.cost, planCost },
        ...{ selfCost: trial.self.cost, prescientCost: trial.prescient.cost },
      },
      episodes: [...lesson.episodes],
      practice: { imitatedCost, practisedCost: Number.isFinite(practisedCost) ? practisedCost : null },
    }),
  );
};
