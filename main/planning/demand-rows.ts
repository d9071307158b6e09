import { demandAmount, demandMonthsOf } from './demand-money.ts';
import type { LinearModel, Term } from './linear-model.ts';
import type { LocalDay } from './local-days.ts';
import type { DemandCharge } from './types.ts';

/** A mean stays so far below the begin of a dearer step, kW, that no rounding lifts it there. */
const BELOW_STEP_KW = 1e-5;

export interface Imports {
  readonly terms: readonly (readonly Term[])[];
  readonly mostKw: readonly number[];
  readonly weight: number;
}

const addSteps = (
  model: LinearModel,
  mean: number,
  levels: readonly { readonly toKw: number; readonly cost: number }[],
): void => {
  const choices = levels.map(({ toKw, cost }) => ({
    toKw,
    column: model.column({ cost, upper: 1, integer: levels.length > 1 }),
  }));
  model.row(
    1,
    1,
    choices.map(({ column }) => [column, 1]),
  );
  model.row(Number.NEGATIVE_INFINITY, 0, [[mean, 1], ...choices.map(({ toKw, column }): Term => [column, -toKw])]);
};

/** Rates that fall with the power are no linear program: a choice says in which tier the mean lies. */
const addTiers = (
  model: LinearModel,
  mean: number,
  tiers: readonly { readonly fromKw: number; readonly toKw: number; readonly perKw: number; readonly before: number }[],
  weight: number,
): void => {
  const rises = tiers.every(({ perKw }, place) => perKw >= (tiers[place - 1]?.perKw ?? 0));
  const parts = tiers.map(({ fromKw, toKw, perKw, before }) => {
    if (rises) return { power: model.column({ cost: weight * perKw, upper: toKw - fromKw }), choice: null };
    const power = model.column({ cost: weight * perKw });
    const choice = model.column({ cost: weight * (before - perKw * fromKw), upper: 1, integer: true });
    model.row(Number.NEGATIVE_INFINITY, 0, [
      [power, 1],
      [choice, -toKw],
    ]);
    model.row(0, Number.POSITIVE_INFINITY, [
      [power, 1],
      [choice, -fromKw],
    ]);
    return { power, choice };
  });
  model.row(0, 0, [[mean, 1], ...parts.map(({ power }): Term => [power, -1])]);
  const choices = parts.flatMap(({ choice }): Term[] => (choice === null ? [] : [[choice, 1]]));
  if (choices.length > 0) model.row(1, 1, choices);
};

/** The money for a mean between its floor and the highest it can be. */
const addMoney = (model: LinearModel, charge: DemandCharge, mean: number, mostKw: number, weight: number): void => {
  const { price } = charge;
  if (price.kind === 'steps') {
    const begins = price.steps
      .map(({ fromKw }) => fromKw)
      .filter((fromKw) => fromKw > charge.floorKw && fromKw <= mostKw);
    const levels = [charge.floorKw, ...begins].map((fromKw, place) => ({
      cost: weight * demandAmount(charge, fromKw),
      toKw: begins[place] === undefined ? mostKw : begins[place] - BELOW_STEP_KW,
    }));
    addSteps(model, mean, levels);
    return;
  }
  const tiers = price.tiers.flatMap(({ fromKw, perKw }, place) => {
    const toKw = Math.min(price.tiers[place + 1]?.fromKw ?? mostKw, mostKw);
    const before = demandAmount({ ...charge, floorKw: 0 }, fromKw);
    return toKw > fromKw || place === 0 ? [{ fromKw, toKw: Math.max(fromKw, toKw), perKw, before }] : [];
  });
  addTiers(model, mean, tiers, weight);
};

/**
 * A demand charge. The sum of the n highest of many figures is the least n × θ + Σ max(0, figure − θ) over all θ, so it needs no
 * sorting; what was measured already stands among the figures as constants.
 */
export const addDemandCharge = (
  model: LinearModel,
  charge: DemandCharge,
  days: readonly LocalDay[],
  imports: Imports,
): void => {
  for (const { groups, measuredKw, count } of demandMonthsOf(charge, days)) {
    const highest = [...measuredKw].sort((one, other) => other - one).slice(0, count);
    const all = count === groups.length + measuredKw.length;
    const threshold = all ? null : model.column({});
    const beyond: readonly Term[] = threshold === null ? [] : [[threshold, 1]];
    const excesses = groups.map((steps): Term => {
      const excess = model.column({});
      for (const step of steps) {
        const weight = charge.weight[step] ?? 0;
        model.row(0, Number.POSITIVE_INFINITY, [
          [excess, 1],
          ...beyond,
          ...(imports.terms[step] ?? []).map(([column, factor]): Term => [column, -weight * factor]),
        ]);
      }
      return [excess, 1];
    });
    const measured = highest.map((kw): Term => {
      const excess = model.column({});
      model.row(kw, Number.POSITIVE_INFINITY, [[excess, 1], ...beyond]);
      return [excess, 1];
    });
    const possible = groups.flat().map((step) => (charge.weight[step] ?? 0) * (imports.mostKw[step] ?? 0));
    const mostKw = possible.reduce((most, kw) => Math.max(most, kw), Math.max(charge.floorKw, highest[0] ?? 0, 1e-3));
    const mean = model.column({ lower: charge.floorKw, upper: mostKw });
    model.row(0, Number.POSITIVE_INFINITY, [
      [mean, count],
      ...[...excesses, ...measured].map(([column, factor]): Term => [column, -factor]),
      ...(threshold === null ? [] : [[threshold, -count] as const]),
    ]);
    addMoney(model, charge, mean, mostKw, imports.weight);
  }
};
