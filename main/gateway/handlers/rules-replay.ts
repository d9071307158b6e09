import { ok } from '../../result.ts';
import type { Rooms } from '../rooms.ts';
import type { QueryHandlers } from '../types.ts';

export const ruleReplayQueryHandlers = ({
  ruleChecks,
}: Pick<Rooms, 'ruleChecks'>): QueryHandlers<'rules.check' | 'rules.replay'> => ({
  'rules.check': async ({ siteId, rule }) => ok(await ruleChecks.check(siteId, rule)),
  'rules.replay': (wish) => ruleChecks.replay(wish),
});
