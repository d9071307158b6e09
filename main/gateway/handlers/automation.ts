import type { CommandName, QueryName } from '../../../preload/contract.ts';
import { ok } from '../../result.ts';
import type { Rooms } from '../rooms.ts';
import type { CommandHandlers, InNamespace, QueryHandlers } from '../types.ts';

type AutomationQueries = InNamespace<QueryName, 'schedules' | 'workflows'> | 'rules.suggestions';
type AutomationCommands = InNamespace<CommandName, 'schedules' | 'workflows'> | 'rules.answerSuggestion';

/** Schedules, workflows, and what the house has learnt to propose. */
export const automationQueryHandlers = ({
  schedules,
  workflows,
  suggestions,
}: Pick<Rooms, 'schedules' | 'workflows' | 'suggestions'>): QueryHandlers<AutomationQueries> => ({
  'schedules.list': ({ siteId }) => ok([...schedules.list(siteId)]),
  'workflows.list': ({ siteId }) => ok([...workflows.list(siteId)]),
  'workflows.runs': ({ siteId, limit }) => ok([...workflows.runs(siteId, limit)]),
  'rules.suggestions': ({ siteId }) => ok([...suggestions.list(siteId)]),
});

export const automationCommandHandlers = ({
  schedules,
  workflows,
  suggestions,
}: Pick<Rooms, 'schedules' | 'workflows' | 'suggestions'>): CommandHandlers<AutomationCommands> => {
  const empty = <Failure>(result: { readonly ok: true } | { readonly ok: false; readonly error: Failure }) =>
    result.ok ? ok({}) : result;
  return {
    'schedules.save': ({ siteId, schedule }) => empty(schedules.save(siteId, schedule)),
    'schedules.remove': ({ siteId, scheduleId }) => empty(schedules.remove(siteId, scheduleId)),
    'workflows.save': ({ siteId, workflow }) => empty(workflows.save(siteId, workflow)),
    'workflows.remove': ({ siteId, workflowId }) => empty(workflows.remove(siteId, workflowId)),
    'workflows.run': ({ siteId, workflowId, who }) => workflows.run(siteId, workflowId, who),
    'workflows.cancel': ({ siteId, runId, who }) => empty(workflows.cancel(siteId, runId, who)),
    'rules.answerSuggestion': async ({ siteId, suggestionId, answer, who }) =>
      empty(await suggestions.answer(siteId, suggestionId, answer, who)),
  };
};
