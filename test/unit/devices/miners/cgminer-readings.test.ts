import { describe, expect, it } from 'vitest';
import { cgminerAnswer } from '../../../../main/devices/miners/cgminer-answer.ts';
import { avalonFields, avalonIsOff, cgminerReport } from '../../../../main/devices/miners/cgminer-readings.ts';
import { cgminerIdentity, worldOf } from '../../../../main/devices/miners/cgminer-world.ts';
import { type LooseObject, parseLoose } from '../../../../main/devices/miners/loose-json.ts';
import { MINER_CHANNELS, minerReadings } from '../../../../main/devices/miners/report.ts';
import { fixtureText } from '../../../support/devices/fixture.ts';

const rowsOf = (text: string, list: string): readonly LooseObject[] => {
  const parsed = parseLoose(text);
  const answer = parsed.ok ? cgminerAnswer(parsed.value) : null;
  if (!answer) throw new Error('no answer');
  return answer.rows(list);
};
const captured = (name: string, list: string) => rowsOf(fixtureText(`miners/${name}.json`), list);
const row = (members: object): LooseObject => new Map(Object.entries(members));
const NOTHING = { summary: [], stats: [], devs: [], power: [], paused: false };

describe('what captured miners say', () => {
  it('an Avalon: rate of its devices, hottest chip, power at the wall; −273 is no sensor', () => {
    const stats = captured('cgminer_avalon_stats', 'STATS');
    const devs = captured('cgminer_avalon_devs', 'DEVS');
    const report = cgminerReport({ ...NOTHING, stats, devs });
    expect(report.hashrateThs).toBeCloseTo(197.49792649, 6);
    expect(report).toMatchObject({ powerW: 3_731, tempC: 78, state: 'mining' });
    expect(avalonIsOff(stats)).toBe(false);
    expect(avalonFields(stats).get('PS')).toEqual([0, 1209, 1187, 297, 3526, 1188, 3731]);
    const [version] = captured('cgminer_avalon_version', 'VERSION');
    expect(version && worldOf(version)).toBe('avalon');
    expect(version && cgminerIdentity(version, null, 'x')).toEqual({
      serial: '123456789012',
      model: 'AvalonMiner 15-194',
      firmware: 'MM319',
    });
  });

  it('an Antminer with another firmware: GH/s, the hottest of its chips, total power', () => {
    const report = cgminerReport({ ...NOTHING, stats: captured('bmminer_antminer_stats', 'STATS') });
    expect(report.hashrateThs).toBeCloseTo(99.98959, 6);
    expect(report).toMatchObject({ powerW: 3_358, tempC: 59, state: 'mining' });
    const [version] = captured('bmminer_antminer_version', 'VERSION');
    expect(version && worldOf(version)).toBe('stock');
    expect(version && cgminerIdentity(version, null, '10.0.0.9:4028').serial).toBe(
      'S19-88 v.2.6.0.39 at 10.0.0.9:4028',
    );
  });

  it('a scrypt miner: MH/s as text, no power at all', () => {
    const report = cgminerReport({
      ...NOTHING,
      summary: captured('ccminer_hammer_summary', 'SUMMARY'),
      stats: captured('ccminer_hammer_stats', 'STATS'),
    });
    expect(report.hashrateThs).toBeCloseTo(0.0048850813, 10);
    expect(report).toMatchObject({ powerW: null, tempC: 52 });
    const readings = minerReadings(MINER_CHANNELS.readOnly, report, { measuredAt: 1, receivedAt: 2 });
    expect(readings.map(({ metric }) => metric)).toEqual(['hashrateThs', 'tempC', 'stateCode']);
  });
});

describe('what is not measured', () => {
  it('stays away: −273, 0, nothing, repeated names show the hottest', () => {
    const temp = (members: object) => cgminerReport({ ...NOTHING, stats: [row(members)] }).tempC;
    expect(temp({ Temperature: -273 })).toBeNull();
    expect(temp({ temp1: 0, temp2_1: '', temp_num: 3 })).toBeNull();
    expect(temp({ temp1: 42, 'temp1#1': 71 })).toBe(71);
    expect(temp({ temp_chip1: '0-0-61-59' })).toBe(61);
    expect(temp({ temp2_1: 255 })).toBeNull();
  });

  it('the average of a paused miner is no rate of now', () => {
    const summary = [row({ 'MHS av': 44_000_000 })];
    expect(cgminerReport({ ...NOTHING, summary, paused: true })).toMatchObject({ hashrateThs: null, state: 'paused' });
    expect(cgminerReport({ ...NOTHING, summary })).toMatchObject({ hashrateThs: 44, state: 'mining' });
  });

  it('0 W of a miner that hashes, a supply that does not report, and −1 are no power', () => {
    const times = { measuredAt: 1, receivedAt: 2 };
    const power = (report: Parameters<typeof minerReadings>[1]) =>
      minerReadings(MINER_CHANNELS.mining, report, times).find(({ metric }) => metric === 'powerW')?.value;
    const state = { tempC: null, state: null };
    expect(power({ ...state, powerW: 0, hashrateThs: 90 })).toBeUndefined();
    expect(power({ ...state, powerW: 0, hashrateThs: 0 })).toBe(0);
    const lux = (members: object) => cgminerReport({ ...NOTHING, power: [row(members)] }).powerW;
    expect(lux({ PSU: false, Watts: 0 })).toBeNull();
    expect(lux({ PSU: true, Watts: 2_975 })).toBe(2_975);
    expect(cgminerReport({ ...NOTHING, summary: [row({ Power: -1 })] }).powerW).toBeNull();
  });

  it('names a fault where every board is dead, and starting where nothing hashes yet', () => {
    const devs = [row({ Status: 'Dead', 'MHS 5s': 0 }), row({ Status: 'Sick', 'MHS 5s': 0 })];
    expect(cgminerReport({ ...NOTHING, devs }).state).toBe('fault');
    expect(cgminerReport({ ...NOTHING, summary: [row({ 'GHS 5s': '0.00' })] }).state).toBe('starting');
    expect(cgminerReport(NOTHING).state).toBeNull();
  });
});

describe('whose firmware answers', () => {
  it('is told by what version says', () => {
    const world = (members: object) => worldOf(row(members));
    expect(world({ LUXminer: '2024', API: '3.7' })).toBe('luxos');
    expect(world({ 'BOSminer+': '0.2', API: '3.7' })).toBe('braiins');
    expect(world({ CGMiner: '4.11.1', PROD: 'Avalon Nano3s', API: '3.7' })).toBe('stock');
    expect(world({ CGMiner: '4.11.1', PROD: 'AvalonMiner Q', API: '3.7' })).toBe('avalon');
    expect(world({ cgminer: 'x' })).toBeNull();
  });
});
