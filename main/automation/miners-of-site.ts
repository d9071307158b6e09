import type { LiveState } from '../../preload/contract/site.ts';
import type { Commander } from '../control/types.ts';
import type { Telemetry } from '../telemetry/types.ts';
import type { Miner } from './miner-tiers.ts';

/**
 * The miners of a site as the rule sees them. On or off is what was read back, else what the meter shows; a channel
 * whose safe state is no switch position is watched only. Rules do not argue with a person's hold.
 */
export const minersOf = (
  channels: ReturnType<Telemetry['channels']>,
  live: LiveState,
  commander: Pick<Commander, 'view'>,
  now: number,
): readonly Miner[] =>
  channels
    .filter(({ config }) => config.role === 'miner' && config.use === 'primary')
    .map(({ deviceId, config }) => {
      const view = commander.view(deviceId, config.channelId);
      const load = live.loads.find((each) => each.deviceId === deviceId && each.channelId === config.channelId);
      const held =
        view.hold && view.hold.until > now && (view.hold.origin === 'manual' || view.hold.origin === 'stop')
          ? { owner: view.hold.owner, until: view.hold.until }
          : null;
      return {
        deviceId,
        channelId: config.channelId,
        name: config.name,
        priority: config.priority,
        on: typeof view.setpoint === 'boolean' ? view.setpoint : (load?.on ?? null),
        controllable: config.controllable && typeof config.safeState === 'boolean',
        heldBy: held,
      };
    });
