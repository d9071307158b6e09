import type { DailyWindow } from '../../preload/contract/safety.ts';
import { isAutomated, passed, raises, refused, type Stage, takesAway } from './stage.ts';
import { names } from './stage-interlock.ts';
import type { DecisionSnapshot, Surroundings } from './types.ts';

const minuteOf = (clockTime: string): number => Number(clockTime.slice(0, 2)) * 60 + Number(clockTime.slice(3));

/** Whether the site's clock stands in the window. The days name the day on which a window begins; no length is a whole day. */
const inWindow = ({ from, to, days }: DailyWindow, { minute, weekday }: Surroundings['local']): boolean => {
  const [start, end] = [minuteOf(from), minuteOf(to)];
  const on = (day: number): boolean => days.length === 0 || days.includes(day);
  const yesterday = weekday === 1 ? 7 : weekday - 1;
  if (start < end) return on(weekday) && minute >= start && minute < end;
  return (on(weekday) && minute >= start) || (on(yesterday) && minute < end);
};

/** In its quiet window a channel is started by nobody but a person. Stopping is always allowed. */
export const quietStage: Stage = {
  name: 'quiet',
  judge: ({ proposal, snapshot: { channel, surroundings }, value }) => {
    if (surroundings === undefined) return passed('NOT_RECORDED', 'No quiet window was recorded with this decision.');
    if (takesAway(proposal.origin) || !raises(value, channel)) return passed('STARTS_NOTHING', 'This starts nothing.');
    const { deviceId, config } = channel;
    const quiet = surroundings.safety.quietWindows.find(
      ({ channels, window }) =>
        channels.some((ref) => names(ref, deviceId, config.channelId)) && inWindow(window, surroundings.local),
    );
    if (!quiet) return passed('NOT_QUIET', `It is no quiet time of ${config.name}.`);
    const until = `${quiet.name} lasts until ${quiet.window.to}`;
    return isAutomated(proposal.origin)
      ? refused('QUIET', `${until}: automation does not start ${config.name} before.`)
      : passed('QUIET_BY_HAND', `${until}; a person may start ${config.name} all the same.`);
  },
};

/** The sensors that limit a channel, each with its limits. */
const limitsOf = ({ channel, surroundings }: DecisionSnapshot) =>
  (surroundings?.safety.temperatureLimits ?? [])
    .filter(({ channels }) => channels.some((ref) => names(ref, channel.deviceId, channel.config.channelId)))
    .map((limit) => {
      const { deviceId, channelId } = limit.sensor;
      const read = surroundings?.temperatures.find(({ sensor }) => names(sensor, deviceId, channelId));
      return { ...limit, name: read?.name ?? channelId, valueC: read?.valueC ?? null };
    });

/** Too hot or too cold: nobody starts it. Not known: a person may. */
export const temperatureStage: Stage = {
  name: 'temperature',
  judge: ({ proposal, snapshot, value }) => {
    const { channel, surroundings } = snapshot;
    const { name } = channel.config;
    if (surroundings === undefined) return passed('NOT_RECORDED', 'No temperature was recorded with this decision.');
    if (takesAway(proposal.origin) || !raises(value, channel)) return passed('STARTS_NOTHING', 'This starts nothing.');
    const limits = limitsOf(snapshot);
    for (const limit of limits) {
      const { valueC, minimumC, maximumC } = limit;
      if (valueC === null) continue;
      if (maximumC !== null && valueC > maximumC)
        return refused('TOO_HOT', `${limit.name} is at ${valueC} °C, above ${maximumC} °C, so ${name} does not start.`);
      if (minimumC !== null && valueC < minimumC)
        return refused(
          'TOO_COLD',
          `${limit.name} is at ${valueC} °C, below ${minimumC} °C, so ${name} does not start.`,
        );
    }
    const unknown = limits.find(({ valueC }) => valueC === null);
    if (!unknown) return passed('TEMPERATURE_GOOD', `No temperature keeps ${name} from running.`);
    return isAutomated(proposal.origin)
      ? refused(
          'TEMPERATURE_UNKNOWN',
          `${unknown.name} gives no fresh temperature, so automation does not start ${name}.`,
        )
      : passed('TEMPERATURE_UNKNOWN', `${unknown.name} gives no fresh temperature; a person decides.`);
  },
};
