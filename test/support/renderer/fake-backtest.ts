import type {
  BacktestView,
  LearntPolicy,
  Policy,
  PolicyResult,
  SavingsDay,
  SavingsView,
} from '../../../preload/contract/backtest.ts';
import type { FakeDay } from './fake-day.ts';
import { SITE_ID } from './fake-house.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const NONE_COST = 214.6;
const SELF_COST = 151.2;
const BEST_COST = 118.4;
const MONTHS = ['2026-02', '2026-03', '2026-04', '2026-05'] as const;
/** How winter and summer share the year's cost. */
const WEIGHT = [0.42, 0.3, 0.17, 0.11] as const;

const result = (policy: Policy, cost: number, part: Partial<PolicyResult> = {}): PolicyResult => ({
  policy,
  cost,
  energyCost: cost * 0.86,
  peakCost: cost * 0.09,
  wearCost: policy === 'none' ? 0 : cost * 0.05,
  earned: 0,
  importKwh: cost * 5.1,
  exportKwh: 1640 - cost,
  curtailedKwh: 0,
  carbonKg: cost * 1.9,
  cycles: policy === 'none' ? 0 : 88.4,
  lowestSocPct: policy === 'none' ? null : 30,
  violations: 0,
  minerHours: 412,
  comfortMissKh: null,
  saving: SELF_COST - cost,
  ofPossiblePct: policy === 'none' ? 0 : ((NONE_COST - cost) / (NONE_COST - BEST_COST)) * 100,
  decideMs: 0.2,
  months: MONTHS.map((month, index) => ({
    month,
    cost: cost * (WEIGHT[index] ?? 0),
    peakCost: cost * 0.0225,
    saving: (SELF_COST - cost) * (WEIGHT[index] ?? 0),
  })),
  ...part,
});

export const fakeBacktest = (midnight: number, state: 'none' | 'running' | 'done'): BacktestView => ({
  siteId: SITE_ID,
  state,
  asked:
    state === 'none'
      ? null
      : {
          from: midnight - 120 * DAY,
          to: midnight,
          policies: ['none', 'self', 'rules', 'tiers', 'plan', 'learnt', 'prescient'],
          baseline: 'self',
          horizonHours: 36,
        },
  startedAt: state === 'none' ? null : midnight + 9 * HOUR,
  finishedAt: state === 'done' ? midnight + 9.2 * HOUR : null,
  share: state === 'running' ? 0.37 : 1,
  sentence:
    state === 'running'
      ? 'The plan on 14 March, day 45 of 120.'
      : state === 'done'
        ? 'Done in 11 min.'
        : 'Nothing yet.',
  result:
    state !== 'done'
      ? null
      : {
          from: midnight - 120 * DAY,
          to: midnight,
          stepMs: 900_000,
          currency: 'EUR',
          coveragePct: 98.4,
          policies: [
            result('none', NONE_COST),
            result('self', SELF_COST, { cycles: 71.2 }),
            result('rules', 146.3, { violations: 2 }),
            result('tiers', 139.8),
            result('plan', 120.9, { cycles: 96.1, decideMs: 41 }),
            result('learnt', 127.3, { cycles: 91.7, decideMs: 1.2 }),
            result('prescient', BEST_COST, { cycles: 98.8, decideMs: 46 }),
          ],
          notes: [
            'Forecasts are those that the models would have issued then; they never saw what came after.',
            'The 1.6 % of the time that was not measured is left out of every policy alike.',
          ],
        },
});

const savingsDay = (at: number, index: number): SavingsDay => {
  const baselineCost = 2.1 + 1.6 * Math.sin(index * 0.9) + 0.4 * Math.sin(index * 2.3);
  const byPlan = index < 18;
  const saving = (byPlan ? 1.25 : 0.82) + 0.55 * Math.sin(index * 1.7);
  return {
    at,
    cost: baselineCost - saving,
    baselineCost,
    saving,
    carbonSavedKg: saving * 0.9,
    coveragePct: index === 0 ? 98 : 100 - ((index * 7) % 5),
    steeredBy: byPlan ? 'plan' : 'rules',
    batteryCycles: 0.78 + 0.2 * Math.sin(index),
    minerHours: 8.5 + 2 * Math.sin(index * 1.1),
  };
};

export const fakeSavings = (midnight: number, count: number): SavingsView => {
  const days = Array.from({ length: Math.min(count, 31) }, (_, index) =>
    savingsDay(midnight - (index + 1) * DAY, index),
  ).toReversed();
  const yesterday = days.at(-1) ?? null;
  return {
    siteId: SITE_ID,
    currency: 'EUR',
    baseline:
      'Self-consumption only: the same sun, and the same loads at the same times. What the sun gives beyond the use goes into the battery, and what is missing comes out.',
    yesterday,
    sentence: yesterday ? 'It rests on 98 % of the day.' : 'The first day is settled tomorrow night.',
    days,
    month: yesterday ? { saving: days.slice(-17).reduce((sum, { saving }) => sum + saving, 0), days: 17 } : null,
    ab: yesterday
      ? [
          { steeredBy: 'plan', days: 18, meanSaving: 1.28, spread: 0.39, minerHoursADay: 8.9, cyclesADay: 0.81 },
          { steeredBy: 'rules', days: 13, meanSaving: 0.84, spread: 0.36, minerHoursADay: 8.1, cyclesADay: 0.74 },
        ]
      : [],
  };
};

export const fakeLearntPolicy = ({ midnight, now }: FakeDay, stage: 'none' | 'training' | 'shadow'): LearntPolicy => ({
  siteId: SITE_ID,
  stage,
  trainedAt: stage === 'none' ? null : midnight - 3 * DAY + 3 * HOUR,
  nextAt: now + 4 * DAY,
  share: stage === 'training' ? 0.44 : null,
  sentence: {
    none: 'It needs 60 days of history; 12 are measured so far.',
    training: 'Episode 1,760 of 4,000.',
    shadow: 'It looks on and is measured. The plan was cheaper on the days that it never saw, so the plan serves.',
  }[stage],
  checks:
    stage === 'none'
      ? []
      : [
          { name: 'Keeps every limit', passed: true, sentence: 'No limit of charge or power crossed in 90 days.' },
          { name: 'Beats self-consumption', passed: true, sentence: '23.90 € less on 28 days.' },
          { name: 'Beats the plan', passed: false, sentence: '6.40 € more on 28 days.' },
        ],
  trial:
    stage === 'none'
      ? null
      : {
          from: midnight - 31 * DAY,
          to: midnight - 3 * DAY,
          policyCost: 127.3,
          planCost: 120.9,
          selfCost: 151.2,
          prescientCost: 118.4,
        },
  episodes:
    stage === 'none'
      ? []
      : Array.from({ length: 80 }, (_, index) => ({
          episode: (index + 1) * 50,
          meanCost: 3.1 + 2.6 * Math.exp(-index / 14) + 0.12 * Math.sin(index * 1.9),
        })),
});
