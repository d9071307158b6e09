import type { PriceView } from '../../../../preload/contract/insight.ts';
import type { PlanView } from '../../../../preload/contract/plan.ts';

export interface PriceCell {
  readonly from: number;
  readonly to: number;
  readonly perKwh: number;
  /** False where a guess stands in for a price that is not published yet. */
  readonly known: boolean;
}

const HOUR = 3_600_000;

/** Prices over the axis: what was in force before the plan begins, then what the plan counts with; alike steps of an hour are one. */
export const priceCells = (
  { steps, stepMs }: Pick<PlanView, 'steps' | 'stepMs'>,
  earlier: PriceView | null,
  from: number,
  to: number,
): PriceCell[] => {
  const begins = steps[0]?.at ?? to;
  const cells: PriceCell[] = [
    ...(earlier?.prices ?? [])
      .filter((cell) => cell.at < begins)
      .map((cell) => ({
        from: cell.at,
        to: Math.min(cell.at + cell.stepMs, begins),
        perKwh: cell.importPerKwh,
        known: true,
      })),
    ...steps.map((step) => ({
      from: step.at,
      to: step.at + stepMs,
      perKwh: step.importPrice,
      known: step.priceKnown,
    })),
  ];
  const joined: PriceCell[] = [];
  for (const cell of cells) {
    if (cell.to <= from || cell.from >= to) continue;
    const before = joined.at(-1);
    const sameHour = before && Math.floor(before.from / HOUR) === Math.floor(cell.from / HOUR);
    if (before && sameHour && before.to === cell.from && before.perKwh === cell.perKwh && before.known === cell.known)
      joined[joined.length - 1] = { ...before, to: cell.to };
    else joined.push(cell);
  }
  return joined;
};

/** The prices that are written: the dearest and the cheapest first, then turns, as many as stand apart from one another. */
export const namedCells = (
  cells: readonly PriceCell[],
  placeOf: (at: number) => number,
  apartPx: number,
): PriceCell[] => {
  const turns = cells.filter((cell, index) => {
    const before = cells[index - 1]?.perKwh ?? cell.perKwh;
    const after = cells[index + 1]?.perKwh ?? cell.perKwh;
    return (cell.perKwh - before) * (after - cell.perKwh) <= 0 && (cell.perKwh !== before || cell.perKwh !== after);
  });
  const sorted = [...cells].sort((a, b) => a.perKwh - b.perKwh);
  const lowest = sorted[0];
  const highest = sorted.at(-1);
  if (!lowest || !highest || lowest.perKwh === highest.perKwh) return lowest ? [lowest] : [];
  const mean = cells.reduce((sum, { perKwh }) => sum + perKwh, 0) / cells.length;
  const wanted = [highest, lowest, ...turns.sort((a, b) => Math.abs(b.perKwh - mean) - Math.abs(a.perKwh - mean))];
  const chosen: PriceCell[] = [];
  const middle = (cell: PriceCell): number => placeOf((cell.from + cell.to) / 2);
  // A number that is written already says nothing new beside itself.
  for (const cell of wanted)
    if (
      chosen.every(
        (one) => Math.abs(middle(one) - middle(cell)) >= apartPx && Math.abs(one.perKwh - cell.perKwh) > 0.005,
      )
    )
      chosen.push(cell);
  return chosen;
};
