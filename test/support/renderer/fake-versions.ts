import type {
  ModelCard,
  ModelErrors,
  ModelKind,
  ModelList,
  ModelStage,
  ModelSummary,
} from '../../../preload/contract/models.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
const SHA = '9f2c4e8ab1d07c355e6f9a20b7d4c3e19f2c4e8ab1d07c355e6f9a20b7d4c3e1';

export const wave = (index: number, salt: number): number =>
  Math.sin(index * 1.7 + salt) * 0.18 + Math.sin(index * 0.6 + salt * 3) * 0.1;

export const fakeErrors = (rmse: number, part: Partial<ModelErrors> = {}): ModelErrors => ({
  count: 672,
  rmse,
  mae: rmse * 0.62,
  r2: 0.87,
  nrmsePct: 8.4,
  skillPct: 38,
  pinball: rmse * 0.2,
  coveragePct: 79.4,
  ...part,
});

export const LOOKS: Readonly<
  Record<ModelKind, { readonly label: string; readonly unit: string; readonly rmse: number; readonly r2: number }>
> = {
  solar: { label: 'Solar', unit: 'W', rmse: 940, r2: 0.87 },
  wind: { label: 'Wind', unit: 'W', rmse: 410, r2: 0.77 },
  load: { label: 'Load', unit: 'W', rmse: 880, r2: -0.08 },
  price: { label: 'Price', unit: 'EUR/kWh', rmse: 0.0214, r2: 0.71 },
};

const LEADS = ['1', '2-3', '4-6', '7-12', '13-18', '19-24', '25+'] as const;

export const fakeVersion = (
  kind: ModelKind,
  stage: ModelStage,
  now: number,
  age: number,
  part: Partial<ModelSummary> = {},
): ModelSummary => {
  const { unit, rmse, r2 } = LOOKS[kind];
  const worse = 1 + age * 0.03;
  return {
    version: `${kind}-${new Date(now - age * DAY).toISOString().slice(0, 10)}_${(0x3f9a21 + age * 7717).toString(16)}`,
    kind,
    stage,
    sentence:
      stage === 'production'
        ? 'It erred less than the version before and than both simple forecasts on the newest 28 days.'
        : stage === 'shadow'
          ? 'It forecasts beside the one in production until it has a week of record.'
          : 'A newer version erred less.',
    stagedAt: now - age * DAY,
    rolledBack: false,
    usable: true,
    unit,
    trainedAt: now - age * DAY - 9 * HOUR,
    tookMs: 41_800,
    data: { from: now - 372 * DAY, to: now - age * DAY, days: 365, rows: 8736, sha256: SHA },
    settings: {},
    seed: 17,
    codeVersion: '0.1.0',
    backend: 'cpu',
    judged: {
      from: now - (28 + age) * DAY,
      to: now - age * DAY,
      days: 28,
      errors: {
        model: fakeErrors(rmse * worse, {
          r2: r2 - age * 0.01,
          coveragePct: kind === 'load' ? 71.2 : 79.4,
          nrmsePct: kind === 'load' ? 84 : 8.4,
        }),
        naive: fakeErrors(rmse * 1.62, { r2: r2 - 0.4, coveragePct: null, nrmsePct: kind === 'load' ? 121 : 13.6 }),
        baseline: fakeErrors(rmse * (kind === 'load' ? 0.97 : 1.2), {
          r2: r2 - (kind === 'load' ? -0.03 : 0.16),
          coveragePct: null,
          nrmsePct: kind === 'load' ? 81 : 10.1,
        }),
      },
      byLead: LEADS.map((leadHours, index) => ({
        leadHours,
        count: 96,
        rmse: rmse * (0.7 + index * 0.06),
        rmseNaive: rmse * 1.62,
        rmseBaseline: rmse * 1.2,
        skillPct: kind === 'load' && index > 4 ? -6 + index * 0.3 : 52 - index * 5,
      })),
    },
    thresholdPct: kind === 'load' ? 120 : 25,
    ...part,
  };
};

export const kindView = (kind: ModelKind, now: number, empty: boolean): ModelList['kinds'][number] => {
  const { label, unit } = LOOKS[kind];
  if (empty)
    return {
      kind,
      label,
      unit,
      sentence: 'A standard profile serves: too little has been measured to learn from.',
      findings: [],
      learningStartsAt: now + 22 * HOUR,
      measuredDays: 1.1,
      production: null,
      shadow: null,
      candidates: [],
      archived: [],
      rollBackTo: null,
    };
  const loses = kind === 'load';
  const production = loses ? null : fakeVersion(kind, 'production', now, 1);
  const archived = [3, 8].map((age) => fakeVersion(kind, 'archived', now, age));
  return {
    kind,
    label,
    unit,
    sentence: loses
      ? 'The mean of the hour over seven days serves: on the newest 28 days the model erred 3 % more than it.'
      : `The model of yesterday serves: on the newest 28 days it erred 17 % less than the baseline and 38 % less than naive.`,
    findings: [],
    learningStartsAt: null,
    measuredDays: 372,
    production,
    shadow: kind === 'solar' ? fakeVersion(kind, 'shadow', now, 0) : null,
    candidates: loses
      ? [fakeVersion(kind, 'candidate', now, 1, { sentence: 'It erred more than the mean of seven days.' })]
      : [],
    archived,
    rollBackTo: production ? (archived[0]?.version ?? null) : null,
  };
};

export const FEATURES: readonly (readonly [name: string, unit: string, doc: string])[] = [
  ['clearSkyWm2', 'W/m²', 'Irradiance on the horizontal without clouds'],
  ['cloudPct', '%', 'Cloud cover, as forecast'],
  ['lastDay', 'value', 'Value at the same hour of the newest day'],
  ['mean7', 'value', 'Mean of the same hour over 7 days'],
  ['tempC', '°C', 'Temperature of the hour, as forecast'],
  ['sinElevation', '1', 'Sine of the sun’s elevation, 0 by night'],
  ['seasonCos', '1', 'Cosine of the place in the year'],
  ['hourSin', '1', 'Sine of the local hour'],
  ['weekday', '1', 'Local weekday, 1 Monday to 7 Sunday'],
  ['leadHours', 'h', 'Hours from the origin to the hour'],
  ['spread14', 'value', 'Spread of the same hour over 14 days'],
  ['isWeekend', '0 or 1', 'Saturday or Sunday'],
];

export const cardOf = (version: ModelSummary): ModelCard => ({
  ...version,
  features: FEATURES.map(([name, unit, doc]) => ({ name, unit, doc })),
  importances: FEATURES.slice(0, 11).map(([name], index) => ({ name, errorRisePct: 64 / (index + 1) ** 1.3 - 1.5 })),
  shares: [
    { member: 'boosted-trees', sharePct: 41 },
    { member: 'residual-network', sharePct: 32 },
    { member: 'mean-of-7-days', sharePct: 18 },
    { member: 'similar-days', sharePct: 9 },
  ],
  stages: [{ at: version.stagedAt, stage: version.stage, sentence: version.sentence }],
  files: [{ name: 'model.json', sha256: SHA }],
});
