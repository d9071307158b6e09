import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';

/** One line of a list, by column. A record with line breaks in quotes is named by its first line. */
export interface TableRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** What is wrong with a list, where, and what a person can do about it. */
export interface ListProblem {
  readonly line: number;
  /** Null where the line or the list as a whole is meant. */
  readonly column: string | null;
  readonly message: string;
  readonly fix: string;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
  readonly problems: readonly ListProblem[];
}

const MOST_ROWS = 2_000;
/** A program for tables takes text that begins so for a formula, and runs it. */
const FORMULA = /^['=+\-@\t]/;

const recordsSchema = z.array(z.object({ info: z.object({ lines: z.number() }), record: z.array(z.string()) }));

const quoted = (text: string): string => {
  const safe = FORMULA.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",;\t\n\r]|^\s|\s$|^'/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** The text of a list: commas, quotes where they are needed, a line break after each line. */
export const tableText = (columns: readonly string[], rows: readonly Readonly<Record<string, string>>[]): string =>
  [columns, ...rows.map((cells) => columns.map((column) => cells[column] ?? ''))]
    .map((line) => `${line.map(quoted).join(',')}\n`)
    .join('');

/** Programs for tables write what the country writes: the first line tells which. */
const delimiterOf = (text: string): string => {
  const [first = ''] = text.split('\n', 1);
  const count = (sign: string): number => first.split(sign).length;
  return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
};

const broken = (line: number, message: string, fix: string, columns: readonly string[] = []): Table => ({
  columns,
  rows: [],
  problems: [{ line, column: null, message, fix }],
});

/** Reads a list with a line of column names. Delimiter: comma, semicolon or tab, as the first line has it. */
export const parseTable = (csv: string): Table => {
  const text = csv.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  let records: z.infer<typeof recordsSchema>;
  try {
    records = recordsSchema.parse(
      parse(text, {
        delimiter: delimiterOf(text),
        record_delimiter: '\n',
        info: true,
        relax_column_count: true,
        skip_empty_lines: true,
        max_record_size: 200_000,
      }),
    );
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    const { lines } = thrown as { lines?: unknown };
    return broken(
      typeof lines === 'number' ? lines : 1,
      'This is no list that can be read: a quotation mark is missing or stands in the wrong place.',
      'Put text with commas or quotation marks in quotation marks, and write those inside twice.',
    );
  }
  const [header, ...lines] = records;
  if (!header) return broken(1, 'The list is empty.', 'Begin with a line of column names; export the list to see one.');
  const columns = header.record.map((name) => name.trim().toLowerCase());
  if (lines.length > MOST_ROWS)
    return broken(MOST_ROWS + 2, `The list has more than ${MOST_ROWS} lines.`, 'Split it into several lists.', columns);
  const twice = columns.find((name, index) => name !== '' && columns.indexOf(name) !== index);
  if (twice !== undefined) return broken(1, `The column "${twice}" is there twice.`, 'Remove one of them.', columns);
  const problems: ListProblem[] = [];
  const rows = lines.flatMap(({ info, record }) => {
    const line = info.lines - record.join('').split('\n').length + 1;
    if (record.length > columns.length && record.slice(columns.length).some((cell) => cell.trim() !== '')) {
      problems.push({
        line,
        column: null,
        message: `The line has ${record.length} cells, and there are ${columns.length} columns.`,
        fix: 'Put text with commas in quotation marks.',
      });
      return [];
    }
    const cells = columns.map((name, index) => {
      const cell = record[index] ?? '';
      return [name, cell.startsWith("'") ? cell.slice(1) : cell] as const;
    });
    return [{ line, cells: Object.fromEntries(cells) }];
  });
  return {
    columns,
    rows: rows.filter(({ cells }) => Object.values(cells).some((cell) => cell.trim() !== '')),
    problems,
  };
};
