import type { Rule, RuleAction } from '../../preload/contract/rules.ts';
import { createActing } from '../automation/acting.ts';
import { createRuleChecks } from '../automation/check/rule-checks.ts';
import { createSuggestions } from '../automation/learnt/suggestions.ts';
import { createRules } from '../automation/rules/engine.ts';
import type { RulesDeps } from '../automation/rules/engine-types.ts';
import { createRuleLibrary } from '../automation/rules/library.ts';
import { namesOf } from '../automation/rules/rule-names.ts';
import type { RuleNames } from '../automation/rules/types.ts';
import { createSchedules } from '../automation/schedules/schedules.ts';
import { createWorkflows, type Workflows } from '../automation/workflows/workflows.ts';
import type { Driver } from '../devices/types.ts';
import type { SiteId } from '../ids.ts';
import type { Store } from '../store/types.ts';

export interface AutomationRoomsDeps extends Omit<RulesDeps, 'store' | 'workflowName' | 'runWorkflow'> {
  readonly store: Store;
  /** The entry of the thread that replays rules. */
  readonly replayWorkerUrl: URL;
  driverOf(id: string): Driver | undefined;
}

/** A rule that holds all day and does this one thing: what is wrong with the action is wrong with it. */
const ruleOf = (action: RuleAction): Rule => ({
  id: 'action',
  name: 'Action',
  mode: 'off',
  priority: 5,
  triggers: [{ test: { is: 'time', window: { from: '00:00', to: '23:59', days: [] } }, forMs: 0 }],
  condition: null,
  actions: [action],
  otherwise: [],
  cooldownMs: 0,
  activeWindow: null,
});

/** Builds what runs without a person: rules with their check and replay, schedules, workflows, and what is learnt from people. */
export const createAutomationRooms = (deps: AutomationRoomsDeps) => {
  const { store, clock, log, bus, commander, telemetry, siteIds, driverOf } = deps;
  const ruleChecks = createRuleChecks({
    store,
    clock,
    log,
    workerUrl: deps.replayWorkerUrl,
    driverOf,
    workflowsOf: store.workflows.workflows,
  });
  const workflowName = (siteId: SiteId, id: string): string =>
    store.workflows.workflows(siteId).find((workflow) => workflow.id === id)?.name ?? id;
  const names = (siteId: SiteId): RuleNames =>
    namesOf({ store, driverOf, workflowName }, { id: siteId, currency: store.sites.get(siteId)?.currency ?? 'EUR' });
  const problemOf = (siteId: SiteId, action: RuleAction): string | null =>
    ruleChecks
      .problemsOf(siteId, ruleOf(action))
      .find(({ severity, lines }) => severity === 'error' && lines.includes('actions.0'))?.sentence ?? null;
  const runWorkflow: Workflows['run'] = (siteId, workflowId, who) => workflows.run(siteId, workflowId, who);

  const rules = createRules({ ...deps, workflowName, runWorkflow });
  const ruleLibrary = createRuleLibrary({
    store,
    clock,
    feeds: deps.feeds,
    driverOf,
    check: ruleChecks.check,
    problemsOf: ruleChecks.problemsOf,
    reload: rules.reload,
  });
  const act = createActing({ clock, bus, store, commander, telemetry, runWorkflow });
  const shared = { store, clock, log, bus, commander, act, siteIds, names, problemOf };
  const workflows = createWorkflows({ ...shared, world: rules.world });
  const schedules = createSchedules(shared);
  const suggestions = createSuggestions({
    store,
    clock,
    bus,
    saveRule: (siteId, rule, who) => ruleLibrary.save(siteId, who, rule, true),
  });
  return {
    rules,
    ruleLibrary,
    ruleChecks,
    workflows,
    schedules,
    suggestions,
    start: (signal: AbortSignal): void => {
      rules.start(signal);
      workflows.start(signal);
      schedules.start(signal);
    },
    /** While the machine sleeps; what comes due meanwhile is missed and told. */
    pause: async (): Promise<void> => {
      await Promise.all([rules.stop(), workflows.stop(), schedules.stop()]);
    },
    stop: async (): Promise<void> => {
      await Promise.all([rules.stop(), workflows.stop(), schedules.stop(), ruleChecks.stop()]);
    },
  };
};
