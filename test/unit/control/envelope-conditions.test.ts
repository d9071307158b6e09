import { describe, expect, it } from 'vitest';
import { judge } from '../../../main/control/envelope.ts';
import type { Proposal, Surroundings } from '../../../main/control/types.ts';
import type { Safety } from '../../../preload/contract/safety.ts';
import { type Case, HOUR, judged, limit, manual, number, OTHER, PLUG, SHED } from '../../support/control/cases.ts';
import { AT, channelOf, proposalOf, snapshotOf } from '../../support/control/snapshots.ts';

const guard: Partial<Proposal> = { origin: 'safety', who: 'Guard' };
const apart: Partial<Safety> = { interlocks: [{ id: 'a', kind: 'never-together', first: OTHER, second: PLUG }] };
const partner = (runs: boolean | null): Partial<Surroundings> => ({
  partners: [{ channel: OTHER, name: 'Boiler', runs }],
});
const kept: Partial<Safety> = { interlocks: [{ id: 'k', kind: 'not-from-battery', load: PLUG }] };
const night: Partial<Safety> = {
  quietWindows: [{ id: 'q', name: 'Night', window: { from: '22:00', to: '06:00', days: [5] }, channels: [PLUG] }],
};
const at = (minute: number, weekday: number): Partial<Surroundings> => ({
  local: { timeZone: 'UTC', minute, weekday },
});
const warm: Partial<Safety> = {
  temperatureLimits: [{ id: 't', sensor: SHED, minimumC: 5, maximumC: 40, channels: [PLUG] }],
};
const shed = (valueC: number | null): Partial<Surroundings> => ({
  temperatures: [{ sensor: SHED, name: 'Shed', valueC }],
});

const CASES: readonly Case[] = [
  // The guard of the house
  {
    says: 'lets the guard switch off, whatever rests',
    code: 'ALLOWED',
    setpoint: false,
    proposal: { ...guard, setpoint: false },
    channel: channelOf({
      current: { value: true, ageMs: 1_000 },
      sinceChangeMs: 5_000,
      switchesLastHour: 99,
      writesToday: 99,
    }),
  },
  { says: 'never lets the guard start anything', code: 'GUARD_MAY_NOT', proposal: guard },
  {
    says: 'lets the guard throttle a load at once',
    code: 'ALLOWED',
    setpoint: 1_000,
    proposal: { ...guard, setpoint: 1_000 },
    channel: number('ev', 7_000, { sinceChangeMs: 3_000 }),
  },
  {
    says: 'never lets the guard raise a load',
    code: 'GUARD_MAY_NOT',
    proposal: { ...guard, setpoint: 7_000 },
    channel: number('ev', 1_000),
  },
  {
    says: 'lets the guard end a discharge',
    code: 'ALLOWED',
    setpoint: 0,
    proposal: { ...guard, setpoint: 0 },
    channel: number('battery', -3_000),
  },
  {
    says: 'never lets the guard discharge more',
    code: 'GUARD_MAY_NOT',
    proposal: { ...guard, setpoint: -4_000 },
    channel: number('battery', -3_000),
  },
  {
    says: 'never lets the guard turn a discharge into a charge',
    code: 'GUARD_MAY_NOT',
    proposal: { ...guard, setpoint: 500 },
    channel: number('battery', -3_000),
  },
  {
    says: 'lets the guard set a limit where there was none',
    code: 'ALLOWED',
    setpoint: 20,
    proposal: { ...guard, setpoint: 20 },
    channel: limit('max-discharge-current', -1),
  },
  {
    says: 'never lets the guard take a limit away',
    code: 'GUARD_MAY_NOT',
    proposal: { ...guard, setpoint: -1 },
    channel: limit('max-discharge-current', 20),
  },
  {
    says: 'keeps the budget of a battery even for the guard',
    code: 'WRITE_BUDGET',
    proposal: { ...guard, setpoint: 0 },
    channel: limit('max-discharge-current', 20, { writesToday: 40 }),
  },
  {
    says: 'lets the guard come before a person',
    code: 'ALLOWED',
    setpoint: false,
    proposal: { ...guard, setpoint: false },
    channel: channelOf({
      current: { value: true, ageMs: 1_000 },
      hold: { origin: 'manual', owner: 'Ada', untilAt: AT + HOUR },
    }),
  },
  // Limits that nobody can read
  {
    says: 'starts nothing by itself while limits are lost',
    code: 'LIMITS_NOT_READ',
    now: { unreadable: ['interlocks'] },
  },
  {
    says: 'lets a person act while limits are lost',
    code: 'ALLOWED',
    setpoint: true,
    proposal: manual,
    now: { unreadable: ['interlocks'] },
  },
  // Interlocks
  {
    says: 'never runs two that exclude each other',
    code: 'INTERLOCK',
    proposal: manual,
    safety: apart,
    now: partner(true),
  },
  { says: 'runs one when the other rests', code: 'ALLOWED', setpoint: true, safety: apart, now: partner(false) },
  {
    says: 'refuses even a person while nobody knows of the other',
    code: 'INTERLOCK_UNKNOWN',
    proposal: manual,
    safety: apart,
    now: partner(null),
  },
  {
    says: 'always lets it stop',
    code: 'ALLOWED',
    setpoint: false,
    proposal: { ...manual, setpoint: false },
    safety: apart,
    now: partner(true),
    channel: channelOf({ current: { value: true, ageMs: 1_000 } }),
  },
  {
    says: 'waits for the battery to be held back, even for a person',
    code: 'BATTERY_NOT_LOCKED',
    proposal: manual,
    safety: kept,
    snapshot: { others: [limit('max-discharge-current', 100)] },
  },
  {
    says: 'waits while nobody knows whether it is held back',
    code: 'BATTERY_NOT_LOCKED',
    safety: kept,
    snapshot: { others: [limit('max-discharge-current', 0, { current: null })] },
  },
  {
    says: 'starts once the battery is held back',
    code: 'ALLOWED',
    setpoint: true,
    safety: kept,
    snapshot: { others: [limit('max-discharge-current', 0)] },
  },
  { says: 'starts where nothing can hold the battery back', code: 'ALLOWED', setpoint: true, safety: kept },
  // Quiet windows
  { says: 'starts nothing in a quiet window', code: 'QUIET', safety: night, now: at(22 * 60, 5) },
  { says: 'starts nothing in its part after midnight', code: 'QUIET', safety: night, now: at(5 * 60 + 59, 6) },
  { says: 'starts when the window has ended', code: 'ALLOWED', setpoint: true, safety: night, now: at(6 * 60, 6) },
  { says: 'starts in the night of another day', code: 'ALLOWED', setpoint: true, safety: night, now: at(22 * 60, 6) },
  {
    says: 'lets a person start it in a quiet window',
    code: 'ALLOWED',
    setpoint: true,
    proposal: manual,
    safety: night,
    now: at(23 * 60, 5),
  },
  {
    says: 'stops in a quiet window',
    code: 'ALLOWED',
    setpoint: false,
    proposal: { setpoint: false },
    safety: night,
    now: at(23 * 60, 5),
    channel: channelOf({ current: { value: true, ageMs: 1_000 } }),
  },
  // Temperatures
  {
    says: 'starts nothing that is too hot, even by hand',
    code: 'TOO_HOT',
    proposal: manual,
    safety: warm,
    now: shed(41),
  },
  { says: 'starts nothing that is too cold', code: 'TOO_COLD', safety: warm, now: shed(4) },
  { says: 'starts at the limit itself', code: 'ALLOWED', setpoint: true, safety: warm, now: shed(40) },
  {
    says: 'starts nothing by itself at an unknown temperature',
    code: 'TEMPERATURE_UNKNOWN',
    safety: warm,
    now: shed(null),
  },
  {
    says: 'lets a person start at an unknown temperature',
    code: 'ALLOWED',
    setpoint: true,
    proposal: manual,
    safety: warm,
    now: shed(null),
  },
];

describe('what may start, as a person wrote it down', () => {
  it.each(CASES)('$says', (one) => {
    const verdict = judged(one);
    expect([verdict.code, verdict.setpoint]).toEqual([one.code, one.setpoint ?? null]);
  });

  it('judges what an earlier version stored, without any of it', () => {
    const verdict = judge(proposalOf(), snapshotOf());
    expect(verdict.setpoint).toBe(true);
    expect(verdict.stages.find(({ stage }) => stage === 'interlock')?.code).toBe('NOT_RECORDED');
  });
});
