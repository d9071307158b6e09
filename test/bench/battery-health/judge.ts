import { ageingCurve, type LossBand } from '../../../models/battery-health/ageing-curve.ts';
import { type CellWeights, cellPrior, groupedLosses } from '../../../models/battery-health/cell-prior.ts';
import type { Cell } from './cells.ts';

/** How well the loss of a cell was known beforehand, over the cycles after those that were given. Points of capacity. */
export interface CellScore {
  readonly maePct: number;
  /** Error at the last cycle. */
  readonly lastErrorPct: number;
  /** Share of the cycles whose loss lay between p10 and p90. */
  readonly coverage: number;
  readonly cycles: number;
}

/** `known` cycles of the cell are given; `isKnownKind` false where none of its kind was learnt from. */
export const judgeCell = (weights: CellWeights, cell: Cell, known: number, isKnownKind: boolean): CellScore => {
  const use = isKnownKind ? cell.use : { ...cell.use, kind: 'other' as const };
  const curve = ageingCurve(
    cellPrior(weights, use),
    groupedLosses(cell.lossPct.slice(0, known), weights.measuredSpreadPct),
  );
  let sum = 0;
  let cycles = 0;
  let inside = 0;
  let last = 0;
  // The curve is smooth: some twenty points of it, with straight lines between them, are enough.
  const step = Math.max(1, Math.ceil((cell.lossPct.length - known) / 20));
  const bands = new Map<number, LossBand>();
  const bandAt = (x: number): LossBand => {
    const found = bands.get(x) ?? curve.at(x);
    bands.set(x, found);
    return found;
  };
  cell.lossPct.forEach((loss, index) => {
    if (index < known || !Number.isFinite(loss)) return;
    const steps = (index - known) / step;
    const before = bandAt(known + 1 + Math.floor(steps) * step);
    const after = bandAt(known + 1 + Math.ceil(steps) * step);
    const between = (pick: (band: LossBand) => number): number =>
      pick(before) + (pick(after) - pick(before)) * (steps - Math.floor(steps));
    const p50 = between((band) => band.p50);
    cycles += 1;
    sum += Math.abs(loss - p50);
    if (loss >= between((band) => band.p10) && loss <= between((band) => band.p90)) inside += 1;
    last = p50 - loss;
  });
  return { maePct: sum / cycles, lastErrorPct: last, coverage: inside / cycles, cycles };
};
