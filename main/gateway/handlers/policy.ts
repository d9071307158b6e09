import type { CommandName, QueryName } from '../../../preload/contract.ts';
import { ok } from '../../result.ts';
import type { Rooms } from '../rooms.ts';
import type { CommandHandlers, InNamespace, QueryHandlers } from '../types.ts';

/** The flow in whose hands the weekly training is. */
const FLOW = 'policy';

export const policyQueryHandlers = ({
  learntPolicy,
  flows,
}: Pick<Rooms, 'learntPolicy' | 'flows'>): QueryHandlers<InNamespace<QueryName, 'policy'>> => ({
  'policy.get': ({ siteId }) => {
    const flow = flows.list(siteId).find(({ name }) => name === FLOW);
    const view = learntPolicy.view(siteId);
    return ok({ ...view, checks: [...view.checks], episodes: [...view.episodes], nextAt: flow?.nextAt ?? null });
  },
});

export const policyCommandHandlers = ({
  learntPolicy,
  flows,
}: Pick<Rooms, 'learntPolicy' | 'flows'>): CommandHandlers<InNamespace<CommandName, 'policy'>> => ({
  'policy.train': ({ siteId }) => {
    const started = learntPolicy.trainSoon(siteId);
    return started.ok ? ok({}) : started;
  },
  'policy.cancel': ({ siteId }) => {
    for (const { name, running } of flows.list(siteId)) if (name === FLOW && running !== null) flows.cancel(running.id);
    learntPolicy.cancel(siteId);
    return ok({});
  },
});
