import type { DeviceHost } from '../devices/device-host.ts';
import type { DeviceId, SiteId } from '../ids.ts';
import type { Log } from '../log.ts';
import { ok, type Result } from '../result.ts';
import type { DeviceRecord, Store } from '../store/types.ts';
import type { Telemetry } from '../telemetry/types.ts';

/** Opens and closes devices and has them polled, one by one or those of a home. */
export const createOpenDevices = (deps: {
  readonly store: Store;
  readonly host: DeviceHost;
  readonly telemetry: Telemetry;
  readonly log: Log;
}) => {
  const { store, host, telemetry, log } = deps;
  const openDevice = async (record: DeviceRecord): Promise<Result<void>> => {
    const device = await host.open(record);
    if (!device.ok) return device;
    telemetry.add(device.value);
    return ok(undefined);
  };
  const closeDevice = async (id: DeviceId): Promise<void> => {
    await telemetry.remove(id);
    await host.close(id);
  };
  return {
    openDevice,
    closeDevice,
    /** One broken device never keeps the others from opening: its failure is logged and shown on its card. */
    openSite: async (id: SiteId): Promise<Result<void>> => {
      for (const record of store.devices.list(id)) {
        const device = await openDevice(record);
        if (!device.ok)
          log.warn('A device could not be opened', { device: record.name, message: device.error.message });
      }
      return ok(undefined);
    },
    closeSite: async (id: SiteId): Promise<void> => {
      await Promise.all(store.devices.list(id).map((record) => closeDevice(record.id)));
    },
  };
};
