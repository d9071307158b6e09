import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const TEST = resolve(import.meta.dirname, '../..');
/** What the house must show before anybody lets it run his home. */
const SHOWN = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 24, 28, 29, 30];

const rows = readFileSync(join(TEST, 'DEMANDS.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, demand, file, name] = /^\| (\d+ [^|]+) \| ([^|]+\.ts) \| ([^|]+) \|$/.exec(line) ?? [];
    return demand === undefined || file === undefined ? [] : [{ demand, file, name: (name ?? '').trim() }];
  });

/** Titles as they stand in a source file, of tests and of tables of tests. */
const titlesOf = (source: string): readonly string[] =>
  [...source.matchAll(/(['"`])((?:(?!\1)[^\\\n]|\\.)*)\1,\s*(?:async )?\(/g)].map(([, , title]) => title ?? '');

describe('the list of demands', () => {
  it('names a test for each that is promised', () => {
    expect([...new Set(rows.map(({ demand }) => Number.parseInt(demand, 10)))].toSorted((a, b) => a - b)).toEqual(
      SHOWN,
    );
  });

  it.each(rows)('$demand: $file has $name', ({ file, name }) => {
    const path = join(TEST, file);
    expect(existsSync(path)).toBe(true);
    const titles = titlesOf(readFileSync(path, 'utf8'));
    expect(titles.some((title) => title.startsWith(name))).toBe(true);
  });
});
