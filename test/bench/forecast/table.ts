import type { ForecastTarget } from '../../../models/forecast/types.ts';
import { skillPct } from '../../../models/metrics/point.ts';
import { MEDIAN, OURS, type Score } from './compare.ts';
import { BOOSTED, LAST_WEEK, PROPHET } from './yardsticks.ts';

/** The scores of one series over one span. */
export interface Result {
  readonly set: string;
  readonly home: string;
  readonly target: ForecastTarget;
  readonly unit: string;
  readonly span: string;
  /** When it was run, ISO. */
  readonly at: string;
  readonly scores: readonly Score[];
}

const figure = (value: number | null, digits: number): string =>
  value === null || !Number.isFinite(value) ? '' : value.toFixed(digits);
/** Three decimals of a kilowatt, none of thousands. */
const inUnit = (value: number): string =>
  figure(value, Math.max(0, 3 - Math.max(0, Math.floor(Math.log10(Math.abs(value) + 1e-9)))));

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
/** A Markdown table: the first column to the left, figures to the right. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(head), line(head.map((_, place) => (place === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');

/** RMSE of our model below that of another method, per cent. */
const below = (scores: readonly Score[], other: string): string => {
  const of = (method: string): number => scores.find((score) => score.method === method)?.rmse ?? Number.NaN;
  return figure(skillPct(of(OURS), of(other)), 1);
};
const AGAINST = [MEDIAN, BOOSTED] as const;

/** RMSE of every method (columns) for every series and span (rows), and what ours is worth. */
const overview = (results: readonly Result[]): string => {
  const methods = [...new Set(results.flatMap((result) => result.scores.map((score) => score.method)))];
  return table(
    ['RMSE', 'unit', ...methods, ...AGAINST.map((other) => `% below ${other}`), '80 % band holds %'],
    results.map(({ set, home, span, unit, scores }) => [
      home === set ? `${set}, ${span}` : `${set} ${home}, ${span}`,
      unit,
      ...methods.map((method) => {
        const score = scores.find((each) => each.method === method);
        return score === undefined ? '' : inUnit(score.rmse);
      }),
      ...AGAINST.map((other) => below(scores, other)),
      figure(scores.find(({ method }) => method === OURS)?.coveragePct ?? null, 1),
    ]),
  );
};

/** What ours is worth on average over series of one quantity, each alike. */
const onAverage = (results: readonly Result[]): string => {
  const mean = (error: 'rmse' | 'mae', other: string): string => {
    const shares = results.flatMap(({ scores }) => {
      const of = (method: string): number => scores.find((score) => score.method === method)?.[error] ?? Number.NaN;
      const share = skillPct(of(OURS), of(other));
      return share === null || Number.isNaN(share) ? [] : [share];
    });
    const sum = shares.reduce((total, share) => total + share, 0);
    return shares.length === 0 ? '' : `${error.toUpperCase()} ${(sum / shares.length).toFixed(1)} % below ${other}`;
  };
  const parts = [mean('rmse', MEDIAN), mean('rmse', BOOSTED), mean('rmse', PROPHET), mean('mae', LAST_WEEK.name)];
  return `${OURS} on average over these series: ${parts.filter((part) => part !== '').join('; ')}.`;
};

const details = (result: Result): string => {
  const { set, home, span, unit, scores } = result;
  const rows = scores.map((score) => [
    score.method,
    inUnit(score.rmse),
    inUnit(score.mae),
    figure(score.r2, 3),
    figure(score.skillPct, 1),
    figure(score.coveragePct, 1),
  ]);
  const ours = scores.find((score) => score.method === OURS)?.took;
  const ms = (seconds: number): string => (1000 * seconds).toFixed(1);
  const took = ours
    ? ` Slowest fit ${ours.fitS.toFixed(1)} s; a day's forecast took ${ms(ours.predictS)} ms (median), at most ${ms(ours.slowestPredictS)} ms.`
    : '';
  return [
    `### ${set} ${home}, ${result.target}, ${span} (${scores[0]?.hours ?? 0} hours, ${unit})`,
    '',
    table(['method', 'RMSE', 'MAE', 'R²', 'skill %', '80 % band holds %'], rows),
    '',
    `Run ${result.at.slice(0, 16).replace('T', ' ')} UTC.${took}`,
  ].join('\n');
};

/** The mean RMSE of the homes and weeks that the yardsticks are known for. */
const KNOWN_HOMES = ['01', '09', '17'];
export const yardstickTable = (results: readonly Result[]): string => {
  const rows = (['load', 'solar'] as const).flatMap((target) =>
    (['winter', 'summer'] as const).flatMap((span) => {
      const some = results.filter(
        (each) =>
          each.set === 'fontana' && each.target === target && each.span === span && KNOWN_HOMES.includes(each.home),
      );
      return some.length === KNOWN_HOMES.length ? [{ name: `${target}, ${span}`, some }] : [];
    }),
  );
  if (rows.length === 0) return '';
  const methods = [...new Set(results.flatMap((result) => result.scores.map((score) => score.method)))];
  return table(
    ['mean RMSE of fontana 01, 09, 17, kW', ...methods],
    rows.map(({ name, some }) => [
      name,
      ...methods.map((method) => {
        const errors = some.flatMap(({ scores }) => scores.find((score) => score.method === method)?.rmse ?? []);
        return errors.length === 0 ? '' : inUnit(errors.reduce((sum, each) => sum + each, 0) / errors.length);
      }),
    ]),
  );
};

export const report = (results: readonly Result[], command: string, at: string, machine: string): string =>
  [
    '# Forecasts compared',
    '',
    `\`${command}\`, ${at}, ${machine}.`,
    '',
    'At each local midnight of the test weeks 24 hours are forecast from data strictly earlier; what learns is fitted anew each week.',
    'All methods are judged on the same hours, by the mean. Skill is against the seasonal naive forecast. XGBoost is our gradient',
    'boosting with settings that are usual for XGBoost, on lags and, where there is one, the weather forecast as issued.',
    '',
    yardstickTable(results),
    ...[...new Set(results.map((result) => result.target))].flatMap((target) => [
      '',
      `## ${target}`,
      '',
      overview(results.filter((result) => result.target === target)),
      '',
      onAverage(results.filter((result) => result.target === target)),
    ]),
    '',
    '## Each series',
    ...results.flatMap((result) => ['', details(result)]),
    '',
  ].join('\n');
