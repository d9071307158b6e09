import { ok } from '../../result.ts';
import type { Rooms } from '../rooms.ts';
import type { CommandHandlers, QueryHandlers } from '../types.ts';

export const safetyQueryHandlers = ({ safety }: Rooms): QueryHandlers<'safety.get'> => ({
  'safety.get': ({ siteId }) => ok(safety.get(siteId)),
});

export const safetyCommandHandlers = ({ safety, bus }: Rooms): CommandHandlers<'safety.set'> => ({
  'safety.set': ({ siteId, who, safety: wished }) => {
    const kept = safety.set(siteId, wished, who);
    if (kept.ok) bus.emit('settings', { siteId });
    return kept;
  },
});
