import { describe, expect, it } from 'vitest';
import { tariffProblems } from '../../../main/feeds/tariff/problems.ts';
import type { TariffInput } from '../../../preload/contract/tariff.ts';
import { tariff } from '../../support/feeds/tariffs.ts';

type Lines = Extract<TariffInput['import'], { kind: 'schedule' }>['lines'];
const problemsOf = (lines: Lines, otherwisePerKwh: number | null = null) =>
  tariffProblems(tariff({ import: { kind: 'schedule', lines, otherwisePerKwh } }), 'EUR');

describe('a tariff document', () => {
  it('that covers every moment once has no problem', () => {
    const lines: Lines = [
      { name: 'Night', from: '22:00', to: '06:00', perKwh: 0.1 },
      { name: 'Day', from: '06:00', to: '22:00', weekdays: [1, 2, 3, 4, 5], perKwh: 0.3 },
      { name: 'Weekend', from: '06:00', to: '22:00', weekdays: [6, 7], perKwh: 0.2 },
    ];
    expect(problemsOf(lines)).toEqual([]);
  });

  it('names the lines that overlap, the hours and a day', () => {
    const lines: Lines = [
      { name: 'Night', from: '22:00', to: '07:00', perKwh: 0.1 },
      { name: 'Day', from: '06:00', to: '22:00', perKwh: 0.3 },
    ];
    expect(problemsOf(lines)).toEqual([
      {
        ...{ kind: 'overlap', part: 'import', lines: [1, 2] },
        sentence:
          'Both line 1 (“Night”) and line 2 (“Day”) hold from 06:00 to 07:00 on a Monday in January (such as on 1). Let only one of them hold.',
      },
    ]);
  });

  it('names a gap that shows only on one weekday of one season', () => {
    const lines: Lines = [
      { name: 'Year', season: { from: '03-01', to: '10-31' }, perKwh: 0.1 },
      { name: 'Winter', season: { from: '11-01', to: '02-29' }, weekdays: [1, 2, 3, 4, 5, 6], perKwh: 0.3 },
    ];
    const [problem, ...others] = problemsOf(lines);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      kind: 'gap',
      sentence: expect.stringContaining('No line holds from 00:00 to 24:00 on a Sunday in January'),
    });
    expect(problemsOf(lines, 0.2)).toEqual([]);
  });

  it('is told its wrong clocks, dates, orders and currency', () => {
    const wrong = tariff({
      currency: 'SEK',
      holidays: ['02-30'],
      import: { kind: 'schedule', zone: 'Europe/Nowhere', otherwisePerKwh: 0.1 },
      surcharges: [
        {
          name: 'Grid',
          lines: [
            {
              name: 'A',
              perKwh: 1,
              season: { from: '04-31', to: '12-31' },
              blocks: [
                { aboveKwh: 9, perKwh: 1 },
                { aboveKwh: 3, perKwh: 1 },
              ],
            },
          ],
          otherwisePerKwh: 1,
        },
      ],
      peakCharges: [
        { name: 'Power', intervalMinutes: 15, price: { kind: 'steps', steps: [{ fromKw: 2, amount: 5 }] } },
      ],
    });
    expect(tariffProblems(wrong, 'EUR').map(({ kind, part }) => `${kind} ${part}`)).toEqual([
      ...['currency currency', 'date holidays', 'zone import'],
      ...['date surcharges.1', 'order surcharges.1', 'order peakCharges.1'],
    ]);
  });
});
