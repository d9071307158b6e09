import type { Clock } from '../../clock.ts';
import type { SimulatedHouse } from './types.ts';

/** A hashing board as its firmware sees it. */
export interface SimulatedMiner {
  readonly phase: () => 'mining' | 'paused' | 'starting' | 'fault';
  /** What the firmware reckons that it draws, W: the control board draws on while it rests. */
  powerW(): number;
  hashrateThs(): number;
  chipTempC(): number;
  pause(): void;
  resume(): void;
  powerTargetW(): number;
  setPowerTargetW(powerW: number): void;
  /** How often it was cut so soon after a start that boards or supplies suffer. */
  harmed(): number;
  close(): void;
}

const IDLE_W = 14;
const THS_PER_W = 0.03;

/**
 * A miner standing on a load of the simulated house. After a resume it tunes for `startMs` and draws almost nothing;
 * one that is paused within `harmedWithinMs` of its start takes harm and stays in fault until it is resumed again.
 */
export const createSimulatedMiner = (options: {
  readonly house: SimulatedHouse;
  readonly clock: Clock;
  readonly loadId?: string;
  readonly startMs?: number;
  readonly harmedWithinMs?: number;
}): SimulatedMiner => {
  const { house, clock, startMs = 0, harmedWithinMs = 0 } = options;
  const load = house.loads.find(({ id, kind }) => (options.loadId ? id === options.loadId : kind === 'miner'));
  if (!load) throw new Error('The simulated house has no miner.');
  let phase: ReturnType<SimulatedMiner['phase']> = 'mining';
  let resumedMs = Number.NEGATIVE_INFINITY;
  let targetW = load.ratedPowerW;
  let harmed = 0;
  let cancelStart = (): void => undefined;
  house.switchLoad(load.id, true);

  const drawnW = (): number => house.state().loads.find(({ id }) => id === load.id)?.powerW ?? 0;

  return {
    phase: () => phase,
    powerW: () => (phase === 'mining' ? Math.max(drawnW(), IDLE_W) : IDLE_W),
    hashrateThs: () => (phase === 'mining' ? drawnW() * THS_PER_W : 0),
    chipTempC: () => 31 + (45 * drawnW()) / load.ratedPowerW,
    pause: () => {
      if (phase === 'paused') return;
      cancelStart();
      const tooSoon = clock.monotonicMs() - resumedMs < harmedWithinMs;
      if (tooSoon) harmed += 1;
      phase = tooSoon ? 'fault' : 'paused';
      house.switchLoad(load.id, false);
    },
    resume: () => {
      if (phase === 'mining' || phase === 'starting') return;
      resumedMs = clock.monotonicMs();
      const begin = (): void => {
        phase = 'mining';
        house.switchLoad(load.id, true);
      };
      if (startMs === 0) return begin();
      phase = 'starting';
      cancelStart = clock.after(startMs, begin);
    },
    powerTargetW: () => targetW,
    setPowerTargetW: (powerW) => {
      targetW = powerW;
      house.limitLoad?.(load.id, powerW);
    },
    harmed: () => harmed,
    close: () => cancelStart(),
  };
};
