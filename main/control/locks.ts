import type { DeviceId } from '../ids.ts';

/** One command at a time on a device, first come first served. Devices never wait for each other. */
export interface DeviceLocks {
  /** Answers the function that lets go, or null when the signal aborted while waiting. */
  acquire(deviceId: DeviceId, signal: AbortSignal): Promise<(() => void) | null>;
}

export const createDeviceLocks = (): DeviceLocks => {
  const tails = new Map<DeviceId, Promise<void>>();
  return {
    acquire: async (deviceId, signal) => {
      const before = tails.get(deviceId) ?? Promise.resolve();
      let open: () => void = () => undefined;
      const mine = new Promise<void>((resolve) => {
        open = resolve;
      });
      const tail = before.then(() => mine);
      tails.set(deviceId, tail);
      const release = (): void => {
        open();
        if (tails.get(deviceId) === tail) tails.delete(deviceId);
      };
      const aborted = new Promise<'aborted'>((resolve) => {
        if (signal.aborted) resolve('aborted');
        else signal.addEventListener('abort', () => resolve('aborted'), { once: true });
      });
      const turn = await Promise.race([before.then(() => 'turn' as const), aborted]);
      if (turn === 'turn' && !signal.aborted) return release;
      // The place in the queue is given up, but whoever comes later still waits for those before.
      open();
      return null;
    },
  };
};
