import { describe, expect, it } from 'vitest';
import { axeosInfoSchema, axeosReport, axeosSerial } from '../../../../main/devices/miners/axeos-shapes.ts';
import {
  braiinsReport,
  constraintsSchema,
  detailedSchema,
  detailsSchema,
  isBraiinsPaused,
} from '../../../../main/devices/miners/braiins-shapes.ts';
import { checkedWatts, powerRange, powerTargetChannel } from '../../../../main/devices/miners/controls.ts';
import { whatsminerReport, whatsminerV3Report } from '../../../../main/devices/miners/whatsminer-readings.ts';
import { fixtureText } from '../../../support/devices/fixture.ts';

describe('AxeOS', () => {
  const captured: unknown = JSON.parse(fixtureText('miners/axeos_system_info_PARTIAL.json'));

  it('reads the captured answer: GH/s, watts of its sensor, the hotter of its chips', () => {
    const info = axeosInfoSchema.parse(captured);
    expect(axeosReport(info)).toEqual({
      powerW: 11.670000076293945,
      hashrateThs: 0.475,
      tempC: 60,
      state: 'mining',
    });
    expect([info.voltage, info.current]).toEqual([5208.75, 2237.5]);
    expect(axeosSerial(info)).toBe('Bitaxe-BM1370-602');
  });

  it('keeps nothing of Wi-Fi and pool', () => {
    const info = axeosInfoSchema.parse({
      ...Object(captured),
      wifiPass: 'secret',
      stratumUser: 'bc1q.me',
      ssid: 'home',
    });
    expect(JSON.stringify(info)).not.toMatch(/secret|bc1q|home|wifi|stratum/i);
  });

  it('names paused, overheated and unknown', () => {
    const state = (members: object) => axeosReport(axeosInfoSchema.parse({ ASICModel: 'x', ...members })).state;
    expect(state({ miningPaused: true, hashRate: 0 })).toBe('paused');
    expect(state({ miningPaused: false, hashRate: 0 })).toBe('starting');
    expect(state({ overheat_mode: 1, hashRate: 0 })).toBe('fault');
    expect(state({})).toBeNull();
    expect(axeosReport(axeosInfoSchema.parse({ ASICModel: 'x', temp: -1, temp2: 255, power: 'x' }))).toMatchObject({
      tempC: null,
      powerW: null,
    });
    expect(axeosInfoSchema.safeParse({ hello: 'world' }).success).toBe(false);
  });
});

describe('Braiins OS', () => {
  const details = (status: number) => detailsSchema.parse({ status });

  it('tells a pause by a person from a stop by itself, and starting from both', () => {
    const paused = (status: number, detailed: unknown) =>
      isBraiinsPaused(details(status), detailed === null ? null : detailedSchema.parse(detailed));
    expect(paused(3, null)).toBe(true);
    expect(paused(2, null)).toBe(false);
    expect(paused(3, { status: { stopped: { reason: 'user_pause' } } })).toBe(true);
    expect(paused(1, { stopped: { reason: { user_pause: {} } } })).toBe(true);
    expect(paused(1, { stopped: { reason: 'dead_pools' } })).toBe(false);
    expect(paused(1, { starting: { reason: 'preheating' } })).toBe(false);
  });

  it('names the states', () => {
    const state = (status: number, detailed: unknown) =>
      braiinsReport({
        details: details(status),
        detailed: detailed === null ? null : detailedSchema.parse(detailed),
        stats: null,
        cooling: null,
        mode: null,
      }).state;
    expect(state(2, null)).toBe('mining');
    expect(state(3, null)).toBe('paused');
    expect(state(4, null)).toBe('fault');
    expect(state(2, { starting: {} })).toBe('starting');
    expect(state(2, { stopping: {} })).toBe('stopping');
    expect(state(1, { stopped: { reason: 'thermal_pause' } })).toBe('fault');
    expect(state(1, { stopped: { reason: 'delayed_start' } })).toBe('starting');
  });

  it('leaves out what a changed firmware writes in another shape', () => {
    expect(detailsSchema.parse({ status: 'NORMAL', mac_address: 7 })).toMatchObject({
      status: null,
      mac_address: null,
    });
    expect(constraintsSchema.parse({ tuner_constraints: { power_target: { min: 3 } } })).toMatchObject({
      tuner_constraints: { power_target: { min: null } },
    });
  });
});

describe('Whatsminer', () => {
  const row = (members: object) => new Map(Object.entries(members));

  it('takes the supply’s power where the summary names none, and no power where neither does', () => {
    const facts = { off: true, limitW: null };
    const psu = row({ vin: '22750', iin: '66' });
    expect(whatsminerReport({ ...facts, summary: null, psu })).toMatchObject({
      powerW: 15,
      hashrateThs: 0,
      state: 'paused',
    });
    expect(whatsminerReport({ ...facts, summary: null, psu: null }).powerW).toBeNull();
    const summary = row({ Power: -1, 'MHS 5s': 0, 'MHS av': 88e6 });
    expect(whatsminerReport({ ...facts, summary, psu: null })).toMatchObject({ powerW: null, hashrateThs: 0 });
    expect(whatsminerReport({ summary: null, psu: null, off: false, limitW: 3_400 })).toMatchObject({
      state: 'starting',
      powerLimitW: 3_400,
    });
  });

  it('reads the names of the third interface', () => {
    const summary = row({
      'hash-realtime': 101.8,
      'power-realtime': 3_268,
      'power-limit': 3_500,
      'board-temperature': [69.6, 72.3],
      'chip-temp-max': 100.3,
    });
    expect(whatsminerV3Report({ summary, off: false })).toEqual({
      powerW: 3_268,
      hashrateThs: 101.8,
      tempC: 100.3,
      state: 'mining',
      powerLimitW: 3_500,
    });
    expect(whatsminerV3Report({ summary: 'btminer process is down err', off: true })).toMatchObject({
      powerW: null,
      state: 'paused',
    });
  });
});

describe('power targets', () => {
  it('have the range that a person gave, else a wide one', () => {
    expect(powerRange({ leastW: '944', mostW: '4800' })).toEqual({ minimum: 944, maximum: 4_800 });
    expect(powerRange({ leastW: '', mostW: 'x' })).toEqual({ minimum: 50, maximum: 12_000 });
    expect(powerRange({ leastW: '4000', mostW: '300' })).toEqual({ minimum: 50, maximum: 12_000 });
  });

  it('are refused in a sentence that names the miner’s own range', () => {
    const { control } = powerTargetChannel({ minimum: 50, maximum: 12_000 }, 'x');
    const refused = checkedWatts(control, 500, { leastW: 944, mostW: 4_800 }, 'The miner at x');
    expect(refused).toMatchObject({
      ok: false,
      error: { kind: 'permanent', message: 'The miner at x takes a power target from 944 to 4800 W, not 500 W.' },
    });
    expect(checkedWatts(control, 2_000.4, { leastW: 944, mostW: 4_800 }, 'x')).toEqual({ ok: true, value: 2_000 });
    expect(checkedWatts(control, true, null, 'x').ok).toBe(false);
  });
});
