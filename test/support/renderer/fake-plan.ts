import type { PlanTotals, PlanView, Recommendation } from '../../../preload/contract/plan.ts';
import { DEFAULT_PLAN_SETTINGS } from '../../../preload/contract/plan-settings.ts';
import type { QueryInput, QueryName, QueryOutput } from '../../../preload/contract.ts';
import { fakeBacktest, fakeLearntPolicy, fakeSavings } from './fake-backtest.ts';
import { band, type FakeDay, loadExpectedW, priceOf, STEP_MS, socPct, solarExpectedW } from './fake-day.ts';
import { SITE_ID } from './fake-house.ts';
import { fakeBlocks, fakeLanes } from './fake-plan-blocks.ts';

const HOUR = 3_600_000;
const HORIZON_HOURS = 36;

/** How the made plan stands; each scene of the fake center shows another. */
export type FakePlanState = PlanView['state'] | 'planning' | 'running';

const totals = (midnight: number, part: Partial<PlanTotals> = {}): PlanTotals => ({
  hours: HORIZON_HOURS,
  cost: 4.26,
  costIdle: 8.94,
  carbonKg: 9.1,
  carbonIdleKg: 12.6,
  lowestSoc: { at: midnight + 31 * HOUR, p10Pct: 33 },
  highestImport: { at: midnight + 26 * HOUR, kw: 7.8 },
  importLimitKw: 11,
  ...part,
});

const SENTENCES: Readonly<Record<PlanView['state'], string>> = {
  ready: 'Made 13:40, again at 13:45. Within 0.1 % of the best possible.',
  kept: 'Made 12:55 and kept: a new plan would save 0.02 €. Again at 13:45.',
  simple: 'Made 20:15, again at 20:25. A simpler way of planning stands in, so a better plan may exist.',
  stale: 'The last plan ran out at 13:00 and no newer one was made. Rules and tiers act meanwhile.',
  waiting: 'It needs a price of electricity and one day of load. The first day of load is complete tomorrow at 09:10.',
  off: 'Rules and tiers go on as before. Nothing is planned ahead.',
};

const fakeView = (d: FakeDay, state: FakePlanState, reservePct = 30): PlanView => {
  const { midnight, now } = d;
  const shown = state === 'planning' || state === 'running' ? 'ready' : state;
  const none = shown === 'waiting' || shown === 'off';
  const from = Math.floor(now / STEP_MS) * STEP_MS;
  const to = from + HORIZON_HOURS * HOUR;
  const hourOf = (at: number): number => (((at - midnight) / HOUR) % 24) + 24;
  return {
    siteId: SITE_ID,
    state: shown,
    sentence: SENTENCES[shown],
    planId: none ? null : `plan-${reservePct}`,
    madeAt: none ? null : now - 138_000,
    nextAt: none ? null : now + 162_000,
    expiresAt: none ? null : shown === 'stale' ? now - 42 * 60_000 : now + HOUR,
    planning: state === 'planning',
    gapPct: none ? null : 0.08,
    tookMs: none ? null : 640,
    stepMs: STEP_MS,
    reservePct,
    totals: none ? null : totals(midnight),
    soc: none ? [] : band(d, socPct, from, to, 0.22).map((one) => ({ ...one, p90: Math.min(100, one.p90) })),
    sun: none ? [] : band(d, (day, at) => solarExpectedW(day, at) / 1000, from, to, 0.42),
    steps: none
      ? []
      : Array.from({ length: (HORIZON_HOURS * HOUR) / STEP_MS }, (_, index) => {
          const at = from + index * STEP_MS;
          const pvKw = solarExpectedW(d, at) / 1000;
          const householdKw = loadExpectedW(d, at) / 1000;
          const batteryKw = (socPct(d, at + STEP_MS) - socPct(d, at)) * 0.8;
          const gridKw = householdKw + batteryKw - pvKw;
          return {
            at,
            importKw: Math.max(0, gridKw),
            exportKw: Math.max(0, -gridKw),
            pvKw,
            householdKw,
            batteryKw,
            curtailKw: 0,
            socPct: socPct(d, at + STEP_MS),
            importPrice: priceOf(hourOf(at)),
            exportPrice: 0.08,
            priceKnown: at < midnight + 48 * HOUR - 4 * HOUR,
          };
        }),
    lanes: none ? [] : fakeLanes(),
    blocks: none ? [] : fakeBlocks(midnight, reservePct),
    bent:
      shown === 'simple'
        ? ['The car gets 78 % instead of 80 % by 07:00: the connection carries no more than 11 kW meanwhile.']
        : [],
  };
};

const advice = (now: number): Recommendation[] => {
  const one = (id: string, part: Partial<Recommendation>): Recommendation => ({
    id,
    siteId: SITE_ID,
    kind: 'shift',
    title: 'Run the dishwasher at 14:30',
    sentence: 'The sun leaves 2.1 kW over until 16:00. In the evening it would run on power of 0.41 €.',
    laneId: null,
    madeAt: now - HOUR,
    startAt: now + 48 * 60_000,
    endAt: now + 168 * 60_000,
    saving: 0.41,
    carbonSavedG: 190,
    confidencePct: 84,
    status: 'pending',
    answeredAt: null,
    answeredBy: null,
    outcome: null,
    ...part,
  });
  return [
    one('r-1', {}),
    one('r-2', {
      kind: 'peak',
      title: 'Leave the oven until 20:30',
      sentence: 'At 19:00 it would raise the highest hour of the month from 7.8 to 9.4 kW.',
      startAt: now + 6.8 * HOUR,
      endAt: now + 8 * HOUR,
      saving: 1.12,
      carbonSavedG: null,
      confidencePct: 61,
    }),
    one('r-3', {
      status: 'taken',
      answeredAt: now - 26 * HOUR,
      answeredBy: 'Mara',
      startAt: now - 25 * HOUR,
      endAt: now - 23 * HOUR,
      title: 'Run the washing machine at 12:30',
      outcome: { cameTrue: true, saving: 0.38, sentence: 'It ran at 12:41 and saved 0.38 €.' },
    }),
    one('r-4', {
      status: 'dismissed',
      answeredAt: now - 50 * HOUR,
      answeredBy: 'Jonas',
      startAt: now - 49 * HOUR,
      endAt: now - 47 * HOUR,
      title: 'Heat the water before 15:00',
    }),
  ];
};

type Answers = {
  [Name in Extract<QueryName, `plan.${string}` | `backtest.${string}` | 'savings.get' | 'policy.get'>]: (
    input: QueryInput<Name>,
  ) => QueryOutput<Name>;
};

/** Plans, what-if, advice, backtests and savings of the made home. */
export const fakePlanAnswers = (day: () => FakeDay, state: FakePlanState): Answers => {
  const empty = state === 'waiting';
  return {
    'plan.get': () => fakeView(day(), state),
    'plan.whatIf': ({ changes }) => {
      const d = day();
      const reservePct = changes.reservePct ?? 30;
      const view = fakeView(d, state, reservePct);
      const dearer = (changes.importPriceFactor ?? 1) - 1;
      const cost = 4.26 + (reservePct - 30) * 0.021 + dearer * 3.9 - ((changes.batteryKwh ?? 20) - 20) * 0.03;
      return {
        asPlanned: totals(d.midnight),
        changed: totals(d.midnight, {
          cost,
          carbonKg: 9.1 + (reservePct - 30) * 0.02,
          lowestSoc: { at: d.midnight + 31 * HOUR, p10Pct: Math.max(33, reservePct + 2) },
        }),
        soc: view.soc.map((one) => ({
          at: one.at,
          p10: Math.max(reservePct, one.p10 * 0.96),
          p50: Math.max(reservePct, one.p50 * 0.97),
          p90: Math.max(reservePct, one.p90),
        })),
        steps: view.steps,
        blocks: fakeBlocks(d.midnight, reservePct).filter(({ id }) => id !== 'battery/28.5'),
        sentence: `It would cost ${(cost - 4.26).toFixed(2)} € more in these hours.`,
        bent: [],
      };
    },
    'plan.settings': () => ({
      settings: {
        ...DEFAULT_PLAN_SETTINGS,
        enabled: state !== 'off',
        loads: fakeLanes().flatMap(({ deviceId, channelId, role }) =>
          deviceId === null || channelId === null || role === 'heat-pump'
            ? []
            : [
                {
                  deviceId,
                  channelId,
                  startCost: 0,
                  wish:
                    role === 'miner'
                      ? ({ kind: 'value', valuePerKwh: 0.152 } as const)
                      : role === 'ev'
                        ? ({
                            kind: 'energy',
                            energyKwh: 24,
                            from: '18:00',
                            to: '07:00',
                            days: [],
                            minKw: 1.4,
                            maxKw: 7.4,
                          } as const)
                        : ({
                            kind: 'run',
                            minutes: 90,
                            from: '10:00',
                            to: '17:00',
                            days: [],
                            inOnePiece: true,
                          } as const),
                },
              ],
        ),
      },
      loads: fakeLanes().flatMap(({ deviceId, channelId, name, role, controllable }) =>
        deviceId === null || channelId === null
          ? []
          : [
              {
                deviceId,
                channelId,
                name,
                role,
                ratedKw: role === 'miner' ? 3.3 : role === 'ev' ? 7.4 : 2,
                controllable,
                suggestion: { kind: 'value', valuePerKwh: 0.12 } as const,
              },
            ],
      ),
    }),
    'plan.recommendations': () => (empty || state === 'simple' ? [] : advice(day().now)),
    'backtest.get': () => fakeBacktest(day().midnight, empty ? 'none' : state === 'running' ? 'running' : 'done'),
    'savings.get': ({ days }) => fakeSavings(day().midnight, empty ? 0 : (days ?? 30)),
    'policy.get': () => fakeLearntPolicy(day(), empty ? 'none' : state === 'running' ? 'training' : 'shadow'),
  };
};
