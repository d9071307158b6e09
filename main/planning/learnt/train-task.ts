import { checkPolicy } from '../../../models/control-policy/checks.ts';
import type { TrainedPolicy } from '../../../models/control-policy/policy.ts';
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
import type { PolicyTask } from './types.ts';

const HOUR_MS = 3_600_000;
/** Days that choose between the policies of a training, and the newest ones that it is tried on. */
const CHOOSE_DAYS = 28;
const HELD_OUT_DAYS = 28;
/** A habit of a week comes before the first step that is learnt from. */
const HABIT_DAYS = 8;
const LEAST_LEARN_DAYS = 42;
const LEAST_COVERED_SHARE = 0.7;

/** What the planner would have paid on the held-out days, day by day; null where nobody can say. */
export type PlanCostOn = (series: PolicySeries, span: Span, policy: TrainedPolicy) => Promise<readonly number[] | null>;

export interface TrainingTools {
  readonly backend: Backend;
  readonly nowMs: () => number;
  readonly tick: (share: number, sentence: string) => Promise<boolean>;
  readonly planCostOn?: PlanCostOn;
  readonly settings?: PolicySettings;
}

interface Spans {
  readonly learn: Span;
  readonly choose: Span;
  readonly heldOut: Span;
  readonly coveragePct: number;
}

/** How the past is divided; null where there is too little of it. */
export const dividePast = (series: PolicySeries): Spans | null => {
  const perDay = Math.round(24 / series.stepHours);
  const end = series.loadKw.length;
  let first = 0;
  while (first < end && !isWhole(series, first)) first += 1;
  const heldOut = { from: end - HELD_OUT_DAYS * perDay, to: end };
  const choose = { from: heldOut.from - CHOOSE_DAYS * perDay, to: heldOut.from };
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
  const { backend, nowMs, tick } = tools;
  const startedMs = nowMs();
  const series = readPast(task);
  const spans = dividePast(series);
  if (spans === null)
    return permanent(
      'policy.too-little',
      `A policy is learnt from ${LEAST_LEARN_DAYS + CHOOSE_DAYS + HELD_OUT_DAYS + HABIT_DAYS} days of use, sun and prices; there are fewer yet.`,
      'It is tried again every Sunday night.',
    );
  const { learn, choose, heldOut, coveragePct } = spans;
  const atOf = (step: number): number => series.startAt + step * series.stepHours * HOUR_MS;
  const { home, powerCharged } = task.learn;
  const lesson = await trainPolicy(
    { series, home, learn, choose },
    {
      ...{ tf: backend.tf, seed: task.seed, settings: tools.settings ?? POLICY_SETTINGS },
      tick: (share) => tick(0.9 * share, share < 1 ? 'It learns from the past of the home.' : 'It is tried out.'),
    },
  );
  if (lesson === null) return cancelled();
  const { policy, imitatedCost, practisedCost } = lesson;
  const trial = tryOut(policy, series, heldOut);
  const planned = (await tools.planCostOn?.(series, heldOut, policy)) ?? null;
  if (!(await tick(1, 'It is judged.'))) return cancelled();
  const planDays = planned ?? trial.plan.dayCosts;
  const planCost = planDays.reduce((sum, each) => sum + each, 0);
  const planBy = planned === null ? 'simple' : 'planner';
  const checks = checkPolicy(policy, series, heldOut, trial);
  const verdict = judge({
    ...{ checks, days: HELD_OUT_DAYS, policyCost: trial.learnt.cost, planCost, planBy, powerCharged },
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
      planBy,
      episodes: [...lesson.episodes],
      practice: { imitatedCost, practisedCost: Number.isFinite(practisedCost) ? practisedCost : null },
    }),
  );
};
