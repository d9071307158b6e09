import { parse } from 'csv-parse/sync';
import { IANAZone } from 'luxon';
import { z } from 'zod';
import type { PriceImportReport } from '../../../preload/contract/tariff.ts';
import { messageOf } from '../../result.ts';
import { amountOf } from '../commodity/values.ts';
import { withSteps } from '../provider/intervals.ts';
import { checkRows } from '../ranges.ts';
import type { FeedPlace, MarketPriceRow } from '../types.ts';
import { readStamp } from './local-stamp.ts';

const MINUTE_MS = 60_000;
const STEPS_MS = [5, 15, 30, 60].map((minutes) => minutes * MINUTE_MS);
const MOST_FINDINGS = 50;
const KINDS = ['spot', 'import', 'export'] as const;
type Kind = (typeof KINDS)[number];

const TIME_NAMES = [
  'start',
  'from',
  'time',
  'timestamp',
  'datetime',
  'begin',
  'timestamp_utc',
  'start_utc',
  'von',
  'zeit',
];
const PRICE_NAMES = ['price', 'value', 'preis', 'pris'];

type Finding = PriceImportReport['problems'][number];

export interface CsvPrices {
  /** Empty unless every line can be used. */
  readonly rows: readonly MarketPriceRow[];
  readonly problems: readonly Finding[];
  readonly notes: readonly Finding[];
}

interface Options {
  readonly csv: string;
  readonly site: FeedPlace['site'];
  /** The clock of stamps without an offset. */
  readonly zone: string;
  readonly kind: Kind;
  readonly unit: 'per-kwh' | 'cent-per-kwh' | 'per-mwh';
}

const DIVISORS: Readonly<Record<Options['unit'], number>> = { 'per-kwh': 1, 'cent-per-kwh': 100, 'per-mwh': 1000 };

interface Line {
  readonly line: number;
  readonly at: number;
  readonly values: readonly { readonly kind: Kind; readonly perKwh: number }[];
}

const columnsOf = (header: readonly string[], kind: Kind) => {
  const names = header.map((name) => name.trim().toLowerCase());
  const isUtc = (index: number): boolean => /_utc$/.test(names[index] ?? '');
  const time = names.findIndex((name) => TIME_NAMES.includes(name));
  const prices = names.flatMap((name, index) => {
    const named = KINDS.find((each) => each === name);
    if (named !== undefined) return [{ index, kind: named }];
    return PRICE_NAMES.includes(name) ? [{ index, kind }] : [];
  });
  return { time, isUtc: time >= 0 && isUtc(time), prices };
};

/** What the reader of CSV answers when it is asked for line numbers. */
const recordsSchema = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }));

const recordsOf = (csv: string): readonly { readonly record: readonly string[]; readonly line: number }[] => {
  const [head = ''] = csv.split('\n', 1);
  const delimiter = [';', '\t'].find((each) => head.includes(each)) ?? ',';
  const parsed: unknown = parse(csv, {
    ...{ delimiter, bom: true, trim: true, skip_empty_lines: true, relax_column_count: true, info: true },
  });
  return recordsSchema.parse(parsed).map(({ record, info }) => ({ record, line: info.lines }));
};

/**
 * Prices from a file with a header: a column `start`, and `price`, `import`, `export` or `spot`. Stamps with an offset are
 * exact; others are read by the given clock. Where that clock shows an hour twice, the first line of a stamp is the first
 * pass and the second line the second. One line that cannot be used refuses the whole file.
 */
export const readCsvPrices = (options: Options): CsvPrices => {
  const problems: Finding[] = [];
  const notes: Finding[] = [];
  const tell = (list: Finding[], line: number, sentence: string): void => {
    if (list.length < MOST_FINDINGS) list.push({ line, sentence });
  };
  const refused = (line: number, sentence: string): CsvPrices => ({
    rows: [],
    problems: [{ line, sentence }],
    notes: [],
  });
  if (!IANAZone.isValidZone(options.zone)) return refused(1, `“${options.zone}” is no time zone.`);
  let records: ReturnType<typeof recordsOf>;
  try {
    records = recordsOf(options.csv);
  } catch (thrown) {
    return refused(1, `This is no table with columns: ${messageOf(thrown)}`);
  }
  const [header, ...body] = records;
  if (header === undefined) return refused(1, 'The file is empty.');
  const { time, isUtc, prices } = columnsOf(header.record, options.kind);
  if (time < 0) return refused(1, 'There is no column “start” with the beginning of each interval.');
  if (prices.length === 0) return refused(1, 'There is no column “price”, “import”, “export” or “spot”.');
  if (new Set(prices.map(({ kind }) => kind)).size < prices.length)
    return refused(1, 'Two columns hold the same price.');

  const zone = IANAZone.create(isUtc ? 'UTC' : options.zone);
  const seen = new Map<string, number>();
  const lines: Line[] = [];
  for (const { record, line } of body) {
    const stamp = record[time]?.trim() ?? '';
    const meaning = readStamp(stamp, zone);
    if (meaning.kind !== 'moments') {
      const why =
        meaning.kind === 'skipped'
          ? `The clock in ${zone.name} jumps over “${stamp}”: there is no such time.`
          : `“${stamp.slice(0, 40)}” is no time. Write 2026-11-21 13:00, 21.11.2026 13:00, or with an offset 2026-11-21T13:00+01:00.`;
      tell(problems, line, why);
      continue;
    }
    const count = seen.get(stamp) ?? 0;
    seen.set(stamp, count + 1);
    const at = meaning.at[count];
    if (at === undefined) {
      tell(problems, line, `“${stamp}” stands there once too often.`);
      continue;
    }
    if (count === 1) tell(notes, line, `“${stamp}” comes twice that night; this line is taken as the second one.`);
    const values = prices.flatMap(({ index, kind }): Line['values'] => {
      const text = record[index]?.trim() ?? '';
      if (text === '') return [];
      const amount = amountOf(text);
      if (amount === null) tell(problems, line, `“${text.slice(0, 40)}” is no number.`);
      return amount === null ? [] : [{ kind, perKwh: amount / DIVISORS[options.unit] }];
    });
    if (values.length < prices.length) tell(notes, line, 'A price is missing and stays unknown.');
    lines.push({ line, at, values });
  }
  for (const [stamp, count] of seen) {
    const meaning = readStamp(stamp, zone);
    if (count === 1 && meaning.kind === 'moments' && meaning.at.length === 2)
      tell(notes, 0, `“${stamp}” comes twice that night but stands there once; the second one stays unknown.`);
  }
  // A line that was left out makes its neighbours look wrong: those come to light once it is mended.
  const rows = problems.length > 0 ? [] : rowsOf(lines, options, (line, sentence) => tell(problems, line, sentence));
  missingSpans(rows, (sentence) => tell(notes, 0, sentence));
  if (rows.length === 0 && problems.length === 0) tell(problems, 1, 'There is no price in the file.');
  return { rows: problems.length === 0 ? rows : [], problems, notes };
};

/** Lines with their lengths, each kind in order; what cannot be true is told with its line. */
const rowsOf = (
  lines: readonly Line[],
  { site }: Options,
  problem: (line: number, sentence: string) => void,
): readonly MarketPriceRow[] => {
  const sorted = lines.toSorted((a, b) => a.at - b.at || a.line - b.line);
  for (const [index, { at, line }] of sorted.entries())
    if (index > 0 && sorted[index - 1]?.at === at)
      problem(line, `It has the same time as line ${sorted[index - 1]?.line ?? 0}.`);
  const near = new Map(withSteps(sorted).map((line) => [line.line, line.stepMs]));
  const usualMs = mostCommon([...near.values()]);
  if (usualMs === null && sorted.length > 0)
    problem(sorted[0]?.line ?? 1, 'Lines stand alone: intervals of at most an hour are wanted.');
  // A line between two holes is as long as the others.
  const timed = sorted.flatMap((line) => {
    const stepMs = near.get(line.line) ?? usualMs;
    return stepMs === null ? [] : [{ ...line, stepMs }];
  });
  const rows: MarketPriceRow[] = [];
  for (const { line, at, stepMs, values } of timed) {
    if (!STEPS_MS.includes(stepMs)) {
      problem(line, `Its interval is ${Math.round(stepMs / MINUTE_MS)} minutes long; 5, 15, 30 and 60 are possible.`);
      continue;
    }
    const priced = values.map(
      ({ kind, perKwh }): MarketPriceRow => ({ at, stepMs, perKwh, currency: site.currency, kind }),
    );
    const place: FeedPlace = { site, options: {}, key: null, baseUrl: '' };
    for (const { reason } of checkRows('price', priced, place).bad)
      problem(line, `This cannot be true: ${reason}. Is the unit right?`);
    rows.push(...priced);
  }
  return rows;
};

const mostCommon = (values: readonly number[]): number | null => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null;
};

const missingSpans = (rows: readonly MarketPriceRow[], note: (sentence: string) => void): void => {
  for (const kind of KINDS) {
    const ofKind = rows.filter((row) => row.kind === kind);
    for (const [index, row] of ofKind.entries()) {
      const before = ofKind[index - 1];
      const end = before === undefined ? row.at : before.at + before.stepMs;
      if (end < row.at)
        note(
          `From ${new Date(end).toISOString()} to ${new Date(row.at).toISOString()} there is no price; it stays unknown.`,
        );
    }
  }
};
