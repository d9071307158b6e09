import type { SiteId } from '../../../preload/contract/base.ts';
import type { Safety } from '../../../preload/contract/safety.ts';
import { messageOf } from '../../result.ts';
import type { GuardNotices } from './guard-notices.ts';
import { readInput } from './pressed-input.ts';
import { followInput, INPUT_UNSEEN, type InputMemory } from './stop-inputs.ts';
import type { GuardianDeps } from './types.ts';

/** Follows the wall buttons that stop the house. */
export const createInputGuard = (
  { clock, emergencyStop, log, telemetry }: Pick<GuardianDeps, 'clock' | 'emergencyStop' | 'log' | 'telemetry'>,
  notices: GuardNotices,
) => {
  const inputs = new Map<string, InputMemory>();

  const nameOf = (siteId: SiteId, { channel }: Safety['stopInputs'][number]): string =>
    telemetry
      .channels(siteId)
      .find(({ deviceId, config }) => deviceId === channel.deviceId && config.channelId === channel.channelId)?.config
      .name ?? 'A stop input';

  return {
    look: (siteId: SiteId, { stopInputs }: Safety): void => {
      // What is no stop input any more is forgotten: bound again, it is seen for the first time, and stops when pressed.
      for (const key of inputs.keys())
        if (key.startsWith(`${siteId}/`) && !stopInputs.some(({ id }) => key === `${siteId}/${id}`)) inputs.delete(key);
      for (const input of stopInputs) {
        const key = `${siteId}/${input.id}`;
        const reading = readInput(telemetry, input, clock.now());
        const { memory, edge } = followInput(inputs.get(key) ?? INPUT_UNSEEN, reading, clock.monotonicMs());
        inputs.set(key, memory);
        // Pressed is stopped, however the house came to run again: unbound, released and bound anew between two looks.
        const overlooked =
          memory.state === 'pressed' && reading?.pressed === true && emergencyStop.state(siteId) === null;
        if (edge === null && !overlooked) continue;
        const name = nameOf(siteId, input);
        if (edge === 'lost') {
          const text = 'A press of it would not stop the house. Check the device and its network.';
          notices.began(siteId, key, 'attention', `${name} is not known`, text);
          continue;
        }
        notices.ended(siteId, key, `${name} is back`, 'A press of it stops the house.');
        if (edge !== 'pressed' && !overlooked) continue;
        emergencyStop
          .activate(siteId, name, 'input', `${name} was pressed.`)
          .catch((thrown: unknown) =>
            log.error('A stop input could not stop the house', { name, why: messageOf(thrown) }),
          );
      }
    },
    pressed: (siteId: SiteId): boolean =>
      [...inputs].some(([key, { state }]) => key.startsWith(`${siteId}/`) && state === 'pressed'),
  };
};
