import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { messageOf, ok, permanent, type Result } from '../../result.ts';
import { NO_VALIDATORS } from '../provider/conditional.ts';
import { hear, type Question, readJson, unusable } from '../provider/exchange.ts';
import { DAY_MS } from '../provider/intervals.ts';
import { gather } from '../provider/many.ts';
import type { CommodityRow, FeedPlace, FeedProvider } from '../types.ts';
import { amountOf, momentOf } from './values.ts';

/** Monthly series come weeks late: the newest value lies before the window, and is wanted all the same. */
const LATEST_LAG_MS = 120 * DAY_MS;

/** One line of the option: where one series lies and how it is read. */
export interface SeriesLine {
  readonly name: string;
  readonly unit: string;
  readonly path: string;
  readonly format: 'json' | 'csv';
  /** JSON: names down to the list, with dots; empty where the body is the list. CSV: the delimiter. */
  readonly inside: string;
  readonly dateField: string;
  readonly valueField: string;
}

/** `name | unit | path | json or csv | list or delimiter | date field | value field`; answers the first bad line in words. */
export const readSeriesLines = (text: string): Result<readonly SeriesLine[], string> => {
  const series: SeriesLine[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [name = '', unit = '', path = '', format = '', inside = '', dateField = '', valueField = ''] = line
      .split('|')
      .map((each) => each.trim());
    const where = `Line ${index + 1} of the series`;
    if (!/^[\w -]{1,40}$/.test(name) || unit === '') return { ok: false, error: `${where} has no name or unit.` };
    if (!path.startsWith('/')) return { ok: false, error: `${where} has a path that does not begin with "/".` };
    if (format !== 'json' && format !== 'csv') return { ok: false, error: `${where} says neither json nor csv.` };
    if (dateField === '' || valueField === '') return { ok: false, error: `${where} does not name both fields.` };
    series.push({ name: name.toLowerCase(), unit, path, format, inside, dateField, valueField });
  }
  return series.length === 0 ? { ok: false, error: 'No series is described.' } : ok(series);
};

const recordSchema = z.record(z.string(), z.unknown());
const childOf = (value: unknown, name: string): unknown => {
  const record = recordSchema.safeParse(value);
  return record.success ? record.data[name] : undefined;
};

const recordsOf = (body: string, line: SeriesLine, json: () => Result<unknown>): Result<readonly unknown[], string> => {
  if (line.format === 'csv') {
    if (/^\s*<(!doctype|html)/i.test(body)) return { ok: false, error: 'it is a web page, not data' };
    try {
      const delimiter = line.inside === '' ? ',' : line.inside.replace('\\t', '\t');
      return ok(parse(body, { ...{ delimiter, columns: true, trim: true, bom: true, relax_column_count: true } }));
    } catch (thrown) {
      return { ok: false, error: `it is no CSV: ${messageOf(thrown)}` };
    }
  }
  const parsed = json();
  if (!parsed.ok) return { ok: false, error: 'it is no JSON' };
  const list = line.inside === '' ? parsed.value : line.inside.split('.').reduce(childOf, parsed.value);
  return Array.isArray(list) ? ok(list) : { ok: false, error: `there is no list at "${line.inside}"` };
};

const seriesOf = async (line: SeriesLine, question: Question): Promise<Result<readonly CommodityRow[]>> => {
  const heard = await hear(question);
  if (!heard.ok) return heard;
  const { body } = heard.value;
  if (body.trim() === '') return unusable(question, 'the answer is empty');
  const records = recordsOf(body, line, () => readJson(heard.value, z.unknown(), question));
  if (!records.ok) return unusable(question, records.error);
  const rows = records.value.flatMap((record): readonly CommodityRow[] => {
    const at = momentOf(childOf(record, line.dateField));
    const value = amountOf(childOf(record, line.valueField));
    return at === null || value === null ? [] : [{ at, name: line.name, value, unit: line.unit }];
  });
  if (rows.length === 0 && records.value.length > 0)
    return unusable(question, `no row has a date in "${line.dateField}" and a number in "${line.valueField}"`);
  return ok(rows);
};

const questionOf = (place: FeedPlace, line: SeriesLine, rest: Pick<Question, 'deps' | 'signal'>): Question => {
  const header = place.options['keyHeader']?.trim() ?? '';
  return {
    ...{ ...rest, place },
    name: 'The commodity source',
    what: `the series ${line.name}`,
    accessAdvice: 'Check the key of this source.',
    path: line.path.replaceAll('{key}', encodeURIComponent(place.key ?? '')),
    headers: header === '' || place.key === null ? {} : { [header.toLowerCase()]: place.key },
  };
};

/** Series of any service that answers JSON or CSV: there is no free official one for emission rights, gas and coal. */
export const commodityEndpoint: FeedProvider<'commodity'> = {
  id: 'commodity-endpoint',
  topic: 'commodity',
  label: 'Own commodity source',
  attribution: { text: 'Commodity prices: own source', url: '' },
  defaultBaseUrl: 'https://api.stlouisfed.org',
  keyHelp: 'The key of the service that you name, where it wants one.',
  options: [
    {
      name: 'series',
      label: 'Series',
      help: 'One a line: name | unit | path | json or csv | list or delimiter | date field | value field. {key} in the path stands for the key.',
      kind: 'lines',
      required: true,
    },
    {
      name: 'keyHeader',
      label: 'Header of the key',
      help: 'Where the service wants its key in a header, such as X-Api-Key.',
      kind: 'text',
      required: false,
    },
  ],
  quota: [{ calls: 60, perMs: DAY_MS }],
  refreshMs: DAY_MS,
  history: { reachMs: 3 * 365 * DAY_MS, chunkMs: 3 * 365 * DAY_MS },
  refusal: (place) => {
    const lines = readSeriesLines(place.options['series'] ?? '');
    if (!lines.ok) return lines.error;
    const header = place.options['keyHeader']?.trim() ?? '';
    if (header !== '' && !/^[A-Za-z0-9-]{1,60}$/.test(header)) return 'The header of the key is no name of a header.';
    return lines.value.some(({ path }) => path.includes('{key}')) && place.key === null ? 'It needs a key.' : null;
  },
  fetch: async (window, place, deps, _validators, signal) => {
    const lines = readSeriesLines(place.options['series'] ?? '');
    if (!lines.ok) return permanent('feed.lines', lines.error, 'Correct the lines of this source.');
    // Checked here, because a message about a bad address would show it, and the key may stand in it.
    if (!URL.canParse(place.baseUrl)) return permanent('feed.address', 'Its address is no web address.', 'Correct it.');
    const all = await gather(lines.value, (line) => seriesOf(line, questionOf(place, line, { deps, signal })));
    if (!all.ok) return all;
    const rows = all.value
      .filter(({ at }) => at >= window.from - LATEST_LAG_MS && at < window.to)
      .toSorted((a, b) => a.at - b.at);
    return ok({ rows, issuedAt: null, validators: NO_VALIDATORS, expiresAt: null, unchanged: false, rejected: 0 });
  },
};
