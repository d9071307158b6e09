import type { Clock } from '../../../main/clock.ts';
import type { ChannelActuator, ControlSpec } from '../../../main/devices/types.ts';
import { type ChannelId, channelId, type DeviceId, deviceId } from '../../../main/ids.ts';
import { ok, permanent, temporary } from '../../../main/result.ts';
import type { Setpoint } from '../../../preload/contract/base.ts';

/**
 * obedient does as told · deaf accepts and does nothing · lying shows the new value but draws no power · offline answers
 * nothing, at once · hung never answers and ignores its signal · refusing fails for good · late applies after 20 s ·
 * cached shows the new value in readings from before the write · limited clamps to 60 % of what was asked.
 */
export type Behaviour = 'obedient' | 'deaf' | 'lying' | 'offline' | 'hung' | 'refusing' | 'late' | 'cached' | 'limited';

export interface WireEntry {
  readonly at: number;
  readonly deviceId: DeviceId;
  readonly channelId: ChannelId;
  readonly value: Setpoint;
  readonly leaseMs: number | null;
  /** What the channel really was when the write arrived. */
  readonly was: Setpoint;
}

const SWITCH_SPEC: ControlSpec = {
  control: { kind: 'switch' },
  defaultSafeState: false,
  defaultRules: { minOnMs: 300_000, minOffMs: 300_000, maxSwitchesPerHour: 6, writeBudgetPerDay: 40 },
  readBackAfterMs: 200,
  readBackWithinMs: 3_000,
  effect: { kind: 'power-follows-switch', onAboveW: 10, offBelowW: 8, withinMs: 5_000 },
  deviceLease: false,
};

/** A channel of a device that can be told how to misbehave. No socket: only the commander's side is under test. */
export const createTestDevice = (options: {
  readonly clock: Clock;
  readonly id: string;
  readonly channelId?: string;
  readonly spec?: Partial<ControlSpec>;
  readonly value?: Setpoint;
  readonly powerW?: number;
  readonly wire: WireEntry[];
  /** Hears of a write at the moment it reaches the device, before anything changes. */
  readonly onWrite?: (entry: WireEntry) => void;
  readonly onRead?: (deviceId: DeviceId, value: Setpoint, measuredAt: number) => void;
}) => {
  const { clock, wire } = options;
  const spec: ControlSpec = { ...SWITCH_SPEC, ...options.spec };
  const id = deviceId(options.id);
  const channel = channelId(options.channelId ?? 'switch:0');
  let value: Setpoint = options.value ?? false;
  let behaviour: Behaviour = 'obedient';
  let failures = 0;
  let shows = true;
  let reads = 0;
  let cancelLease: (() => void) | null = null;
  let leaseEndsAt: number | null = null;
  let drawn: number | null = null;

  const never = (): Promise<never> => new Promise(() => undefined);
  const away = () => temporary('device.unreachable', 'The device does not answer.', 'Check its power.');
  const set = (next: Setpoint): void => {
    value = next;
    shows = true;
  };
  const arm = (next: Setpoint, leaseMs: number | null): void => {
    cancelLease?.();
    leaseEndsAt = leaseMs === null ? null : clock.now() + leaseMs;
    cancelLease = leaseMs === null || typeof next !== 'boolean' ? null : clock.after(leaseMs, () => set(!next));
  };
  const actuator: ChannelActuator = {
    channelId: channel,
    spec,
    write: async (asked, { leaseMs }) => {
      const entry = { at: clock.now(), deviceId: id, channelId: channel, value: asked, leaseMs, was: value };
      options.onWrite?.(entry);
      wire.push(entry);
      if (behaviour === 'hung') return never();
      if (behaviour === 'refusing') return permanent('device.refused', 'The device refuses.', 'Look at its settings.');
      if (behaviour === 'offline' || failures > 0) {
        failures = Math.max(0, failures - 1);
        return away();
      }
      if (behaviour === 'deaf') return ok(undefined);
      if (behaviour === 'late') {
        clock.after(20_000, () => set(asked));
        return ok(undefined);
      }
      set(behaviour === 'limited' && typeof asked === 'number' ? Math.round(asked * 0.6) : asked);
      shows = behaviour !== 'lying';
      arm(asked, leaseMs);
      return ok(undefined);
    },
    readBack: async () => {
      reads += 1;
      if (behaviour === 'hung') return never();
      if (behaviour === 'offline') return away();
      const measuredAt = behaviour === 'cached' ? clock.now() - 60_000 : clock.now();
      options.onRead?.(id, value, measuredAt);
      return ok({ value, leaseEndsAt, measuredAt });
    },
  };
  return {
    id,
    channel,
    actuator,
    behave: (next: Behaviour) => {
      behaviour = next;
    },
    /** The next writes fail as temporary. */
    failNext: (count: number) => {
      failures = count;
    },
    behaviour: () => behaviour,
    value: () => value,
    reads: () => reads,
    reachable: () => behaviour !== 'offline' && behaviour !== 'hung',
    /** What its meter would show, W. */
    powerW: (): number => {
      if (!shows || value === false || value === 'off') return 0;
      return drawn ?? (typeof value === 'number' ? Math.max(0, value) : (options.powerW ?? 3000));
    },
    /** What it takes from now on while it is on, W, as a car that is full; null takes what it is rated for. */
    draws: (powerW: number | null) => {
      drawn = powerW;
    },
    /** A hand at the device, or the vendor's app. */
    byHand: (next: Setpoint) => {
      arm(next, null);
      set(next);
    },
  };
};
export type TestDevice = ReturnType<typeof createTestDevice>;
