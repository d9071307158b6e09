import type { CommandName, QueryName } from '../../../preload/contract.ts';
import { newTopic } from '../../messengers/ntfy/new-topic.ts';
import { ok } from '../../result.ts';
import type { Rooms } from '../rooms.ts';
import type { CommandHandlers, InNamespace, QueryHandlers } from '../types.ts';

type MessageQueries = InNamespace<QueryName, 'messages'>;
type MessageCommands = InNamespace<CommandName, 'messages'>;

type MessageRooms = Pick<Rooms, 'messengers' | 'store'>;

export const messageQueryHandlers = ({ messengers, store }: MessageRooms): QueryHandlers<MessageQueries> => ({
  'messages.get': async ({ siteId }) =>
    ok({ settings: messengers.settings(siteId), status: [...(await messengers.status(siteId))] }),
  'messages.log': ({ siteId, limit }) => ok([...store.messages.list(siteId, limit)]),
  'messages.newTopic': () => ok({ topic: newTopic() }),
});

export const messageCommandHandlers = ({ messengers }: MessageRooms): CommandHandlers<MessageCommands> => ({
  'messages.set': async (input) => {
    const saved = await messengers.set(input);
    return saved.ok ? ok({}) : saved;
  },
  'messages.test': ({ siteId, kind }) => messengers.test(siteId, kind),
});
