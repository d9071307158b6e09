import type { z } from 'zod';
import type { batteryDecisionQueries } from '../../../preload/contract/battery-decision.ts';
import type { ModelKind, modelQueries } from '../../../preload/contract/models.ts';
import { SITE_ID } from './fake-house.ts';
import { cardOf, DAY, FEATURES, fakeErrors, fakeVersion, HOUR, kindView, LOOKS, wave } from './fake-versions.ts';

type Queries = typeof modelQueries & typeof batteryDecisionQueries;
type Answers = {
  [Name in keyof Queries]: (input: z.input<Queries[Name]['input']>) => z.output<Queries[Name]['output']>;
};

/** What a center with a year of models would answer. */
export const fakeModelAnswers = (now: () => number, empty: boolean): Answers => {
  const kinds: readonly ModelKind[] = ['solar', 'wind', 'load', 'price'];
  const views = () => kinds.map((kind) => kindView(kind, now(), empty));
  const all = () =>
    views().flatMap(({ production, shadow, candidates, archived }) => [
      ...[production, shadow].filter((one) => one !== null),
      ...candidates,
      ...archived,
    ]);
  const daysBack = (count: number): number[] =>
    Array.from({ length: count }, (_, index) => Math.floor(now() / DAY) * DAY - 2 * HOUR - (count - index) * DAY);
  return {
    'models.list': () => ({ siteId: SITE_ID, kinds: views() }),
    'models.card': ({ version }) => {
      const found = all().find((one) => one.version === version);
      if (!found) throw new Error(`no version ${version}`);
      return cardOf(found);
    },
    'models.drift': ({ kind }) => {
      const { unit, rmse } = LOOKS[kind];
      const drifted = { hours: 168, rmseModel: rmse * 1.1, rmseBaseline: rmse * 1.22, rmseNaive: rmse * 1.6 };
      return {
        siteId: SITE_ID,
        kind,
        unit,
        checkedAt: empty ? null : now() - 8 * HOUR,
        version: null,
        days: empty
          ? []
          : daysBack(40).map((at, index) => ({
              at,
              hours: 24,
              rmseModel: index === 17 || index === 18 ? null : rmse * (1 + wave(index, 1)),
              rmseBaseline: rmse * (1.2 + wave(index, 2)),
              rmseNaive: rmse * (1.6 + wave(index, 3)),
              coveragePct: 79,
            })),
        lastWeek: { days: 7, ...drifted, coveragePct: kind === 'load' ? 68 : 79 },
        lastFourWeeks: { days: 28, ...drifted, hours: 672, coveragePct: kind === 'load' ? 71 : 80 },
        rmseAtTraining: rmse,
        alerts:
          kind === 'load' && !empty
            ? [
                {
                  kind: 'coverage',
                  level: 'attention',
                  since: now() - 3 * DAY,
                  sentence: 'The 80 % band held only 68 % of the last week: it is too sure of itself.',
                },
              ]
            : [],
        inputs: [
          { name: 'tempC', unit: '°C', psi: 0.31, meanNow: 21.4, meanThen: 11.2, shiftSd: 1.3 },
          { name: 'cloudPct', unit: '%', psi: 0.06, meanNow: 48, meanThen: 55.1, shiftSd: -0.2 },
        ],
      };
    },
    'models.ab': ({ kind }) => {
      const { unit, rmse } = LOOKS[kind];
      const days = daysBack(28);
      return {
        siteId: SITE_ID,
        kind,
        unit,
        sentence: 'Over 28 days the model erred 15 % less than the baseline and won 19 days.',
        from: days[0] ?? null,
        to: days.at(-1) ?? null,
        contestants: [
          { role: 'production', version: `${kind}-2026-06-17_3fb843`, errors: fakeErrors(rmse), daysWon: 19 },
          { role: 'shadow', version: `${kind}-2026-06-18_3f9a21`, errors: fakeErrors(rmse * 1.04), daysWon: 5 },
          { role: 'baseline', version: null, errors: fakeErrors(rmse * 1.2, { coveragePct: null }), daysWon: 3 },
          { role: 'naive', version: null, errors: fakeErrors(rmse * 1.6, { coveragePct: null, r2: 0.41 }), daysWon: 1 },
        ],
        days: days.map((at, index) => ({
          at,
          production: rmse * (1 + wave(index, 1)),
          shadow: index > 18 ? rmse * (1.04 + wave(index, 5)) : null,
          baseline: rmse * (1.2 + wave(index, 2)),
          naive: rmse * (1.6 + wave(index, 3)),
        })),
      };
    },
    'models.training': () => ({
      siteId: SITE_ID,
      running: empty
        ? null
        : { kind: 'wind', startedAt: now() - 20_000, share: 0.42, sentence: 'Network 2 of 4, round 18.' },
      queued: empty ? [] : ['price'],
      next: kinds.map((kind) => ({ kind, at: Math.ceil(now() / DAY) * DAY })),
    }),
    'models.experiments': () =>
      empty
        ? []
        : all().map((version, index) => ({
            id: `x-${index}`,
            kind: version.kind,
            purpose: index % 4 === 3 ? 'search' : 'training',
            at: version.trainedAt,
            tookMs: version.tookMs,
            data: version.data,
            settings: index % 4 === 3 ? { learningRate: 0.0031, depth: 4 } : {},
            seed: 17,
            codeVersion: '0.1.0',
            unit: version.unit,
            errors: version.judged.errors,
            version: version.version,
            outcome: version.sentence,
          })),
    'models.search': ({ kind }) => ({
      siteId: SITE_ID,
      kind,
      state: 'paused',
      unit: LOOKS[kind].unit,
      trialsDone: 23,
      trialsWanted: 50,
      startedAt: now() - 2 * DAY,
      finishedAt: null,
      share: null,
      best: { number: 14, settings: { learningRate: 0.0031, depth: 4 }, rmse: LOOKS[kind].rmse * 0.98, tookMs: 38_000 },
      rmseOfDefaults: LOOKS[kind].rmse,
      verdict: 'waiting',
      sentence: '23 of 50 trials are done. It goes on tonight.',
      space: [
        {
          name: 'learningRate',
          doc: 'How large a step each round takes',
          low: 0.0005,
          high: 0.02,
          scale: 'log',
          whole: false,
        },
        { name: 'depth', doc: 'Questions in a row in one tree', low: 2, high: 8, scale: 'linear', whole: true },
      ],
      trials: Array.from({ length: 23 }, (_, index) => ({
        number: index + 1,
        settings: { learningRate: 0.0005 + index * 0.0004, depth: 2 + (index % 6) },
        rmse: index === 5 ? null : LOOKS[kind].rmse * (0.98 + Math.abs(index - 13) * 0.008),
        tookMs: 38_000,
      })),
    }),
    'models.evaluation': () => {
      const { rmse } = LOOKS.load;
      const asked = { kind: 'load' as const, from: now() - 29 * DAY, to: now() - DAY, horizonHours: 24, refitDays: 7 };
      if (empty)
        return {
          siteId: SITE_ID,
          state: 'none',
          asked: null,
          startedAt: null,
          finishedAt: null,
          share: 0,
          sentence: 'Nothing was evaluated yet.',
          result: null,
        };
      return {
        siteId: SITE_ID,
        state: 'done',
        asked,
        startedAt: now() - 3 * HOUR,
        finishedAt: now() - 2.9 * HOUR,
        share: 1,
        sentence: 'The model errs 3 % less than the baseline on 28 days.',
        result: {
          unit: 'W',
          errors: fakeVersion('load', 'candidate', now(), 0).judged.errors,
          byLead: fakeVersion('load', 'candidate', now(), 0).judged.byLead.slice(0, 6),
          refits: 4,
          fitSeconds: 121,
          predictMs: 6.2,
          days: daysBack(28).map((at, index) => ({
            at,
            rmseModel: rmse * (1 + wave(index, 1)),
            rmseBaseline: rmse * (1.03 + wave(index, 2)),
            rmseNaive: rmse * (1.3 + wave(index, 3)),
          })),
        },
      };
    },
    'forecast.explain': ({ kind, at }) => ({
      siteId: SITE_ID,
      kind,
      at,
      unit: LOOKS[kind].unit,
      base: 2400,
      mean: 6230,
      contributions: FEATURES.slice(0, 8).map(([name, unit, doc], index) => ({
        name,
        unit,
        doc,
        value: index % 3 === 1 ? -620 / index : 2600 / (index + 1),
      })),
      sentence: 'The high sun lifts it most; forecast clouds take some away.',
    }),
    'battery.health': () => ({
      siteId: SITE_ID,
      checkedAt: now() - 8 * HOUR,
      sentence: empty
        ? 'The health of the battery is not known yet: no charge was deep enough to measure its capacity.'
        : 'The battery has about 94 % of its first capacity, as is usual at its age and use.',
      sohPct: empty ? null : { p10: 92.1, p50: 94.2, p90: 95.9 },
      capacityKwh: empty ? null : { p10: 18.2, p50: 18.8, p90: 19.2 },
      nominalKwh: 20,
      learntFrom: empty ? null : 'measured',
      capacitiesMeasured: empty ? 0 : 14,
      fullCycles: empty ? null : 512,
      depths: empty
        ? []
        : [214, 320, 188, 96, 31].map((cycles, index) => ({ fromPct: index * 20, toPct: index * 20 + 20, cycles })),
      meanDepthPct: empty ? null : 46,
      meanSocPct: empty ? null : 63,
      meanTempC: empty ? null : 23.4,
      meanCRate: empty ? null : 0.21,
      knownPct: empty ? null : 97,
      endOfLifeAt: empty ? null : { p10: now() + 2400 * DAY, p50: now() + 3300 * DAY, p90: null },
      score: empty ? null : 71,
      advice: empty
        ? []
        : [
            {
              code: 'STAY_LOWER',
              sentence: 'Charge to 90 % on days that need no more: it spends 6 h a day full.',
              savesPct: 1.8,
              now: 100,
              better: 90,
              unit: '%',
            },
          ],
      history: empty
        ? []
        : Array.from({ length: 80 }, (_, index) => ({
            at: now() - (80 - index) * 10 * DAY,
            sohPct: { p10: 97 - index * 0.06, p50: 98.4 - index * 0.053, p90: 99.6 - index * 0.046 },
          })),
    }),
    'decision.card': () => ({
      siteId: SITE_ID,
      trainedAt: empty ? null : now() - 9 * HOUR,
      sentence: empty
        ? 'It has too few decisions to learn from: 41 of 200.'
        : 'It judges 9 of 10 runs right before they start.',
      examples: empty ? 41 : 1840,
      logged: 41,
      heldOut: empty ? 0 : 460,
      accuracyPct: empty ? null : 91.2,
      precisionPct: empty ? null : 88.4,
      recallPct: empty ? null : 93.1,
      baseRatePct: empty ? null : 61,
      brier: empty ? null : 0.07,
      calibration: empty
        ? []
        : [8, 29, 51, 72, 93].map((saidPct, index) => ({
            saidPct,
            camePct: saidPct + (index % 2 ? 4 : -3),
            count: 92,
          })),
      features: [
        { name: 'socPct', unit: '%', doc: 'State of charge now' },
        { name: 'runShare', unit: '1', doc: 'Energy of the run over the battery' },
      ],
    }),
    'decision.ask': () => ({
      siteId: SITE_ID,
      at: now(),
      probabilityPct: 86,
      floorPct: 40,
      sentence: 'It most likely ends well: the sun fills the battery before the evening.',
      contributions: [
        { name: 'socPct', unit: '%', doc: 'State of charge now', value: 71, usual: 58, logit: 1.4 },
        {
          name: 'runShare',
          unit: '1',
          doc: 'Energy of the run over the battery',
          value: 0.16,
          usual: 0.1,
          logit: -0.5,
        },
      ],
    }),
  };
};
