import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { messageOf, ok, permanent, type Result } from '../../result.ts';

/** A file of numbers by column, as people export them. */
export interface NumberTable {
  /** The file's own name, for sentences. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: number;
  has(column: string): boolean;
  /** UTC ms, NaN where a cell is no instant. A time without a zone is UTC. */
  times(column: string): Float64Array;
  /** NaN where a cell is blank or no number. */
  numbers(column: string): Float64Array;
  /** Cells of a column that are neither blank nor a number. */
  unreadable(column: string): number;
}

const MOST_BYTES = 400_000_000;
/** What loggers write where they know nothing. */
const BLANKS = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', 'nil', '-', '--', 'unknown', 'unavailable', '?']);
const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?\s*(Z|z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})?$/;

const recordsSchema = z.array(z.array(z.string()));

/** UTC ms of an ISO-8601 instant; NaN for anything else. A day alone is its UTC midnight. */
export const instantOf = (text: string): number => {
  const trimmed = text.trim();
  if (/^\d{4}-\d{2}-\d{2}$/.test(trimmed)) return Date.parse(`${trimmed}T00:00:00Z`);
  const [, day, minute, second = ':00', zone = 'Z'] = INSTANT.exec(trimmed) ?? [];
  if (day === undefined || minute === undefined) return Number.NaN;
  const [, sign = '', hours = '', minutes = '00'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  return Date.parse(`${day}T${minute}${second}${sign === '' ? 'Z' : `${sign}${hours}:${minutes}`}`);
};

const delimiterOf = (text: string): string => {
  const [first = ''] = text.split('\n', 1);
  const count = (sign: string): number => first.split(sign).length;
  return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
};

const unreadable = (name: string, what: string) =>
  permanent(
    'csv.unreadable',
    `${name} cannot be read: ${what}.`,
    'Give a CSV file with a line of column names, plain or gzipped.',
  );

const textOf = async (path: string, name: string): Promise<Result<string>> => {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) return unreadable(name, `it has more than ${MOST_BYTES / 1e6} MB`);
    const bytes = await readFile(path);
    const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const plain = zipped ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes;
    return ok(
      plain
        .toString('utf8')
        .replace(/^\uFEFF/, '')
        .replace(/\r\n?/g, '\n'),
    );
  } catch (thrown) {
    const missing = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
    return missing
      ? permanent('csv.missing', `There is no file ${path}.`, 'Check the path.')
      : unreadable(name, messageOf(thrown));
  }
};

/** Reads a CSV or a gzipped CSV. Delimiter: comma, semicolon (with decimal commas) or tab, as the first line has it. */
export const readNumberTable = async (path: string): Promise<Result<NumberTable>> => {
  const name = basename(path);
  const text = await textOf(path, name);
  if (!text.ok) return text;
  const delimiter = delimiterOf(text.value);
  let records: z.infer<typeof recordsSchema>;
  try {
    records = recordsSchema.parse(
      parse(text.value, {
        delimiter,
        record_delimiter: '\n',
        relax_column_count: true,
        skip_empty_lines: true,
        trim: true,
      }),
    );
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    return unreadable(name, thrown.message);
  }
  const [columns = [], ...lines] = records;
  const twice = columns.find((column, place) => columns.indexOf(column) !== place);
  if (twice !== undefined) return unreadable(name, `the column "${twice}" is there twice`);
  if (lines.length === 0) return unreadable(name, 'it has no lines below its column names');
  const cellsOf = (column: string): readonly string[] => {
    const place = columns.indexOf(column);
    return lines.map((line) => line[place] ?? '');
  };
  const numberOf = (raw: string): number => {
    if (BLANKS.has(raw.toLowerCase())) return Number.NaN;
    const value = Number(delimiter === ',' ? raw : raw.replace(',', '.'));
    return Number.isFinite(value) ? value : Number.NaN;
  };
  return ok({
    name,
    columns,
    rows: lines.length,
    has: (of) => columns.includes(of),
    times: (of) => Float64Array.from(cellsOf(of), instantOf),
    numbers: (of) => Float64Array.from(cellsOf(of), numberOf),
    unreadable: (of) =>
      cellsOf(of).filter((raw) => !BLANKS.has(raw.toLowerCase()) && Number.isNaN(numberOf(raw))).length,
  });
};
