import { batteryLimit, freshState, narrowed, passed, refused, type Stage, sameSetpoint, takesAway } from './stage.ts';
import { names } from './stage-interlock.ts';
import { ontoStep } from './stages-permission.ts';

const MINUTE_MS = 60_000;

/**
 * A number goes up slowly: by no more than its ramp in a minute, counted from its last change. Down to rest is never
 * slowed, since taking power away is the safe side, and neither is the safe state.
 */
export const rampStage: Stage = {
  name: 'ramp',
  judge: ({ proposal, snapshot: { channel, surroundings }, value }) => {
    const { deviceId, config, control } = channel;
    const ramp = surroundings?.safety.ramps.find((one) => names(one.channel, deviceId, config.channelId));
    if (!ramp || control.kind !== 'number' || typeof value !== 'number')
      return passed('NO_RAMP', `${config.name} may move as far as it likes.`);
    // A reserve that goes down is no power that goes up.
    if (takesAway(proposal.origin) || control.unit === '%' || value === 0 || value === config.safeState)
      return passed('RAMP_FREE', 'Taking power away is never slowed.');
    const current = freshState(channel);
    if (typeof current !== 'number')
      return refused(
        'RAMP_UNKNOWN',
        `Nobody knows where ${config.name} stands, so it is not moved by an unknown step.`,
      );
    // A limit below zero means that there is none: more than any number.
    const sizeOf = (number: number): number =>
      batteryLimit(channel) !== null && number < 0 ? Number.POSITIVE_INFINITY : Math.abs(number);
    const from = Math.sign(current) === Math.sign(value) || batteryLimit(channel) !== null ? sizeOf(current) : 0;
    if (sizeOf(value) <= from) return passed('RAMP_FREE', 'Taking power away is never slowed.');
    const share = channel.sinceChangeMs === null ? 1 : Math.min(1, Math.max(0, channel.sinceChangeMs) / MINUTE_MS);
    const most = from + ramp.perMinute * share;
    if (sizeOf(value) <= most + 1e-9) return passed('RAMP_KEPT', `${config.name} moves within its ramp.`);
    const held = ontoStep(Math.sign(value) * most, control);
    const why = `${config.name} goes up by ${ramp.perMinute} ${control.unit} a minute`;
    // Towards zero by rounding, but a range may begin above what the ramp leaves.
    if (Math.abs(held) > most + 1e-9 || sameSetpoint(held, current, control) || Math.abs(held) <= from)
      return refused('RAMP_WAIT', `${why}, so it waits a little before its next step.`);
    return narrowed(held, 'RAMP', `${why}: ${held} ${control.unit} for now.`);
  },
};
