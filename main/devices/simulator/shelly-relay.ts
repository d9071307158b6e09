import type { Clock } from '../../clock.ts';
import type { LoadState, SimulatedHouse } from './types.ts';

export type SwitchSource = 'init' | 'WS_in' | 'HTTP_in' | 'SHC' | 'button' | 'timer' | 'THERMOSTAT';

/** One output in front of one load of the house: state, timer, meter and counters. */
export interface SimulatedRelay {
  readonly loadId: string;
  load(): LoadState;
  source(): SwitchSource;
  timer(): { readonly startedAtMs: number; readonly durationS: number } | null;
  /** Wh since the last reset. */
  countedWh(): number;
  resetCounter(): void;
  /** `toggleAfterS` turns it to the other state by itself; without it a running timer is forgotten. */
  set(on: boolean, by: SwitchSource, toggleAfterS: number | null): void;
  close(): void;
}

/** `onSwitch` hears of each change, whoever made it. */
export const createSimulatedRelay = (options: {
  readonly house: SimulatedHouse;
  readonly clock: Clock;
  readonly loadId: string;
  readonly onSwitch: () => void;
}): SimulatedRelay => {
  const { house, clock, loadId } = options;
  let source: SwitchSource = 'init';
  let timer: { readonly startedAtMs: number; readonly durationS: number; readonly cancel: () => void } | null = null;
  let countedFromKwh = 0;

  const load = (): LoadState => {
    const found = house.state().loads.find((candidate) => candidate.id === loadId);
    if (!found) throw new Error(`The simulated house has no load "${loadId}".`);
    return found;
  };

  const set = (on: boolean, by: SwitchSource, toggleAfterS: number | null): void => {
    timer?.cancel();
    timer = null;
    source = by;
    house.switchLoad(loadId, on);
    if (toggleAfterS !== null) {
      const cancel = clock.after(toggleAfterS * 1000, () => {
        timer = null;
        set(!on, 'timer', null);
      });
      timer = { startedAtMs: clock.now(), durationS: toggleAfterS, cancel };
    }
    options.onSwitch();
  };

  return {
    loadId,
    load,
    source: () => source,
    timer: () => timer,
    countedWh: () => (load().energyKwh - countedFromKwh) * 1000,
    resetCounter: () => {
      countedFromKwh = load().energyKwh;
    },
    set,
    close: () => timer?.cancel(),
  };
};
