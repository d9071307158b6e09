import { afterEach, expect, it } from 'vitest';
import type { ReplayClock } from '../../../../main/clock.ts';
import { createDriverDeps } from '../../../../main/devices/driver-deps.ts';
import { startGxSimulator } from '../../../../main/devices/simulator/gx-server.ts';
import { startSolarkSimulator } from '../../../../main/devices/simulator/solark-server.ts';
import type { SimulatedHouse, Simulator } from '../../../../main/devices/simulator/types.ts';
import { solark } from '../../../../main/devices/solark/driver.ts';
import type { ChannelActuator, Driver } from '../../../../main/devices/types.ts';
import { victronGx } from '../../../../main/devices/victron/driver.ts';
import type { Problem } from '../../../../main/planning/types.ts';
import { ok } from '../../../../main/result.ts';
import { parseTimeTable } from '../../../../preload/contract/time-table.ts';
import type { LoadOptions } from '../../../support/control/house.ts';
import { HOME } from '../../../support/control/snapshots.ts';
import { createLiveHome, GRID_SETPOINT, type LiveHome } from '../../../support/planning/live-home.ts';
import { batteryOf, liveProblem, planDoing, QUARTER } from '../../../support/planning/live-plans.ts';
import { quietLog, testHouse } from '../../../support/simulated-house.ts';

const closers: (() => Promise<void> | void)[] = [];
let home: LiveHome | null = null;
afterEach(async () => {
  home?.close();
  home = null;
  for (const close of closers.splice(0).reverse()) await close();
});

/** A real driver on a real socket, with a simulated house behind it that the plan really moves. */
const realDevice = (
  driver: Driver,
  channel: string,
  start: (stand: { readonly house: SimulatedHouse; readonly clock: ReplayClock }) => Promise<Simulator>,
  config: LoadOptions['config'],
) => {
  const made: { physics?: SimulatedHouse } = {};
  const actuator = async (clock: ReplayClock): Promise<ChannelActuator> => {
    const physics = testHouse(clock, {
      startSocPct: 40,
      profile: {
        pvW: () => 0,
        householdW: (at) => (Math.floor(at / 90_000) % 2 === 0 ? 600 : 1_500),
        outdoorTempC: () => 15,
      },
    });
    const simulator = await start({ house: physics, clock });
    const connection = driver.connectionSchema.parse({ host: simulator.host, port: simulator.port });
    const device = driver.open({ connection, secret: null }, createDriverDeps({ clock, log: quietLog(clock) }));
    closers.push(
      () => simulator.close(),
      () => device.close(),
    );
    made.physics = physics;
    const found = device.actuators.find(({ channelId }) => channelId === channel);
    if (!found) throw new Error(`no ${channel}`);
    return found;
  };
  return {
    device: { id: 'inverter', actuator, config: { safeState: null, ratedPowerW: null, rules: null, ...config } },
    physics: (): SimulatedHouse => {
      if (!made.physics) throw new Error('Nothing was started.');
      return made.physics;
    },
  };
};

const problemAt = (now: number): Problem =>
  liveProblem(
    40,
    { importPrice: (step) => (step < 20 ? 0.1 : 0.4) },
    {
      startAt: Math.floor(now / QUARTER) * QUARTER,
      batteries: [batteryOf({ initialSocPct: 40 })],
    },
  );

it('a Victron GX charges its battery by a plan over Modbus, follows the house, and gets its own way back', async () => {
  const gx = realDevice(victronGx, 'grid-setpoint', startGxSimulator, GRID_SETPOINT.config);
  let charges = true;
  home = await createLiveHome({
    real: gx,
    problem: problemAt,
    solve: (problem) => ok(planDoing(problem, { batteryKw: (step) => (step < 8 && charges ? 2 : 0) })),
  });
  await home.start();
  await home.live(40);
  const off: number[] = [];
  await home.live(6 * 60, (second) => {
    // The house changes every minute and a half; after a look and a write the battery is where the plan has it.
    const since = (home?.clock.now() ?? 0) % 90_000;
    if (second > 5 && since > 45_000) off.push(Math.abs(gx.physics().state().batteryW - 2_000));
  });
  expect(off.length).toBeGreaterThan(60);
  expect(Math.max(...off)).toBeLessThan(150);
  const before = gx.physics().state().socPct;
  charges = false;
  home.planner().planNow(HOME, 'The test wants another plan.', { anew: true });
  await home.live(60);
  // Energy is kept for a dear evening: the grid carries the house.
  expect(Math.abs(gx.physics().state().batteryW)).toBeLessThan(1_000);
  home.commander().setMode(HOME, 'watch', 'Ada');
  await home.live(30);
  const { batteryW, gridW } = gx.physics().state();
  expect([batteryW < -500, Math.abs(gridW) <= 60]).toEqual([true, true]);
  expect(before).toBeGreaterThan(40);
}, 30_000);

it('a Sol-Ark gets one table for the plan, and no other while it means the same', async () => {
  const inverter = realDevice(solark, 'time-of-use', startSolarkSimulator, {
    role: 'battery',
    use: 'check',
    name: 'Time table',
  });
  home = await createLiveHome({
    real: inverter,
    problem: problemAt,
    solve: (problem) => ok(planDoing(problem, { batteryKw: (step) => (step < 8 ? 2 : step >= 20 ? -1 : 0) })),
  });
  await home.start();
  await home.live(90);
  const written = home.actions.filter(({ finishedAt, outcome }) => finishedAt !== null && outcome === 'confirmed');
  expect(written).toHaveLength(1);
  const table = parseTimeTable(String(written[0]?.allowed));
  if ('problem' in table) throw new Error(table.problem);
  expect(table.slots).toHaveLength(6);
  expect(table.inForce).toBe(true);
  expect(table.slots.filter(({ gridCharge }) => gridCharge).length).toBeGreaterThan(0);
  for (const { socPct } of table.slots) expect(socPct).toBeGreaterThanOrEqual(20);
  // New forecasts, the same intents: its memory is spared.
  await home.live(12 * 60);
  expect(home.actions.filter(({ outcome, finishedAt }) => finishedAt !== null && outcome === 'confirmed')).toHaveLength(
    1,
  );
}, 30_000);
