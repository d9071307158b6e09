import { ok, permanent, type Result } from '../../result.ts';
import type { Highs } from '../highs.ts';
import { type Account, accountOf } from './accounts.ts';
import { planPolicy } from './policies/plan.ts';
import { planWithLoads } from './policies/plan-loads.ts';
import { nonePolicy, rulesPolicy, selfPolicy } from './policies/simple.ts';
import { tiersPolicy } from './policies/tiers.ts';
import { foresee, prescientPolicy } from './prescient.ts';
import { publishedPrices } from './published.ts';
import { play } from './simulate.ts';
import type { Past, Played, PolicyName, SimPolicy, SimSite } from './types.ts';
import { createUsual } from './usual.ts';

export interface RunOptions {
  readonly horizonHours: number;
  readonly controlMinutes: number;
  readonly nowMs: () => number;
  readonly loadSolver: () => Promise<Highs>;
  /** The trained policy; null where none is. */
  readonly learnt: SimPolicy | null;
  /** Answers false to end the run. */
  readonly onProgress?: (share: number) => Promise<boolean>;
}

export interface Ran {
  readonly account: Account;
  readonly played: Played;
  /** Sentences that a person should know. */
  readonly notes: readonly string[];
}

const FORESIGHT_SECONDS = 600;
/** For each piece of a span with loads. */
const LOADS_SECONDS = 120;
/** What is less goes without saying. */
const TOLD_MONEY = 0.005;

const policyOf = (name: PolicyName, past: Past, site: SimSite, options: RunOptions): SimPolicy | null => {
  switch (name) {
    case 'none':
    case 'prescient':
      return nonePolicy();
    case 'self':
      return selfPolicy();
    case 'rules':
      return rulesPolicy(past, site);
    case 'tiers':
      return tiersPolicy(past, site, createUsual(past));
    case 'plan':
      return (site.loads.length > 0 ? planWithLoads : planPolicy)(
        past,
        site,
        { usual: createUsual(past), prices: publishedPrices(past) },
        options,
      );
    case 'learnt':
      return options.learnt;
  }
};

/** What the other policies have the loads do: perfect foresight begins there, so that none of them is cheaper. Null where it was ended. */
const coursesOf = async (
  past: Past,
  site: SimSite,
  options: RunOptions,
): Promise<readonly (readonly Float64Array[])[] | null> => {
  const courses: (readonly Float64Array[])[] = [];
  if (site.loads.length === 0) return courses;
  for (const name of ['self', 'tiers', 'plan'] as const) {
    const policy = policyOf(name, past, site, options);
    if (policy === null) continue;
    const played = await play(past, site, policy, {
      controlMinutes: options.controlMinutes,
      nowMs: options.nowMs,
      onProgress: async () => (await options.onProgress?.(0)) ?? true,
    });
    if (played === null) return null;
    courses.push(played.loadsKw);
  }
  return courses;
};

/** Plays one policy. Failures: `backtest.no-learnt`, `backtest.no-foresight`; null where it was ended. */
export const runPolicy = async (
  name: PolicyName,
  past: Past,
  wholeSite: SimSite,
  options: RunOptions,
): Promise<Result<Ran | null>> => {
  const site = name === 'none' ? { ...wholeSite, battery: null } : wholeSite;
  let policy = policyOf(name, past, site, options);
  if (policy === null)
    return permanent(
      'backtest.no-learnt',
      'No policy has been trained for this home yet.',
      'Train it first, or leave it out.',
    );
  let { controlMinutes } = options;
  const notes: string[] = [];
  if (name === 'prescient') {
    const highs = await options.loadSolver();
    const courses = await coursesOf(past, site, options);
    if (courses === null) return ok(null);
    const foreseen = await foresee(highs, past, site, {
      timeLimitSeconds: site.loads.length > 0 ? LOADS_SECONDS : FORESIGHT_SECONDS,
      courses,
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    });
    if (!foreseen.ok) return foreseen;
    if (foreseen.value === null) return ok(null);
    policy = prescientPolicy(past, foreseen.value);
    if (!foreseen.value.proven)
      notes.push(
        'So long a span is foreseen in pieces that overlap: what is possible may be a little more than shown.',
      );
    const { missing } = foreseen.value;
    if (missing >= TOLD_MONEY)
      notes.push(
        Number.isFinite(missing)
          ? `With its loads the best possible was found to within ${missing.toFixed(2)}: up to so much less may have been possible.`
          : 'With its loads the best possible was not found in time: less may have been possible. Choose a shorter span.',
      );
    controlMinutes = past.stepMs / 60_000;
  }
  const played = await play(past, site, policy, {
    controlMinutes,
    nowMs: options.nowMs,
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  });
  return ok(played === null ? null : { played, account: accountOf(past, site, name, played), notes });
};
