import type { CommandName, QueryName } from '../../../preload/contract.ts';
import { DRIVERS } from '../../devices/registry.ts';
import { ok } from '../../result.ts';
import type { Rooms } from '../rooms.ts';
import type { CommandHandlers, InNamespace, QueryHandlers } from '../types.ts';

export const deviceQueryHandlers = ({ views }: Rooms): QueryHandlers<InNamespace<QueryName, 'devices'>> => ({
  'devices.list': ({ siteId }) => ok([...views.devices(siteId)]),
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
        pollPeriodMs: driver.pollPeriodMs,
      })),
    ),
});

export const deviceCommandHandlers = ({ devices }: Rooms): CommandHandlers<InNamespace<CommandName, 'devices'>> => ({
  'devices.probe': (input) => devices.probe(input),
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
