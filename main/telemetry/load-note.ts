import type { Measure } from '../../preload/contract/base.ts';
import type { ChannelRole } from '../../preload/contract/devices.ts';

/** Below this a load that is switched on does nothing: a thermostat or the machine itself has ended it. */
const IDLE_W = 15;

const VERBS: Readonly<Partial<Record<ChannelRole, string>>> = { miner: 'mining', 'water-heater': 'heating' };

const age = (ms: number): string => {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return `${Math.max(1, Math.round(ms / 1000))} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
};

/** One short clause for the flow map: what a load does, with the number that matters. */
export const loadNote = (load: {
  readonly role: ChannelRole;
  readonly power: Measure;
  readonly isOn: boolean | null;
  readonly at: number;
}): string => {
  const { role, power, isOn, at } = load;
  const isCurrent = power.freshness === 'fresh' || power.freshness === 'late';
  if (!isCurrent && isOn === null)
    return power.measuredAt === null ? 'no reading yet' : `no answer for ${age(at - power.measuredAt)}`;
  if (isOn === false) return 'off';
  if (!isCurrent || power.value === null) return 'on, power not measured';
  if (power.value >= IDLE_W) return VERBS[role] ?? 'running';
  return isOn ? 'on, drawing nothing' : 'idle';
};
