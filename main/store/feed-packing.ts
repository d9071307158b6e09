import type { FeedTable } from './feed-types.ts';

const BYTES = 4;

/** Column names and their floats one after the other; columns that know nothing are left out. */
export const packTable = (table: FeedTable): { readonly columns: string; readonly body: Buffer } => {
  const known = Object.entries(table.columns).filter(([, values]) => values.some((value) => !Number.isNaN(value)));
  const body = Buffer.alloc(known.length * table.length * BYTES);
  known.forEach(([, values], column) => {
    for (let row = 0; row < table.length; row += 1)
      body.writeFloatLE(values[row] ?? Number.NaN, (column * table.length + row) * BYTES);
  });
  return { columns: known.map(([name]) => name).join(','), body };
};

export const unpackTable = (startAt: number, stepMs: number, columns: string, body: Buffer): FeedTable => {
  const names = columns === '' ? [] : columns.split(',');
  const length = names.length === 0 ? 0 : Math.floor(body.length / BYTES / names.length);
  const read = (column: number): Float32Array =>
    Float32Array.from({ length }, (_, row) => body.readFloatLE((column * length + row) * BYTES));
  return { startAt, stepMs, length, columns: Object.fromEntries(names.map((name, column) => [name, read(column)])) };
};

/** The rows of [from, to) that lie wholly inside; undefined where there is none. */
export const sliceTable = (table: FeedTable, from: number, to: number): FeedTable | undefined => {
  const { startAt, stepMs } = table;
  const first = Math.max(0, Math.ceil((from - startAt) / stepMs));
  const last = Math.min(table.length, Math.floor((to - startAt) / stepMs));
  if (last <= first) return undefined;
  const columns = Object.fromEntries(
    Object.entries(table.columns).map(([name, values]) => [name, values.slice(first, last)]),
  );
  return { startAt: startAt + first * stepMs, stepMs, length: last - first, columns };
};
