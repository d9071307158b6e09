import type { LinearModel, Term } from './linear-model.ts';
import type { Slacks } from './slacks.ts';
import type { ModulatingLoad } from './types.ts';

/**
 * A load whose power can be chosen, −1 where it may not run: nothing, or from its least power up. A least power needs a choice
 * in each step of the window.
 */
export const addModulating = (
  model: LinearModel,
  load: ModulatingLoad,
  frame: { readonly steps: number; readonly hours: number; readonly weight: number },
  slacks: Slacks | null,
): readonly number[] => {
  const { minKw, maxKw, firstStep, endStep } = load;
  const worth = frame.weight * load.valuePerKwh * frame.hours;
  const runs = minKw <= maxKw && maxKw > 0;
  const power = Array.from({ length: frame.steps }, (_, step) => {
    if (!runs || step < firstStep || step >= endStep) return -1;
    const drawn = model.column({ upper: maxKw, cost: -worth });
    if (minKw <= 0) return drawn;
    const on = model.column({ upper: 1, integer: true });
    model.row(Number.NEGATIVE_INFINITY, 0, [
      [drawn, 1],
      [on, -maxKw],
    ]);
    model.row(0, Number.POSITIVE_INFINITY, [
      [drawn, 1],
      [on, -minKw],
    ]);
    return drawn;
  });
  if (load.energyKwh !== null)
    model.row(load.energyKwh, Number.POSITIVE_INFINITY, [
      ...power.flatMap((column): Term[] => (column < 0 ? [] : [[column, frame.hours]])),
      ...(slacks === null ? [] : [[slacks.add('energy', Math.max(0, endStep - 1), load.id), 1] as const]),
    ]);
  return power;
};
