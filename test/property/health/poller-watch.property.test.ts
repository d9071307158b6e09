import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FINE, type PollerReport, watchPoller } from '../../../main/health/poller-watch.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;

/** Looks once a minute for a day at a device that `failingAt` (minutes) describes. */
const watchDay = (
  failingAt: (minute: number) => boolean,
  { days = 1, alertMinutes = 10 } = {},
): readonly PollerReport[] => {
  let spell = FINE;
  const reports: PollerReport[] = [];
  for (let minute = 0; minute < days * DAY_MINUTES; minute += 1) {
    const look = watchPoller(spell, failingAt(minute), minute * MINUTE_MS, alertMinutes * MINUTE_MS);
    spell = look.spell;
    if (look.report) reports.push(look.report);
  }
  return reports;
};

describe('the poller watch, however a device behaves', () => {
  it('a device that flaps 500 times a day gives at most 2 messages', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 95 }), (dutyPct) => {
        const period = DAY_MINUTES / 500;
        const reports = watchDay((minute) => ((minute % period) / period) * 100 < dutyPct);
        expect(reports.length).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('any pattern gives few messages, and trouble and return in turn', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 60 }), (spans) => {
        const pattern = spans.flatMap((span, index) => Array.from({ length: span }, () => index % 2 === 0));
        const reports = watchDay((minute) => pattern[minute % pattern.length] ?? false);
        expect(reports.length).toBeLessThanOrEqual(12);
        reports.forEach((report, index) => {
          expect(report === 'back').toBe(index % 2 === 1);
        });
      }),
    );
  });

  it('whatever fails without a break for as long as is set is told exactly once, and its return exactly once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 1, max: 600 }),
        fc.integer({ min: 1, max: 240 }),
        (start, span, alertMinutes) => {
          const reports = watchDay((minute) => minute >= start && minute < start + span, { alertMinutes });
          expect(reports).toEqual(span > alertMinutes ? ['failing', 'back'] : []);
        },
      ),
    );
  });

  it('a second outage the next day is told again', () => {
    const reports = watchDay((minute) => minute % DAY_MINUTES < 30, { days: 3 });
    expect(reports).toEqual(['failing', 'back', 'failing', 'back', 'failing', 'back']);
  });

  it('a device that keeps breaking off is told as unsteady', () => {
    expect(watchDay((minute) => minute < 60 && minute % 4 === 0)).toEqual(['unsteady', 'back']);
  });
});
