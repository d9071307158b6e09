/**
 * Trains the prior of models/battery-health on cells of a laboratory, says how it does on cells that it had not seen, and
 * writes models/battery-health/cell-weights.json. `node test/bench/battery-health/train.ts [DATA] [--write]`
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Tensorflow } from '../../../models/learners/types.ts';
import { type Cell, inlCells, nasaCells } from './cells.ts';
import { fitCells } from './fit.ts';
import { judgeCell } from './judge.ts';

const SEED = 1;
const SOURCES = [
  {
    name: 'NASA Ames Prognostics Center, cells B0005, B0006, B0007, B0018',
    licence: 'US Government work, public domain',
  },
  {
    name: 'Chen et al., Joule 2022, Idaho National Laboratory, NMC532 pouch cells P462 and P492',
    licence: 'public research data; only these fitted coefficients are kept',
  },
];
const KNOWN: readonly (readonly [name: string, cycles: (cell: Cell) => number])[] = [
  ['use only', () => 0],
  ['first 50', () => 50],
  ['first 100', () => 100],
  ['first 10 %', (cell) => Math.round(cell.lossPct.length * 0.1)],
  ['first 20 %', (cell) => Math.round(cell.lossPct.length * 0.2)],
];

const arguments_ = process.argv.slice(2);
const data = arguments_.find((each) => !each.startsWith('--')) ?? '../shared/data';
const tf: Tensorflow = createRequire(import.meta.url)('@tensorflow/tfjs');
tf.env().set('PROD', true);
await tf.setBackend('cpu');

const cells = [...inlCells(join(data, 'battery_ageing_inl_nmc532')), ...nasaCells(join(data, 'battery_ageing_nasa'))];
const trained = (some: readonly Cell[]) => fitCells({ tf, cells: some, seed: SEED, sources: SOURCES });
const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

/** Leaves out what `foldOf` puts together, trains on the rest and judges what was left out. */
const leaveOut = (title: string, foldOf: (cell: Cell) => string): void => {
  const scores = new Map<string, readonly { maePct: number; lastErrorPct: number; coverage: number }[]>();
  for (const fold of new Set(cells.map(foldOf))) {
    const rest = cells.filter((cell) => foldOf(cell) !== fold);
    const kinds = new Set(rest.map((cell) => cell.use.kind));
    const weights = trained(rest);
    for (const cell of cells.filter((each) => foldOf(each) === fold))
      scores.set(
        cell.name,
        KNOWN.map(([, known]) => judgeCell(weights, cell, known(cell), kinds.has(cell.use.kind))),
      );
  }
  console.log(`\n${title}: MAE of capacity loss in points (share of cycles within p10 to p90)`);
  console.log(['cell'.padEnd(14), ...KNOWN.map(([name]) => name.padStart(14))].join(''));
  const line = (name: string, some: readonly (typeof scores extends Map<string, infer Row> ? Row : never)[]): void =>
    console.log(
      [
        name.padEnd(14),
        ...KNOWN.map((_, index) => {
          const column = some.flatMap((row) => row[index] ?? []);
          return `${mean(column.map((each) => each.maePct)).toFixed(2)} (${Math.round(100 * mean(column.map((each) => each.coverage)))} %)`.padStart(
            14,
          );
        }),
      ].join(''),
    );
  if (arguments_.includes('--cells')) for (const [name, row] of scores) line(name, [row]);
  for (const group of new Set(cells.map((cell) => cell.group)))
    line(
      group,
      cells.filter((cell) => cell.group === group).flatMap((cell) => [scores.get(cell.name) ?? []]),
    );
  line('all cells', [...scores.values()]);
};

console.time('leave one cell out');
leaveOut('Leave one cell out', (cell) => cell.name);
console.timeEnd('leave one cell out');
leaveOut('Leave one pack or data set out', (cell) => cell.group);
const weights = trained(cells);
const round = (value: unknown): unknown => (typeof value === 'number' ? Math.round(value * 1e5) / 1e5 : value);
const json = `${JSON.stringify(weights, (_, value) => round(value), 2)}\n`;
console.log(json);
if (arguments_.includes('--write'))
  writeFileSync(join(import.meta.dirname, '../../../models/battery-health/cell-weights.json'), json);
