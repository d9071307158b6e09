import type { CommandName, QueryName } from '../../../preload/contract.ts';
import { ok } from '../../result.ts';
import type { Rooms } from '../rooms.ts';
import type { CommandHandlers, InNamespace, QueryHandlers } from '../types.ts';

type FeedQueries = InNamespace<QueryName, 'feeds' | 'weather' | 'carbon'>;
type FeedCommands = InNamespace<CommandName, 'feeds'>;

type FeedRooms = Pick<Rooms, 'feeds'>;

export const feedQueryHandlers = ({ feeds }: FeedRooms): QueryHandlers<FeedQueries> => {
  /** Whose data are shown, as their licences ask. */
  const attributionsOf = (rows: readonly { readonly provider: string }[]) => {
    const used = new Set(rows.map((row) => row.provider));
    const all = feeds.providers().filter((provider) => used.has(provider.id));
    return [...new Map(all.map(({ attribution }) => [attribution.text, attribution])).values()];
  };
  return {
    'feeds.status': ({ siteId }) => feeds.status(siteId),
    'feeds.config': ({ siteId }) => feeds.config(siteId),
    'feeds.providers': () => ok([...feeds.providers()]),
    'weather.get': ({ siteId, from, to }) => {
      const rows = [...feeds.weatherFor(siteId, from, to)];
      return ok({ siteId, rows, attributions: attributionsOf(rows) });
    },
    'carbon.get': ({ siteId, from, to }) => {
      const rows = feeds.carbonFor(siteId, from, to).map(({ at, stepMs, gPerKwh, kind, provider }) => ({
        ...{ at, stepMs, gPerKwh, kind, provider },
      }));
      return ok({ siteId, rows, attributions: attributionsOf(rows) });
    },
  };
};

export const feedCommandHandlers = ({ feeds }: FeedRooms): CommandHandlers<FeedCommands> => ({
  'feeds.configure': async (input) => {
    const configured = await feeds.configure(input);
    return configured.ok ? ok({}) : configured;
  },
  'feeds.refresh': async ({ siteId, topic }) => {
    const refreshed = await feeds.refresh(siteId, topic);
    return refreshed.ok ? ok({ sentences: [...refreshed.value] }) : refreshed;
  },
  'feeds.backfill': ({ siteId, topics, years }) => {
    const started = feeds.startBackfill(siteId, topics, years);
    return started.ok ? ok({}) : started;
  },
  'feeds.cancelBackfill': ({ siteId }) => {
    feeds.cancelBackfill(siteId);
    return ok({});
  },
});
