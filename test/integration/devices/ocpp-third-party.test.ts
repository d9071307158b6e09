import { type IHandlersOption, RPCClient } from 'ocpp-rpc';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../main/clock.ts';
import { createDriverDeps } from '../../../main/devices/driver-deps.ts';
import { ocpp16 } from '../../../main/devices/ocpp/driver.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { Result } from '../../../main/result.ts';

const ID = 'RPC-CHARGER';
const PASSWORD = 'a-long-enough-password';
const never = new AbortController().signal;
const ends: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const valueIn = <Value>(result: Result<Value>): Value => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
};

/** A charger built on the independent package: strict mode checks every frame of both sides against the schemas. */
const dial = async (port: number, password: string | null) => {
  const violations: unknown[] = [];
  const client = new RPCClient({
    endpoint: `ws://127.0.0.1:${port}`,
    identity: ID,
    password,
    protocols: ['ocpp1.6'],
    strictMode: true,
    strictModeValidators: [],
    reconnect: false,
    maxReconnects: 0,
    callTimeoutMs: 5_000,
    callConcurrency: 1,
    pingIntervalMs: 0,
    deferPingsOnActivity: false,
    respondWithDetailedErrors: true,
    maxBadMessages: 0,
    wsOpts: {},
    headers: {},
    backoff: { initialDelay: 10, maxDelay: 20, factor: 2, randomisationFactor: 0 },
  });
  client.on('strictValidationFailure', (event: unknown) => violations.push(event));
  client.on('badMessage', (event: unknown) => violations.push(event));
  ends.push(() => client.close({ code: 1000, reason: '', awaitPending: false, force: true }));
  const profiles: Record<string, unknown>[] = [];
  const calls: string[] = [];
  let limitA = 32;
  const meterValues = () =>
    client.call('MeterValues', {
      connectorId: 1,
      transactionId: 7,
      meterValue: [
        {
          timestamp: new Date().toISOString(),
          sampledValue: [
            { value: '7360', measurand: 'Power.Active.Import', unit: 'W', context: 'Trigger' },
            { value: '12.5', measurand: 'Energy.Active.Import.Register', unit: 'kWh', context: 'Trigger' },
            { value: String(limitA), measurand: 'Current.Offered', unit: 'A', context: 'Trigger' },
          ],
        },
      ],
    });
  const handle = (action: string, answer: (params: Record<string, unknown>) => Record<string, unknown>): void =>
    client.handle(action, async ({ params = {} }: IHandlersOption) => {
      calls.push(action);
      return answer(params);
    });
  handle('GetConfiguration', () => ({
    configurationKey: [
      { key: 'ChargeProfileMaxStackLevel', readonly: true, value: '10' },
      { key: 'ChargingScheduleAllowedChargingRateUnit', readonly: true, value: 'Current' },
      { key: 'MeterValuesSampledData', readonly: false, value: 'SoC' },
      { key: 'MeterValueSampleInterval', readonly: false, value: '60' },
      { key: 'SupportedFeatureProfiles', readonly: true, value: 'Core,SmartCharging,RemoteTrigger' },
    ],
    unknownKey: [],
  }));
  handle('ChangeConfiguration', () => ({ status: 'Accepted' }));
  handle('TriggerMessage', ({ requestedMessage }) => {
    if (requestedMessage === 'MeterValues')
      setTimeout(() => void meterValues().catch((error) => violations.push(error)), 5);
    return { status: 'Accepted' };
  });
  handle('SetChargingProfile', (params) => {
    profiles.push(params);
    const { chargingSchedule } = params['csChargingProfiles'] as {
      chargingSchedule: { chargingSchedulePeriod: { limit: number }[] };
    };
    limitA = chargingSchedule.chargingSchedulePeriod[0]?.limit ?? Number.NaN;
    return { status: 'Accepted' };
  });
  handle('GetCompositeSchedule', () => ({
    status: 'Accepted',
    connectorId: 1,
    scheduleStart: new Date().toISOString(),
    chargingSchedule: {
      duration: 60,
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [{ startPeriod: 0, limit: limitA }],
    },
  }));
  handle('RemoteStartTransaction', () => ({ status: 'Accepted' }));
  await client.connect();
  return { client, violations, profiles, calls };
};

const expectCharger = async (secret: string | null) => {
  const clock = systemClock();
  // The port is free a moment ago and taken at once; on a clash the test says so by failing to listen.
  const { createServer } = await import('node:net');
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  const connection = ocpp16.connectionSchema.parse({ host: '127.0.0.1', port, options: { chargePointId: ID } });
  const device = ocpp16.open({ connection, secret }, createDriverDeps({ clock, log: createLog(memorySink(), clock) }));
  ends.push(device.close);
  return { device, port };
};

describe('the central system against the charger of ocpp-rpc', () => {
  it('speaks as the schemas want, both ways: boot, meter, limit, pause, lease, start', async () => {
    const { device, port } = await expectCharger(PASSWORD);
    const reading = device.reader.read(never);
    const { client, violations, profiles, calls } = await dial(port, PASSWORD);
    const boot = await client.call('BootNotification', { chargePointVendor: 'ocpp-rpc', chargePointModel: 'charger' });
    expect(boot).toMatchObject({ status: 'Accepted', interval: 300 });
    await client.call('Heartbeat', {});
    await client.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' });
    await client.call('Authorize', { idTag: 'card' });
    const at = () => new Date().toISOString();
    const started: unknown = await client.call('StartTransaction', {
      connectorId: 1,
      idTag: 'card',
      meterStart: 0,
      timestamp: at(),
    });
    expect(started).toMatchObject({ idTagInfo: { status: 'Accepted' } });
    const first = valueIn(await reading);
    expect(first.find(({ metric }) => metric === 'energyKwh')?.value ?? 12.5).toBe(12.5);
    const again = valueIn(await device.reader.read(never));
    expect(Object.fromEntries(again.map(({ metric, value }) => [metric, value]))).toMatchObject({
      powerW: 7_360,
      energyKwh: 12.5,
      limitA: 32,
    });
    expect(valueIn(await device.reader.identify(never))).toMatchObject({ serial: ID, model: 'ocpp-rpc charger' });
    const [charging, limit] = device.actuators;
    if (!charging || !limit) throw new Error('no actuators');
    valueIn(await limit.write(13, { leaseMs: 600_000, signal: never }));
    expect(valueIn(await limit.readBack(never)).value).toBe(13);
    valueIn(await charging.write(false, { leaseMs: 600_000, signal: never }));
    expect(valueIn(await charging.readBack(never)).value).toBe(false);
    valueIn(await charging.write(true, { leaseMs: null, signal: never }));
    expect(calls.at(-1)).toBe('RemoteStartTransaction');
    expect(profiles.map(({ csChargingProfiles }) => (csChargingProfiles as { stackLevel: number }).stackLevel)).toEqual(
      [0, 10, 10, 10],
    );
    const { transactionId } = started as { transactionId: number };
    await client.call('StopTransaction', { transactionId, meterStop: 1, timestamp: at() });
    await client.call('DataTransfer', { vendorId: 'somebody' });
    await expect(client.call('SecurityEventNotification', { type: 'x', timestamp: at() })).resolves.toEqual({});
    expect(violations).toEqual([]);
    expect(device.reader.diagnostics?.().rejected).toBe(0);
  });

  it('keeps it out with a wrong password', async () => {
    const { device, port } = await expectCharger(PASSWORD);
    const reading = device.reader.read(never);
    await expect(dial(port, 'another-password-than-that')).rejects.toThrow(/Unauthorized/);
    expect(await reading).toMatchObject({ ok: false, error: { code: 'device.password-wrong' } });
  });
});
