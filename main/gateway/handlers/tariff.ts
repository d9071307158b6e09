import type { CommandName, QueryName } from '../../../preload/contract.ts';
import { ok } from '../../result.ts';
import type { Rooms } from '../rooms.ts';
import type { CommandHandlers, InNamespace, QueryHandlers } from '../types.ts';

type TariffQueries = InNamespace<QueryName, 'tariff'>;
type TariffCommands = InNamespace<CommandName, 'tariff' | 'prices'>;

type TariffRooms = Pick<Rooms, 'tariffs'>;

export const tariffQueryHandlers = ({ tariffs }: TariffRooms): QueryHandlers<TariffQueries> => ({
  'tariff.get': ({ siteId }) => ok(tariffs.get(siteId)),
  'tariff.preview': (input) => tariffs.preview(input),
});

export const tariffCommandHandlers = ({ tariffs }: TariffRooms): CommandHandlers<TariffCommands> => ({
  'tariff.set': (input) => {
    const set = tariffs.set(input);
    return set.ok ? ok({}) : set;
  },
  'tariff.importUrdb': (input) => tariffs.importUrdb(input),
  'prices.importCsv': (input) => tariffs.importCsv(input),
});
