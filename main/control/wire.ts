import type { Setpoint } from '../../preload/contract/base.ts';
import type { Clock } from '../clock.ts';
import type { ChannelActuator, ReadBack } from '../devices/types.ts';
import { messageOf, permanent, type Result, temporary } from '../result.ts';
import type { Ground } from './deps.ts';

/** Every touch of a device: checked for ownership, limited in time, abortable, and never throwing. */
export interface Wire {
  /** Calls the device before the first await, so that a stop commands fifty devices in one turn. */
  write(actuator: ChannelActuator, value: Setpoint, leaseMs: number | null, signal: AbortSignal): Promise<Result<void>>;
  readBack(actuator: ChannelActuator, signal: AbortSignal): Promise<Result<ReadBack>>;
}

export const ABORTED = 'control.aborted';
export const NOT_OWNER = 'control.not-owner';

/**
 * Whether something was measured after an instant of the monotonic clock. By ages and not by instants, so that a wall
 * clock that jumps meanwhile neither proves nor disproves anything. The two clocks round differently: 1 ms is allowed.
 */
export const measuredSince = (clock: Clock, measuredAt: number, sinceMs: number): boolean =>
  clock.now() - measuredAt <= clock.monotonicMs() - sinceMs + 1;

/** Ends after `limitMs` even when the called one ignores its signal. */
export const within = async <Value>(
  { clock }: Pick<Ground, 'clock'>,
  limitMs: number,
  signal: AbortSignal,
  call: (signal: AbortSignal) => Promise<Result<Value>>,
): Promise<Result<Value>> => {
  const aborted = temporary(ABORTED, 'The command was broken off.', 'Ask again if it is still wanted.');
  if (signal.aborted) return aborted;
  const own = new AbortController();
  let end: (result: Result<Value>) => void = () => undefined;
  const ended = new Promise<Result<Value>>((resolve) => {
    end = resolve;
  });
  const onAbort = (): void => {
    own.abort();
    end(aborted);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const cancel = clock.after(limitMs, () => {
    own.abort();
    end(temporary('device.no-answer', 'The device did not answer in time.', 'Check its power and its network.'));
  });
  try {
    return await Promise.race([call(own.signal), ended]);
  } catch (thrown) {
    return temporary('device.fault', `The device's driver failed: ${messageOf(thrown)}.`, 'Try again, then report it.');
  } finally {
    cancel();
    signal.removeEventListener('abort', onAbort);
  }
};

export const createWire = (ground: Ground): Wire => {
  const limitOf = ({ spec }: ChannelActuator): number => spec.wireLimitMs ?? ground.timings.wireLimitMs;
  return {
    write: async (actuator, value, leaseMs, signal) => {
      if (!ground.stillOwner())
        return permanent(
          NOT_OWNER,
          'Another CommandCenter has taken over this home.',
          'Close this one, or close the other one and start this one again.',
        );
      return within(ground, limitOf(actuator), signal, (own) => actuator.write(value, { leaseMs, signal: own }));
    },
    readBack: (actuator, signal) => within(ground, limitOf(actuator), signal, (own) => actuator.readBack(own)),
  };
};
