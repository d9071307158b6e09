import type { CommandName, QueryName } from '../../../preload/contract.ts';
import { DRIVERS } from '../../devices/registry.ts';
import { ok } from '../../result.ts';
import type { Rooms } from '../rooms.ts';
import type { CommandHandlers, InNamespace, QueryHandlers } from '../types.ts';

export const deviceQueryHandlers = ({ views, devices }: Rooms): QueryHandlers<InNamespace<QueryName, 'devices'>> => ({
  'devices.list': ({ siteId }) => ok([...views.devices(siteId)]),
  'devices.checkBalance': ({ siteId }) => devices.checkBalance(siteId),
  'devices.exportCsv': ({ siteId }) => ok({ csv: devices.exportCsv(siteId) }),
  'devices.drivers': () =>
    ok(
      DRIVERS.map(({ driver }) => ({
        id: driver.id,
        label: driver.label,
        vendor: driver.vendor,
        deviceClass: driver.deviceClass,
        reach: driver.reach,
        products: [...driver.products],
        defaultHost: driver.defaultHost ?? null,
        defaultPort: driver.defaultPort,
        needsUnitId: driver.needsUnitId,
        takesPassword: driver.takesPassword,
        secretLabel: driver.secret?.label ?? 'Password',
        secretHelp: driver.secret?.help ?? 'Only where the device asks for one.',
        options: [...(driver.options ?? [])],
        discoverable: driver.discovery !== undefined,
        encryption: driver.encryption ?? null,
        suggests: driver.suggestOptions !== undefined,
        pollPeriodMs: driver.pollPeriodMs,
      })),
    ),
});

export const deviceCommandHandlers = ({ devices }: Rooms): CommandHandlers<InNamespace<CommandName, 'devices'>> => ({
  'devices.probe': (input) => devices.probe(input),
  'devices.suggestOptions': (input) => devices.suggestOptions(input),
  'devices.try': (input) => devices.tryOut(input),
  'devices.search': (input) => devices.search(input),
  'devices.endSearch': ({ searchId }) => {
    devices.endSearch(searchId);
    return ok({});
  },
  'devices.importCsv': (input) => devices.importCsv(input),
  'devices.reconnect': async (input) => {
    const moved = await devices.reconnect(input);
    return moved.ok ? ok({}) : moved;
  },
  'devices.add': (input) => devices.add(input),
  'devices.remove': async (input) => {
    const removed = await devices.remove(input);
    return removed.ok ? ok({}) : removed;
  },
  'devices.configure': (input) => {
    const configured = devices.configure(input);
    return configured.ok ? ok({}) : configured;
  },
});
