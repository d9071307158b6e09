import type { Measure } from '../../preload/contract/base.ts';
import type { ControlKind } from '../../preload/contract/devices.ts';
import { parseTimeTable } from '../../preload/contract/time-table.ts';
import { freshState, isAutomated, narrowed, outranks, passed, refused, type Stage, sameSetpoint } from './stage.ts';
import type { ChannelSnapshot } from './types.ts';
import { saySpan, sayState } from './words.ts';

/** While the house is stopped only the stop itself may write, and only safe states. */
export const stoppedStage: Stage = {
  name: 'stopped',
  judge: ({ proposal, snapshot, value }) => {
    const { config } = snapshot.channel;
    if (proposal.origin !== 'stop')
      return snapshot.stopped
        ? refused('STOPPED', 'The house is stopped: nothing moves until a person releases the stop.')
        : passed('NOT_STOPPED', 'The house is not stopped.');
    if (config.safeState === null) return refused('NO_SAFE_STATE', `${config.name} has no safe state.`);
    return value === config.safeState
      ? passed('STOP', `The stop takes ${config.name} to its safe state.`)
      : refused('NOT_SAFE_STATE', `A stop only takes ${config.name} to its safe state.`);
  },
};

/** Watch looks only. */
export const modeStage: Stage = {
  name: 'mode',
  judge: ({ proposal, snapshot }) =>
    snapshot.mode === 'watch' && isAutomated(proposal.origin)
      ? refused('WATCH_ONLY', 'The house is in Watch: it looks and does not act by itself.')
      : passed('MODE_ALLOWS', `The mode (${snapshot.mode}) allows this.`),
};

/** Nothing is controlled before a person allows it for the channel. */
export const controllableStage: Stage = {
  name: 'controllable',
  judge: ({ snapshot: { channel } }) =>
    channel.config.controllable
      ? passed('CONTROL_ALLOWED', `Control of ${channel.config.name} is allowed.`)
      : refused('CONTROL_NOT_ALLOWED', `Control of ${channel.config.name} has not been allowed in its settings.`),
};

/** Onto the device's grid of steps, towards zero, so that rounding never asks for more than was wished. */
export const ontoStep = (value: number, control: Extract<ControlKind, { kind: 'number' }>): number => {
  const clamped = Math.min(control.maximum, Math.max(control.minimum, value));
  const steps = (clamped - control.minimum) / control.step;
  const near = Math.round(steps);
  const whole = Math.abs(steps - near) < 1e-6 ? near : clamped >= 0 ? Math.floor(steps) : Math.ceil(steps);
  return Number(Math.min(control.maximum, control.minimum + whole * control.step).toFixed(6));
};

type ChoiceKind = Extract<ControlKind, { kind: 'choice' }>;
type TableKind = Extract<ControlKind, { kind: 'time-table' }>;

const judgeChoice = (value: unknown, control: ChoiceKind, name: string) =>
  control.options.some((option) => option.value === value)
    ? passed('VALUE_VALID', 'The value is one of the options of the device.')
    : refused('VALUE_TYPE', `${name} takes one of: ${control.options.map((option) => option.label).join(', ')}.`);

/** The whole table or nothing: the number of slots, their order, and power inside what the inverter can do. */
const judgeTable = (value: unknown, control: TableKind, name: string) => {
  if (typeof value !== 'string') return refused('VALUE_TYPE', `${name} takes a time table.`);
  const table = parseTimeTable(value);
  if ('problem' in table) return refused('VALUE_TYPE', table.problem);
  if (table.slots.length !== control.slots)
    return refused('VALUE_TYPE', `${name} has ${control.slots} slots, not ${table.slots.length}.`);
  const beyond = table.slots.findIndex(({ powerW }) => powerW > control.maximumW);
  return beyond < 0
    ? passed('VALUE_VALID', 'The table fits the inverter.')
    : refused('VALUE_RANGE', `Slot ${beyond + 1} of ${name} is above ${control.maximumW} W.`);
};

/** Type, range and step of the control. */
export const valueStage: Stage = {
  name: 'value',
  judge: ({ snapshot: { channel }, value }) => {
    const { control, config } = channel;
    if (control.kind === 'switch')
      return typeof value === 'boolean'
        ? passed('VALUE_VALID', 'The value fits the switch.')
        : refused('VALUE_TYPE', `${config.name} is a switch: it takes on or off.`);
    if (control.kind === 'choice') return judgeChoice(value, control, config.name);
    if (control.kind === 'time-table') return judgeTable(value, control, config.name);
    if (typeof value !== 'number' || !Number.isFinite(value))
      return refused('VALUE_TYPE', `${config.name} takes a number in ${control.unit}.`);
    const fitted = ontoStep(value, control);
    if (Math.abs(fitted - value) < 1e-9) return passed('VALUE_VALID', 'The value lies in the range of the device.');
    return narrowed(
      fitted,
      'VALUE_CLAMPED',
      `${config.name} takes ${control.minimum} to ${control.maximum} ${control.unit} in steps of ${control.step}: ${fitted} instead of ${value}.`,
    );
  },
};

/** Measured, inside its limit, and not from the future. */
export const isFresh = (measure: Measure, at: number): boolean =>
  measure.freshness === 'fresh' &&
  measure.value !== null &&
  Number.isFinite(measure.value) &&
  measure.measuredAt !== null &&
  at - measure.measuredAt <= measure.limitMs &&
  measure.measuredAt - at <= 60_000;

const unreachable = (channel: ChannelSnapshot) =>
  channel.deviceState === 'offline'
    ? refused('DEVICE_OFFLINE', `${channel.config.name} does not answer, so it cannot be commanded.`)
    : refused('DEVICE_STARTING', `${channel.config.name} has not answered yet since the start.`);

/** Automation decides on fresh values only; a person needs no more than a device that answers. */
export const freshnessStage: Stage = {
  name: 'freshness',
  judge: ({ proposal, snapshot }) => {
    const { channel, live, at, settings } = snapshot;
    if (proposal.origin === 'stop') return passed('STOP', 'A stop does not wait for readings.');
    if (channel.deviceState === 'offline' || channel.deviceState === 'starting') return unreachable(channel);
    if (!isAutomated(proposal.origin)) return passed('DEVICE_ANSWERS', `${channel.config.name} answers.`);
    // A capacity of 0 is how a person says that there is no battery.
    if (settings.batteryCapacityKwh !== 0 && !isFresh(live.socPct, at))
      return refused('SOC_NOT_FRESH', 'The battery level is not fresh, so automation does not act on it.');
    if (!isFresh(live.gridW, at))
      return refused('GRID_NOT_FRESH', 'The grid meter is not fresh, so automation does not act on it.');
    if (channel.deviceState !== 'online')
      return refused('DEVICE_LATE', `${channel.config.name} answers late, so automation leaves it alone.`);
    if (freshState(channel) === null)
      return refused('STATE_NOT_FRESH', `The state of ${channel.config.name} has not been read back lately.`);
    return passed('FRESH', 'Battery level, grid and the state of the device are fresh.');
  },
};

/** Identical target, no write: relays and flash memory wear. */
export const identicalStage: Stage = {
  name: 'identical',
  judge: ({ proposal, snapshot: { channel }, value }) => {
    if (proposal.origin === 'stop') return passed('STOP', 'A stop is always sent.');
    const current = freshState(channel);
    // While a command is on its way the current value is about to change: comparing with it would be wrong.
    return current !== null && !channel.busy && sameSetpoint(current, value, channel.control)
      ? refused('UNCHANGED', `${channel.config.name} is already ${sayState(value, channel.control)}.`)
      : passed('DIFFERENT', `${channel.config.name} is not ${sayState(value, channel.control)} yet.`);
  },
};

/** stop > manual > rule > plan > advisor: a lower origin never overrides a higher one within its hold. */
export const holdStage: Stage = {
  name: 'hold',
  judge: ({ proposal, snapshot: { channel, at } }) => {
    const hold = channel.hold;
    if (hold === null || hold.untilAt <= at) return passed('NOT_HELD', `Nobody holds ${channel.config.name}.`);
    return outranks(hold.origin, proposal.origin)
      ? refused(
          'HELD',
          `${hold.owner} holds ${channel.config.name} for another ${saySpan(hold.untilAt - at)}, and comes before this wish.`,
        )
      : passed('HOLD_YIELDS', `The hold of ${hold.owner} yields to this wish.`);
  },
};

/** One command at a time. */
export const lockStage: Stage = {
  name: 'lock',
  judge: ({ proposal, snapshot: { channel } }) =>
    channel.busy && proposal.origin !== 'stop'
      ? refused('BUSY', `${channel.config.name} is still carrying out another command.`)
      : passed('FREE', `${channel.config.name} is free.`),
};
