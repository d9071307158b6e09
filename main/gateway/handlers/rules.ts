import type { QueryName } from '../../../preload/contract.ts';
import { ok } from '../../result.ts';
import type { Rooms } from '../rooms.ts';
import type { CommandHandlers, InNamespace, QueryHandlers } from '../types.ts';

type RuleQueries = Exclude<InNamespace<QueryName, 'rules'>, 'rules.check' | 'rules.replay' | 'rules.suggestions'>;
type RuleCommands =
  | 'rules.save'
  | 'rules.setMode'
  | 'rules.remove'
  | 'rules.restore'
  | 'rules.import'
  | 'rules.setTestMode';
type RuleRooms = Pick<Rooms, 'rules' | 'ruleLibrary' | 'store' | 'sites' | 'bus'>;

export const ruleQueryHandlers = ({ rules, ruleLibrary, store }: RuleRooms): QueryHandlers<RuleQueries> => ({
  'rules.list': ({ siteId }) => {
    const last = rules.lastTick(siteId);
    return ok({
      rules: [...rules.list(siteId)],
      testMode: ruleLibrary.isTestMode(siteId),
      lastTickAt: last?.at ?? null,
      lastTickMs: last?.tookMs ?? null,
    });
  },
  'rules.firings': ({ siteId, ruleId, limit }) => ok([...store.rules.firings(siteId, limit, ruleId)]),
  'rules.versions': ({ siteId, ruleId }) => ok([...store.rules.versions(siteId, ruleId)]),
  'rules.presets': ({ siteId }) => ok([...ruleLibrary.presets(siteId)]),
  'rules.export': ({ siteId }) => ok({ json: ruleLibrary.exported(siteId) }),
});

export const ruleCommandHandlers = ({ ruleLibrary, sites, bus }: RuleRooms): CommandHandlers<RuleCommands> => ({
  'rules.save': ({ siteId, who, rule, acceptWarnings }) => ruleLibrary.save(siteId, who, rule, acceptWarnings),
  'rules.setMode': async ({ siteId, who, ruleId, mode }) => {
    const set = await ruleLibrary.setMode(siteId, who, ruleId, mode);
    return set.ok ? ok({}) : set;
  },
  'rules.remove': ({ siteId, who, ruleId }) => {
    const removed = ruleLibrary.remove(siteId, who, ruleId);
    return removed.ok ? ok({}) : removed;
  },
  'rules.restore': ({ siteId, who, ruleId, version }) => ruleLibrary.restore(siteId, who, ruleId, version),
  'rules.import': ({ siteId, who, json }) => ruleLibrary.imported(siteId, who, json),
  'rules.setTestMode': ({ siteId, on, who }) => {
    ruleLibrary.setTestMode(siteId, on, who);
    bus.emit('status', sites.status());
    return ok({});
  },
});
