import { describe, expect, it } from 'vitest';
import { replayClock } from '../../../../main/clock.ts';
import type { HouseState } from '../../../../main/devices/simulator/types.ts';
import { HOUR_MS, NOON, steady, testHouse } from '../../../support/simulated-house.ts';

const balanceOf = (state: HouseState): number => state.pvW + state.gridW - state.loadW - state.batteryW;
const houseAfter = (
  spanMs: number,
  changes: Parameters<typeof testHouse>[1],
  act?: (h: ReturnType<typeof testHouse>) => void,
) => {
  const clock = replayClock(NOON);
  const house = testHouse(clock, changes);
  act?.(house);
  clock.jump(spanMs);
  return { clock, house, state: house.state() };
};

describe('the battery of the simulated house', () => {
  it('covers what the panels do not, and takes what is left over', () => {
    const night = houseAfter(1_000, { profile: steady(0, 1_100) }).state;
    expect(night).toMatchObject({ pvW: 0, gridW: 0, loadW: 1_100, batteryW: -1_100 });
    const noon = houseAfter(1_000, { profile: steady(4_000, 1_000) }).state;
    expect(noon).toMatchObject({ gridW: 0, batteryW: 3_000 });
  });

  it('follows the grid setpoint, + drawing', () => {
    const drawing = houseAfter(1_000, { profile: steady(0, 1_000) }, (house) => house.setGridSetpointW(2_500));
    expect(drawing.state).toMatchObject({ gridW: 2_500, batteryW: 1_500 });
    const feeding = houseAfter(1_000, { profile: steady(0, 1_000) }, (house) => house.setGridSetpointW(-2_000));
    expect(feeding.state).toMatchObject({ gridW: -2_000, batteryW: -3_000 });
  });

  it('loses about a twentieth on the way in and out', () => {
    const clock = replayClock(NOON);
    let pvW = 3_000;
    const house = testHouse(clock, { profile: { ...steady(0, 0), pvW: () => pvW }, startSocPct: 50 });
    clock.jump(HOUR_MS);
    house.state();
    pvW = 0;
    house.setGridSetpointW(-1_000);
    for (let minute = 0; minute < 400 && house.state().socPct > 50; minute += 1) clock.jump(60_000);
    const { chargeKwh, dischargeKwh } = house.state().total;
    expect(chargeKwh).toBeCloseTo(3, 2);
    expect(dischargeKwh / chargeKwh).toBeGreaterThan(0.94);
    expect(dischargeKwh / chargeKwh).toBeLessThan(0.96);
  });

  it('stops at the minimum state of charge and leaves the rest to the grid', () => {
    const { state } = houseAfter(12 * HOUR_MS, { profile: steady(0, 2_000), minimumSocPct: 40 });
    expect(state.socPct).toBeGreaterThanOrEqual(40);
    expect(state.socPct).toBeLessThan(40.5);
    expect(state).toMatchObject({ batteryW: 0, gridW: 2_000 });
  });

  it('tapers when nearly full and feeds the surplus into the grid', () => {
    const { house, clock } = houseAfter(1_000, { profile: steady(6_000, 500), startSocPct: 90 });
    for (let minute = 0; minute < 400 && house.state().socPct < 98.5; minute += 1) clock.jump(60_000);
    const nearly = house.state();
    expect(nearly.batteryW).toBeGreaterThan(0);
    expect(nearly.batteryW).toBeLessThan(4_000);
    clock.jump(24 * HOUR_MS);
    const full = house.state();
    expect(full.socPct).toBeGreaterThan(99.98);
    expect(full).toMatchObject({ batteryW: 0, gridW: -5_500 });
  });

  it('obeys a charge current limit', () => {
    const { state } = houseAfter(1_000, { profile: steady(6_000, 0) }, (house) => house.setChargeLimitA(20));
    expect(state.batteryCurrentA).toBeGreaterThan(19);
    expect(state.batteryCurrentA).toBeLessThanOrEqual(20.1);
    expect(state.gridW).toBeLessThan(-4_800);
  });

  it('shows voltage rising with charge and sagging with discharge, as its resistance asks', () => {
    const charging = houseAfter(1_000, { profile: steady(6_000, 0) }).state;
    const resting = houseAfter(1_000, { profile: steady(0, 0) }).state;
    const discharging = houseAfter(1_000, { profile: steady(0, 6_000) }).state;
    expect(charging.batteryVoltageV).toBeGreaterThan(resting.batteryVoltageV);
    expect(discharging.batteryVoltageV).toBeLessThan(resting.batteryVoltageV);
    expect(resting.batteryVoltageV).toBeGreaterThan(52);
    expect(resting.batteryVoltageV).toBeLessThan(53.5);
    expect(charging.batteryVoltageV * charging.batteryCurrentA).toBeCloseTo(charging.batteryW, 6);
  });

  it('warms when it works', () => {
    const working = houseAfter(2 * HOUR_MS, { profile: steady(0, 6_000), batteryCapacityKwh: 15 }).state;
    const idle = houseAfter(2 * HOUR_MS, { profile: steady(0, 0) }).state;
    expect(working.batteryTempC).toBeGreaterThan(idle.batteryTempC + 0.5);
    expect(working.batteryTempC).toBeLessThan(45);
  });
});

describe('the loads of the simulated house', () => {
  it('lets a miner ramp up to its rating, flutter a little, and stop at once', async () => {
    const { house, clock } = houseAfter(0, {}, (h) => h.switchLoad('miner', true));
    const miner = () => house.state().loads[0]?.powerW ?? -1;
    expect(miner()).toBe(0);
    await clock.advance(7_500);
    expect(miner()).toBeGreaterThan(500);
    expect(miner()).toBeLessThan(760);
    await clock.advance(10_000);
    const seen = new Set<number>();
    for (let look = 0; look < 20; look += 1) {
      await clock.advance(4_000);
      seen.add(miner());
      expect(Math.abs(miner() - 1_250)).toBeLessThanOrEqual(19);
    }
    expect(seen.size).toBeGreaterThan(5);
    house.switchLoad('miner', false);
    expect(miner()).toBe(0);
  });

  it('ends a water heater by its thermostat and heats again after use', () => {
    const { house, clock } = houseAfter(0, { profile: steady(3_000, 300) }, (h) => h.switchLoad('tank', true));
    const powers: number[] = [];
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      clock.jump(60_000);
      const tank = house.state().loads[1];
      powers.push(tank?.powerW ?? -1);
      expect(tank?.tempC).toBeGreaterThan(40);
      expect(tank?.tempC).toBeLessThan(62);
    }
    expect(new Set(powers)).toEqual(new Set([0, 2_000]));
    const tank = house.state().loads[1];
    expect(tank?.energyKwh).toBeGreaterThan(3);
    expect(tank?.energyKwh).toBeLessThan(12);
  });

  it('says that it knows no such load', () => {
    const { house } = houseAfter(0, {});
    expect(() => house.switchLoad('pool', true)).toThrow('pool');
  });
});

describe('the time of the simulated house', () => {
  it('begins a new day at local midnight, on the long day too', () => {
    const clock = replayClock(Date.UTC(2026, 9, 24, 22, 0, 0)); // 25 October 2026 00:00 in Berlin, a day of 25 hours
    const house = testHouse(clock, { profile: steady(0, 1_000), startSocPct: 10, minimumSocPct: 10 });
    clock.jump(25 * HOUR_MS - 1);
    expect(house.state().today.importKwh).toBeCloseTo(25, 3);
    clock.jump(1);
    expect(house.state().today.importKwh).toBe(0);
    expect(house.state().total.importKwh).toBeCloseTo(25, 3);
  });

  it('ends the day at midnight also in the middle of a long sleep', () => {
    const clock = replayClock(Date.UTC(2026, 0, 10, 11, 0, 0));
    const house = testHouse(clock, { profile: steady(0, 1_000), startSocPct: 10, minimumSocPct: 10 });
    clock.jump(9 * 24 * HOUR_MS + 5 * HOUR_MS); // 17:00 in Berlin
    expect(house.state().today.importKwh).toBeCloseTo(17, 9);
  });

  it('wakes from a month of sleep in a bounded number of steps', () => {
    let asked = 0;
    const clock = replayClock(NOON);
    const pvW = () => {
      asked += 1;
      return 2_000;
    };
    const profile = { ...steady(2_000, 800), pvW };
    const house = testHouse(clock, { profile });
    clock.jump(31 * 24 * HOUR_MS);
    const state = house.state();
    expect(asked).toBeLessThan(5_000);
    expect(state.total.pvKwh).toBeCloseTo(2 * 24 * 31, 3);
  });

  it('lets nothing happen while the clock is set back', () => {
    const { house, clock } = houseAfter(HOUR_MS, {});
    const before = house.state();
    clock.jump(-2 * HOUR_MS);
    expect(house.state().total).toEqual(before.total);
    clock.jump(HOUR_MS);
    expect(house.state().total.pvKwh).toBeCloseTo(before.total.pvKwh + 5.2, 3);
  });

  it('is the same for the same seed, and another for another', () => {
    const look = (seed: number) =>
      houseAfter(HOUR_MS, { seed }, (house) => house.switchLoad('miner', true)).house.state();
    expect(look(4)).toEqual(look(4));
    expect(look(4)).not.toEqual(look(5));
  });

  it('shares the panels among strings and charger without losing a watt', () => {
    const { state } = houseAfter(1, { profile: steady(4_321.7, 0) });
    expect(state.pvString1W + state.pvString2W + state.pvChargerW).toBe(state.pvW);
    expect(balanceOf(state)).toBe(0);
  });
});
