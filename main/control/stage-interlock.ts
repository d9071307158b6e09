import type { ChannelId, DeviceId } from '../../preload/contract/base.ts';
import type { ChannelRef } from '../../preload/contract/safety.ts';
import { batteryLockOf } from './battery-lock.ts';
import { passed, raises, refused, type Stage, type StageAnswer, takesAway } from './stage.ts';
import type { DecisionSnapshot, Surroundings } from './types.ts';

/** Whether a reference names this channel. */
export const names = (ref: ChannelRef, deviceId: DeviceId, channelId: ChannelId): boolean =>
  ref.deviceId === deviceId && ref.channelId === channelId;

const neverTogether = ({ channel }: DecisionSnapshot, { partners }: Surroundings): StageAnswer | null => {
  const { name } = channel.config;
  const running = partners.find(({ runs }) => runs === true);
  if (running)
    return refused(
      'INTERLOCK',
      `${running.name} runs, and ${name} never runs with it. Switch ${running.name} off first.`,
    );
  // Two that must never meet are refused to a person too: a reading of the other one is one press away, a burnt contactor
  // is not undone.
  const unknown = partners.find(({ runs }) => runs === null);
  if (unknown)
    return refused(
      'INTERLOCK_UNKNOWN',
      `Nobody knows whether ${unknown.name} runs, and ${name} never runs with it. Switch ${unknown.name} off first.`,
    );
  return null;
};

const notFromBattery = (snapshot: DecisionSnapshot): StageAnswer => {
  const { name } = snapshot.channel.config;
  if (snapshot.settings.batteryCapacityKwh === 0) return passed('NO_BATTERY', 'There is no battery to keep out of it.');
  const lock = batteryLockOf(snapshot);
  if (lock === null)
    return passed('NO_BATTERY_LOCK', `Nothing here can hold the battery back, so ${name} may be fed from it.`);
  if (lock.locked === true) return passed('BATTERY_LOCKED', `${lock.name} holds the battery back from ${name}.`);
  return refused(
    'BATTERY_NOT_LOCKED',
    `${name} is not fed from the battery, so ${lock.name} has to hold the battery back before it starts.`,
  );
};

/** Two things that must not be at the same time, whoever asks. */
export const interlockStage: Stage = {
  name: 'interlock',
  judge: ({ proposal, snapshot, value }) => {
    const { channel, surroundings } = snapshot;
    if (takesAway(proposal.origin)) return passed('TAKES_AWAY', 'This only takes power away.');
    if (surroundings === undefined) return passed('NOT_RECORDED', 'No interlock was recorded with this decision.');
    if (!raises(value, channel)) return passed('STARTS_NOTHING', 'This starts nothing.');
    const { deviceId, config } = channel;
    const keptApart = surroundings.safety.interlocks.some(
      (one) => one.kind === 'not-from-battery' && names(one.load, deviceId, config.channelId),
    );
    return (
      neverTogether(snapshot, surroundings) ??
      (keptApart ? notFromBattery(snapshot) : passed('NO_INTERLOCK', `Nothing keeps ${config.name} from running now.`))
    );
  },
};
