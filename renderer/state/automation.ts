import { createResource } from './resource.ts';

/** What the page of the automation reads: one resource a question. */
export const rules = createResource('rules.list');
export const firings = createResource('rules.firings');
export const ruleVersions = createResource('rules.versions');
export const ruleCheck = createResource('rules.check');
export const replay = createResource('rules.replay');
export const presets = createResource('rules.presets');
export const suggestions = createResource('rules.suggestions');
export const schedules = createResource('schedules.list');
export const workflows = createResource('workflows.list');
export const workflowRuns = createResource('workflows.runs');

/** Everything that changes when a rule, a schedule or a workflow was changed or did something. */
export const reloadAutomation = async (): Promise<void> => {
  await Promise.all(
    [rules, firings, suggestions, schedules, workflows, workflowRuns].map((resource) => resource.reload()),
  );
};
