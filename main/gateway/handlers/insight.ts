import type { QueryName } from '../../../preload/contract.ts';
import { ok } from '../../result.ts';
import type { Rooms } from '../rooms.ts';
import type { InNamespace, QueryHandlers } from '../types.ts';

type InsightQueries = InNamespace<QueryName, 'forecast' | 'history' | 'prices'>;

export const insightQueryHandlers = ({ learning, views }: Rooms): QueryHandlers<InsightQueries> => ({
  'forecast.get': ({ siteId, kind, hours }) => ok(learning.view(siteId, kind, hours)),
  'forecast.explain': ({ siteId, kind, at }) => learning.explain(siteId, kind, at),
  'forecast.battery': ({ siteId }) => ok(learning.battery(siteId)),
  'history.get': (input) => views.history(input),
  'prices.get': (input) => ok(views.prices(input)),
});
