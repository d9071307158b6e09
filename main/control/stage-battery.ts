import type { Safety } from '../../preload/contract/safety.ts';
import { parseTimeTable } from '../../preload/contract/time-table.ts';
import {
  batteryLimit,
  freshState,
  isAutomated,
  narrowed,
  passed,
  refused,
  type Stage,
  type StageAnswer,
  type StageContext,
} from './stage.ts';
import { isFresh, ontoStep } from './stages-permission.ts';
import type { DecisionSnapshot } from './types.ts';
import { sayPower } from './words.ts';

/** The most that may go in and out, W; null where nobody typed it. What the inverter cannot carry the battery cannot give. */
const mostW = (safety: Safety): { readonly charge: number | null; readonly discharge: number | null } => {
  const least = (one: number | null): number | null =>
    one === null ? safety.inverterMaxW : safety.inverterMaxW === null ? one : Math.min(one, safety.inverterMaxW);
  return { charge: least(safety.batteryMaxChargeW), discharge: least(safety.batteryMaxDischargeW) };
};

/** Watts of one unit of the control; null where the voltage is not known. */
const wattsEach = (unit: string, { live, at }: DecisionSnapshot): number | null =>
  unit === 'W' ? 1 : unit === 'kW' ? 1000 : isFresh(live.batteryVoltageV, at) ? live.batteryVoltageV.value : null;

/** Held to the rating: a setpoint on both sides of zero, a limit from above. */
const rating = (context: StageContext, safety: Safety): StageAnswer | null => {
  const { proposal, snapshot, value } = context;
  const { channel } = snapshot;
  const { control, config } = channel;
  const most = mostW(safety);
  if (control.kind === 'time-table' && typeof value === 'string') {
    const table = parseTimeTable(value);
    if ('problem' in table || most.discharge === null) return null;
    const highest = Math.max(...table.slots.map(({ powerW }) => powerW));
    return highest <= most.discharge
      ? null
      : refused(
          'BATTERY_RATING',
          `A slot gives ${sayPower(highest)}, more than the ${sayPower(most.discharge)} of the battery.`,
        );
  }
  if (control.kind !== 'number' || typeof value !== 'number' || !['W', 'kW', 'A'].includes(control.unit)) return null;
  const limit = batteryLimit(channel);
  const mostNow = limit === 'charge' ? most.charge : limit === 'discharge' ? most.discharge : null;
  if (limit !== null ? mostNow === null : most.charge === null && most.discharge === null) return null;
  const each = wattsEach(control.unit, snapshot);
  if (!each) {
    const current = freshState(channel);
    const lowers = value === 0 || (value > 0 && typeof current === 'number' && value <= current);
    return lowers || !isAutomated(proposal.origin)
      ? null
      : refused('VOLTAGE_UNKNOWN', 'The voltage of the battery is not known, so automation sets no current.');
  }
  const [low, high] =
    limit === null
      ? [
          most.discharge === null ? control.minimum : -most.discharge / each,
          most.charge === null ? control.maximum : most.charge / each,
        ]
      : [0, (mostNow ?? 0) / each];
  // A limit below zero means that there is none, which is above every rating.
  const wished = limit !== null && value < 0 ? control.maximum : value;
  if (wished >= low - 1e-9 && wished <= high + 1e-9) return null;
  const held = ontoStep(Math.max(low, Math.min(high, wished)), control);
  if (held < low - 1e-9 || held > high + 1e-9)
    return refused('BATTERY_RATING', `${config.name} cannot be set within the rating of the battery.`);
  return narrowed(
    held,
    'BATTERY_RATING',
    `The battery is rated for less: ${config.name} goes to ${held} ${control.unit}.`,
  );
};

/** Whether the wish makes the battery work: a power in or out, a higher limit, a mode or a table. */
const works = ({ snapshot: { channel }, value }: StageContext): boolean => {
  const { control } = channel;
  const current = freshState(channel);
  if (control.kind === 'number' && control.unit === '%') return false;
  if (typeof value !== 'number') return value !== false && value !== 'off' && value !== 'hold';
  if (batteryLimit(channel) === null) return value !== 0;
  return value < 0 || (value > 0 && !(typeof current === 'number' && current >= 0 && value <= current));
};

const temperature = (context: StageContext, safety: Safety): StageAnswer | null => {
  const { proposal, snapshot, value } = context;
  const { live, at, channel } = snapshot;
  const { batteryMinimumC: minimum, batteryMaximumC: maximum } = safety;
  if (!isAutomated(proposal.origin) || (minimum === null && maximum === null) || !works(context)) return null;
  const measure = live.batteryTempC;
  // Many batteries never say how warm they are; their own management looks after them.
  if (measure.value === null) return null;
  const rest = (code: string, why: string): StageAnswer => {
    const { control, config } = channel;
    const canRest = control.kind === 'number' && batteryLimit(channel) === null && control.minimum <= 0;
    const zero = canRest ? ontoStep(0, control) : null;
    return zero === 0 && value !== 0 ? narrowed(0, code, `${why} ${config.name} goes to 0.`) : refused(code, why);
  };
  if (!isFresh(measure, at)) return rest('BATTERY_TEMPERATURE_UNKNOWN', 'The temperature of the battery is not fresh.');
  if (maximum !== null && measure.value > maximum)
    return rest('BATTERY_HOT', `The battery is at ${measure.value} °C, above ${maximum} °C.`);
  if (minimum !== null && measure.value < minimum)
    return rest('BATTERY_COLD', `The battery is at ${measure.value} °C, below ${minimum} °C.`);
  return null;
};

/** What the battery may be asked for: within its rating whoever asks, within its temperatures by automation. */
export const batteryStage: Stage = {
  name: 'battery',
  judge: (context) => {
    const { proposal, snapshot } = context;
    const { role } = snapshot.channel.config;
    const safety = snapshot.surroundings?.safety;
    if (proposal.origin === 'stop') return passed('STOP', 'The safe state was chosen by a person.');
    if (safety === undefined || (role !== 'battery' && role !== 'grid'))
      return passed('NOT_THE_BATTERY', 'This does not command the battery.');
    const cold = temperature(context, safety);
    if (cold) return cold;
    return (
      (role === 'battery' ? rating(context, safety) : null) ??
      passed('BATTERY_WITHIN_RATING', 'The battery stays within its rating and its temperatures.')
    );
  },
};
