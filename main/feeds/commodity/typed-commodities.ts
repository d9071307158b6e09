import { parse } from 'csv-parse/sync';
import { messageOf, ok, permanent, type Result } from '../../result.ts';
import { NO_VALIDATORS } from '../provider/conditional.ts';
import { DAY_MS } from '../provider/intervals.ts';
import type { CommodityRow, FeedProvider } from '../types.ts';
import { amountOf, momentOf } from './values.ts';

/** Lines `date; name; value; unit`, separated by semicolons, tabs or commas. Refuses the whole text with the first bad line. */
export const readTyped = (text: string): Result<readonly CommodityRow[]> => {
  const bad = (line: number, why: string) =>
    permanent('feed.lines', `Line ${line} of the typed values ${why}.`, 'Write: date; name; value; unit.');
  const delimiter = [';', '\t'].find((each) => text.includes(each)) ?? ',';
  let records: string[][];
  try {
    records = parse(text, {
      ...{ delimiter, trim: true, relax_column_count: true, skip_empty_lines: true, bom: true },
    });
  } catch (thrown) {
    return permanent(
      'feed.lines',
      `The typed values cannot be read: ${messageOf(thrown)}`,
      'Write: date; name; value; unit.',
    );
  }
  const rows: CommodityRow[] = [];
  for (const [index, [date = '', name = '', value = '', unit = '']] of records.entries()) {
    if (index === 0 && /^date$/i.test(date)) continue;
    const at = momentOf(date);
    const amount = amountOf(value);
    if (at === null) return bad(index + 1, `begins with "${date.slice(0, 30)}", which is no date`);
    if (!/^[\w -]{1,40}$/.test(name)) return bad(index + 1, 'has no name');
    if (amount === null) return bad(index + 1, `has "${value.slice(0, 30)}" where the value belongs`);
    if (unit === '' || unit.length > 20) return bad(index + 1, 'has no unit');
    rows.push({ at, name: name.toLowerCase(), value: amount, unit });
  }
  return ok(rows.toSorted((a, b) => a.at - b.at));
};

/** Values that a person types or pastes: no service is asked. */
export const typedCommodities: FeedProvider<'commodity'> = {
  id: 'commodity-typed',
  topic: 'commodity',
  label: 'Typed values',
  attribution: { text: 'Commodity prices: typed by hand', url: '' },
  defaultBaseUrl: 'http://localhost',
  keyHelp: null,
  options: [
    {
      name: 'values',
      label: 'Values',
      help: 'One a line: date; name; value; unit. Such as: 2026-11-20; eua; 78,40; EUR/t. Names are eua, gas and coal.',
      kind: 'lines',
      required: true,
    },
  ],
  quota: [],
  refreshMs: DAY_MS,
  refusal: (place) => {
    const text = place.options['values'] ?? '';
    if (text.trim() === '') return 'No values are typed.';
    const read = readTyped(text);
    return read.ok ? null : read.error.message;
  },
  fetch: (window, place) => {
    const read = readTyped(place.options['values'] ?? '');
    if (!read.ok) return Promise.resolve(read);
    const rows = read.value.filter(({ at }) => at < window.to);
    return Promise.resolve(
      ok({ rows, issuedAt: null, validators: NO_VALIDATORS, expiresAt: null, unchanged: false, rejected: 0 }),
    );
  },
};
