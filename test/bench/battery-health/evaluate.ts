/**
 * Judges the weights as they are shipped on cells of the same kinds, laid out like the two development sets:
 * `node test/bench/battery-health/evaluate.ts inl|nasa FOLDER`
 */
import { CELL_WEIGHTS } from '../../../models/battery-health/cell-model.ts';
import { inlCells, nasaCells } from './cells.ts';
import { judgeCell } from './judge.ts';

const [kind, folder] = process.argv.slice(2);
if (folder === undefined || (kind !== 'inl' && kind !== 'nasa')) {
  console.error('usage: node test/bench/battery-health/evaluate.ts inl|nasa FOLDER');
  process.exit(1);
}
const cells = kind === 'inl' ? inlCells(folder) : nasaCells(folder);
const knownOf = (length: number): readonly number[] => [0, 50, 100, Math.round(length * 0.1), Math.round(length * 0.2)];
const sums = [0, 0, 0, 0, 0];
console.log('MAE of capacity loss in points: use only, first 50, first 100, first 10 %, first 20 % known');
for (const cell of cells) {
  const scores = knownOf(cell.lossPct.length).map((known) => judgeCell(CELL_WEIGHTS, cell, known, true).maePct);
  scores.forEach((score, index) => {
    sums[index] = (sums[index] ?? 0) + score / cells.length;
  });
  console.log(cell.name.padEnd(14), scores.map((score) => score.toFixed(2).padStart(6)).join(' '));
}
console.log('mean'.padEnd(14), sums.map((score) => score.toFixed(2).padStart(6)).join(' '));
