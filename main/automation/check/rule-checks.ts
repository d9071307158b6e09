import type { z } from 'zod';
import type { ruleQueries } from '../../../preload/contract/automation.ts';
import type { Problem, SiteId } from '../../../preload/contract/base.ts';
import type { Replay, Rule, RuleProblem } from '../../../preload/contract/rules.ts';
import type { Workflow } from '../../../preload/contract/workflows.ts';
import type { Clock } from '../../clock.ts';
import { channelsOf, type Driver } from '../../devices/types.ts';
import type { Log } from '../../log.ts';
import { ok, permanent, type Result } from '../../result.ts';
import type { Store } from '../../store/types.ts';
import { namesOf } from '../replay/names.ts';
import { createReplayClient } from '../replay/replay-client.ts';
import type { ReplayHome, ReplayRule } from '../replay/types.ts';
import { sentenceOfRule } from '../rules/sentences.ts';
import { findWrongActions } from './actions-check.ts';
import { findContradictions } from './contradictions.ts';
import { findFightsWithin, findFightsWithOthers } from './fights.ts';
import { findLoops } from './loops.ts';
import { findPastProblems, shareOf } from './past-problems.ts';
import type { CheckedHome, FindProblems, KnownChannel } from './types.ts';

type RuleCheck = z.output<(typeof ruleQueries)['rules.check']['output']>;
type ReplayWish = z.output<(typeof ruleQueries)['rules.replay']['input']>;

export interface RuleChecksDeps {
  readonly store: Pick<Store, 'sites' | 'settings' | 'safety' | 'devices' | 'rules' | 'databasePath'>;
  readonly clock: Clock;
  readonly log: Log;
  /** The entry `replay-worker`: the source in tests, the bundled file in the application. */
  readonly workerUrl: URL;
  driverOf(id: string): Driver | undefined;
  workflowsOf(siteId: SiteId): readonly Workflow[];
}

/** Looks through rules before they are saved, and runs them over the past. */
export interface RuleChecks {
  /** What speaks against a rule, by itself, beside the other rules, and on the last 30 days. It need not be saved. */
  check(siteId: SiteId, rule: Rule, signal?: AbortSignal): Promise<RuleCheck>;
  /** The same without the past, at once: for many rules in one go. */
  problemsOf(siteId: SiteId, rule: Rule): readonly RuleProblem[];
  /** Failures: `replay.span`, and those of the thread, which may pass. */
  replay(wish: ReplayWish, signal?: AbortSignal): Promise<Result<Replay, Problem>>;
  stop(): Promise<void>;
}

const DAY_MS = 86_400_000;
const CHECK_DAYS = 30;
/** As long as hours are kept. */
const LONGEST_DAYS = 400;

/** From the plainest mistake to the subtlest, as a person reads them. */
const CHECKS: readonly FindProblems[] = [
  findWrongActions,
  findContradictions,
  findFightsWithin,
  findFightsWithOthers,
  findLoops,
];

/** Every problem that a rule shows without the past. Pure. */
export const findProblems: FindProblems = (rule, home) => CHECKS.flatMap((find) => find(rule, home));

const channelsOfSite = (deps: RuleChecksDeps, siteId: SiteId): readonly KnownChannel[] =>
  deps.store.devices.list(siteId).flatMap((record) => {
    const driver = deps.driverOf(record.driverId);
    const specs = driver === undefined ? [] : channelsOf(driver, record.connection);
    return record.channels.map((config): KnownChannel => {
      const control = specs.find(({ channelId }) => channelId === config.channelId)?.control ?? null;
      const safeState = config.safeState ?? control?.defaultSafeState ?? null;
      const rules = config.rules ?? control?.defaultRules ?? null;
      return { deviceId: record.id, config: { ...config, safeState, rules }, control: control?.control ?? null };
    });
  });

export const createRuleChecks = (deps: RuleChecksDeps): RuleChecks => {
  const { store, clock } = deps;
  const client = createReplayClient({ workerUrl: deps.workerUrl, clock, log: deps.log.room('replay') });

  const homeOf = (siteId: SiteId): ReplayHome => {
    const site = store.sites.get(siteId);
    if (site === undefined) throw new Error(`There is no home ${siteId}.`);
    return {
      site,
      settings: store.settings.get(siteId),
      safety: store.safety.get(siteId),
      channels: channelsOfSite(deps, siteId),
      deviceNames: Object.fromEntries(store.devices.list(siteId).map(({ id, name }) => [id, name])),
      workflowNames: Object.fromEntries(deps.workflowsOf(siteId).map(({ id, name }) => [id, name])),
    };
  };
  const run = (home: ReplayHome, rules: readonly ReplayRule[], from: number, to: number, signal?: AbortSignal) =>
    client.run({ databasePath: store.databasePath, home, rules, from, to }, signal);
  const savedBut = (siteId: SiteId, ids: ReadonlySet<string>): readonly Rule[] =>
    store.rules.list(siteId).flatMap(({ rule }) => (rule.mode === 'off' || ids.has(rule.id) ? [] : [rule]));

  const checkedOf = (siteId: SiteId, home: ReplayHome, rule: Rule): CheckedHome => ({
    channels: home.channels,
    workflows: deps.workflowsOf(siteId),
    others: savedBut(siteId, new Set([rule.id])),
    settings: home.settings,
    safety: home.safety,
    names: namesOf(home),
  });

  return {
    problemsOf: (siteId, rule) => findProblems(rule, checkedOf(siteId, homeOf(siteId), rule)),
    check: async (siteId, rule, signal) => {
      const home = homeOf(siteId);
      const checked = checkedOf(siteId, home, rule);
      const found = findProblems(rule, checked);
      const sentence = sentenceOfRule(rule, checked.names);
      const to = clock.now();
      const spanMs = CHECK_DAYS * DAY_MS;
      const answer = await run(home, [{ rule: { ...rule, mode: 'on' }, dry: false }], to - spanMs, to, signal);
      const [past] = answer.ok ? answer.value.past : [];
      if (past === undefined) return { sentence, problems: [...found], past: null };
      const said = new Set(found.map(({ code }) => code));
      const seen = findPastProblems(rule, past, spanMs, checked).filter(({ code }) => !said.has(code));
      const problems: readonly RuleProblem[] = [...found, ...seen];
      const shares = shareOf(past, spanMs);
      return { sentence, problems: [...problems], past: { days: CHECK_DAYS, firings: past.firings, ...shares } };
    },
    replay: async ({ siteId, from, to, drafts, only }, signal) => {
      const end = Math.min(to, clock.now());
      if (end - from < 60_000 || end - from > LONGEST_DAYS * DAY_MS)
        return permanent(
          'replay.span',
          `A replay goes over a minute to ${LONGEST_DAYS} days of the past.`,
          'Choose another span.',
        );
      const rules: readonly ReplayRule[] = [
        ...drafts.map((rule) => ({ rule: { ...rule, mode: 'on' as const }, dry: false })),
        ...(only ? [] : savedBut(siteId, new Set(drafts.map(({ id }) => id)))).map((rule) => ({
          rule,
          dry: rule.mode === 'test',
        })),
      ];
      const startedMs = clock.monotonicMs();
      const answer = await run(homeOf(siteId), rules, from, end, signal);
      return answer.ok ? ok({ ...answer.value.replay, tookMs: clock.monotonicMs() - startedMs }) : answer;
    },
    stop: client.stop,
  };
};
