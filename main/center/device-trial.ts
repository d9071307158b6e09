import type { Problem } from '../../preload/contract/base.ts';
import type { ChannelConfig, TrialResult } from '../../preload/contract/devices.ts';
import type { CommandParsed } from '../../preload/contract.ts';
import type { Commander } from '../control/types.ts';
import type { DeviceHost } from '../devices/device-host.ts';
import { driverOf } from '../devices/registry.ts';
import { channelsOf } from '../devices/types.ts';
import { deviceId, newId } from '../ids.ts';
import { permanent, type Result } from '../result.ts';

/**
 * Tries a device that is not saved yet: it is opened under an id of its own, the commander switches it there and back, and
 * it is closed again. Nothing about it stays but the row in the action log.
 */
export const createDeviceTrial =
  ({ host, commander }: { readonly host: DeviceHost; readonly commander: Pick<Commander, 'tryOut'> }) =>
  async (input: CommandParsed<'devices.try'>): Promise<Result<TrialResult, Problem>> => {
    const driver = driverOf(input.driverId);
    const spec = driver && channelsOf(driver, input.connection).find(({ channelId }) => channelId === input.channelId);
    if (!spec?.control)
      return permanent('device.channel', 'There is nothing that could be tried there.', 'Read the device again.');
    const id = deviceId(newId('trial'));
    const channel: ChannelConfig = {
      channelId: spec.channelId,
      name: spec.label,
      role: 'none',
      use: 'check',
      priority: 9,
      safeState: spec.control.defaultSafeState,
      ratedPowerW: null,
      rules: spec.control.defaultRules,
      controllable: true,
    };
    const opened = await host.open(
      {
        id,
        siteId: input.siteId,
        driverId: input.driverId,
        name: spec.label,
        identity: null,
        connection: input.connection,
        channels: [channel],
      },
      input.password ?? null,
    );
    if (!opened.ok) return opened;
    const { reader } = opened.value;
    try {
      return await commander.tryOut({
        siteId: input.siteId,
        deviceId: id,
        channelId: spec.channelId,
        name: spec.label,
        who: input.who,
        surface: 'window',
        powerW: async (signal) => {
          const read = await reader.read(signal);
          if (!read.ok) return null;
          const power = read.value.find(({ channelId, metric }) => channelId === spec.channelId && metric === 'powerW');
          return power?.value ?? null;
        },
      });
    } finally {
      await host.close(id);
    }
  };
