import type { Setpoint } from '../../preload/contract/base.ts';
import { batteryLimit, consumes, freshState, isAutomated, isOn, passed, raises, refused, type Stage } from './stage.ts';
import type { ChannelSnapshot } from './types.ts';

/** Options under which a battery gives nothing and takes nothing from the grid of its own accord. */
const RESTS = /\b(hold|off|idle|no.?discharge|lock(ed)?)\b/i;

const lowersNumber = (value: number, channel: ChannelSnapshot): boolean => {
  const { control, config } = channel;
  const state = freshState(channel);
  const current = typeof state === 'number' ? state : null;
  // A higher reserve leaves more in the battery.
  if (config.role === 'battery' && control.kind === 'number' && control.unit === '%')
    return current !== null && value >= current;
  // Below zero a limit means "none", which is more than any number.
  if (batteryLimit(channel) !== null)
    return value >= 0 && (value === 0 || (current !== null && (current < 0 || value <= current)));
  if (value === 0) return true;
  if (current === null) return false;
  return Math.sign(value) === Math.sign(current) && Math.abs(value) <= Math.abs(current);
};

const lowers = (value: Setpoint, channel: ChannelSnapshot): boolean => {
  const { control, config } = channel;
  if (typeof value === 'number') return lowersNumber(value, channel);
  if (typeof value === 'boolean') return !value || !raises(value, channel);
  if (control.kind !== 'choice') return false;
  if (config.role === 'battery')
    return control.options.some((option) => option.value === value && RESTS.test(`${option.value} ${option.label}`));
  const current = freshState(channel);
  // The safe state of a charger may still take surplus, which is less than any other running option.
  return !isOn(value) || (consumes(config.role) && value === config.safeState && current !== null && isOn(current));
};

/** The guard of the house outranks a person, so it may do nothing but take power away. */
export const safetyStage: Stage = {
  name: 'safety',
  judge: ({ proposal, snapshot: { channel }, value }) => {
    if (proposal.origin !== 'safety') return passed('NOT_THE_GUARD', 'This is not a wish of the guard.');
    return lowers(value, channel)
      ? passed('TAKES_AWAY', 'The guard only takes power away.')
      : refused('GUARD_MAY_NOT', `The guard only takes power away, and this would give ${channel.config.name} more.`);
  },
};

/** What the person chose and nobody can read may be stricter than the default: automation starts nothing meanwhile. */
export const readableStage: Stage = {
  name: 'readable',
  judge: ({ proposal, snapshot, value }) => {
    const lost = snapshot.surroundings?.unreadable ?? [];
    if (lost.length === 0) return passed('LIMITS_READ', 'All limits of the house could be read.');
    const why = `Some limits of the house could not be read (${lost.join(', ')})`;
    const { config, control } = snapshot.channel;
    const reserve = config.role === 'battery' && control.kind === 'number' && control.unit === '%';
    if (reserve || value === false || value === 0 || value === 'off' || value === config.safeState)
      return passed('LIMITS_NOT_READ', `${why}; this starts nothing.`);
    return isAutomated(proposal.origin)
      ? refused('LIMITS_NOT_READ', `${why}, so automation starts nothing. Save the page Safety again.`)
      : passed('LIMITS_NOT_READ', `${why}; a person decides.`);
  },
};
