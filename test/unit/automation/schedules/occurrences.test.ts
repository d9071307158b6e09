import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import {
  occurrencesAfter,
  occurrencesWithin,
  problemOfWhen,
  sayWhen,
} from '../../../../main/automation/schedules/occurrences.ts';

const BERLIN = 'Europe/Berlin';
const recurring = (rrule: string, startLocal = '2026-03-02T07:00') => ({
  kind: 'recurring' as const,
  rrule,
  startLocal,
});
const local = (times: readonly number[], zone = BERLIN): readonly string[] =>
  times.map((at) => DateTime.fromMillis(at, { zone }).toFormat('ccc yyyy-MM-dd HH:mm'));
const MARCH_27 = Date.UTC(2026, 2, 27, 12, 0);

describe('the times of a schedule', () => {
  it('keep the wall clock over the change of the clocks', () => {
    expect(local(occurrencesAfter(recurring('FREQ=DAILY'), BERLIN, MARCH_27, 3))).toEqual([
      'Sat 2026-03-28 07:00',
      'Sun 2026-03-29 07:00',
      'Mon 2026-03-30 07:00',
    ]);
  });

  it('come once where the clocks skip their hour, and once where it comes twice', () => {
    const night = recurring('FREQ=DAILY', '2026-03-02T02:30');
    expect(local(occurrencesAfter(night, BERLIN, MARCH_27, 3))).toEqual([
      'Sat 2026-03-28 02:30',
      'Sun 2026-03-29 03:30',
      'Mon 2026-03-30 02:30',
    ]);
    const october = occurrencesWithin(night, BERLIN, Date.UTC(2026, 9, 24, 12), Date.UTC(2026, 9, 25, 12));
    expect(local(october)).toEqual(['Sun 2026-10-25 02:30']);
  });

  it.each([
    ['FREQ=MINUTELY', 'at most every hour'],
    ['FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30', 'takes no days'],
    ['FREQ=DAILY;INTERVAL=7;BYDAY=TU', 'does not fit'],
    ['FREQ=MONTHLY;INTERVAL=12;BYMONTH=3', 'does not fit'],
    ['FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30', 'none of the months'],
    ['FREQ=MONTHLY;BYDAY=5MO', 'counted from 1 to 4'],
    ['FREQ=WEEKLY;BYSETPOS=1', 'BYSETPOS is not understood'],
    ['BYDAY=MO', 'FREQ is missing'],
    ['FREQ=DAILY;INTERVAL=0', 'INTERVAL'],
    ['DTSTART:20260101T000000Z', 'beside the rule'],
    ['each monday', 'cannot be read'],
    ['FREQ=DAILY;UNTIL=20260101T000000Z', 'never comes again'],
  ])('%s is refused in words', (rrule, words) => {
    const problem = problemOfWhen(recurring(rrule), BERLIN, MARCH_27);
    expect(problem.ok).toBe(false);
    if (!problem.ok) expect(problem.error.message).toContain(words);
  });

  it('that have passed are refused, and do not come', () => {
    const past = { kind: 'once' as const, at: MARCH_27 - 1 };
    expect(problemOfWhen(past, BERLIN, MARCH_27).ok).toBe(false);
    expect(occurrencesAfter(past, BERLIN, MARCH_27, 3)).toEqual([]);
  });

  it('are said in words', () => {
    expect(sayWhen(recurring('FREQ=WEEKLY;BYDAY=MO,FR', '2026-03-02T22:30'), BERLIN)).toBe(
      'every week on Monday, Friday at 22:30',
    );
  });

  it('never repeat, never lie outside the span, and are the same however the span is cut', () => {
    const rules = fc.constantFrom(
      'FREQ=DAILY',
      'FREQ=HOURLY;INTERVAL=5',
      'FREQ=WEEKLY;BYDAY=SA,SU',
      'FREQ=MONTHLY;BYMONTHDAY=31',
      'FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=30',
    );
    const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu');
    fc.assert(
      fc.property(
        rules,
        zones,
        fc.integer({ min: 0, max: 400 * 24 }),
        fc.integer({ min: 1, max: 60 * 24 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rrule, zone, startHours, spanHours, cut) => {
          const from = Date.UTC(2026, 0, 1) + startHours * 3_600_000;
          const to = from + spanHours * 3_600_000;
          const middle = Math.round(from + (to - from) * cut);
          const when = recurring(rrule, '2025-12-01T02:15');
          const whole = occurrencesWithin(when, zone, from, to);
          expect(whole.every((at, index) => at > from && at <= to && at > (whole[index - 1] ?? 0))).toBe(true);
          expect([
            ...occurrencesWithin(when, zone, from, middle),
            ...occurrencesWithin(when, zone, middle, to),
          ]).toEqual(whole);
        },
      ),
      { numRuns: 60 },
    );
  });
});
