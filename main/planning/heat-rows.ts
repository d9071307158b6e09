import type { LinearModel, Term } from './linear-model.ts';
import type { Slacks } from './slacks.ts';
import { addSwitching, type SwitchingFrame } from './switching-rows.ts';
import type { FlexibleLoad, HeatStore } from './types.ts';

/** A heat store that is on or off, as a load without a window: the band of its temperature says when it runs. */
const switchingOf = (store: HeatStore, steps: number): FlexibleLoad => ({
  id: store.id,
  powerKw: store.powerKw,
  valuePerKwh: 0,
  firstStep: 0,
  endStep: steps,
  runSteps: null,
  minRunSteps: store.minRunSteps,
  minPauseSteps: store.minPauseSteps,
  maxStarts: null,
  startCost: store.startCost,
  before: store.before,
  mustRun: [],
  mustRest: [],
});

/** What a heat store draws in each step, in parts of its power. The temperature follows from it and is kept in its band. */
export const addHeatStore = (
  model: LinearModel,
  store: HeatStore,
  frame: Omit<SwitchingFrame, 'cut'> & { readonly heat?: ReadonlyMap<string, readonly boolean[]> },
  slacks: Slacks | null,
): readonly (readonly Term[])[] => {
  const { steps, hours } = frame;
  const share = Array.from({ length: steps }, (): Term[] => []);
  const given = frame.heat?.get(store.id);
  const drawn: readonly (readonly Term[])[] =
    given !== undefined
      ? given.map((on): Term[] => [[model.column({ lower: on ? 1 : 0, upper: on ? 1 : 0 }), 1]])
      : store.modulates
        ? share.map((): Term[] => [[model.column({ upper: 1 }), 1]])
        : addSwitching(model, [switchingOf(store, steps)], { ...frame, cut: true }, slacks);
  const perKw = hours / store.capacityKwhPerK;
  const kept = 1 - store.lossKwPerK * perKw;
  let before: number | null = null;
  for (let step = 0; step < steps; step += 1) {
    const minC = store.minC[step] ?? Number.NEGATIVE_INFINITY;
    const maxC = store.maxC[step] ?? Number.POSITIVE_INFINITY;
    const after = model.column(
      slacks === null
        ? { lower: minC, upper: maxC }
        : { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY },
    );
    const warms = perKw * ((store.gainKw[step] ?? 0) + store.lossKwPerK * (store.ambientC[step] ?? 0));
    const fixed = warms + (before === null ? kept * store.initialC : 0);
    const heat = perKw * store.powerKw * (store.heatPerKwh[step] ?? 0);
    model.row(fixed, fixed, [
      [after, 1],
      ...(before === null ? [] : [[before, -kept] as const]),
      ...(drawn[step] ?? []).map(([column, factor]): Term => [column, -heat * factor]),
    ]);
    if (slacks !== null) {
      model.row(minC, Number.POSITIVE_INFINITY, [
        [after, 1],
        [slacks.add('temperature', step, store.id), 1],
      ]);
      model.row(Number.NEGATIVE_INFINITY, maxC, [
        [after, 1],
        [slacks.add('temperature', step, store.id), -1],
      ]);
    }
    before = after;
  }
  return drawn;
};
