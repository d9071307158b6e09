import type { Setpoint } from '../../../preload/contract/base.ts';
import { type ControlKind, isFlexible } from '../../../preload/contract/devices.ts';
import type { Safety } from '../../../preload/contract/safety.ts';
import type { LiveState } from '../../../preload/contract/site.ts';
import { freshState, isOn } from '../stage.ts';
import { isFresh } from '../stages-permission.ts';
import type { ChannelSnapshot } from '../types.ts';

type NumberControl = Extract<ControlKind, { kind: 'number' }>;

/** A channel on which the guard may lower something. */
export interface Lever {
  readonly channel: ChannelSnapshot;
  readonly control: NumberControl;
  readonly value: number;
  /** What a unit less saves, W. */
  readonly wattsPerUnit: number;
}

/** One controllable consumer as the guard sees it. */
export interface GuardLoad {
  readonly key: string;
  readonly name: string;
  /** 1 is kept longest; grid charging of the battery comes before every load. */
  readonly priority: number;
  /** What it draws at most at this moment, W: measured, or what it may draw where nobody measures. */
  readonly drawW: number;
  /** The phase it draws on; null: evenly on all. */
  readonly phase: 1 | 2 | 3 | null;
  /** Where it can be turned down; null where it is all or nothing. */
  readonly lever: Lever | null;
  /** Where it is switched off, and the value that means off; null where it must not be. */
  readonly off: { readonly channel: ChannelSnapshot; readonly value: Setpoint } | null;
}

/** Assumed of a load that runs and whose power nobody has measured or typed: a full 16 A circuit at 230 V. */
const ASSUMED_LOAD_W = 3_680;
/** A load that was switched on lately may still be ramping up, and is counted in full. */
const RAMP_MS = 300_000;
/** Grid charging of a battery can always wait. */
const CHARGING_PRIORITY = 10;

export const channelKey = ({ deviceId, config }: ChannelSnapshot): string => `${deviceId}/${config.channelId}`;

/** A setting of another load and no load itself: amperes or watts beside a switch of the same device. */
const isSetting = ({ control, config }: ChannelSnapshot): boolean =>
  control.kind === 'number' && (control.unit === 'A' || control.unit === 'W') && !/min/i.test(config.channelId);

const measuredW = ({ powerW }: ChannelSnapshot): number | null =>
  powerW !== null && powerW.ageMs <= powerW.limitMs && Number.isFinite(powerW.value) ? Math.max(0, powerW.value) : null;

const answers = ({ deviceState, config }: ChannelSnapshot): boolean =>
  config.controllable && deviceState !== 'offline' && deviceState !== 'starting';

/** What means off: nothing where a person declared that on is the safe state, as of a freezer. */
export const offOf = (channel: ChannelSnapshot): GuardLoad['off'] => {
  const { control, config } = channel;
  if (!answers(channel) || (config.safeState !== null && control.kind !== 'number' && isOn(config.safeState)))
    return null;
  if (control.kind === 'switch') return { channel, value: false };
  if (control.kind === 'choice')
    return control.options.some(({ value }) => value === 'off') ? { channel, value: 'off' } : null;
  return null;
};

const drawOf = (channel: ChannelSnapshot, settingW: number | null): number => {
  const measured = measuredW(channel);
  const state = freshState(channel);
  // What is away is counted by its last known state; what answers and was never read may be running.
  const last = state ?? channel.current?.value ?? null;
  const runs = last === null ? answers(channel) : isOn(last);
  const expected = channel.config.ratedPowerW ?? settingW ?? ASSUMED_LOAD_W;
  if (measured === null) return runs ? expected : 0;
  const ramps = runs && state !== null && channel.sinceChangeMs !== null && channel.sinceChangeMs < RAMP_MS;
  return ramps ? Math.max(measured, expected) : measured;
};

/** Charger currents count a phase each; how many a car uses shows in its power. */
const wattsPerUnit = (control: NumberControl, value: number, measured: number | null, safety: Safety): number => {
  if (control.unit !== 'A') return control.unit === 'kW' ? 1_000 : 1;
  const perPhase = safety.voltageV;
  if (measured === null) return perPhase * safety.phases;
  return value > 0 && measured / value > perPhase * 1.2 ? perPhase * 3 : perPhase;
};

const leverOf = (channel: ChannelSnapshot | undefined, measured: number | null, safety: Safety): Lever | null => {
  if (channel?.control.kind !== 'number' || !answers(channel)) return null;
  const value = freshState(channel);
  if (typeof value !== 'number' || value <= 0) return null;
  const { control } = channel;
  return { channel, control, value, wattsPerUnit: wattsPerUnit(control, value, measured, safety) };
};

/** A setpoint that charges the battery from the grid: it can be lowered to 0, and draws what the battery takes. */
const chargingOf = (channel: ChannelSnapshot, live: LiveState, at: number): GuardLoad | null => {
  const { control, config } = channel;
  const steers = config.role === 'battery' || config.role === 'grid';
  if (!steers || control.kind !== 'number' || control.unit !== 'W' || control.minimum > 0) return null;
  if (!answers(channel) || /limit|max|discharge/i.test(config.channelId)) return null;
  const value = freshState(channel);
  const chargesW = isFresh(live.batteryW, at) ? Math.max(0, live.batteryW.value ?? 0) : 0;
  if (typeof value !== 'number' || value <= 0 || chargesW <= 0) return null;
  return {
    key: channelKey(channel),
    name: config.name,
    priority: CHARGING_PRIORITY,
    drawW: Math.min(value, chargesW),
    phase: null,
    lever: { channel, control, value, wattsPerUnit: 1 },
    off: null,
  };
};

/**
 * The controllable consumers of a home. A setting beside a switch of the same device (a charger's current, a miner's power
 * target) is the way to turn that load down; a number of a load by itself is both.
 */
export const loadsOf = (
  channels: readonly ChannelSnapshot[],
  live: LiveState,
  safety: Safety,
  at: number,
): readonly GuardLoad[] => {
  const phaseOf = ({ deviceId, config }: ChannelSnapshot): GuardLoad['phase'] =>
    safety.channelPhases.find(({ channel }) => channel.deviceId === deviceId && channel.channelId === config.channelId)
      ?.phase ?? null;
  const mains = channels.filter(
    ({ config, control }) =>
      config.controllable && isFlexible(config.role) && (control.kind === 'switch' || control.kind === 'choice'),
  );
  const settingOf = (main: ChannelSnapshot): ChannelSnapshot | undefined => {
    const siblings = mains.filter(({ deviceId }) => deviceId === main.deviceId);
    return channels.find(
      (each) =>
        each.deviceId === main.deviceId &&
        isSetting(each) &&
        (siblings.length === 1 || each.config.channelId.startsWith(main.config.channelId)),
    );
  };
  const switched = mains.map((main): GuardLoad => {
    const measured = measuredW(main);
    const lever = leverOf(settingOf(main), measured, safety);
    return {
      key: channelKey(main),
      name: main.config.name,
      priority: main.config.priority,
      drawW: drawOf(main, lever && lever.value * lever.wattsPerUnit),
      phase: phaseOf(main),
      lever,
      off: offOf(main),
    };
  });
  const driven = new Set(mains.map(({ deviceId }) => deviceId));
  const byNumber = channels
    .filter(
      (each) =>
        each.config.controllable && isFlexible(each.config.role) && isSetting(each) && !driven.has(each.deviceId),
    )
    .map((channel): GuardLoad => {
      const lever = leverOf(channel, measuredW(channel), safety);
      return {
        key: channelKey(channel),
        name: channel.config.name,
        priority: channel.config.priority,
        drawW: drawOf(channel, lever && lever.value * lever.wattsPerUnit),
        phase: phaseOf(channel),
        lever,
        off: null,
      };
    });
  const charging = channels.flatMap((channel) => chargingOf(channel, live, at) ?? []);
  return [...switched, ...byNumber, ...charging];
};
