import { describe, expect, it } from 'vitest';
import { deepMerge, deviceInfoSchema, parseFrame } from '../../../main/devices/shelly/frames.ts';
import { measuredAtOf, statusReadings, statusSchema } from '../../../main/devices/shelly/readings.ts';

const times = { measuredAt: 1_000, receivedAt: 2_000 };

/** Captured from devices; the parts that matter. */
const PLUS_1PM = {
  'switch:0': {
    aenergy: { by_minute: [0, 0, 0], minute_ts: 1707326934, total: 110.046 },
    apower: 0,
    current: 0,
    id: 0,
    output: false,
    source: 'WS_in',
    temperature: { tC: 30.3, tF: 86.6 },
    voltage: 232.8,
  },
  sys: { mac: 'AABBCCDDEEFF', unixtime: 1707326936, uptime: 2622735 },
  script: { running: false },
};
const MINI_1 = {
  'switch:0': { id: 0, source: 'WS_in', output: false, temperature: { tC: 64.4, tF: 147.9 } },
  sys: { mac: 'AABBCCDDEEFF', unixtime: 1745588095 },
};
const INFO = {
  name: 'Shelly Plus 2PM',
  id: 'shellyplus2pm-aabbccddeeff',
  mac: 'AABBCCDDEEFF',
  slot: 1,
  model: 'SNSW-102P16EU',
  gen: 2,
  fw_id: '20240819-074337/1.4.2-gc2639da',
  ver: '1.4.2',
  app: 'Plus2PM',
  auth_en: true,
  auth_domain: 'shellyplus2pm-aabbccddeeff',
  profile: 'switch',
};

const readingsOf = (status: unknown, named?: readonly string[]) => {
  const patch = named && { 'switch:0': Object.fromEntries(named.map((name) => [name, 0])) };
  const readings = statusReadings(statusSchema.parse(status), times, patch);
  return Object.fromEntries(readings.map(({ metric, value }) => [metric, value]));
};
const withRelay = (members: object) => ({ 'switch:0': { ...PLUS_1PM['switch:0'], ...members } });

describe('Shelly status', () => {
  it('of a captured Plus 1PM gives all that it says', () =>
    expect(readingsOf(PLUS_1PM)).toEqual({
      powerW: 0,
      on: 0,
      energyKwh: 0.110046,
      tempC: 30.3,
      voltageV: 232.8,
      currentA: 0,
      faultCode: 0,
    }));

  it('of a captured relay without a meter gives no power, not 0 W', () =>
    expect(readingsOf(MINI_1)).toEqual({ on: 0, tempC: 64.4, faultCode: 0 }));

  it.each([
    [
      'null',
      { apower: null, voltage: null, current: null, temperature: null, aenergy: null, output: null },
      { faultCode: 0 },
    ],
    ['0 V', { voltage: 0 }, { powerW: 0, on: 0, energyKwh: 0.110046, tempC: 30.3, faultCode: 0 }],
    [
      'a temperature without a value',
      { temperature: { tC: null } },
      { powerW: 0, on: 0, energyKwh: 0.110046, voltageV: 232.8, currentA: 0, faultCode: 0 },
    ],
  ])('leaves out %s', (_, members, expected) => expect(readingsOf(withRelay(members))).toEqual(expected));

  it('takes returned energy off the total, which includes it', () =>
    expect(readingsOf(withRelay({ aenergy: { total: 5_000 }, ret_aenergy: { total: 1_200 } }))).toMatchObject({
      energyKwh: 3.8,
      energyExportKwh: 1.2,
    }));

  it('renews only what a notification named', () =>
    expect(readingsOf(PLUS_1PM, ['id', 'apower', 'current'])).toEqual({ powerW: 0, currentA: 0 }));

  it.each([
    ['text for power', { apower: '12' }],
    ['a number for output', { output: 1 }],
    ['no id', { id: undefined }],
  ])('is refused with %s', (_, members) => expect(statusSchema.safeParse(withRelay(members)).success).toBe(false));
});

describe('Shelly frames', () => {
  it('are told apart', () => {
    expect(parseFrame('{"id":2,"src":"s","result":null}')?.kind).toBe('reply');
    expect(parseFrame('{"id":2,"error":{"code":-105,"message":"no"}}')?.kind).toBe('reply');
    expect(parseFrame('{"src":"s","method":"NotifyStatus","params":{"ts":1.5}}')?.kind).toBe('notification');
    expect(parseFrame('{"src":"s","method":"NotifySomethingNew","params":{}}')?.kind).toBe('other');
  });

  it.each(['', '{"id":2,"res', '[]', '7', 'null', '{"id":"2","result":{}}', '{"id":2}', '{"result":{}}'])(
    'refuse %j',
    (text) => expect(parseFrame(text)).toBeNull(),
  );

  it('merge deeply: a partial frame without output says nothing about output', () => {
    const merged = deepMerge(PLUS_1PM, { ts: 1, 'switch:0': { id: 0, apower: 1203.4, aenergy: { total: 111 } } });
    expect(readingsOf(merged)).toMatchObject({ on: 0, powerW: 1203.4, energyKwh: 0.111, voltageV: 232.8 });
    expect(PLUS_1PM['switch:0'].apower).toBe(0);
  });

  it('know a device of generation 2 by what it says of itself', () => {
    expect(deviceInfoSchema.safeParse(INFO).success).toBe(true);
    for (const wrong of [
      { ...INFO, gen: 1 },
      { ...INFO, gen: undefined },
      { ...INFO, mac: 'AABB' },
    ])
      expect(deviceInfoSchema.safeParse(wrong).success).toBe(false);
  });
});

it.each([
  ['near ours', 1_000, 1_002_000, 1_000_000],
  ['ahead of ours: never in the future', 1_004, 1_002_000, 1_002_000],
  ['far off: the time of receipt', 900, 1_002_000, 1_002_000],
  ['never set', 0, 1_002_000, 1_002_000],
  ['missing', null, 1_002_000, 1_002_000],
])('takes the device’s time when it is %s', (_, ts, receivedAt, expected) =>
  expect(measuredAtOf(ts, receivedAt)).toBe(expected),
);
