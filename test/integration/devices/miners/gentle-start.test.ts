import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createCommander } from '../../../../main/control/commander.ts';
import type { Proposal } from '../../../../main/control/types.ts';
import { createActuatorVault } from '../../../../main/devices/actuator-vault.ts';
import { minerBraiins } from '../../../../main/devices/miners/braiins-driver.ts';
import { startBraiinsSimulator } from '../../../../main/devices/simulator/braiins-server.ts';
import { createEventBus } from '../../../../main/events.ts';
import { channelId, deviceId } from '../../../../main/ids.ts';
import { createLog, memorySink } from '../../../../main/log.ts';
import type { Reading } from '../../../../main/reading.ts';
import { openStore } from '../../../../main/store/store.ts';
import type { FreshReading, Telemetry } from '../../../../main/telemetry/types.ts';
import type { Action } from '../../../../preload/contract/control.ts';
import type { DeviceRules } from '../../../../preload/contract/devices.ts';
import { configOf, HOME } from '../../../support/control/snapshots.ts';
import { createTestTelemetry } from '../../../support/control/telemetry.ts';
import { openBench } from '../../../support/devices/bench.ts';
import { plainSite } from '../../../support/plain-site.ts';

const MINUTE_MS = 60_000;
const MINER = deviceId('miner');
const MINING = channelId('mining');
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A miner that tunes for 5 min after each start and takes harm when it is cut within 10, behind the real commander. */
const minerInAHome = async (rules: DeviceRules) => {
  const bench = await openBench(
    minerBraiins,
    (stand) => startBraiinsSimulator({ ...stand, startMs: 5 * MINUTE_MS, harmedWithinMs: 10 * MINUTE_MS }),
    { secret: 'braiins-secret' },
  );
  ends.push(bench.close);
  const { clock, device, inTime, server } = bench;
  const folder = mkdtempSync(join(tmpdir(), 'gentle-'));
  const log = createLog(memorySink(), clock);
  const opened = await inTime(openStore({ folder, clock, log }));
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  store.sites.add(plainSite(HOME), clock.now());
  const config = configOf({ channelId: MINING, name: 'Miner', role: 'miner', rules });
  const connection = { host: server.host, port: server.port };
  store.devices.add(
    {
      id: MINER,
      siteId: HOME,
      driverId: minerBraiins.id,
      name: 'Miner',
      identity: null,
      connection,
      channels: [config],
    },
    clock.now(),
  );
  store.state.set(`mode:${HOME}`, 'automate');

  const latest = new Map<string, FreshReading>();
  const keep = (readings: readonly Reading[]): void => {
    for (const reading of readings)
      latest.set(`${reading.channelId} ${reading.metric}`, { ...reading, limitMs: minerBraiins.freshnessLimitMs });
  };
  const house = createTestTelemetry(clock, store, []);
  const telemetry: Telemetry = {
    ...house.telemetry,
    refresh: async (_, signal) => {
      const read = await device.reader.read(signal);
      if (read.ok) keep(read.value);
      return read;
    },
    latest: (_, channel, metric) => latest.get(`${channel} ${metric}`),
    pollers: () => [
      {
        deviceId: MINER,
        name: 'Miner',
        state: 'online',
        identity: null,
        periodMs: minerBraiins.pollPeriodMs,
        lastOkAt: clock.now(),
        problem: null,
        consecutiveFailures: 0,
        nextAt: null,
        polls24h: 0,
        errors24h: 0,
        rejected24h: 0,
        medianMs: null,
      },
    ],
  };
  const vault = createActuatorVault();
  vault.put(MINER, device.actuators);
  const bus = createEventBus((name, thrown) => {
    throw new Error(`listener of ${name} failed: ${String(thrown)}`);
  });
  const { commander } = createCommander({ clock, log, bus, store, telemetry, vault, stillOwner: () => true });
  const ending = new AbortController();
  house.poll();
  await inTime(commander.start(ending.signal));
  ends.push(async () => {
    ending.abort();
    await inTime(commander.stop());
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const submit = (setpoint: boolean): Action | Promise<Action> => {
    house.poll();
    const proposal: Proposal = {
      siteId: HOME,
      deviceId: MINER,
      channelId: MINING,
      setpoint,
      origin: 'plan',
      who: 'plan',
      surface: 'system',
      reason: 'Power is dear.',
      reasonCode: 'PRICE_HIGH',
      ifIgnored: 'Nothing happens.',
      holdMs: null,
      leaseMs: 4 * 3_600_000,
    };
    const submitted = commander.submit(proposal);
    if (!submitted.ok) throw new Error(submitted.error.message);
    if ('pending' in submitted.value) throw new Error('pending');
    const { action, done } = submitted.value;
    return action.verdict === 'refused' ? action : done;
  };
  return {
    clock,
    miner: server.miner,
    wish: async (setpoint: boolean): Promise<Action> => inTime(Promise.resolve(submit(setpoint))),
    /** Time passes with a poll every half minute. */
    wait: async (minutes: number) => {
      for (let at = 0; at < minutes * 2; at += 1) {
        await inTime(clock.sleep(MINUTE_MS / 2));
        await inTime(telemetry.refresh(MINER, ending.signal));
        house.poll();
      }
    },
  };
};

describe('a miner that needs 5 min to start and takes harm when cut within 10', () => {
  const rules = minerBraiins.channels[0]?.control?.defaultRules;
  if (!rules) throw new Error('no rules');

  it('is resumed without being called failed while it starts, and is not cut before its time', async () => {
    const { clock, miner, wait, wish } = await minerInAHome(rules);
    await wait(16);
    const paused = await wish(false);
    expect([paused.outcome, miner.phase()]).toEqual(['confirmed', 'paused']);

    await wait(11);
    const startedAt = clock.now();
    const resumed = await wish(true);
    expect(resumed.outcome).toBe('confirmed');
    // Confirmed by its power, which came when the tuning was over.
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(5 * MINUTE_MS);
    expect(miner.phase()).toBe('mining');

    await wait(2);
    const tooSoon = await wish(false);
    expect(tooSoon).toMatchObject({ verdict: 'refused', sentence: expect.stringMatching(/stays on for another/) });
    expect(miner.phase()).toBe('mining');

    await wait(11);
    const later = await wish(false);
    expect([later.outcome, miner.phase(), miner.harmed()]).toEqual(['confirmed', 'paused', 0]);
  });

  it('would take harm without these rules: the fake can fail', async () => {
    const { miner, wait, wish } = await minerInAHome({ ...rules, minOnMs: 1, minOffMs: 1, maxSwitchesPerHour: 60 });
    await wait(1);
    await wish(false);
    await wait(1);
    await wish(true);
    await wait(2);
    await wish(false);
    expect(miner.harmed()).toBe(1);
    expect(miner.phase()).toBe('fault');
  });
});
