import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRoutingDesk } from '../../../../main/health/routing/desk.ts';
import { isQuietAt } from '../../../../main/health/routing/quiet.ts';
import type { Level } from '../../../../main/health/routing/subject.ts';
import type { Saying } from '../../../../main/health/routing/wording.ts';
import type { Notice } from '../../../../preload/contract/house.ts';
import { DEFAULT_MESSAGE_SETTINGS, type MessageSettings } from '../../../../preload/contract/messages.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ZONE = 'Europe/Berlin';
/** The days around which Berlin's clocks are set forward and back, and an ordinary one. */
const STARTS = [Date.UTC(2026, 2, 28, 12), Date.UTC(2026, 9, 24, 12), Date.UTC(2026, 5, 17, 12)];

interface Step {
  readonly waitMin: number;
  readonly subject: 'a' | 'b' | null;
  readonly level: Level;
  readonly recovered: boolean;
  /** Written down and read again, as by a restart. */
  readonly restart: boolean;
}
const step: fc.Arbitrary<Step> = fc.record({
  waitMin: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 700 })),
  subject: fc.constantFrom('a', 'a', 'b', null),
  level: fc.constantFrom('info', 'attention', 'attention', 'critical'),
  recovered: fc.boolean(),
  restart: fc.boolean(),
});
const settingsOf: fc.Arbitrary<MessageSettings> = fc
  .record({
    quiet: fc.constantFrom(
      null,
      { from: '22:00', to: '07:00' },
      { from: '01:30', to: '03:30' },
      { from: '12:00', to: '13:00' },
    ),
    debounceMs: fc.constantFrom(0, 180_000, 900_000),
    repeatAfterMs: fc.constantFrom(HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS),
    tellRecovery: fc.boolean(),
  })
  .map((changes) => ({ ...DEFAULT_MESSAGE_SETTINGS, ...changes }));

interface Seen {
  readonly at: number;
  readonly quiet: boolean;
  readonly saying: Saying;
}

/** Plays the steps, looks each minute, and goes on for two days, so that whatever is due comes out. */
const play = (steps: readonly Step[], settings: MessageSettings, start: number): readonly Seen[] => {
  let desk = createRoutingDesk(undefined);
  const seen: Seen[] = [];
  let now = start;
  const minutes = (count: number): void => {
    for (let minute = 0; minute < count; minute += 1) {
      if (desk.nextAt(settings, now) !== null) {
        const quiet = isQuietAt(settings.quiet, now, ZONE);
        for (const saying of desk.look(settings, quiet, now).say) seen.push({ at: now, quiet, saying });
      }
      now += MINUTE_MS;
    }
  };
  steps.forEach(({ waitMin, subject, level, recovered, restart }, index) => {
    minutes(waitMin);
    const notice: Notice = { id: `${index}`, at: now, level, title: subject ?? 'once', text: '' };
    desk.hear(subject === null ? notice : { ...notice, subject, recovered }, settings, now);
    if (restart) desk = createRoutingDesk(desk.text());
  });
  minutes(48 * 60);
  return seen;
};
const histories = fc.tuple(fc.array(step, { maxLength: 25 }), settingsOf, fc.constantFrom(...STARTS));

describe('any history of troubles', () => {
  it('tells a subject once a span, its end only after its beginning, and nothing but the critical in quiet hours', () => {
    fc.assert(
      fc.property(histories, ([steps, settings, start]) => {
        const seen = play(steps, settings, start);
        for (const { quiet, saying } of seen) expect(quiet && saying.level !== 'critical').toBe(false);
        for (const subject of ['a', 'b']) {
          const own = seen.filter(({ saying }) => saying.subject === subject);
          let openAt: number | null = null;
          for (const { at, saying } of own) {
            if (saying.what === 'ends') {
              expect(openAt).not.toBeNull();
              expect(settings.tellRecovery).toBe(true);
              openAt = null;
            } else if (saying.what === 'begins') openAt = at;
          }
          for (const level of ['info', 'attention', 'critical'] as const) {
            const spanMs = level === 'critical' ? Math.min(HOUR_MS, settings.repeatAfterMs) : settings.repeatAfterMs;
            const times = own
              .filter(({ saying }) => saying.what === 'begins' && saying.level === level)
              .map(({ at }) => at);
            for (const [index, at] of times.slice(1).entries())
              expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(spanMs);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('tells whatever lasts: what is wrong at the end was told and not taken back', () => {
    fc.assert(
      fc.property(histories, ([steps, settings, start]) => {
        const seen = play(steps, settings, start);
        for (const subject of ['a', 'b'] as const) {
          const last = steps.filter((each) => each.subject === subject).at(-1);
          if (last === undefined || last.recovered) continue;
          const about = seen.filter(({ saying }) => saying.subject === subject && saying.what !== 'passed');
          expect(about.at(-1)?.saying.what).toBe('begins');
        }
      }),
      { numRuns: 150 },
    );
  });

  it('tells what is critical at once, when it was not told an hour before', () => {
    fc.assert(
      fc.property(
        settingsOf,
        fc.constantFrom(...STARTS),
        fc.integer({ min: 0, max: 2_000 }),
        (settings, start, waitMin) => {
          const steps: Step[] = [{ waitMin, subject: 'a', level: 'critical', recovered: false, restart: false }];
          const [first] = play(steps, settings, start);
          expect(first).toMatchObject({
            at: start + waitMin * MINUTE_MS,
            saying: { level: 'critical', what: 'begins' },
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('a flapping subject gives two messages a day at most, however it flaps', () => {
    const flap = fc.record({ breakMin: fc.integer({ min: 1, max: 20 }), fineMin: fc.integer({ min: 1, max: 20 }) });
    fc.assert(
      fc.property(fc.array(flap, { minLength: 40, maxLength: 70 }), (flaps) => {
        const steps = flaps.flatMap(({ breakMin, fineMin }): Step[] => [
          { waitMin: fineMin, subject: 'a', level: 'attention', recovered: false, restart: false },
          { waitMin: breakMin, subject: 'a', level: 'attention', recovered: true, restart: false },
        ]);
        const start = STARTS[2] ?? 0;
        const seen = play(steps, { ...DEFAULT_MESSAGE_SETTINGS, quiet: null }, start);
        expect(seen.filter(({ at }) => at < start + 24 * HOUR_MS).length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 40 },
    );
  });
});

describe('quiet hours', () => {
  it('follow the wall clock of the site on days of 23 and 25 hours', () => {
    const quiet = { from: '22:00', to: '07:00' };
    const lengths = STARTS.map((start) => {
      let minutes = 0;
      for (let at = start; at < start + 24 * HOUR_MS; at += MINUTE_MS) if (isQuietAt(quiet, at, ZONE)) minutes += 1;
      return minutes;
    });
    expect(lengths).toEqual([8 * 60, 10 * 60, 9 * 60]);
  });
});
