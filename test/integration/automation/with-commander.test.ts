import { afterEach, describe, expect, it } from 'vitest';
import { type Automation, createAutomation } from '../../../main/automation/automation.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { createHouse, type House, type LoadOptions } from '../../support/control/house.ts';
import { HOME } from '../../support/control/snapshots.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const LOADS: readonly LoadOptions[] = [
  { id: 'miner-a', config: { name: 'Miner A', role: 'miner', priority: 1 }, powerW: 1000 },
  { id: 'miner-c', config: { name: 'Miner C', role: 'miner', priority: 3 }, powerW: 1000 },
];

let house: House;
let automation: Automation;
afterEach(async () => {
  await automation.stop();
  house.close();
});

/** The rules over the real commander, envelope, ledger and database; only the devices are stand-ins. */
const begin = async (mode: 'automate' | 'suggest' = 'automate', loads = LOADS): Promise<void> => {
  house = await createHouse(loads, { mode });
  await house.start();
  automation = createAutomation({
    store: house.store(),
    clock: house.clock,
    log: createLog(memorySink(), house.clock),
    bus: house.bus,
    commander: house.commander(),
    telemetry: house.meters.telemetry,
    siteIds: () => [HOME],
  });
  automation.start(new AbortController().signal);
};
const isOn = (id: string): unknown => house.device(id).value();
const writesTo = (id: string) => house.wire.filter((entry) => entry.deviceId === id).map((entry) => entry.value);

describe('the miner tiers through the real commander', () => {
  it('a miner that may run is started once and runs on for hours, far beyond its lease', async () => {
    await begin();
    await house.pass(3 * HOUR_MS);
    expect(writesTo('miner-a')).toEqual([true]);
    expect(writesTo('miner-c')).toEqual([true]);
    const first = house.actions.find((action) => action.deviceId === 'miner-a');
    expect(first).toMatchObject({ origin: 'rule', who: 'Miner tiers', reasonCode: 'SOC_TIER_ALLOWS' });
    // One row to start, then a renewal about every 20 minutes.
    expect(new Set(house.actions.map((action) => action.id)).size).toBeLessThan(2 * 12);
  });

  it('when the rules die, what they started ends with its lease', async () => {
    await begin();
    await house.pass(10 * MINUTE_MS);
    expect(isOn('miner-a')).toBe(true);
    await automation.stop();
    await house.pass(40 * MINUTE_MS);
    expect(isOn('miner-a')).toBe(false);
  });

  it('a falling charge pauses by priority, and a low one pauses all until 80 %', async () => {
    await begin();
    await house.pass(10 * MINUTE_MS);
    house.meters.meters.socPct = 55;
    await house.pass(10 * MINUTE_MS);
    expect([isOn('miner-a'), isOn('miner-c')]).toEqual([true, false]);
    house.meters.meters.socPct = 49;
    await house.pass(10 * MINUTE_MS);
    expect([isOn('miner-a'), isOn('miner-c')]).toEqual([false, false]);
    house.meters.meters.socPct = 75;
    await house.pass(HOUR_MS);
    expect([isOn('miner-a'), isOn('miner-c')]).toEqual([false, false]);
    house.meters.meters.socPct = 82;
    await house.pass(10 * MINUTE_MS);
    expect([isOn('miner-a'), isOn('miner-c')]).toEqual([true, true]);
  });

  it("a miner that ran before the rules came stays paused beyond the pause's lease", async () => {
    await begin(
      'automate',
      LOADS.map((load) => ({ ...load, value: true })),
    );
    house.meters.meters.socPct = 40;
    await house.pass(3 * HOUR_MS);
    expect(writesTo('miner-a')).toEqual([false]);
  });

  it("a person's hold is not argued with", async () => {
    await begin();
    await house.pass(12 * MINUTE_MS);
    const byHand = await house.act('miner-a', {
      setpoint: false,
      origin: 'manual',
      who: 'Mara',
      surface: 'window',
      holdMs: HOUR_MS,
    });
    expect(byHand.outcome).toBe('confirmed');
    const before = house.actions.length;
    await house.pass(50 * MINUTE_MS);
    expect(isOn('miner-a')).toBe(false);
    expect(house.actions.slice(before).filter((action) => action.deviceId === 'miner-a')).toEqual([]);
  });

  it('in Suggest it asks once a question and switches nothing', async () => {
    await begin('suggest');
    await house.pass(30 * MINUTE_MS);
    expect(house.wire).toEqual([]);
    expect(house.commander().pending(HOME).length).toBeLessThanOrEqual(2);
  });

  it('a stop ends all, and its release starts nothing by itself', async () => {
    await begin();
    await house.pass(10 * MINUTE_MS);
    await house.stop().activate(HOME, 'Mara', 'window', null);
    await house.pass(10 * MINUTE_MS);
    expect([isOn('miner-a'), isOn('miner-c')]).toEqual([false, false]);
    house.stop().release(HOME, 'Mara', 'window');
    await house.pass(HOUR_MS);
    expect([isOn('miner-a'), isOn('miner-c')]).toEqual([false, false]);
  });
});
