import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { HealthView } from '../../preload/contract/house.ts';

export const WINDOW_MS = 60_000;
const RESOLUTION_MS = 20;

export interface EventLoopMeter {
  start(): void;
  stop(): void;
  /** Ends the window: what was measured since the last call becomes the answer of `read`. */
  turn(): void;
  read(): HealthView['eventLoop'];
}

/**
 * How long the main thread kept others waiting, ms, over the last full window (the running one during the first
 * minute). Node's histogram counts its own sampling period in, which is taken off here.
 */
export const createEventLoopMeter = (): EventLoopMeter => {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let last: HealthView['eventLoop'] | undefined;
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  const measure = (): HealthView['eventLoop'] =>
    histogram.count === 0
      ? { p50Ms: 0, p99Ms: 0, maxMs: 0, windowMs: WINDOW_MS }
      : {
          p50Ms: late(histogram.percentile(50)),
          p99Ms: late(histogram.percentile(99)),
          maxMs: late(histogram.max),
          windowMs: WINDOW_MS,
        };
  return {
    start: () => void histogram.enable(),
    stop: () => void histogram.disable(),
    turn: () => {
      last = measure();
      histogram.reset();
    },
    read: () => last ?? measure(),
  };
};
