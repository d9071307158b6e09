import type { SiteId, Surface } from '../../preload/contract/base.ts';
import { ok, permanent, type Result } from '../result.ts';
import type { Ground } from './deps.ts';
import { pressedInput } from './guardian/pressed-input.ts';

/** Surfaces behind which no person types a name: they stop the house and never end a stop. */
const WITHOUT_A_PERSON: readonly Surface[] = ['system', 'input', 'mqtt'];

/** Whether this person may end the stop now. A button that is still pressed says that somebody wants it to go on. */
export const mayRelease = (
  { bestEffort, clock, store, telemetry }: Pick<Ground, 'bestEffort' | 'clock' | 'store' | 'telemetry'>,
  siteId: SiteId,
  who: string,
  surface: Surface,
): Result<void> => {
  if (who.trim() === '' || WITHOUT_A_PERSON.includes(surface))
    return permanent('control.person-needed', 'Only a person with a name ends a stop.', 'Type your name.');
  const pressed = bestEffort.run('look at the stop inputs', () =>
    pressedInput(telemetry, store.safety.read(siteId).safety, clock.now()),
  );
  if (!pressed) return ok(undefined);
  const { channel } = pressed;
  const name =
    telemetry
      .channels(siteId)
      .find(({ deviceId, config }) => deviceId === channel.deviceId && config.channelId === channel.channelId)?.config
      .name ?? 'A stop input';
  return permanent('control.input-pressed', `${name} is still pressed.`, 'Unlock it first, then end the stop.');
};
