import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alwaysApproved } from '../../../../main/automation/learnt/approvals.ts';
import {
  clockHabits,
  type HandAct,
  oppositeOf,
  ruleOfHabit,
  wilsonPct,
} from '../../../../main/automation/learnt/habits.ts';
import { channelId, deviceId } from '../../../../main/ids.ts';
import type { SettledProposal } from '../../../../preload/contract/control.ts';
import { proposalOf } from '../../../support/store/records.ts';

const ZONE = 'Europe/Berlin';
/** A Monday, so that days 0 to 4 of each week are working days. */
const MONDAY = Date.UTC(2026, 4, 4);
const DAY = 86_400_000;
const MINUTE = 60_000;

/** Local minute of the day of the summer of Berlin, UTC+2. */
const act = (day: number, minute: number, setpoint: boolean, who = 'Mara'): HandAct => ({
  at: MONDAY + day * DAY + (minute - 120) * MINUTE,
  who,
  channel: { deviceId: deviceId('miner'), channelId: channelId('switch:0') },
  channelName: 'Miner A',
  setpoint,
});
const SIX = 18 * 60;

describe('habits of the clock', () => {
  it('are found where the same is done by hand on working days at about the same time', () => {
    const days = [0, 1, 2, 3, 4, 7, 8, 9, 10, 11];
    const acts = days.flatMap((day, index) => [
      act(day, SIX + (index % 5) * 4 - 8, false),
      act(day, 7 * 60 + index, true),
    ]);
    const sorted = acts.toSorted((one, other) => one.at - other.at);
    const habits = clockHabits(sorted, MONDAY + 13 * DAY, ZONE);
    const off = habits.find(({ setpoint }) => setpoint === false);
    expect(off).toMatchObject({ support: 10, chances: 10, days: [1, 2, 3, 4, 5] });
    expect(Math.abs((off?.minute ?? 0) - SIX)).toBeLessThanOrEqual(8);
    expect(off?.evidence).toHaveLength(10);
    if (!off) return;
    const rule = ruleOfHabit(off, oppositeOf(off, habits));
    expect(rule).toMatchObject({ mode: 'test', actions: [{ do: 'switch', on: false }] });
    expect(rule.triggers[0]?.test).toMatchObject({ is: 'time', window: { to: '07:05', days: [1, 2, 3, 4, 5] } });
  });

  it('are not made of four days, nor of any hour of the day', () => {
    const four = [0, 1, 2, 3].map((day) => act(day, SIX, false));
    expect(clockHabits(four, MONDAY + 4 * DAY, ZONE)).toEqual([]);
    const scattered = Array.from({ length: 20 }, (_, day) => act(day, (day * 193) % 1400, false));
    expect(clockHabits(scattered, MONDAY + 20 * DAY, ZONE)).toEqual([]);
  });

  it('need most of the days, not some of many', () => {
    const some = [0, 5, 9, 14, 19, 24].map((day) => act(day, SIX, false));
    expect(clockHabits(some, MONDAY + 27 * DAY, ZONE)).toEqual([]);
  });

  it('around midnight are one habit', () => {
    const acts = Array.from({ length: 10 }, (_, day) => act(day, 1440 + (day % 2 === 0 ? -5 : 5), false));
    const [habit] = clockHabits(acts, MONDAY + 10 * DAY, ZONE);
    expect(habit?.support).toBeGreaterThanOrEqual(9);
    expect(Math.min(habit?.minute ?? 720, 1440 - (habit?.minute ?? 720))).toBeLessThanOrEqual(6);
  });

  it('never claim more support than chances, and are surer with more of the same', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 27 }), fc.integer({ min: 0, max: 1439 }), fc.boolean()), {
          maxLength: 60,
        }),
        (list) => {
          const acts = list
            .map(([day, minute, on]) => act(day, minute, on))
            .toSorted((one, other) => one.at - other.at);
          for (const habit of clockHabits(acts, MONDAY + 28 * DAY, ZONE)) {
            expect(habit.support).toBeLessThanOrEqual(habit.chances);
            expect(habit.support).toBeGreaterThanOrEqual(5);
            expect(habit.confidencePct).toBeGreaterThanOrEqual(60);
          }
        },
      ),
      { numRuns: 60 },
    );
    expect(wilsonPct(20, 20)).toBeGreaterThan(wilsonPct(5, 5));
    expect(wilsonPct(0, 0)).toBe(0);
  });
});

const settled = (index: number, state: SettledProposal['state']): SettledProposal => ({
  proposal: { ...proposalOf(), id: `p-${index}` },
  state,
  settledAt: MONDAY + index * DAY,
  who: state === 'approved' ? 'Mara' : null,
  surface: null,
  sentence: '',
  actionId: null,
});

describe('questions that are always approved', () => {
  it('are proposed to be asked no more, with their evidence', () => {
    const [found] = alwaysApproved(Array.from({ length: 12 }, (_, index) => settled(index, 'approved')));
    expect(found).toMatchObject({ support: 12, chances: 12 });
    expect(found?.evidence[0]?.settledAt).toBe(MONDAY + 11 * DAY);
  });

  it('are not while some were denied or nobody answered, and what was cancelled does not count', () => {
    const with2 = (state: SettledProposal['state']) => [
      ...Array.from({ length: 10 }, (_, index) => settled(index, 'approved')),
      settled(11, state),
      settled(12, state),
    ];
    expect(alwaysApproved(with2('denied'))).toEqual([]);
    expect(alwaysApproved(with2('expired'))).toEqual([]);
    expect(alwaysApproved(with2('cancelled'))).toHaveLength(1);
  });
});
