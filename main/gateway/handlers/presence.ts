import type { CommandName, QueryName } from '../../../preload/contract.ts';
import { ok } from '../../result.ts';
import type { Rooms } from '../rooms.ts';
import type { CommandHandlers, InNamespace, QueryHandlers } from '../types.ts';

type PresenceQueries = InNamespace<QueryName, 'presence'>;
type PresenceCommands = InNamespace<CommandName, 'presence'>;

type PresenceRooms = Pick<Rooms, 'presence'>;

export const presenceQueryHandlers = ({ presence }: PresenceRooms): QueryHandlers<PresenceQueries> => ({
  'presence.get': async () =>
    ok({ settings: presence.settings(), password: await presence.password(), status: presence.status() }),
});

export const presenceCommandHandlers = ({ presence }: PresenceRooms): CommandHandlers<PresenceCommands> => ({
  'presence.set': async ({ who, settings, password }) => {
    const saved = await presence.configure(settings, { who, password });
    return saved.ok ? ok({}) : saved;
  },
});
