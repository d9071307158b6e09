import type { CommandName, QueryName } from '../../../preload/contract.ts';
import { ok } from '../../result.ts';
import type { Rooms } from '../rooms.ts';
import type { CommandHandlers, InNamespace, QueryHandlers } from '../types.ts';

type ModelQueries = InNamespace<QueryName, 'models' | 'battery' | 'decision'>;
type ModelCommands = InNamespace<CommandName, 'models'>;

/** The flow in whose hands the training of each kind is. */
const FLOWS = { solar: 'training', wind: 'training', load: 'training', price: 'training-price' } as const;
const TRAINING_FLOWS: ReadonlySet<string> = new Set(Object.values(FLOWS));

export const modelQueryHandlers = ({ learning, flows }: Rooms): QueryHandlers<ModelQueries> => ({
  'models.list': ({ siteId }) => ok(learning.registry.list(siteId)),
  'models.card': ({ siteId, version }) => learning.registry.card(siteId, version),
  'models.drift': ({ siteId, kind, days }) => ok(learning.monitoring.drift(siteId, kind, days)),
  'models.ab': ({ siteId, kind, days }) => ok(learning.monitoring.compare(siteId, kind, days)),
  'models.training': ({ siteId }) => {
    const planned = new Map(flows.list(siteId).map((flow) => [flow.name, flow.nextAt]));
    const next = learning.kinds(siteId).map((kind) => ({ kind, at: planned.get(FLOWS[kind]) ?? null }));
    return ok({ ...learning.trainings.state(siteId), next });
  },
  'models.experiments': ({ siteId, limit, kind }) => ok([...learning.experiments(siteId, limit, kind)]),
  'models.search': ({ siteId, kind }) => ok(learning.searches.view(siteId, kind)),
  'models.evaluation': ({ siteId }) => ok(learning.evaluations.view(siteId)),
  'battery.health': ({ siteId }) => ok(learning.batteries.view(siteId)),
  'decision.card': ({ siteId }) => ok(learning.decisions.card(siteId)),
  'decision.ask': ({ siteId, deviceId, channelId, hours }) =>
    learning.decisions.decide(siteId, deviceId, channelId, hours),
});

export const modelCommandHandlers = ({ learning, flows }: Rooms): CommandHandlers<ModelCommands> => ({
  'models.train': ({ siteId, kind }) => {
    const kinds = kind === 'all' ? learning.kinds(siteId) : [kind];
    return ok({ queued: [...learning.trainings.trainSoon(siteId, kinds)] });
  },
  'models.cancel': ({ siteId }) => {
    // The night's flow would go on to the next kind, and try this one again.
    for (const { name, running } of flows.list(siteId))
      if (running !== null && TRAINING_FLOWS.has(name)) flows.cancel(running.id);
    learning.trainings.cancel(siteId);
    return ok({});
  },
  'models.promote': ({ siteId, version, who }) => {
    const done = learning.registry.promote(siteId, version, who);
    if (!done.ok) return done;
    flows.run(siteId, 'forecast', 'event'); // What serves now is seen at once; a run under way will do as well.
    return ok({});
  },
  'models.rollBack': ({ siteId, kind, who }) => {
    const version = learning.registry.rollBack(siteId, kind, who);
    if (!version.ok) return version;
    flows.run(siteId, 'forecast', 'event');
    return ok({ version: version.value });
  },
  'models.searchStart': ({ siteId, kind, trials }) => {
    const started = learning.searches.startSoon(siteId, kind, trials);
    return started.ok ? ok({}) : started;
  },
  'models.searchStop': ({ siteId, kind }) => {
    learning.searches.stop(siteId, kind);
    return ok({});
  },
  'models.evaluate': ({ siteId, kind, from, to, horizonHours, refitDays }) => {
    const started = learning.evaluations.start(siteId, { kind, from, to, horizonHours, refitDays });
    return started.ok ? ok({}) : started;
  },
  'models.evaluateCancel': ({ siteId }) => {
    learning.evaluations.cancel(siteId);
    return ok({});
  },
});
