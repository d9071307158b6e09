import { ok } from '../../result.ts';
import type { Rooms } from '../rooms.ts';
import type { CommandHandlers, QueryHandlers } from '../types.ts';

type BacktestRooms = Pick<Rooms, 'backtests'>;

export const backtestQueryHandlers = ({ backtests }: BacktestRooms): QueryHandlers<'backtest.get'> => ({
  'backtest.get': ({ siteId }) => ok(backtests.view(siteId)),
});

export const backtestCommandHandlers = ({
  backtests,
}: BacktestRooms): CommandHandlers<'backtest.start' | 'backtest.cancel'> => ({
  'backtest.start': ({ siteId, ask }) => {
    const started = backtests.start(siteId, ask);
    return started.ok ? ok({}) : started;
  },
  'backtest.cancel': ({ siteId }) => {
    backtests.cancel(siteId);
    return ok({});
  },
});
