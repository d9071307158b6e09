import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { createDriverDeps } from '../../../main/devices/driver-deps.ts';
import { ocpp16 } from '../../../main/devices/ocpp/driver.ts';
import { startOcppCharger } from '../../../main/devices/simulator/ocpp-charger.ts';
import type { OpenDevice } from '../../../main/devices/types.ts';
import { channelId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { Reading } from '../../../main/reading.ts';
import type { Result } from '../../../main/result.ts';
import { type Answers, dialRaw, type RawCharger } from '../../support/devices/raw-charger.ts';
import { MINER, smallHouse } from '../../support/devices/small-house.ts';

const START = Date.UTC(2026, 5, 1, 12);
const ID = 'BOX-1';
const never = new AbortController().signal;
const ends: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const valueIn = <Value>(result: Result<Value>): Value => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
};
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : `${result.error.kind} ${result.error.code}`);
const metricsOf = (readings: readonly Reading[]) =>
  Object.fromEntries(readings.map(({ metric, value }) => [metric, value]));

const ground = () => {
  const clock = replayClock(START);
  const sink = memorySink();
  const deps = createDriverDeps({ clock, log: createLog(sink, clock) });
  const open = (port: number, options: Record<string, string> = {}, secret: string | null = null): OpenDevice => {
    const connection = ocpp16.connectionSchema.parse({
      host: '127.0.0.1',
      port,
      options: { chargePointId: ID, ...options },
    });
    const device = ocpp16.open({ connection, secret }, deps);
    ends.push(device.close);
    return device;
  };
  /** Time goes on while something is waited for. */
  const inTime = async <Value>(work: Promise<Value>, stepMs = 25): Promise<Value> => {
    const isDone = { yet: false };
    const watched = work.finally(() => {
      isDone.yet = true;
    });
    while (!isDone.yet) {
      await clock.advance(stepMs);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return watched;
  };
  return { clock, sink, deps, open, inTime };
};

/** A port that is free now. */
const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address ? address.port : 0;
};

const home = async (options: Record<string, string> = {}) => {
  const base = ground();
  const house = smallHouse(base.clock);
  const simulator = await startOcppCharger({ house, loadId: MINER.id, clock: base.clock, id: ID });
  ends.push(simulator.close);
  const device = base.open(simulator.port, options);
  await base.inTime(device.reader.read(never));
  const actuatorOf = (id: string) => {
    const found = device.actuators.find((actuator) => actuator.channelId === channelId(id));
    if (!found) throw new Error(`no actuator ${id}`);
    return found;
  };
  return {
    ...base,
    house,
    simulator,
    device,
    write: (id: string, value: boolean | number, leaseMs: number | null = null) =>
      base.inTime(actuatorOf(id).write(value, { leaseMs, signal: never })),
    shown: async (id: string) => valueIn(await base.inTime(actuatorOf(id).readBack(never))),
    profiles: () =>
      simulator.received
        .map((text) => JSON.parse(text) as unknown[])
        .filter(([, , action]) => action === 'SetChargingProfile')
        .map(([, , , payload]) => payload as { csChargingProfiles: Record<string, unknown> }),
  };
};

describe('an OCPP 1.6 charger that calls us', () => {
  it('is read: who it is, its status, its meter', async () => {
    const { device, inTime, simulator } = await home();
    expect(valueIn(await inTime(device.reader.identify(never)))).toEqual({
      serial: ID,
      model: 'Simulated Box One',
      firmware: '1.0.7',
    });
    const readings = valueIn(await inTime(device.reader.read(never)));
    expect(metricsOf(readings)).toMatchObject({ powerW: 1_200, on: 1, socPct: 54, voltageV: 231, limitA: 32 });
    expect(device.present?.()).toEqual(['charging', 'current-limit']);
    // The meter is set once, and only where it differs.
    const changes = simulator.received.filter((text) => text.includes('ChangeConfiguration'));
    expect(changes.map((text) => (JSON.parse(text) as unknown[])[3])).toEqual([
      {
        key: 'MeterValuesSampledData',
        value: 'Power.Active.Import,Energy.Active.Import.Register,Current.Import,Current.Offered,Voltage,SoC',
      },
      { key: 'MeterValueSampleInterval', value: '10' },
    ]);
  });

  it('pushes its meter by itself', async () => {
    const { device, house, inTime } = await home();
    house.setRated(MINER.id, 2_300);
    const pushed = new Promise<readonly Reading[]>((resolve) => {
      const end = device.reader.listen?.((readings) => {
        if (!readings.some(({ value }) => value === 2_300)) return;
        end?.();
        resolve(readings);
      });
    });
    expect(metricsOf(await inTime(pushed, 1_000))).toMatchObject({ powerW: 2_300 });
  });

  it('is paused with a limit of 0, keeps its transaction, and goes on', async () => {
    const { device, house, inTime, shown, write } = await home();
    expect(codeOf(await write('charging', false))).toBe('ok');
    expect((await shown('charging')).value).toBe(false);
    await expect.poll(() => house.state().loads[0]?.on).toBe(false);
    expect(metricsOf(valueIn(await inTime(device.reader.read(never))))).toMatchObject({ powerW: 0, on: 0, limitA: 0 });
    expect(codeOf(await write('charging', true))).toBe('ok');
    expect((await shown('charging')).value).toBe(true);
    await expect.poll(() => house.state().loads[0]?.on).toBe(true);
  });

  it('keeps limit and pause apart, though the charger knows only one limit', async () => {
    const { shown, write } = await home();
    await write('current-limit', 13);
    await write('charging', false);
    expect([(await shown('charging')).value, (await shown('current-limit')).value]).toEqual([false, 13]);
    await write('current-limit', 10);
    expect((await shown('charging')).value).toBe(false);
    await write('charging', true);
    expect([(await shown('charging')).value, (await shown('current-limit')).value]).toEqual([true, 10]);
  });

  it('shows a limit that somebody else has set', async () => {
    const { clock, shown, simulator, write, profiles } = await home();
    await write('current-limit', 13);
    const [request] = profiles();
    expect(request?.csChargingProfiles).toMatchObject({
      chargingProfileId: 12,
      stackLevel: 10,
      chargingProfilePurpose: 'TxDefaultProfile',
      chargingProfileKind: 'Absolute',
    });
    simulator.setFault('lie');
    await write('current-limit', 9);
    expect((await shown('current-limit')).value).toBe(13);
    expect(clock.now()).toBeGreaterThan(START);
  });

  it.each([
    ['current-limit', 3],
    ['current-limit', 17],
    ['charging', 16],
    ['current-limit', true],
  ] as const)('refuses %s %s before anything is sent', async (id, value) => {
    const { profiles, write } = await home();
    expect(codeOf(await write(id, value))).toBe('permanent device.wrong-setpoint');
    expect(profiles()).toEqual([]);
  });

  it('goes back by itself when we are gone: to the current that the person allowed', async () => {
    const { clock, device, house, profiles, shown, simulator, write } = await home({ fallbackA: '8' });
    expect(codeOf(await write('charging', false, 600_000))).toBe('ok');
    const [fallback, pause] = profiles();
    expect(fallback?.csChargingProfiles).toMatchObject({ chargingProfileId: 11, stackLevel: 0 });
    expect(fallback?.csChargingProfiles).not.toHaveProperty('chargingSchedule.duration');
    expect(pause?.csChargingProfiles).toMatchObject({ chargingSchedule: { duration: 660 } });
    expect((await shown('charging')).leaseEndsAt).toBeGreaterThan(clock.now() + 590_000);
    await expect.poll(() => house.state().loads[0]?.on).toBe(false);
    await device.close();
    await clock.advance(599_000);
    expect(house.state().loads[0]?.on).toBe(false);
    await clock.advance(15_000);
    expect(house.state().loads[0]?.on).toBe(true);
    expect(simulator.isConnected()).toBe(false);
  });

  it('is told again before a lease ends, without another fallback', async () => {
    const { clock, profiles, shown, write } = await home();
    await write('current-limit', 16, 600_000);
    await clock.advance(300_000);
    await write('current-limit', 16, 600_000);
    expect(profiles()).toHaveLength(3);
    await clock.advance(400_000);
    expect((await shown('current-limit')).value).toBe(16);
    await clock.advance(300_000);
    expect(await shown('current-limit')).toMatchObject({ value: 6, leaseEndsAt: null });
    expect((await shown('charging')).value).toBe(true);
  });

  it('says nothing of a car that is not there, and calls an empty plug 0 W only as an estimate', async () => {
    const { clock, device, inTime, simulator } = await home();
    simulator.unplug();
    const read = async () => valueIn(await inTime(device.reader.read(never)));
    await expect.poll(async () => metricsOf(await read())).toMatchObject({ on: 0, powerW: 0 });
    expect(metricsOf(await read())).not.toHaveProperty('socPct');
    await clock.advance(1_000);
  });

  it('starts a car that waits for a card', async () => {
    const { device, house, inTime, simulator, write } = await home({ idTag: 'home' });
    simulator.unplug();
    simulator.plugIn();
    await expect.poll(async () => metricsOf(valueIn(await inTime(device.reader.read(never))))).toMatchObject({ on: 0 });
    expect(codeOf(await write('charging', true))).toBe('ok');
    await inTime(new Promise((resolve) => setTimeout(resolve, 50)));
    const starts = simulator.received.filter((text) => text.includes('RemoteStartTransaction'));
    expect(starts.map((text) => (JSON.parse(text) as unknown[])[3])).toEqual([{ connectorId: 1, idTag: 'home' }]);
    await expect.poll(() => house.state().loads[0]?.on).toBe(true);
  });

  it('shares its port with another charger, and the port is free after the last', async () => {
    const base = ground();
    const port = await freePort();
    const [one, two] = [base.open(port), base.open(port, { chargePointId: 'BOX-2' })];
    for (const id of [ID, 'BOX-2']) {
      const charger = await startOcppCharger({
        house: smallHouse(base.clock),
        loadId: MINER.id,
        clock: base.clock,
        id,
        port,
      });
      ends.push(charger.close);
    }
    for (const device of [one, two]) expect(codeOf(await base.inTime(device.reader.read(never)))).toBe('ok');
    expect(valueIn(await base.inTime(two.reader.identify(never))).serial).toBe('BOX-2');
    await one.close();
    expect(codeOf(await base.inTime(two.reader.read(never)))).toBe('ok');
    await two.close();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => taken.close(() => resolve()));
  });

  it('says that its port is taken, and listens when it is free again', async () => {
    const taken: Server = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const base = ground();
    const device = base.open(port);
    expect(codeOf(await base.inTime(device.reader.read(never)))).toBe('temporary device.cannot-listen');
    await new Promise<void>((resolve) => taken.close(() => resolve()));
    const charger = await startOcppCharger({
      house: smallHouse(base.clock),
      loadId: MINER.id,
      clock: base.clock,
      id: ID,
      port,
    });
    ends.push(charger.close);
    await expect.poll(async () => codeOf(await base.inTime(device.reader.read(never)))).toBe('ok');
  });
});

describe('who may call', () => {
  const knock = async (options: Omit<Parameters<typeof dialRaw>[0], 'port'>, secret: string | null = null) => {
    const base = ground();
    const port = await freePort();
    const device = base.open(port, {}, secret);
    // The first question waits until it listens.
    const reading = base.inTime(device.reader.read(never));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const answer = await dialRaw({ port, ...options });
    if (!('refused' in answer)) ends.push(answer.close);
    return { ...base, device, answer, reading, port };
  };

  it('turns away a charger that nobody expects', async () => {
    const { answer } = await knock({ path: '/OTHER' });
    expect(answer).toEqual({ refused: 404 });
  });

  it('turns away a wrong password, says so plainly, and keeps both out of every word', async () => {
    const wrong = { user: ID, password: 'guessed-wrong' };
    const { answer, reading, sink } = await knock({ path: `/${ID}`, password: wrong }, 'the-right-one');
    expect(answer).toEqual({ refused: 401 });
    const result = await reading;
    expect(codeOf(result)).toBe('permanent device.password-wrong');
    expect(JSON.stringify(result) + sink.lines.join('')).not.toMatch(/guessed-wrong|the-right-one/);
  });

  it('turns away another version of the protocol', async () => {
    const { answer, reading } = await knock({ path: `/${ID}`, protocol: 'ocpp2.0.1' });
    expect(answer).toEqual({ refused: 400 });
    expect(codeOf(await reading)).toBe('permanent device.wrong-version');
  });

  it('lets in by the password, whatever stands before the name, and shows it to nobody with another one', async () => {
    const right = { user: ID, password: 'the-right-one' };
    const { answer, inTime, open, port } = await knock({ path: `/a/b/${ID}`, password: right }, 'the-right-one');
    expect(answer).toHaveProperty('frames');
    const other = open(port, {}, 'another-one');
    expect(codeOf(await inTime(other.reader.read(never)))).toBe('permanent device.password-wrong');
  });

  it('tells after a while that nobody called', async () => {
    const base = ground();
    const device = base.open(await freePort());
    expect(codeOf(await base.inTime(device.reader.read(never), 500))).toBe('temporary device.unreachable');
  });

  it.each([
    [{ chargePointId: ' ' }, /name of the charger/],
    [{ fallbackA: '3' }, /0, or 6 A/],
    [{ maximumA: '5' }, /6 A at least/],
    [{ idTag: 'a card of more than twenty' }, /20 characters/],
  ])('refuses %j as settings', (options, words) => {
    const parsed = ocpp16.connectionSchema.safeParse({
      host: '127.0.0.1',
      port: 1_000,
      options: { chargePointId: ID, ...options },
    });
    expect(parsed.error?.issues[0]?.message).toMatch(words);
  });
});

describe('frames', () => {
  const alwaysTaken = () => ({ status: 'Accepted' });
  const QUIET: Answers = {
    getConfiguration: () => ({ configurationKey: [], unknownKey: [] }),
    triggerMessage: () => ({ status: 'NotImplemented' }),
  };

  const dialled = async (answers: Answers = QUIET, pongs = true) => {
    const base = ground();
    const port = await freePort();
    const device = base.open(port);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const charger = await dialRaw({ port, path: `/${ID}`, answers, pongs });
    if ('refused' in charger) throw new Error(`refused ${charger.refused}`);
    ends.push(charger.close);
    const rejected = (): number => device.reader.diagnostics?.().rejected ?? -1;
    return { ...base, charger, device, rejected, port };
  };
  const callOf = async (charger: RawCharger, action: string, payload: object): Promise<readonly unknown[]> => {
    const id = `${action}-${charger.frames.length}`;
    charger.send([2, id, action, payload]);
    return charger.answerTo(id);
  };

  it('answers every call of a charger, also the unknown ones', async () => {
    const { charger, clock } = await dialled();
    const boot = await callOf(charger, 'BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' });
    expect(boot[2]).toEqual({ currentTime: new Date(clock.now()).toISOString(), interval: 300, status: 'Accepted' });
    expect((await callOf(charger, 'Heartbeat', {}))[2]).toHaveProperty('currentTime');
    expect((await callOf(charger, 'Authorize', { idTag: 'x' }))[2]).toEqual({ idTagInfo: { status: 'Accepted' } });
    const timestamp = '2026-06-01T12:00:00Z';
    const start = { connectorId: 1, idTag: 'x', meterStart: 5, timestamp };
    const [, , first] = await callOf(charger, 'StartTransaction', start);
    const [, , second] = await callOf(charger, 'StartTransaction', start);
    const idOf = (value: unknown): number => (value as { transactionId: number }).transactionId;
    expect(idOf(second)).toBeGreaterThan(idOf(first));
    expect(Number.isInteger(idOf(first))).toBe(true);
    const stop = { transactionId: idOf(second), meterStop: 9, timestamp };
    expect((await callOf(charger, 'StopTransaction', stop))[2]).toEqual({ idTagInfo: { status: 'Accepted' } });
    expect((await callOf(charger, 'DataTransfer', { vendorId: 'x' }))[2]).toEqual({ status: 'UnknownVendorId' });
    expect((await callOf(charger, 'FirmwareStatusNotification', { status: 'Idle' }))[2]).toEqual({});
    expect((await callOf(charger, 'Levitate', {})).slice(0, 3)).toEqual([4, expect.any(String), 'NotImplemented']);
    expect((await callOf(charger, 'StatusNotification', { status: 7 })).slice(0, 3)).toEqual([
      4,
      expect.any(String),
      'FormationViolation',
    ]);
  });

  it('counts what is no frame, and goes on listening', async () => {
    const { charger, rejected } = await dialled();
    for (const text of ['{', '[]', '[2]', '[9,"a",{}]', '[2,"x","Heartbeat"]', '[3,"never-asked",{}]', '"text"'])
      charger.sendText(text);
    charger.sendText(Buffer.from([0, 1, 2]));
    expect((await callOf(charger, 'Heartbeat', {}))[0]).toBe(3);
    expect(rejected()).toBe(8);
  });

  it('has one call open at a time, gives it up in time, and lets a late answer go', async () => {
    const { charger, clock, device, inTime, rejected } = await dialled({
      getConfiguration: () => ({
        configurationKey: [{ key: 'SupportedFeatureProfiles', readonly: true, value: 'Core' }],
      }),
    });
    await callOf(charger, 'Heartbeat', {});
    await expect.poll(() => charger.frames.filter(([type]) => type === 2).length).toBe(1);
    const [first, second] = [inTime(device.reader.read(never), 1_000), device.reader.read(never)];
    expect(codeOf(await first)).toBe('temporary device.timeout');
    const triggers = () => charger.frames.filter(([, , action]) => action === 'TriggerMessage');
    await expect.poll(() => triggers().length).toBe(2);
    const [late, open] = triggers();
    charger.send([3, late?.[1], { status: 'Accepted' }]);
    charger.send([3, open?.[1], { status: 'NotImplemented' }]);
    expect(codeOf(await second)).toBe('temporary device.nothing-measured');
    expect(rejected()).toBe(1);
    expect(clock.pendingTimers()).toBeLessThanOrEqual(2);
  });

  it('waits for the answer to a call that nobody wants any more before it sends the next', async () => {
    const { charger, device, inTime } = await dialled({
      getConfiguration: () => ({
        configurationKey: [{ key: 'SupportedFeatureProfiles', readonly: true, value: 'Core' }],
      }),
    });
    await callOf(charger, 'Heartbeat', {});
    const ending = new AbortController();
    const dropped = inTime(device.reader.read(ending.signal));
    const [, openId] = await charger.next(([, , action]) => action === 'TriggerMessage');
    ending.abort();
    expect(codeOf(await dropped)).toBe('temporary device.cancelled');
    const next = inTime(device.reader.read(never));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(charger.frames.filter(([, , action]) => action === 'TriggerMessage')).toHaveLength(1);
    charger.send([3, openId, { status: 'Rejected' }]);
    const [, nextId] = await charger.next(([, id, action]) => action === 'TriggerMessage' && id !== openId);
    charger.send([3, nextId, { status: 'Rejected' }]);
    expect(codeOf(await next)).toBe('temporary device.nothing-measured');
  });

  it('lets go of a socket that is half open, and takes the charger back', async () => {
    const { charger, clock, device, inTime, port } = await dialled(QUIET, false);
    await callOf(charger, 'Heartbeat', {});
    const isLastQuestion = ([, , action, payload]: readonly unknown[]): boolean =>
      action === 'TriggerMessage' && JSON.stringify(payload).includes('StatusNotification');
    await charger.next(isLastQuestion);
    await expect
      .poll(async () => {
        await clock.advance(31_000);
        return charger.isOpen();
      })
      .toBe(false);
    expect(codeOf(await inTime(device.reader.read(never)))).toBe('temporary device.unreachable');
    const again = await dialRaw({ port, path: `/${ID}`, answers: QUIET });
    if ('refused' in again) throw new Error('refused');
    ends.push(again.close);
    await callOf(again, 'StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' });
    expect(metricsOf(valueIn(await inTime(device.reader.read(never))))).toEqual({ on: 0, powerW: 0 });
  });

  it('drops a charger that sends far too much', async () => {
    const { charger, rejected } = await dialled();
    charger.sendText(`[2,"x","DataTransfer",{"vendorId":"v","data":"${'x'.repeat(300_000)}"}]`);
    await expect.poll(() => charger.isOpen()).toBe(false);
    await expect.poll(rejected).toBe(1);
  });

  it('adds the measurands one by one where the charger refuses the list', async () => {
    const asked: string[] = [];
    const { charger } = await dialled({
      ...QUIET,
      getConfiguration: () => ({
        configurationKey: [
          { key: 'MeterValuesSampledData', readonly: false, value: '' },
          { key: 'SupportedFeatureProfiles', readonly: true, value: 'Core' },
        ],
      }),
      changeConfiguration: (payload) => {
        const { value } = payload as { value: string };
        asked.push(value);
        return { status: /Current|Voltage|SoC/.test(value) ? 'Rejected' : 'Accepted' };
      },
    });
    await callOf(charger, 'Heartbeat', {});
    await expect.poll(() => asked.length).toBe(7);
    expect(asked.at(-1)).toBe('Power.Active.Import,Energy.Active.Import.Register,SoC');
    expect(asked[2]).toBe('Power.Active.Import,Energy.Active.Import.Register');
  });

  it('limits in W where the charger knows no A, and reads W back as A', async () => {
    const requests: unknown[] = [];
    const { charger, device, inTime } = await dialled({
      getConfiguration: () => ({
        configurationKey: [{ key: 'ChargingScheduleAllowedChargingRateUnit', readonly: true, value: 'Power' }],
      }),
      triggerMessage: alwaysTaken,
      setChargingProfile: (payload) => {
        requests.push(payload);
        return { status: 'Accepted' };
      },
      getCompositeSchedule: () => ({
        status: 'Accepted',
        chargingSchedule: {
          chargingRateUnit: 'W',
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 6_900, numberPhases: 3 }],
        },
      }),
    });
    await callOf(charger, 'Heartbeat', {});
    const limit = device.actuators[1];
    if (!limit) throw new Error('no limit');
    expect(codeOf(await inTime(limit.write(10, { leaseMs: null, signal: never })))).toBe('ok');
    expect(requests[0]).toMatchObject({
      csChargingProfiles: {
        chargingSchedule: { chargingRateUnit: 'W', chargingSchedulePeriod: [{ limit: 6_900, numberPhases: 3 }] },
      },
    });
    expect(valueIn(await inTime(limit.readBack(never)))).toMatchObject({ value: 10 });
  });

  it('says so where neither a schedule nor the meter tells which limit is in force', async () => {
    const { charger, device, inTime } = await dialled({
      ...QUIET,
      getCompositeSchedule: () => ({ status: 'Rejected' }),
      triggerMessage: alwaysTaken,
    });
    await callOf(charger, 'Heartbeat', {});
    const [charging] = device.actuators;
    if (!charging) throw new Error('no actuator');
    expect(codeOf(await inTime(charging.readBack(never), 500))).toBe('permanent device.no-read-back');
    const offered = { value: '13', measurand: 'Current.Offered', unit: 'A', context: 'Trigger' };
    const reading = inTime(charging.readBack(never));
    await charger.next(
      ([, , action, payload]) => action === 'TriggerMessage' && JSON.stringify(payload).includes('Meter'),
    );
    const telling = setInterval(
      () =>
        charger.send([
          2,
          `m${Math.random()}`.slice(0, 30),
          'MeterValues',
          { connectorId: 1, meterValue: [{ timestamp: '2026-06-01T12:00:00Z', sampledValue: [offered] }] },
        ]),
      5,
    );
    expect(valueIn(await reading)).toMatchObject({ value: true });
    clearInterval(telling);
  });

  it('begins and ends transactions where the charger knows no limits', async () => {
    const requests: unknown[] = [];
    const remember = (payload: unknown): object => {
      requests.push(payload);
      return { status: 'Accepted' };
    };
    const { charger, device, inTime } = await dialled({
      getConfiguration: () => ({
        configurationKey: [{ key: 'SupportedFeatureProfiles', readonly: true, value: 'Core,Reservation' }],
      }),
      remoteStartTransaction: remember,
      remoteStopTransaction: remember,
    });
    const status = (text: string) =>
      callOf(charger, 'StatusNotification', { connectorId: 1, errorCode: 'NoError', status: text });
    await status('Preparing');
    const [charging, limit] = device.actuators;
    if (!charging || !limit) throw new Error('no actuators');
    const write = (value: boolean) => inTime(charging.write(value, { leaseMs: null, signal: never }));
    expect(codeOf(await write(true))).toBe('ok');
    await status('Charging');
    expect(valueIn(await inTime(charging.readBack(never))).value).toBe(true);
    expect(codeOf(await write(false))).toBe('temporary device.no-transaction');
    const start = { connectorId: 1, idTag: 'x', meterStart: 0, timestamp: '2026-06-01T12:00:00Z' };
    const [, , started] = await callOf(charger, 'StartTransaction', start);
    expect(codeOf(await write(false))).toBe('ok');
    const { transactionId } = started as { transactionId: number };
    expect(requests).toEqual([{ connectorId: 1, idTag: 'commandcenter' }, { transactionId }]);
    expect(codeOf(await inTime(limit.write(10, { leaseMs: null, signal: never })))).toBe(
      'permanent device.not-supported',
    );
    expect(device.present?.()).toEqual(['charging']);
  });

  it('accepts the frames that chargers really sent, unchanged', async () => {
    const captured: { from: string; frame: unknown[] }[] = JSON.parse(
      readFileSync(new URL('../../fixtures/ocpp/captured_pause_frames.json', import.meta.url), 'utf8'),
    );
    const frameOf = (wanted: (frame: unknown[]) => boolean): unknown[] => {
      const found = captured.map(({ frame }) => frame).find(wanted);
      if (!found) throw new Error('not among the captured frames');
      return found;
    };
    const configuration = frameOf(([, , payload]) => JSON.stringify(payload).includes('configurationKey'))[2] as object;
    const accepted = frameOf(
      ([type, , payload]) => type === 3 && JSON.stringify(payload).includes('Accepted'),
    )[2] as object;
    const refused = frameOf(
      ([type, , payload]) => type === 3 && JSON.stringify(payload).includes('Rejected'),
    )[2] as object;
    let answer = refused;
    const { charger, device, inTime, rejected } = await dialled({
      getConfiguration: () => configuration,
      triggerMessage: alwaysTaken,
      setChargingProfile: () => answer,
      getCompositeSchedule: () => ({ status: 'Accepted' }),
    });
    const status = frameOf(([, , action]) => action === 'StatusNotification');
    charger.send(status);
    expect(await charger.answerTo(String(status[1]))).toEqual([3, status[1], {}]);
    const constructed: Record<string, unknown[]> = JSON.parse(
      readFileSync(new URL('../../fixtures/ocpp/ocpp16_frames_CONSTRUCTED.json', import.meta.url), 'utf8'),
    );
    for (const name of ['boot_call', 'meter_values_call', 'status_call']) {
      const frame = constructed[name] ?? [];
      charger.send(frame);
      expect((await charger.answerTo(String(frame[1])))[0]).toBe(3);
    }
    const [charging] = device.actuators;
    if (!charging) throw new Error('no actuator');
    const write = () => inTime(charging.write(false, { leaseMs: null, signal: never }));
    expect(codeOf(await write())).toBe('temporary device.refused');
    answer = accepted;
    expect(codeOf(await write())).toBe('ok');
    expect(rejected()).toBe(0);
  });
});

describe('the simulated charger', () => {
  it('takes the captured pause frames of two central systems unchanged', async () => {
    const { WebSocketServer } = await import('ws');
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'ocpp1.6' });
    await new Promise((resolve) => server.once('listening', resolve));
    ends.push(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const clock = replayClock(Date.parse('2026-06-01T12:00:00Z'));
    const house = smallHouse(clock);
    const answers: unknown[][] = [];
    const captured: { from: string; frame: unknown[] }[] = JSON.parse(
      readFileSync(new URL('../../fixtures/ocpp/captured_pause_frames.json', import.meta.url), 'utf8'),
    );
    const pauses = captured.map(({ frame }) => frame).filter(([, , action]) => action === 'SetChargingProfile');
    expect(pauses).toHaveLength(2);
    server.on('connection', (socket) => {
      socket.on('message', (data) => answers.push(JSON.parse(data.toString()) as unknown[]));
      for (const frame of pauses) socket.send(JSON.stringify(frame));
    });
    const simulator = await startOcppCharger({ house, loadId: MINER.id, clock, id: ID, port });
    ends.push(simulator.close);
    for (const [, id] of pauses)
      await expect
        .poll(() => answers.find(([type, answerId]) => type === 3 && answerId === id)?.[2])
        .toEqual({ status: 'Accepted' });
  });
});
