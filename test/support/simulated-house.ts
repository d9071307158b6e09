import { type Clock, systemClock } from '../../main/clock.ts';
import { createSimulatedHouse, type SimulatedHouseOptions } from '../../main/devices/simulator/house.ts';
import type { HouseProfile, SimulatedHouse } from '../../main/devices/simulator/types.ts';
import { createLog, memorySink } from '../../main/log.ts';
import type { Reading } from '../../main/reading.ts';
import type { Result } from '../../main/result.ts';

/** Local noon of a summer day in Berlin. */
export const NOON = Date.UTC(2026, 6, 1, 10, 0, 0);
export const HOUR_MS = 3_600_000;

/** The same at any time: for tests that compare two looks at one instant. */
export const steady = (pvW: number, householdW: number): HouseProfile => ({
  pvW: () => pvW,
  householdW: () => householdW,
  outdoorTempC: () => 21,
});

export const testHouse = (clock: Clock, changes: Partial<SimulatedHouseOptions> = {}): SimulatedHouse =>
  createSimulatedHouse({
    clock,
    profile: steady(5_200, 900),
    loads: [
      { id: 'miner', name: 'Miner', kind: 'miner', ratedPowerW: 1_250 },
      { id: 'tank', name: 'Water heater', kind: 'water-heater', ratedPowerW: 2_000 },
      { id: 'fan', name: 'Fan', kind: 'resistive', ratedPowerW: 60 },
    ],
    batteryCapacityKwh: 15,
    startSocPct: 55,
    timeZone: 'Europe/Berlin',
    ...changes,
  });

export const quietLog = (clock: Clock) => createLog(memorySink(), clock);

/** The value of a successful result; a failure ends the test with its sentence. */
export const unwrapped = <Value>(result: Result<Value>): Value => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
};

/** `battery.powerW` → value, for the metrics that are there. */
export const byName = (readings: readonly Reading[]): Record<string, number> =>
  Object.fromEntries(readings.map(({ channelId, metric, value }) => [`${channelId}.${metric}`, value]));

/** The real clock in a hurry: waits are a hundredth, so that time-outs of seconds end in milliseconds. */
export const hastyClock = (): Clock => {
  const real = systemClock();
  return {
    ...real,
    after: (delayMs, callback) => real.after(delayMs / 100, callback),
    sleep: (delayMs, signal) => real.sleep(delayMs / 100, signal),
  };
};
