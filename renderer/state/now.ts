import { useSyncExternalStore } from 'react';

/**
 * The center's clock as the page knows it: ages and countdowns are measured against the clock that stamped the readings,
 * so a browser whose clock is wrong does not call a fresh value old.
 */
let offsetMs = 0;
let current = Math.floor(Date.now() / 1000) * 1000;
let timer: number | null = null;
const listeners = new Set<() => void>();

/** The center's time now, UTC ms. */
export const centerNow = (): number => Date.now() + offsetMs;

/** Takes a time that the center has just said; small differences are the way it travelled and change nothing. */
export const clockHeard = (at: number): void => {
  if (Math.abs(at - centerNow()) < 3000) return;
  offsetMs = at - Date.now();
  tick();
};

const tick = (): void => {
  const next = Math.floor(centerNow() / 1000) * 1000;
  if (next === current) return;
  current = next;
  for (const listener of listeners) listener();
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  timer ??= window.setInterval(tick, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer !== null) {
      window.clearInterval(timer);
      timer = null;
    }
  };
};

/** The center's time in whole seconds; the component renders again every second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => current);

/** The center's time cut to a step, so that a chart renders again once a step only. */
export const useNowStep = (stepMs: number): number =>
  useSyncExternalStore(subscribe, () => Math.floor(current / stepMs) * stepMs);
