import { describe, expect, it } from 'vitest';
import { namesOf } from '../../../../main/automation/replay/names.ts';
import { type Course, simulate } from '../../../../main/automation/replay/simulate.ts';
import type { ReplayData, ReplayHome } from '../../../../main/automation/replay/types.ts';
import { lookAtRule } from '../../../../main/automation/rules/look.ts';
import { siteId } from '../../../../main/ids.ts';
import { DEFAULT_SETTINGS } from '../../../../preload/contract/house.ts';
import type { Rule } from '../../../../preload/contract/rules.ts';
import { BATTERY, MIDNIGHT, replayData, replayHome } from '../../../support/automation/replay-data.ts';
import { above, at, below, isState, ref, ruleOf, SOC, turn } from '../../../support/automation/rules.ts';

const A = ref('miner-a');
const B = ref('miner-b');
const HOUR = 12;
const DAY = 24 * HOUR;

const run = (data: ReplayData, rules: readonly Rule[], home: ReplayHome = replayHome(), dry = false): Course =>
  simulate(
    data,
    home,
    rules.map((rule) => ({ rule, dry })),
    namesOf(home),
    lookAtRule,
  );
/** Local clock times in Berlin of all firings. */
const times = ({ firings }: Course): readonly string[] =>
  firings.map(({ at: moment, branch }) => `${(moment - MIDNIGHT) / 3_600_000} h ${branch}`);

describe('energy and cost', () => {
  it('counts what a switched load draws, at the price of that time', () => {
    const rule = ruleOf({ when: at('12:00', '14:00'), actions: [turn(B, true)] });
    const course = run(replayData(DAY), [rule]);
    expect(times(course)).toEqual(['12 h actions']);
    expect(course.importKwh).toBeCloseTo(12 + 4, 6);
    expect(course.cost).toBeCloseTo(16 * 0.3, 6);
    expect(run(replayData(DAY), []).importKwh).toBeCloseTo(12, 6);
  });

  it('says no cost where a needed price is missing', () => {
    expect(run(replayData(DAY, { importPerKwh: (step) => (step === 5 ? Number.NaN : 0.3) }), []).cost).toBeNull();
  });

  it('moves the battery as self-consumption does, and keeps the balance', () => {
    const data = replayData(DAY, { pvW: (step) => (step < HOUR ? 3_000 : 0), socPct: 50, battery: BATTERY });
    const course = run(data, []);
    // 2.5 kWh are stored in the first hour, then the house lives on the battery down to its floor.
    expect(course.socPct[HOUR]).toBeCloseTo(75, 4);
    expect(course.socPct[DAY - 1]).toBeCloseTo(10, 4);
    expect(course.importKwh).toBeCloseTo(23 * 0.5 - 6.5, 4);
    expect(course.exportKwh).toBeCloseTo(0, 6);
  });

  it('lets a rule raise the reserve of the battery', () => {
    const reserve = ruleOf({
      when: at('00:00', '12:00'),
      actions: [{ do: 'set', channel: ref('reserve'), value: 40 }],
    });
    const course = run(replayData(DAY, { socPct: 50, battery: BATTERY }), [reserve]);
    expect(course.socPct[11 * HOUR]).toBeCloseTo(40, 4);
    expect(course.socPct[DAY - 1]).toBeCloseTo(10, 4);
  });

  it('knows nothing in a gap, and takes the charge up again by what was measured', () => {
    const inGap = (step: number): boolean => step >= 2 * HOUR && step < 4 * HOUR;
    const data = replayData(6 * HOUR, {
      loadW: (step) => (inGap(step) ? Number.NaN : 0),
      socPct: (step) => (inGap(step) ? Number.NaN : step < 4 * HOUR ? 50 : 44),
      battery: BATTERY,
    });
    const course = run(data, []);
    expect(course.knownSteps).toBe(4 * HOUR);
    expect(course.socPct[5 * HOUR]).toBeCloseTo(44, 6);
    const unknown = ruleOf({ when: below({ of: 'load-power' }, 100) });
    expect(run(data, [unknown]).past[0]?.knownMs).toBe(4 * 3_600_000);
  });
});

describe('what rules do to loads', () => {
  it('goes as measured again when the rule ends, and stays at its otherwise', () => {
    const channels = { 'miner-a/switch:0': { powerW: 800, on: 1 } };
    const data = replayData(DAY, { loadW: 1_300, channels });
    const pausing = ruleOf({ when: at('06:00', '08:00'), actions: [turn(A, false)] });
    expect(run(data, [pausing]).importKwh).toBeCloseTo(24 * 1.3 - 1.6, 6);
    const staying = { ...pausing, otherwise: [turn(A, false)] };
    expect(run(data, [staying]).importKwh).toBeCloseTo(24 * 1.3 - 18 * 0.8, 6);
  });

  it('takes what it was measured to draw while it ran, else what it usually draws', () => {
    const data = replayData(DAY, {
      loadW: (step) => (step < 12 * HOUR ? 1_200 : 500),
      channels: {
        'miner-a/switch:0': { powerW: (step) => (step < 12 * HOUR ? 700 : 0), on: (step) => Number(step < 12 * HOUR) },
      },
    });
    const always = ruleOf({ when: at('00:00', '00:00'), actions: [turn(A, true)] });
    expect(run(data, [always]).importKwh).toBeCloseTo(12 * 1.2 + 12 * 1.5, 6);
  });

  it('pauses for its minutes and no longer', () => {
    const data = replayData(DAY, { loadW: 1_300, channels: { 'miner-a/switch:0': { powerW: 800, on: 1 } } });
    const pause = ruleOf({ when: at('06:00', '08:00'), actions: [{ do: 'pause', channel: A, minutes: 30 }] });
    expect(run(data, [pause]).importKwh).toBeCloseTo(24 * 1.3 - 0.4, 6);
  });

  it('lets the better priority have the channel', () => {
    const on = ruleOf({ id: 'on', when: at('00:00', '00:00'), actions: [turn(A, true)], priority: 5 });
    const off = ruleOf({ id: 'off', when: at('06:00', '12:00'), actions: [turn(A, false)], priority: 3 });
    expect(run(replayData(DAY), [on, off]).importKwh).toBeCloseTo(12 + 18, 6);
    expect(run(replayData(DAY), [on, { ...off, priority: 7 }]).importKwh).toBeCloseTo(12 + 24, 6);
  });

  it('moves nothing by rules that run dry', () => {
    const rule = ruleOf({ when: at('12:00', '14:00'), actions: [turn(B, true)] });
    const course = run(replayData(DAY), [rule], replayHome(), true);
    expect(course.importKwh).toBeCloseTo(12, 6);
    expect(course.firings.map(({ how }) => how)).toEqual(['dry']);
  });

  it('shows rules what other rules did', () => {
    const first = ruleOf({ id: 'first', when: at('10:00', '11:00'), actions: [turn(A, true)] });
    const second = ruleOf({ id: 'second', when: isState(A, 'on'), actions: [turn(B, true)] });
    const channels = { 'miner-a/switch:0': { powerW: 0, on: 0 } };
    const course = run(replayData(DAY, { channels }), [first, second]);
    expect(course.firings.map(({ ruleId }) => ruleId)).toEqual(['first', 'second']);
    expect(course.past[1]?.heldMs).toBe(3_600_000);
  });

  it('adds up the energy of the local day', () => {
    const energy = { of: 'channel-energy-today', channel: A } as const;
    const rule = ruleOf({ when: above(energy, 5.99), actions: [turn(B, true)] });
    const channels = { 'miner-a/switch:0': { powerW: 1_000, on: 1 } };
    const course = run(replayData(2 * DAY, { loadW: 1_500, channels }), [rule]);
    expect(times(course)).toEqual(['6 h actions', '30 h actions']);
  });
});

describe('the device’s own rules', () => {
  it('keeps a load on and off for its least times', () => {
    const flapping = ruleOf({ when: above({ of: 'pv-power' }, 100), actions: [turn(A, true)] });
    const channels = { 'miner-a/switch:0': { powerW: 0, on: 0 } };
    const data = replayData(HOUR, { pvW: (step) => (step % 2 === 0 ? 200 : 0), channels });
    const course = run(data, [flapping]);
    expect(course.past[0]?.firings).toBe(6);
    expect(course.refusals.dwell).toBeGreaterThan(0);
    // Two steps on at least, then off; four switches an hour at most.
    expect(course.refusals.switches + course.refusals.dwell).toBeGreaterThan(3);
    expect(course.firings.some(({ how }) => how === 'refused')).toBe(true);
  });

  it('starts nothing below the minimum charge, nor beyond the most import', () => {
    const on = ruleOf({ when: at('00:00', '00:00'), actions: [turn(A, true)] });
    const channels = { 'miner-a/switch:0': { powerW: 0, on: 0 } };
    const settings = { ...DEFAULT_SETTINGS, batteryCapacityKwh: 10 };
    const low = replayData(HOUR, { socPct: 20, battery: BATTERY, loadW: 0, channels });
    expect(run(low, [on], replayHome({ settings })).refusals.charge).toBe(HOUR);
    const small = { ...settings, batteryCapacityKwh: 0, maxGridImportW: 1_400 };
    expect(run(replayData(HOUR, { channels }), [on], replayHome({ settings: small })).refusals.import).toBe(HOUR);
  });

  it('writes no more often than the budget of the day', () => {
    const home = replayHome();
    const tight = {
      ...home,
      channels: home.channels.map((channel) => ({
        ...channel,
        config: {
          ...channel.config,
          rules: { minOnMs: 1, minOffMs: 1, maxSwitchesPerHour: 60, writeBudgetPerDay: 3 },
        },
      })),
    };
    const rule = ruleOf({ when: above({ of: 'pv-power' }, 100), actions: [turn(A, true)] });
    const channels = { 'miner-a/switch:0': { powerW: 0, on: 0 } };
    const data = replayData(2 * DAY, { pvW: (step) => (step % 2 === 0 ? 200 : 0), channels });
    expect(run(data, [rule], tight).refusals.budget).toBeGreaterThan(280);
  });
});

describe('only what was known then', () => {
  const issue = (issuedAt: number, p50: number) => ({
    siteId: siteId('home'),
    kind: 'solar' as const,
    issuedAt,
    stepMs: 3_600_000,
    version: null,
    servedBy: 'baseline' as const,
    because: '',
    points: Array.from({ length: 48 }, (_, hour) => ({ at: MIDNIGHT + hour * 3_600_000, p10: 0, p50, p90: 0 })),
  });
  const sunny = ruleOf({
    when: above({ of: 'forecast', kind: 'pv', hours: 6, statistic: 'sum', band: 'p50' }, 5),
  });

  it('reads a forecast from its issue on, and not after it is a day old', () => {
    const forecasts = new Map([['solar' as const, [issue(MIDNIGHT + 6 * 3_600_000, 1_000)]]]);
    const course = run(replayData(2 * DAY, {}, { forecasts }), [sunny]);
    expect(times(course)).toEqual(['6 h actions']);
    expect(course.past[0]?.knownMs).toBeLessThanOrEqual(27 * 3_600_000);
  });

  it('lets a newer issue take the place of an older one', () => {
    const forecasts = new Map([['solar' as const, [issue(MIDNIGHT, 1_000), issue(MIDNIGHT + 3 * 3_600_000, 100)]]]);
    const course = run(replayData(DAY, {}, { forecasts }), [sunny]);
    expect(course.past[0]?.heldMs).toBe(3 * 3_600_000);
  });

  it('knows tomorrow’s prices in the afternoon', () => {
    const rule = ruleOf({
      when: above({ of: 'forecast', kind: 'price', hours: 12, statistic: 'minimum', band: 'p50' }, 0),
    });
    const course = run(replayData(DAY), [rule]);
    // Until noon the day's own prices reach far enough, and from 14:00 on those of tomorrow.
    expect(course.past[0]?.knownMs).toBeGreaterThan(21 * 3_600_000);
    expect(course.past[0]?.knownMs).toBeLessThan(24 * 3_600_000);
  });

  it('calls a charge unknown that was not measured, and a device unknown whose answers were not kept', () => {
    const reachable = ruleOf({ when: { is: 'reachable', deviceId: A.deviceId, state: 'online' } });
    const course = run(replayData(DAY), [ruleOf({ when: above(SOC, 10) }), reachable]);
    expect(course.past.map(({ knownMs }) => knownMs)).toEqual([0, 0]);
  });
});
