import type { Policy } from '../../../preload/contract/backtest.ts';
import { ok, permanent, type Result } from '../../result.ts';
import { loadSolver } from '../highs.ts';
import type { Account } from './accounts.ts';
import { learntPolicy } from './policies/learnt.ts';
import type { BacktestOutcome, BacktestTask } from './protocol.ts';
import { runPolicy } from './run.ts';
import { readSitePast } from './site-past.ts';
import { coverageOf, resultOf } from './verdict.ts';

const CONTROL_MINUTES = 15;
const NAMES: Readonly<Record<Policy, string>> = {
  none: 'no battery',
  self: 'self-consumption',
  rules: 'fixed rules',
  tiers: 'tiers',
  plan: 'the plan',
  learnt: 'the learnt policy',
  prescient: 'perfect foresight',
};
/** About how long each takes beside the others. */
const WORK: Readonly<Record<Policy, number>> = {
  none: 1,
  self: 1,
  rules: 1,
  tiers: 5,
  plan: 100,
  learnt: 5,
  prescient: 40,
};

/**
 * Plays the home's own past with each policy that was asked for. No battery and the baseline are always played, since savings
 * are told against them. Null where it was ended; a policy that cannot be played is left out with a note.
 */
export const runBacktest = async (
  task: BacktestTask,
  onProgress: (share: number, sentence: string) => Promise<boolean>,
  nowMs: () => number,
): Promise<Result<BacktestOutcome | null>> => {
  const { ask, site } = task;
  const read = readSitePast(task);
  if (!read.ok) return read;
  const { past } = read.value;
  if (past.end <= past.first)
    return permanent('backtest.empty', 'There is not a single step in that span.', 'Choose a longer span.');
  const notes = [...task.notes, ...read.value.notes];
  const accounts = new Map<Policy, Account>();
  const policies = [...new Set<Policy>(['none', ask.baseline, ...ask.policies])];
  const whole = policies.reduce((sum, policy) => sum + WORK[policy], 0);
  let done = 0;
  for (const policy of policies) {
    const ran = await runPolicy(policy, past, site, {
      horizonHours: ask.horizonHours,
      controlMinutes: CONTROL_MINUTES,
      nowMs,
      loadSolver,
      learnt: task.learnt === null ? null : learntPolicy(past, site, task.learnt),
      onProgress: (share) => onProgress((done + WORK[policy] * share) / whole, `Plays ${NAMES[policy]}.`),
    });
    done += WORK[policy];
    if (!ran.ok) {
      notes.push(`${ran.error.message} ${ran.error.advice}`);
      continue;
    }
    if (ran.value === null) return ok(null);
    accounts.set(policy, ran.value.account);
    notes.push(...ran.value.notes);
  }
  const none = accounts.get('none');
  const baseline = accounts.get(ask.baseline) ?? none;
  if (none === undefined || baseline === undefined)
    return permanent('backtest.nothing', notes.join(' '), 'Choose other policies, or another span.');
  const bounds = { none, prescient: accounts.get('prescient') ?? null };
  if (!accounts.has(ask.baseline))
    notes.push('Savings are told against no battery, since the baseline could not be played.');
  return ok({
    from: past.startAt + past.first * past.stepMs,
    to: past.startAt + past.end * past.stepMs,
    stepMs: past.stepMs,
    currency: task.currency,
    coveragePct: 100 * coverageOf(past),
    policies: ask.policies.flatMap((policy) => {
      const account = accounts.get(policy);
      return account === undefined ? [] : [resultOf(account, baseline, bounds)];
    }),
    notes,
  });
};
