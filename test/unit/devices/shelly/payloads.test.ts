import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deviceInfoSchema, firstGenerationSchema } from '../../../../main/devices/shelly/frames.ts';
import { gen1Readings, gen1StatusSchema, relaySchema } from '../../../../main/devices/shelly/gen1-status.ts';
import { statusReadings, statusSchema, unusedComponents } from '../../../../main/devices/shelly/readings.ts';
import { byName } from '../../../support/shelly/device-bench.ts';

const times = { measuredAt: 1_000, receivedAt: 2_000 };
const payload = (name: string): Record<string, Record<string, unknown>> =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/shelly/${name}.json`, import.meta.url), 'utf8'));

const gen2 = (status: unknown) => byName(statusReadings(statusSchema.parse(status), times));

describe('captured devices of generation 2 and later are accepted unchanged', () => {
  it.each([
    'gen2_plus1pm',
    'gen2_pro3em_triphase',
    'gen2_pro4pm',
    'gen2_wall_display_thermostat',
    'gen3_blu_gateway_trv',
    'gen4_mini1',
  ])('%s says who it is', (name) => {
    const info = deviceInfoSchema.parse(payload(name)['Shelly.GetDeviceInfo']);
    expect(info.mac).toBe('AABBCCDDEEFF');
    expect(info.gen).toBe(Number(name.slice(3, 4)));
  });

  it('Pro 4PM: four relays with a meter each', () => {
    const readings = gen2(payload('gen2_pro4pm')['Shelly.GetStatus']);
    expect(Object.keys(readings)).toHaveLength(32);
    for (const id of [0, 1, 2, 3])
      expect(readings).toMatchObject({
        [`switch:${id} on`]: 0,
        [`switch:${id} powerW`]: 0,
        [`switch:${id} frequencyHz`]: 60,
        [`switch:${id} tempC`]: 25.6,
        [`switch:${id} faultCode`]: 0,
      });
    expect(readings).toMatchObject({ 'switch:0 voltageV': 121.7, 'switch:3 voltageV': 121.8 });
  });

  it('Pro 3EM: the total, each phase, and both counters', () => {
    expect(gen2(payload('gen2_pro3em_triphase')['Shelly.GetStatus'])).toEqual({
      'em:0 powerW': 558.965,
      'em:0 currentA': 3.856,
      'em:0 energyKwh': 2_589_773.39 / 1000,
      'em:0 energyExportKwh': 1_026.61 / 1000,
      'em:0:a powerW': 375.5,
      'em:0:a voltageV': 229,
      'em:0:a currentA': 2.392,
      'em:0:a frequencyHz': 50,
      'em:0:a energyKwh': 2034.61671,
      'em:0:a energyExportKwh': 0,
      'em:0:b powerW': 170.8,
      'em:0:b voltageV': 229,
      'em:0:b currentA': 1.037,
      'em:0:b frequencyHz': 50,
      'em:0:b energyKwh': 185.68689,
      'em:0:b energyExportKwh': 0.0407,
      'em:0:c powerW': 12.7,
      'em:0:c voltageV': 229.2,
      'em:0:c currentA': 0.428,
      'em:0:c frequencyHz': 50,
      'em:0:c energyKwh': 369_469.8 / 1000,
      'em:0:c energyExportKwh': 0.98591,
      'temperature:0 tempC': 46.6,
    });
  });

  it('wall display: thermostat, its relay without a meter, thermometer and humidity', () => {
    expect(gen2(payload('gen2_wall_display_thermostat')['Shelly.GetStatus'])).toEqual({
      'switch:0 on': 0,
      'switch:0 faultCode': 0,
      'temperature:0 tempC': 21.3,
      'temperature:0 humidityPct': 43.8,
      'thermostat:0 tempC': 21.3,
      'thermostat:0 targetTempC': 21,
      'thermostat:0 on': 0,
    });
  });

  it('BLU gateway: the valve, as old as its last word', () => {
    const status = payload('gen3_blu_gateway_trv')['Shelly.GetStatus'];
    const receivedAt = 1_739_225_237_400;
    const readings = statusReadings(statusSchema.parse(status), { measuredAt: receivedAt - 100, receivedAt });
    expect(byName(readings)).toEqual({
      'blutrv:200 tempC': 21,
      'blutrv:200 targetTempC': 19,
      'blutrv:200 valvePct': 0,
    });
    expect(new Set(readings.map(({ measuredAt }) => measuredAt))).toEqual(new Set([1_739_225_228_000]));
  });

  it('2PM as a cover: nothing to read, and the cover is named', () => {
    const status = statusSchema.parse(payload('gen3_2pm_cover_status'));
    expect(statusReadings(status, times)).toEqual([]);
    expect(unusedComponents(status)).toEqual(['cover:0']);
  });

  it('Plus 1PM and 1 Mini', () => {
    expect(gen2(payload('gen2_plus1pm')['Shelly.GetStatus'])).toMatchObject({ 'switch:0 energyKwh': 0.110046 });
    expect(gen2(payload('gen4_mini1')['Shelly.GetStatus'])).toEqual({
      'switch:0 on': 0,
      'switch:0 tempC': 64.4,
      'switch:0 faultCode': 0,
    });
  });
});

describe('components of generation 2', () => {
  it('one clamp and its counters, a load meter with returned energy', () => {
    expect(
      gen2({
        'em1:1': { id: 1, act_power: -812.5, voltage: 231, current: 3.5, freq: 50, calibration: 'factory' },
        'em1data:1': { id: 1, total_act_energy: 1_500, total_act_ret_energy: 88_000 },
        'pm1:0': {
          id: 0,
          apower: 40,
          voltage: 230,
          current: 0.2,
          freq: 50,
          aenergy: { total: 900 },
          ret_aenergy: { total: 100 },
        },
      }),
    ).toEqual({
      'em1:1 powerW': -812.5,
      'em1:1 voltageV': 231,
      'em1:1 currentA': 3.5,
      'em1:1 frequencyHz': 50,
      'em1:1 energyKwh': 1.5,
      'em1:1 energyExportKwh': 88,
      'pm1:0 powerW': 40,
      'pm1:0 energyKwh': 0.8,
      'pm1:0 energyExportKwh': 0.1,
      'pm1:0 voltageV': 230,
      'pm1:0 currentA': 0.2,
      'pm1:0 frequencyHz': 50,
    });
  });

  it('a phase that is not connected gives nothing, not 0 W', () => {
    const em = payload('gen2_pro3em_triphase')['Shelly.GetStatus']?.['em:0'];
    const readings = gen2({ 'em:0': { ...(em as object), c_voltage: 0, c_act_power: 0, c_current: 0 } });
    expect(Object.keys(readings).filter((name) => name.startsWith('em:0:c'))).toEqual([]);
    expect(readings).toHaveProperty('em:0:b powerW');
  });

  it.each([
    [['overpower'], 1],
    [['overtemp', 'overpower'], 2],
    [['overvoltage'], 3],
    [['undervoltage'], 4],
    [['something new'], 9],
    [[], 0],
  ])('errors %j are fault %d', (errors, code) =>
    expect(gen2({ 'switch:0': { id: 0, output: false, errors } })).toMatchObject({ 'switch:0 faultCode': code }),
  );

  it('a valve that is not paired or not calibrated gives no temperature and no position', () => {
    expect(
      gen2({ 'blutrv:203': { id: 203, current_C: 21, target_C: 19, pos: -1, paired: false, last_updated_ts: 1 } }),
    ).toEqual({ 'blutrv:203 targetTempC': 19 });
  });

  it.each([
    ['text for a power', { 'em:0': { id: 0, total_act_power: '12' } }],
    ['a list for a component', { 'switch:2': [] }],
    ['text for a target', { 'thermostat:0': { id: 0, target_C: 'warm' } }],
    ['no object', 7],
  ])('a status with %s is refused', (_, status) => expect(statusSchema.safeParse(status).success).toBe(false));

  it('a partial notification of the meter renews the meter alone', () => {
    const status = statusSchema.parse(payload('gen2_pro3em_triphase')['Shelly.GetStatus']);
    const patch = { 'em:0': { id: 0, total_act_power: 1, a_act_power: 2 } };
    expect(Object.keys(byName(statusReadings(status, times, patch)))).toEqual(['em:0 powerW', 'em:0:a powerW']);
  });
});

describe('the first generation', () => {
  const plug = payload('gen1_plug_s');
  const read = (status: unknown, isCover = false) =>
    byName(gen1Readings(gen1StatusSchema.parse(status), times, isCover));

  it('the captured Plug S is accepted unchanged: 2,632 watt-minutes are 0.0439 kWh', () => {
    expect(firstGenerationSchema.parse(plug['GET /shelly'])).toMatchObject({ type: 'SHPLG-S', mac: 'AABBCCDDEEFF' });
    expect(read(plug['GET /status'])).toEqual({
      'switch:0 on': 0,
      'switch:0 faultCode': 0,
      'switch:0 powerW': 0,
      'switch:0 energyKwh': 2632 / 60_000,
      'switch:0 tempC': 24.14,
    });
  });

  it('3EM: watt-hours, and a total of three phases only while all three are valid', () => {
    const emeter = { power: 100, voltage: 230, current: 1, is_valid: true, total: 6_000, total_returned: 1_200 };
    expect(read({ relays: [{ ison: true }], emeters: [emeter, emeter, emeter] })).toMatchObject({
      'em:0 powerW': 300,
      'em:0 energyKwh': 18,
      'em:0 energyExportKwh': 3.6,
      'em:0:b energyKwh': 6,
    });
    const partly = read({ emeters: [emeter, { ...emeter, is_valid: false }, emeter] });
    expect(partly).not.toHaveProperty('em:0 powerW');
    expect(partly).not.toHaveProperty('em:0:b powerW');
    expect(partly).toHaveProperty('em:0:c powerW', 100);
  });

  it('EM: two clamps apart', () => {
    const emeter = { power: -50, voltage: 230, is_valid: true, total: 1_000, total_returned: 2_000 };
    expect(read({ emeters: [emeter, emeter] })).toMatchObject({ 'em1:0 powerW': -50, 'em1:1 energyExportKwh': 2 });
  });

  it.each([
    ['an invalid meter', { power: 5, is_valid: false, total: 60 }, undefined],
    ['a typed-in power', { power: 60, is_valid: true }, undefined],
    ['a meter', { power: 5, is_valid: true, total: 60 }, 5],
  ])('a relay with %s', (_, meter, powerW) =>
    expect(read({ relays: [{ ison: true }], meters: [meter] })['switch:0 powerW']).toBe(powerW),
  );

  it('one meter for two relays is a meter of its own', () => {
    const readings = read({
      relays: [{ ison: true }, { ison: false }],
      meters: [{ power: 70, is_valid: true, total: 60_000 }],
    });
    expect(readings).toMatchObject({ 'pm1:0 powerW': 70, 'pm1:0 energyKwh': 1, 'switch:1 on': 0 });
    expect(readings).not.toHaveProperty('switch:0 powerW');
  });

  it('a tripped relay and a hot box', () => {
    expect(read({ relays: [{ ison: false, overpower: true }] })).toMatchObject({ 'switch:0 faultCode': 1 });
    expect(read({ relays: [{ ison: false }], overtemperature: true })).toMatchObject({ 'switch:0 faultCode': 2 });
  });

  it('in roller mode the relays are not there', () =>
    expect(read({ relays: [{ ison: false }], rollers: [{ state: 'stop' }] }, true)).toEqual({}));

  it('valve: °F becomes °C, −1 % and an invalid sensor are nothing, 999 °C is no sensor', () => {
    const thermostat = {
      pos: 40,
      target_t: { enabled: true, value: 68, units: 'F' },
      tmp: { value: 50, units: 'F', is_valid: true },
    };
    expect(read({ thermostats: [thermostat] })).toEqual({
      'thermostat:0 tempC': 10,
      'thermostat:0 targetTempC': 20,
      'thermostat:0 valvePct': 40,
    });
    expect(
      read({
        thermostats: [{ pos: -1, target_t: { enabled: false, value: 20 }, tmp: { value: 999, is_valid: false } }],
        ext_temperature: { 0: { tC: 999 }, 1: { tC: 4.5 } },
      }),
    ).toEqual({ 'temperature:101 tempC': 4.5 });
  });

  it('refuses a relay without a state', () => expect(relaySchema.safeParse({ has_timer: true }).success).toBe(false));
});
