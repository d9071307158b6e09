import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, replayClock } from '../../../main/clock.ts';
import { createDriverDeps } from '../../../main/devices/driver-deps.ts';
import type { DriverEntry } from '../../../main/devices/driver-entry.ts';
import { QUALITY_RULES } from '../../../main/devices/quality.ts';
import { DRIVERS, driverOf } from '../../../main/devices/registry.ts';
import { createSimulatedHouse } from '../../../main/devices/simulator/house.ts';
import { type ChannelSpec, channelsOf, type OpenDevice } from '../../../main/devices/types.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { Result } from '../../../main/result.ts';
import { parseTimeTable } from '../../../preload/contract/time-table.ts';
import { MINER } from '../../support/devices/small-house.ts';

const START = Date.UTC(2026, 5, 1, 12);
const never = new AbortController().signal;
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const houseOn = (clock: Clock) =>
  createSimulatedHouse({
    clock,
    profile: { pvW: () => 3_000, householdW: () => 500, outdoorTempC: () => 20 },
    loads: [MINER],
    batteryCapacityKwh: 10,
    startSocPct: 60,
    timeZone: 'Europe/Berlin',
    startTotal: { pvKwh: 10, loadKwh: 9, importKwh: 8, exportKwh: 7, chargeKwh: 6, dischargeKwh: 5 },
  });

const setUp = async ({ driver, sample, startSimulator }: DriverEntry) => {
  const clock = replayClock(START);
  const simulator = await startSimulator({ house: houseOn(clock), clock });
  ends.push(simulator.close);
  const sink = memorySink();
  const connection = driver.connectionSchema.parse({
    host: simulator.host,
    port: simulator.port,
    ...sample.connection,
  });
  const deps = createDriverDeps({ clock, log: createLog(sink, clock) });
  const open = (): OpenDevice => {
    const device = driver.open({ connection, secret: sample.secret }, deps);
    ends.push(device.close);
    return device;
  };
  /** Time goes on while a device is waited for: pauses between requests and time limits need it. */
  const inTime = async <Value>(work: Promise<Value>): Promise<Value> => {
    const isDone = { yet: false };
    const watched = work.finally(() => {
      isDone.yet = true;
    });
    while (!isDone.yet) {
      await clock.advance(25);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return watched;
  };
  const channels = channelsOf(driver, connection).map((spec) => ({
    ...spec,
    metrics: spec.metrics.filter((metric) => !sample.without?.includes(`${spec.channelId} ${metric}`)),
    control: sample.withoutControl?.includes(spec.channelId) ? null : spec.control,
  }));
  return { channels, clock, simulator, open, inTime, sink };
};

/** The actuators that the simulated model has. */
const existing = (device: OpenDevice, channels: readonly ChannelSpec[]) =>
  device.actuators.filter((actuator) =>
    channels.some(({ channelId, control }) => channelId === actuator.channelId && control !== null),
  );

const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : `${result.error.kind} ${result.error.code}`);

it('knows each driver once, by an id and a label of its own', () => {
  const ids = DRIVERS.map(({ driver }) => driver.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(DRIVERS.map(({ driver }) => driver.label)).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(['shelly-gen2', 'victron-gx', 'solark']));
  for (const id of ids) expect(driverOf(id)?.id).toBe(id);
  expect(driverOf('nothing')).toBeUndefined();
});

describe.each(DRIVERS.map((entry) => [entry.driver.id, entry] as const))('%s', (_, entry) => {
  const { driver, quality, sample } = entry;
  const declared = channelsOf(
    driver,
    driver.connectionSchema.parse({ host: '127.0.0.1', port: driver.defaultPort, ...sample.connection }),
  );
  const controls = declared.flatMap(({ control }) => control ?? []);

  it('answers every question of quality, with a reason where it is not done', () => {
    expect(Object.keys(quality).sort()).toEqual(Object.keys(QUALITY_RULES).sort());
    for (const answer of Object.values(quality))
      if (answer.state !== 'done') expect(answer.because).toMatch(/^[A-Z].{10,}\.$/);
  });

  it('declares products, a poll period, a limit of freshness and channels that can be told apart', () => {
    expect(driver.products.length).toBeGreaterThan(0);
    expect(driver.pollPeriodMs).toBeGreaterThanOrEqual(1_000);
    expect(driver.freshnessLimitMs).toBeGreaterThanOrEqual(3 * driver.pollPeriodMs);
    expect(driver.parallelRequests).toBeGreaterThanOrEqual(1);
    expect(declared.length).toBeGreaterThan(0);
    expect(new Set(declared.map(({ channelId }) => channelId)).size).toBe(declared.length);
  });

  it('has plausible bounds for every metric of every channel', () => {
    for (const { bounds, channelId, metrics } of declared)
      for (const metric of metrics) {
        const [least, most] = bounds[metric] ?? [Number.NaN, Number.NaN];
        expect(most, `${channelId} ${metric}`).toBeGreaterThan(least);
        expect(Number.isFinite(least) && Number.isFinite(most)).toBe(true);
      }
  });

  it('has a safe state inside its range and rules above 0 for every control', () => {
    for (const { control, defaultRules, defaultSafeState, readBackAfterMs, readBackWithinMs } of controls) {
      if (control.kind === 'switch') expect(typeof defaultSafeState).toBe('boolean');
      else if (control.kind === 'number') {
        expect(defaultSafeState).toBeGreaterThanOrEqual(control.minimum);
        expect(defaultSafeState).toBeLessThanOrEqual(control.maximum);
      } else if (control.kind === 'choice')
        expect(control.options.map(({ value }) => value)).toContain(defaultSafeState);
      // A table has no safe state that would fit every house: the one that was found stays.
      else expect(parseTimeTable(String(defaultSafeState))).not.toHaveProperty('problem');
      for (const limit of Object.values(defaultRules)) expect(limit).toBeGreaterThan(0);
      expect(readBackWithinMs).toBeGreaterThan(readBackAfterMs);
    }
  });

  it('reads every declared metric from its simulator, inside its bounds, good and dated', async () => {
    const { channels, clock, open, inTime } = await setUp(entry);
    const before = clock.now();
    const result = await inTime(open().reader.read(never));
    if (!result.ok) throw new Error(result.error.message);
    const found = new Set(result.value.map(({ channelId, metric }) => `${channelId} ${metric}`));
    const expected = channels.flatMap(({ channelId, metrics }) => metrics.map((metric) => `${channelId} ${metric}`));
    expect([...found].sort()).toEqual(expected.sort());
    for (const { channelId, measuredAt, metric, quality: how, receivedAt, value } of result.value) {
      const [least, most] = channels.find((spec) => spec.channelId === channelId)?.bounds[metric] ?? [1, 0];
      expect(value, `${channelId} ${metric}`).toBeGreaterThanOrEqual(least);
      expect(value, `${channelId} ${metric}`).toBeLessThanOrEqual(most);
      expect(['good', 'estimated']).toContain(how);
      // A cloud may hand on what it got minutes ago; a local device measures when asked.
      expect(measuredAt).toBeGreaterThanOrEqual(before - (driver.reach === 'cloud' ? driver.freshnessLimitMs : 0));
      expect(measuredAt).toBeLessThanOrEqual(receivedAt);
    }
  });

  it('has one actuator for each control, which reads back, and none besides', async () => {
    const { channels, open, inTime } = await setUp(entry);
    const device = open();
    const controllable = declared.filter(({ control }) => control !== null).map(({ channelId }) => channelId);
    expect(device.actuators.map(({ channelId }) => channelId).sort()).toEqual([...controllable].sort());
    for (const actuator of existing(device, channels))
      expect(codeOf(await inTime(actuator.readBack(never)))).toBe('ok');
  });

  it('writes each safe state, and a fresh read shows it', async () => {
    const { channels, open, inTime } = await setUp(entry);
    for (const { readBack, spec, write } of existing(open(), channels)) {
      if (spec.control.kind === 'time-table') continue; // Its safe state is the table that was found.
      const value = spec.defaultSafeState;
      expect(codeOf(await inTime(write(value, { leaseMs: null, signal: never })))).toBe('ok');
      expect(await inTime(readBack(never))).toMatchObject({ ok: true, value: { value } });
    }
  });

  it('does not hide a device that accepts and does nothing', async () => {
    const { channels, open, inTime, simulator } = await setUp(entry);
    const [actuator] = existing(open(), channels).filter(({ spec }) => spec.control.kind !== 'time-table');
    if (!actuator) return expect(controls.every(({ control }) => control.kind === 'time-table')).toBe(true);
    const before = await inTime(actuator.readBack(never));
    if (!before.ok) throw new Error(before.error.message);
    const { control } = actuator.spec;
    const now = before.value.value;
    const other =
      control.kind === 'number'
        ? now === control.maximum
          ? control.minimum
          : control.maximum
        : control.kind === 'choice'
          ? (control.options.find(({ value }) => value !== now)?.value ?? '')
          : !now;
    simulator.setFault('lie');
    expect(codeOf(await inTime(actuator.write(other, { leaseMs: null, signal: never })))).toBe('ok');
    expect(await inTime(actuator.readBack(never))).toMatchObject({ ok: true, value: { value: before.value.value } });
  });

  it('says the same identity each time and over a new connection', async () => {
    const { open, inTime } = await setUp(entry);
    const [first, second] = [open(), open()];
    const one = await inTime(first.reader.identify(never));
    if (!one.ok) throw new Error(one.error.message);
    expect(one.value.serial).toMatch(/\w{6,}/);
    expect(await inTime(first.reader.identify(never))).toEqual(one);
    expect(await inTime(second.reader.identify(never))).toEqual(one);
  });

  it('rejects malformed replies, counts them, and recovers', async () => {
    const { open, inTime, simulator } = await setUp(entry);
    const { reader } = open();
    await inTime(reader.read(never));
    simulator.setFault('garbage');
    expect(codeOf(await inTime(reader.read(never)))).toMatch(/^temporary /);
    expect(reader.diagnostics?.().rejected).toBeGreaterThan(0);
    simulator.setFault('none');
    await expect.poll(async () => codeOf(await inTime(reader.read(never)))).toBe('ok');
  });

  it('fails for a while when the device is away, without an old value, and comes back by itself', async () => {
    const { open, inTime, simulator } = await setUp(entry);
    const { reader, actuators } = open();
    await inTime(reader.read(never));
    simulator.setFault('offline');
    await expect.poll(async () => codeOf(await inTime(reader.read(never)))).toMatch(/^temporary /);
    for (const { readBack } of actuators) expect(codeOf(await inTime(readBack(never)))).not.toBe('ok');
    simulator.setFault('none');
    await expect.poll(async () => codeOf(await inTime(reader.read(never)))).toBe('ok');
  });

  it('stays silent in the log while a device is away: telemetry says it once', async () => {
    const { open, inTime, simulator, sink } = await setUp(entry);
    const { reader } = open();
    simulator.setFault('offline');
    for (let turn = 0; turn < 5; turn += 1) await inTime(reader.read(never));
    expect(sink.lines.filter((line) => /"level":"(warn|error)"/.test(line)).length).toBeLessThanOrEqual(1);
  });

  it('ends at once when it is told to', async () => {
    const { open, inTime, simulator } = await setUp(entry);
    const { reader } = open();
    simulator.setFault('slow');
    const ending = new AbortController();
    const reading = reader.read(ending.signal);
    ending.abort();
    expect(codeOf(await inTime(reading))).toMatch(/^temporary /);
  });

  it('leaves no timer and no socket after close', async () => {
    const resources = (): number =>
      process.getActiveResourcesInfo().filter((name) => /TCPSocketWrap|TCPWRAP|Timeout/.test(name)).length;
    const { clock, open, inTime, simulator } = await setUp(entry);
    await simulator.close();
    const timers = clock.pendingTimers();
    const quiet = resources();
    const again = await setUp(entry);
    const device = again.open();
    await again.inTime(device.reader.read(never));
    device.reader.listen?.(() => undefined);
    await device.close();
    await again.simulator.close();
    expect(again.clock.pendingTimers()).toBe(0);
    expect(timers).toBe(0);
    await expect.poll(resources).toBeLessThanOrEqual(quiet);
    await inTime(open().close());
  });
});
