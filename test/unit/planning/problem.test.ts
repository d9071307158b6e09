import { describe, expect, it } from 'vitest';
import { problemOf, unusedFields } from '../../../main/planning/problem.ts';
import { BATTERY, rawProblem } from '../../support/planning/problems.ts';

const refusal = (more: Readonly<Record<string, unknown>>): string => {
  const problem = problemOf(rawProblem(more));
  expect(problem).toMatchObject({ ok: false, error: { code: 'plan.problem', kind: 'permanent' } });
  return problem.ok ? '' : problem.error.message;
};

describe('a problem', () => {
  it('is read with its defaults, null as absent, and steps for minutes', () => {
    const problem = problemOf(
      rawProblem({
        battery: null,
        grid: { maxImportKw: null, maxExportKw: 0 },
        solver: null,
        flexibleLoads: [
          { id: 'a', powerKw: 1, runMinutes: 61, earliest: '2026-01-01T00:30:00', latest: '2026-01-01T03:59:00+01:00' },
        ],
      }),
    );
    expect(problem).toMatchObject({
      ok: true,
      value: {
        startAt: Date.parse('2025-12-31T23:00:00Z'),
        batteries: [],
        grid: { maxImportKw: Number.POSITIVE_INFINITY, maxExportKw: 0 },
        weights: { cost: 1, carbon: 0, imported: 0 },
        solver: { gap: 1e-4, timeLimitSeconds: 300 },
        flexibleLoads: [{ firstStep: 1, endStep: 3, runSteps: 2, minRunSteps: 1, minPauseSteps: 0, maxStarts: null }],
      },
    });
  });

  it.each([
    [{ pvKw: [0, 0, 2] }, 'pvKw has 3 values and loadKw has 4: give one for each step.'],
    [{ loadKw: [1, -1, 1, 1] }, 'loadKw[1] is -1 and must be at least 0.'],
    [{ importPrice: [0, Number.NaN, 0, 0] }, 'importPrice[1] is NaN and must be a number.'],
    [{ exportPrice: [0, null, 0, 0] }, 'exportPrice[1] is null and must be a number.'],
    [{ loadKw: [] }, 'loadKw is empty and needs at least 1.'],
    [{ grid: undefined }, 'grid is missing and must be an object.'],
    [{ zone: 'Mars/Base' }, 'zone is no time zone; write it as Europe/Berlin.'],
    [{ start: 'tomorrow' }, 'start is no instant: write it as 2026-01-31T00:00:00+01:00.'],
    [
      { battery: { ...BATTERY, minSocPct: 60, maxSocPct: 40 } },
      'battery.minSocPct is 60 and must not be above maxSocPct 40.',
    ],
    [
      { battery: { ...BATTERY, initialSocPct: 5, minSocPct: 10 } },
      'battery.initialSocPct is 5 and must lie from minSocPct 10',
    ],
    [{ battery: { ...BATTERY, chargeEfficiency: 0 } }, 'battery.chargeEfficiency is 0 and must be above 0.'],
    [{ battery: { ...BATTERY, maxChargeKw: '3' } }, 'battery.maxChargeKw is "3" and must be a number.'],
    [
      {
        peakTariff: {
          largestDailyPeaks: 3,
          tiers: [
            { upToKw: 5, cost: 2 },
            { upToKw: 4, cost: 3 },
          ],
        },
      },
      'peakTariff.tiers[1] must reach further than the tier before it',
    ],
    [
      { flexibleLoads: [{ id: 'a', powerKw: 1, runMinutes: 300 }] },
      'flexibleLoads[0].runMinutes is 300 and does not fit',
    ],
    [{ flexibleLoads: [{ id: 'a', powerKw: 1, latest: '7 am' }] }, 'flexibleLoads[0].latest is no instant'],
    [
      { flexibleLoads: [{ id: 'a', powerKw: 1, runMinutes: 60, minRunMinutes: 120 }] },
      'flexibleLoads[0].minRunMinutes is 120 and longer than runMinutes 60',
    ],
    [
      {
        flexibleLoads: [
          { id: 'a', powerKw: 1 },
          { id: 'a', powerKw: 2 },
        ],
      },
      'flexibleLoads has the id "a" twice',
    ],
    [{ weights: { cost: 1, carbon: 0.1 } }, 'weights.carbon needs carbon'],
  ])('is refused with the name of the field: %j', (more, sentence) => {
    expect(refusal(more)).toContain(sentence);
  });

  it('says of no object what it must be', () => {
    expect(problemOf('[]')).toMatchObject({ error: { message: 'The problem is "[]" and must be an object.' } });
  });

  it('names fields that it does not know', () => {
    expect(unusedFields(rawProblem())).toEqual([]);
    expect(
      unusedFields(rawProblem({ peakTarif: 1, battery: { ...BATTERY, soc: 1 }, flexibleLoads: [{ id: 'a', kw: 1 }] })),
    ).toEqual([
      'peakTarif is no field of a problem and was not used.',
      'battery.soc is no field of a problem and was not used.',
      'flexibleLoads[0].kw is no field of a problem and was not used.',
    ]);
  });
});
