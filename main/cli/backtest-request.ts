import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DateTime } from 'luxon';
import { isUsableStep } from '../../models/resolution/step-series.ts';
import { policySchema } from '../../preload/contract/backtest.ts';
import { gridOf } from '../learning/csv/grid.ts';
import { readNumberTable } from '../learning/csv/number-table.ts';
import { pastOf } from '../planning/backtest/past.ts';
import { siteOf } from '../planning/backtest/site-file.ts';
import type { Past, PolicyName, RawSeries, SimSite } from '../planning/backtest/types.ts';
import { messageOf, ok, permanent, type Result } from '../result.ts';
import { type CommandContext, type OptionSpec, textOf } from './command.ts';

export const BACKTEST_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  csv: { type: 'string', help: 'timestamp_utc,load_kw,pv_kw,import_price,export_price; pv and export may be absent' },
  site: { type: 'string', help: 'the home, one JSON object: zone, battery, grid, peakTariff, flexibleLoads' },
  from: { type: 'string', help: 'first instant to play, or a day; what lies before is for training only' },
  to: { type: 'string', help: 'end, exclusive' },
  policy: { type: 'string', help: policySchema.options.join(', ') },
  'horizon-h': { type: 'string', help: 'hours that the plan looks ahead (default: 36)' },
  'step-minutes': {
    type: 'string',
    help: 'time between two decisions; what is played keeps the step of the file (default: 15)',
  },
};

const TIME = 'timestamp_utc';
const DEFAULT_HORIZON_HOURS = 36;
const DEFAULT_STEP_MINUTES = 15;

export interface BacktestRequest {
  readonly csv: string;
  readonly site: string;
  readonly from: string;
  readonly to: string;
  readonly policy: PolicyName;
  readonly horizonHours: number;
  readonly controlMinutes: number;
}

/** What the options ask for, or a sentence about what is wrong with them. */
export const requestOf = (context: CommandContext): BacktestRequest | string => {
  const text = (name: string): string => textOf(context, name) ?? '';
  const missing = ['csv', 'site', 'from', 'to', 'policy'].filter((name) => text(name) === '');
  if (missing.length > 0) return `--${missing.join(', --')} ${missing.length === 1 ? 'is' : 'are'} missing.`;
  const policy = policySchema.safeParse(text('policy'));
  if (!policy.success) return `--policy must be ${policySchema.options.join(', ')}, and "${text('policy')}" is not.`;
  const number = (name: string, otherwise: number, least: number, most: number): number | string => {
    const value = text(name) === '' ? otherwise : Number(text(name));
    return Number.isFinite(value) && value >= least && value <= most
      ? value
      : `--${name} must be a number from ${least} to ${most}, and "${text(name)}" is not.`;
  };
  const horizonHours = number('horizon-h', DEFAULT_HORIZON_HOURS, 1, 168);
  const controlMinutes = number('step-minutes', DEFAULT_STEP_MINUTES, 1, 1440);
  if (typeof horizonHours === 'string') return horizonHours;
  if (typeof controlMinutes === 'string') return controlMinutes;
  return {
    csv: resolve(text('csv')),
    site: resolve(text('site')),
    from: text('from'),
    to: text('to'),
    policy: policy.data,
    horizonHours,
    controlMinutes,
  };
};

const jsonOf = async (path: string): Promise<Result<unknown>> => {
  try {
    return ok(JSON.parse(await readFile(path, 'utf8')));
  } catch (thrown) {
    return permanent(
      'backtest.unreadable',
      `The site could not be read from ${path}: ${messageOf(thrown)}.`,
      'Name a file that holds one JSON object with zone, battery, grid, peakTariff and flexibleLoads.',
    );
  }
};

const seriesOf = async (path: string): Promise<Result<RawSeries>> => {
  const read = await readNumberTable(path);
  if (!read.ok) return read;
  const table = read.value;
  const missing = [TIME, 'load_kw', 'import_price'].filter((column) => !table.has(column));
  if (missing.length > 0)
    return permanent(
      'backtest.column',
      `${table.name} has no column ${missing.join(' and none ')}. Its columns are ${table.columns.join(', ')}.`,
      'Name the columns timestamp_utc, load_kw, pv_kw, import_price and export_price; pv_kw and export_price may be absent.',
    );
  const grid = gridOf(table, TIME);
  if (!grid.ok) return grid;
  const { firstAt, stepMs, steps } = grid.value;
  if (!isUsableStep(stepMs))
    return permanent(
      'csv.odd-step',
      `${table.name} has a step of ${stepMs / 60_000} min, which divides neither an hour nor a day.`,
      'Bring it to 5, 10, 15, 30 or 60 min.',
    );
  const column = (name: string): Float64Array =>
    table.has(name) ? grid.value.series(name).values : new Float64Array(steps);
  return ok({
    startAt: firstAt,
    stepMs,
    loadKw: column('load_kw'),
    pvKw: column('pv_kw'),
    importPrice: column('import_price'),
    exportPrice: column('export_price'),
    carbonG: table.has('carbon_g') ? column('carbon_g') : null,
  });
};

const instant = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

export interface BacktestCase {
  readonly past: Past;
  readonly site: SimSite;
  readonly notes: readonly string[];
}

/** Reads the files and lays the span over them. Failures: `csv.*`, `backtest.column`, `backtest.site`, `backtest.span`. */
export const caseOf = async (request: BacktestRequest): Promise<Result<BacktestCase>> => {
  const json = await jsonOf(request.site);
  if (!json.ok) return json;
  const file = siteOf(json.value);
  if (!file.ok) return file;
  const series = await seriesOf(request.csv);
  if (!series.ok) return series;
  const { site, notes } = file.value;
  const { startAt, stepMs, loadKw } = series.value;
  const endAt = startAt + loadKw.length * stepMs;
  const [from, to] = [request.from, request.to].map((text) => DateTime.fromISO(text, { zone: site.zone }).toMillis());
  const wrong = (what: string, advice: string) => permanent('backtest.span', what, advice);
  if (from === undefined || to === undefined || Number.isNaN(from) || Number.isNaN(to))
    return wrong(
      `"${Number.isNaN(from) ? request.from : request.to}" is no instant.`,
      'Write --from and --to as 2026-01-31T00:00:00Z, or as a day.',
    );
  if (to <= from) return wrong('--to does not lie after --from.', 'Choose a later end; it is exclusive.');
  if (from < startAt || to > endAt)
    return wrong(
      `The file reaches from ${instant(startAt)} to ${instant(endAt)}, and the span from ${instant(from)} to ${instant(to)}.`,
      'Choose --from and --to within the file, with some weeks before them to learn from.',
    );
  const past = pastOf(series.value, site.zone, { from, to });
  if (past.end <= past.first) return wrong('The span holds no step of the file.', 'Choose a longer span.');
  return ok({ past, site, notes });
};
