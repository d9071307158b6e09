import type { Setpoint } from '../../preload/contract/base.ts';
import { isFlexible } from '../../preload/contract/devices.ts';
import { parseTimeTable } from '../../preload/contract/time-table.ts';
import {
  consumes,
  freshState,
  isAutomated,
  isOn,
  narrowed,
  passed,
  refused,
  rulesOf,
  type Stage,
  type StageAnswer,
  type StageContext,
  takesAway,
} from './stage.ts';
import { isFresh, ontoStep } from './stages-permission.ts';
import { sayPct, saySpan, sayTimes } from './words.ts';

/** Whether the value starts something that stood still, or something of unknown state. */
export const starts = (value: Setpoint, current: Setpoint | null): boolean =>
  isOn(value) && (current === null || !isOn(current));

/** Battery and grid setpoints: negative discharges or exports. Towards zero where the range has a zero. */
const endDischarge = ({ snapshot: { channel }, value }: StageContext, code: string, why: string): StageAnswer => {
  const { control, config } = channel;
  if (control.kind !== 'number' || typeof value !== 'number') return refused(code, why);
  return control.maximum >= 0 && control.minimum <= 0
    ? narrowed(ontoStep(0, control), code, `${why} ${config.name} goes to 0 ${control.unit} instead.`)
    : refused(code, why);
};

const isDischarge = ({ snapshot: { channel }, value }: StageContext): boolean => {
  if (channel.control.kind !== 'number' || typeof value !== 'number') return false;
  if (channel.config.role !== 'battery' && channel.config.role !== 'grid') return false;
  return channel.control.unit !== '%' && value < 0;
};

/** A positive limit on discharging, named so by the channel: raising it lets the battery give more. */
const raisesDischargeLimit = ({ snapshot: { channel }, value }: StageContext): boolean => {
  if (channel.config.role !== 'battery' || typeof value !== 'number' || value <= 0) return false;
  if (!/discharge/i.test(channel.config.channelId)) return false;
  const current = freshState(channel);
  return typeof current !== 'number' || value > current;
};

/** The reserve that the battery itself keeps (%) may never be set below the site's own floor. */
const reserveFloor = (context: StageContext, floorPct: number): StageAnswer | null => {
  const { control, config } = context.snapshot.channel;
  if (config.role !== 'battery' || control.kind !== 'number' || control.unit !== '%') return null;
  if (typeof context.value !== 'number' || context.value >= floorPct)
    return passed('RESERVE_KEPT', 'The reserve stays above the floor.');
  const steps = Math.ceil((floorPct - control.minimum) / control.step - 1e-9);
  const raised = Number(Math.min(control.maximum, control.minimum + steps * control.step).toFixed(6));
  return narrowed(
    raised,
    'RESERVE_RAISED',
    `The battery keeps at least ${sayPct(floorPct)}: ${sayPct(raised)} instead of ${sayPct(context.value)}.`,
  );
};

/** A table of slots may let the battery go no lower than the site's floor: it acts for days when nobody is there. */
const tableFloor = ({ snapshot: { channel }, value }: StageContext, floorPct: number): StageAnswer | null => {
  if (channel.control.kind !== 'time-table' || typeof value !== 'string') return null;
  const table = parseTimeTable(value);
  if ('problem' in table) return refused('VALUE_TYPE', table.problem);
  const lowest = Math.min(...table.slots.map(({ socPct }) => socPct));
  return lowest >= floorPct
    ? passed('RESERVE_KEPT', 'Every slot keeps the battery above the floor.')
    : refused(
        'RESERVE_RAISED',
        `A slot goes down to ${sayPct(lowest)}; the battery keeps at least ${sayPct(floorPct)}.`,
      );
};

/** No origin drains the battery: automation stops at the minimum, a person at the critical level. */
export const socStage: Stage = {
  name: 'soc',
  judge: (context) => {
    const { proposal, snapshot, value } = context;
    const { channel, settings, live, at } = snapshot;
    if (proposal.origin === 'stop') return passed('STOP', 'The safe state was chosen by a person.');
    if (settings.batteryCapacityKwh === 0) return passed('NO_BATTERY', 'There is no battery to protect.');
    const automated = isAutomated(proposal.origin);
    const floorPct = automated ? Math.max(settings.minimumSocPct, settings.criticalSocPct) : settings.criticalSocPct;
    const reserve = reserveFloor(context, floorPct) ?? tableFloor(context, floorPct);
    if (reserve) return reserve;
    const discharges = isDischarge(context) || raisesDischargeLimit(context);
    const loads =
      starts(value, freshState(channel)) &&
      (automated ? consumes(channel.config.role) : isFlexible(channel.config.role));
    if (!discharges && !loads) return passed('SOC_NOT_TOUCHED', 'This does not draw on the battery.');
    const known = isFresh(live.socPct, at) ? live.socPct.value : null;
    if (known === null)
      return discharges || automated
        ? endDischarge(context, 'SOC_UNKNOWN', 'Nobody knows how full the battery is.')
        : passed('SOC_UNKNOWN', 'The battery level is not known; a person decides.');
    if (known >= floorPct)
      return passed('SOC_ABOVE_FLOOR', `The battery at ${sayPct(known)} is above ${sayPct(floorPct)}.`);
    const critical = known < settings.criticalSocPct;
    const code = critical ? 'SOC_CRITICAL' : 'SOC_BELOW_MINIMUM';
    const why = `The battery at ${sayPct(known)} is below the ${critical ? 'critical' : 'minimum'} ${sayPct(critical ? settings.criticalSocPct : floorPct)}.`;
    return isDischarge(context) ? endDischarge(context, code, why) : refused(code, why);
  },
};

/** A switch must rest before it flips again, whoever asks. The elapsed time is kept across restarts. */
export const dwellStage: Stage = {
  name: 'dwell',
  judge: ({ proposal, snapshot: { channel }, value }) => {
    // A breaker does not wait either, and what the guard takes away starts again no sooner than its rest allows.
    if (takesAway(proposal.origin)) return passed('TAKES_AWAY', 'What takes power away does not wait.');
    const { minOnMs, minOffMs } = rulesOf(channel);
    const current = freshState(channel);
    const since = channel.sinceChangeMs;
    if (since === null) return passed('NEVER_SWITCHED', 'It has not been seen to switch yet.');
    if (current !== null && isOn(current) === isOn(value)) return passed('NO_FLIP', 'It does not switch.');
    // A state that nobody has read may be either: then the longer rest counts.
    const restMs = current === null ? Math.max(minOnMs, minOffMs) : isOn(current) ? minOnMs : minOffMs;
    if (since >= restMs) return passed('RESTED', 'It has rested long enough to switch.');
    const wait = saySpan(restMs - since);
    return isOn(value)
      ? refused('MIN_OFF', `${channel.config.name} stays off for another ${wait}, so that it does not flap.`)
      : refused('MIN_ON', `${channel.config.name} stays on for another ${wait}, so that it does not flap.`);
  },
};

export const switchesStage: Stage = {
  name: 'switches',
  judge: ({ proposal, snapshot: { channel }, value }) => {
    if (takesAway(proposal.origin)) return passed('TAKES_AWAY', 'What takes power away does not count switches.');
    const current = freshState(channel);
    const { maxSwitchesPerHour } = rulesOf(channel);
    if (current !== null && isOn(current) === isOn(value)) return passed('NO_FLIP', 'It does not switch.');
    return channel.switchesLastHour >= maxSwitchesPerHour
      ? refused(
          'SWITCH_LIMIT',
          `${channel.config.name} has switched ${sayTimes(channel.switchesLastHour)} in the last hour, which is its limit.`,
        )
      : passed(
          'SWITCHES_LEFT',
          `${channel.config.name} may switch ${maxSwitchesPerHour - channel.switchesLastHour} more times this hour.`,
        );
  },
};

export const budgetStage: Stage = {
  name: 'budget',
  judge: ({ proposal, snapshot: { channel } }) => {
    // A setting of the battery is kept in memory that wears, whoever writes it.
    if (proposal.origin === 'stop' || (proposal.origin === 'safety' && consumes(channel.config.role)))
      return passed('TAKES_AWAY', 'What takes power away does not count writes.');
    const { writeBudgetPerDay } = rulesOf(channel);
    return channel.writesToday >= writeBudgetPerDay
      ? refused(
          'WRITE_BUDGET',
          `${channel.config.name} was written ${sayTimes(channel.writesToday)} today, which is its budget.`,
        )
      : passed(
          'WRITES_LEFT',
          `${channel.config.name} has ${writeBudgetPerDay - channel.writesToday} writes left today.`,
        );
  },
};
