import { describe, expect, it } from 'vitest';
import type { DecisionSnapshot, Surroundings } from '../../../main/control/types.ts';
import { DEFAULT_SETTINGS } from '../../../preload/contract/house.ts';
import type { Safety } from '../../../preload/contract/safety.ts';
import { type Case, HOUR, judged, limit, manual, number, PLUG } from '../../support/control/cases.ts';
import { AT, liveOf, measure } from '../../support/control/snapshots.ts';

const slow: Partial<Safety> = { ramps: [{ id: 'r', channel: PLUG, perMinute: 600 }] };
const batteryAt = (valueC: number | null, freshness: 'fresh' | 'stale' = 'fresh'): Partial<DecisionSnapshot> => ({
  live: liveOf({ batteryTempC: measure(valueC, freshness === 'fresh' ? 1_000 : 60_000, freshness, '°C') }),
});
const path = (...socPct: readonly number[]): Partial<Surroundings> => ({
  local: { timeZone: 'UTC', minute: 660, weekday: 3 },
  poorSoc: { from: AT + HOUR, stepMs: HOUR, socPct },
});
const withBattery: Partial<DecisionSnapshot> = { settings: { ...DEFAULT_SETTINGS, batteryCapacityKwh: 10 } };

const CASES: readonly Case[] = [
  // The battery
  {
    says: 'rests a hot battery',
    code: 'BATTERY_HOT',
    setpoint: 0,
    proposal: { setpoint: 3_000 },
    snapshot: batteryAt(51),
    channel: number('battery', 1_000),
  },
  {
    says: 'rests a cold battery',
    code: 'BATTERY_COLD',
    setpoint: 0,
    proposal: { setpoint: -500 },
    snapshot: batteryAt(-1),
    channel: number('battery', 1_000),
  },
  {
    says: 'rests a battery whose temperature has grown old',
    code: 'BATTERY_TEMPERATURE_UNKNOWN',
    setpoint: 0,
    proposal: { setpoint: 500 },
    snapshot: batteryAt(20, 'stale'),
    channel: number('battery', 1_000),
  },
  {
    says: 'uses a battery that never says how warm it is',
    code: 'ALLOWED',
    setpoint: 500,
    proposal: { setpoint: 500 },
    snapshot: batteryAt(null),
    channel: number('battery', 1_000),
  },
  {
    says: 'raises no limit of a hot battery',
    code: 'BATTERY_HOT',
    proposal: { setpoint: 90 },
    snapshot: batteryAt(55),
    channel: limit('max-charge-current', 50),
  },
  {
    says: 'lowers the limit of a hot battery',
    code: 'ALLOWED',
    setpoint: 10,
    proposal: { setpoint: 10 },
    snapshot: batteryAt(55),
    channel: limit('max-charge-current', 50),
  },
  {
    says: 'holds charging to its rating, whoever asks',
    code: 'BATTERY_RATING',
    setpoint: 2_000,
    proposal: { ...manual, setpoint: 5_000 },
    safety: { batteryMaxChargeW: 2_000 },
    channel: number('battery', 0),
  },
  {
    says: 'holds discharging to its rating',
    code: 'BATTERY_RATING',
    setpoint: -2_500,
    proposal: { ...manual, setpoint: -5_000 },
    safety: { batteryMaxDischargeW: 2_500 },
    channel: number('battery', 0),
  },
  {
    says: 'holds amperes to watts at the present voltage',
    code: 'BATTERY_RATING',
    setpoint: 50,
    proposal: { setpoint: 120 },
    safety: { batteryMaxDischargeW: 2_600 },
    channel: limit('max-discharge-current', 20),
  },
  {
    says: 'sets no unlimited discharge beside a rating',
    code: 'BATTERY_RATING',
    setpoint: 50,
    proposal: { ...manual, setpoint: -1 },
    safety: { batteryMaxDischargeW: 2_600 },
    channel: limit('max-discharge-current', 20),
  },
  // The inverter
  {
    says: 'starts nothing beyond inverter and grid',
    code: 'INVERTER_LIMIT',
    proposal: manual,
    safety: { inverterMaxW: 5_000 },
    snapshot: {
      settings: { ...DEFAULT_SETTINGS, maxGridImportW: 0 },
      live: liveOf({ gridW: measure(-9_000), loadW: measure(2_500) }),
    },
  },
  {
    says: 'throttles what can be throttled',
    code: 'LOAD_THROTTLED',
    setpoint: 2_500,
    proposal: { ...manual, setpoint: 4_000 },
    safety: { inverterMaxW: 5_000 },
    snapshot: {
      settings: { ...DEFAULT_SETTINGS, maxGridImportW: 0 },
      live: liveOf({ gridW: measure(-9_000), loadW: measure(2_500) }),
    },
    channel: number('miner', 0),
  },
  {
    says: 'adds nothing by itself to an unknown load',
    code: 'LOAD_UNKNOWN',
    safety: { inverterMaxW: 5_000 },
    snapshot: { live: liveOf({ loadW: measure(null) }) },
  },
  // Ramps
  {
    says: 'goes up by its ramp',
    code: 'RAMP',
    setpoint: 1_600,
    proposal: { setpoint: 4_000 },
    safety: slow,
    channel: number('miner', 1_000),
  },
  {
    says: 'goes up by a part of its ramp shortly after',
    code: 'RAMP',
    setpoint: 1_300,
    proposal: { setpoint: 4_000 },
    safety: slow,
    channel: number('miner', 1_000, { sinceChangeMs: 30_000 }),
  },
  {
    says: 'waits where the part is below a step',
    code: 'RAMP_WAIT',
    proposal: { setpoint: 4_000 },
    safety: slow,
    channel: number('miner', 1_000, { sinceChangeMs: 100 }),
  },
  {
    says: 'never slows the way down',
    code: 'ALLOWED',
    setpoint: 10,
    proposal: { setpoint: 10 },
    safety: slow,
    channel: number('miner', 4_000),
  },
  {
    says: 'crosses zero only by its ramp',
    code: 'RAMP',
    setpoint: -600,
    proposal: { ...manual, setpoint: -4_000 },
    safety: slow,
    channel: number('battery', 3_000),
  },
  {
    says: 'makes no step of unknown size',
    code: 'RAMP_UNKNOWN',
    proposal: { ...manual, setpoint: 400 },
    safety: slow,
    channel: number('miner', 0, { current: null }),
  },
  // The hours ahead
  {
    says: 'starts nothing that empties the battery within hours',
    code: 'SOC_OUTLOOK',
    proposal: { leaseMs: HOUR },
    now: path(60, 50, 45),
    snapshot: withBattery,
  },
  {
    says: 'starts what the battery bears',
    code: 'ALLOWED',
    setpoint: true,
    proposal: { leaseMs: HOUR },
    now: path(90, 80, 70),
    snapshot: withBattery,
  },
  {
    says: 'does not look beyond its horizon',
    code: 'ALLOWED',
    setpoint: true,
    proposal: { leaseMs: HOUR },
    now: path(90, 90, 90, 90, 90, 90, 0),
    snapshot: withBattery,
  },
  {
    says: 'lets a person empty the battery within hours',
    code: 'ALLOWED',
    setpoint: true,
    proposal: { ...manual, leaseMs: HOUR },
    now: path(60, 50, 45),
    snapshot: withBattery,
  },
  {
    says: 'takes sun that is exported for the load',
    code: 'ALLOWED',
    setpoint: true,
    proposal: { leaseMs: HOUR },
    now: path(60, 50, 45),
    snapshot: { ...withBattery, live: liveOf({ gridW: measure(-3_500) }) },
  },
  {
    says: 'discharges nothing by itself that is needed within hours',
    code: 'SOC_OUTLOOK',
    proposal: { setpoint: -3_000, leaseMs: HOUR },
    now: path(55),
    snapshot: withBattery,
    channel: number('battery', 0),
  },
];

describe('how much it may be, as a person wrote it down', () => {
  it.each(CASES)('$says', (one) => {
    const verdict = judged(one);
    expect([verdict.code, verdict.setpoint]).toEqual([one.code, one.setpoint ?? null]);
  });

  it('says what the battery will be at and when', () => {
    const verdict = judged({ proposal: { leaseMs: HOUR }, now: path(90, 80, 71), snapshot: withBattery });
    const sentences = verdict.stages.map(({ sentence }) => sentence);
    expect(sentences).toContain('The battery would be at 41 % at 14:00 in a poor case.');
  });
});
