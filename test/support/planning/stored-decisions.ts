import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replayClock } from '../../../main/clock.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import {
  type Decision,
  type DecisionInput,
  decide,
  type Standing,
  standingOf,
} from '../../../main/planning/live/decide.ts';
import { createDecisionRows, decisionOf } from '../../../main/planning/live/decision-rows.ts';
import { createWays } from '../../../main/planning/live/ways.ts';
import type { Problem } from '../../../main/planning/types.ts';
import { openStore } from '../../../main/store/store.ts';
import { HOME } from '../control/snapshots.ts';
import { plainSite } from '../plain-site.ts';
import { batteryOf, flexibleOf, liveProblem, QUARTER, siteOf } from './live-plans.ts';
import { solve } from './problems.ts';

/** The ways of the product, with the solver in this thread. */
export const WAYS = createWays(solve);
const NEVER = new AbortController().signal;
const STEPS = 12;

export const decided = async (input: DecisionInput): Promise<Decision> => {
  const decision = await decide(WAYS, input, NEVER);
  if (!decision.ok) throw new Error(decision.error.message);
  return decision.value;
};

export const standing = (decision: Decision, problem: Problem): Standing =>
  standingOf({ id: 'plan', by: decision.by, intents: decision.intents, site: { problem }, plan: decision.plan });

/** Numbers evenly in ±3 %, the same for the same seed. */
export const jitter = (seed: number) => {
  let state = seed;
  return (value: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return value * (1 + 0.03 * (2 * (state / 2_147_483_648) - 1));
  };
};

/** A day in quarters from some quarter on: cheap night, dear evening, sun at noon, and a battery worth using. */
export const homeAt = (
  quarter: number,
  socPct: number,
  shake: (value: number) => number,
  more: Partial<Problem> = {},
): Problem => {
  const hour = (step: number): number => (((quarter + step) / 4) % 24) + 0.01;
  const problem = liveProblem(STEPS, {
    importPrice: (step) => (hour(step) < 6 ? 0.18 : hour(step) > 17 && hour(step) < 21 ? 0.38 : 0.28),
    exportPrice: 0.08,
    loadKw: (step) => shake(0.6 + (hour(step) > 17 && hour(step) < 22 ? 1.2 : 0)),
    pvKw: (step) => shake(Math.max(0, 3.5 * Math.sin(((hour(step) - 7) / 11) * Math.PI))),
  });
  return {
    ...problem,
    startAt: problem.startAt + quarter * QUARTER,
    batteries: [
      batteryOf({
        ...{ initialSocPct: socPct, chargeEfficiency: 0.95, dischargeEfficiency: 0.95, wearCostPerKwh: 0.01 },
        ...{ maxChargeKw: 3, maxDischargeKw: 3, finalValuePerKwh: 0.2 },
      }),
    ],
    ...more,
  };
};

/**
 * Small ones, so that many fit into a run: an hour of quarters. Five in a row are of one kind, so that a plan can stand over
 * the next four; then the kind changes.
 */
const smallAt = (cycle: number, shake: (value: number) => number): Problem => {
  const kind = Math.floor(cycle / 5);
  const run = kind % 2 === 0 ? { runSteps: 2, valuePerKwh: 0, endStep: 4 } : { valuePerKwh: shake(0.28) };
  const problem = homeAt(40 + (kind % 40), shake(50), shake, {
    grid: { maxImportKw: kind % 3 === 0 ? Number.POSITIVE_INFINITY : 4, maxExportKw: kind % 4 === 0 ? 0 : 10 },
    flexibleLoads: kind % 5 > 2 ? [flexibleOf('miner/switch:0#0', run)] : [],
    ...(kind % 2 === 0 ? { soft: null } : {}),
  });
  const short = (values: readonly number[]): readonly number[] => values.slice(0, 4);
  const { loadKw, pvKw, importPrice, exportPrice } = problem;
  return {
    ...problem,
    ...{ loadKw: short(loadKw), pvKw: short(pvKw) },
    ...{ importPrice: short(importPrice), exportPrice: short(exportPrice) },
  };
};

/** All of an answer but how long the solver took. */
const answerOf = (
  plan: Decision['plan'],
  { chosen, by, intents }: Pick<Decision, 'chosen' | 'by' | 'intents'>,
): string => JSON.stringify([{ ...plan, seconds: 0 }, chosen, by, intents]);

/** Stores decisions, reads them back, and makes each again from its stored input, the last one first. */
export const playStoredDecisions = async (count: number) => {
  const folder = mkdtempSync(join(tmpdir(), 'decisions-'));
  const clock = replayClock(0);
  const log = createLog(memorySink(), clock);
  const opened = await openStore({ folder, clock, log });
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  try {
    store.sites.add(plainSite(HOME), 0);
    const rows = createDecisionRows(store.plans, WAYS, log);
    const shake = jitter(3);
    let before: Standing | null = null;
    for (let cycle = 0; cycle < count; cycle += 1) {
      const problem = smallAt(cycle, shake);
      const input: DecisionInput = { site: siteOf(problem), before, keepUnlessBetterBy: cycle % 2 === 0 ? 0.05 : 0 };
      const decision = await decided(input);
      // Most plans are weighed against one that stands; some are the first.
      before = cycle % 7 === 6 ? null : standing(decision, problem);
      const id = `plan-${String(cycle).padStart(4, '0')}`;
      rows.put({ id, planId: id, siteId: HOME, madeAt: cycle, expiresAt: cycle + 1, state: 'ready', input, decision });
    }
    const stored: string[] = [];
    const again: string[] = [];
    const chosen = new Set<string>();
    for (const row of store.plans.list(HOME, 0, Number.MAX_SAFE_INTEGER).toReversed()) {
      const kept = decisionOf(row);
      if (!kept) throw new Error('It cannot be read.');
      const made = await decided(kept.input);
      stored.push(answerOf(kept.plan, kept.done));
      again.push(answerOf(made.plan, made));
      chosen.add(made.chosen);
    }
    if (stored.length !== count) throw new Error(`Only ${stored.length} decisions were stored.`);
    return { stored, again, chosen: [...chosen].sort() };
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
