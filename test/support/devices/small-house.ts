import type { Clock } from '../../../main/clock.ts';
import type { HouseState, LoadState, SimulatedHouse, SimulatedLoad } from '../../../main/devices/simulator/types.ts';

const NO_ENERGY = { pvKwh: 0, loadKwh: 0, importKwh: 0, exportKwh: 0, chargeKwh: 0, dischargeKwh: 0 };

export interface SmallHouse extends SimulatedHouse {
  /** What a load draws when it is on, W. */
  setRated(id: string, powerW: number): void;
}

/** A house of plain switches with a constant rest: enough for one plug, and easy to reckon by hand. */
export const smallHouse = (clock: Clock, loads: readonly SimulatedLoad[] = [MINER]): SmallHouse => {
  const rated = new Map(loads.map((load) => [load.id, load.ratedPowerW]));
  const on = new Map(loads.map((load) => [load.id, false]));
  const energyKwh = new Map(loads.map((load) => [load.id, 1.5]));
  let countedAt = clock.now();
  const count = (): void => {
    const hours = (clock.now() - countedAt) / 3_600_000;
    countedAt = clock.now();
    for (const { id } of loads)
      if (on.get(id)) energyKwh.set(id, (energyKwh.get(id) ?? 0) + ((rated.get(id) ?? 0) * hours) / 1000);
  };
  const loadState = ({ id }: SimulatedLoad): LoadState => ({
    id,
    on: on.get(id) ?? false,
    powerW: on.get(id) ? (rated.get(id) ?? 0) : 0,
    energyKwh: energyKwh.get(id) ?? 0,
    tempC: null,
  });
  return {
    loads,
    batteryCapacityKwh: 10,
    state: (): HouseState => {
      count();
      const states = loads.map(loadState);
      const loadW = 400 + states.reduce((sum, load) => sum + load.powerW, 0);
      return {
        at: clock.now(),
        pvW: 1_500,
        pvString1W: 600,
        pvString2W: 400,
        pvChargerW: 500,
        householdW: 400,
        loads: states,
        loadW,
        batteryW: 300,
        batteryVoltageV: 52.1,
        batteryCurrentA: 300 / 52.1,
        batteryTempC: 22,
        socPct: 63,
        gridW: loadW + 300 - 1_500,
        gridVoltageV: 231,
        gridFrequencyHz: 50,
        total: NO_ENERGY,
        today: NO_ENERGY,
      };
    },
    switchLoad: (id, state) => {
      count();
      on.set(id, state);
    },
    setGridSetpointW: () => undefined,
    setMinimumSocPct: () => undefined,
    setChargeLimitA: () => undefined,
    setDischargeLimitW: () => undefined,
    setRated: (id, powerW) => {
      count();
      rated.set(id, powerW);
    },
  };
};

export const MINER: SimulatedLoad = { id: 'miner-a', name: 'Miner A', kind: 'miner', ratedPowerW: 1_200 };
