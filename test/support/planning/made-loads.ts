import type { SimLoad } from '../../../main/planning/backtest/types.ts';

const RULES = { times: null, minRunMinutes: 0, minPauseMinutes: 0, maxStarts: null, startCost: 0 } as const;

/** A miner of a made home. */
export const madeMiner = (more: Partial<Extract<SimLoad, { kind: 'value' }>> = {}): SimLoad => ({
  ...{ kind: 'value', id: 'miner', name: 'Miner', powerKw: 1.5, valuePerKwh: 0.15, priority: 1 },
  ...RULES,
  ...more,
});

/** Two hours between nine and five. */
export const madeWasher = (more: Partial<Extract<SimLoad, { kind: 'run' }>> = {}): SimLoad => ({
  ...{ kind: 'run', id: 'washer', name: 'Washer', powerKw: 1.5, runMinutes: 120 },
  ...{ ...RULES, times: { kind: 'daily', from: '09:00', to: '17:00', days: [] } },
  ...more,
});

/** A tank of 300 litres that is drawn from in the evening. */
export const madeTank = (more: Partial<Extract<SimLoad, { kind: 'heat' }>> = {}): SimLoad => ({
  ...{ kind: 'heat', id: 'tank', name: 'Tank', powerKw: 2, heatPerKwh: 1, capacityKwhPerK: 0.35, lossKwPerK: 0.002 },
  ...{ ambientC: 20, initialC: 52, minC: 45, maxC: 60 },
  gainKw: Array.from({ length: 24 }, (_, hour) => (hour >= 18 && hour < 22 ? -1 : 0)),
  ...more,
});
