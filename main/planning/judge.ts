import type { Bent, Plan, Problem } from './types.ts';

export type Complain = (sentence: string) => void;

/** kW and kWh that rounding may explain. */
export const TOLERANCE = 1e-6;
/** Beyond this a limit is bent, and the plan has to say so. */
const BENT_TOLERANCE = 2e-6;
export const HOUR_MS = 3_600_000;

/** How far a plan goes beyond a limit. */
interface Excess {
  readonly limit: Bent['limit'];
  readonly id: string | null;
  /** Null: of the horizon as a whole. */
  readonly step: number | null;
  /** In kW, kWh, K or hours. */
  readonly amount: number;
  /** From those to the unit that the plan says it in; 1 unless said. */
  readonly asSaid?: number;
  /** What a unit costs in the objective. */
  readonly price: number;
  readonly sentence: string;
}

/** Collects by how much limits are passed, and holds against it what the plan says about that. */
export interface Bending {
  exceed(excess: Excess): void;
  /** What all of it costs; complains of what the plan says and does not do. */
  close(): number;
}

export const createBending = (problem: Problem, plan: Plan, complain: Complain): Bending => {
  const found = plan.bent.map(() => 0);
  let price = 0;
  return {
    exceed: ({ limit, id, step, amount, asSaid = 1, price: each, sentence }) => {
      if (Number.isNaN(amount)) complain(`${sentence}: no number.`);
      if (!(amount > 0)) return;
      price += amount > TOLERANCE ? amount * each : 0;
      if (problem.soft === null) {
        if (amount > BENT_TOLERANCE) complain(`${sentence}.`);
        return;
      }
      const said = amount * asSaid;
      const at = step === null ? null : problem.startAt + step * problem.stepMs;
      const places = plan.bent.flatMap((bent, place) => {
        const covers = at === null || (bent.from <= at && at + problem.stepMs <= bent.to);
        const fits = bent.limit === limit && bent.id === id && bent.by >= said - BENT_TOLERANCE * asSaid;
        return covers && fits ? [place] : [];
      });
      // What a load is pinned to and its whole run time may both be bent: each excess belongs to the narrowest that covers it.
      const least = places.reduce(
        (most, place) => Math.min(most, plan.bent[place]?.by ?? most),
        Number.POSITIVE_INFINITY,
      );
      for (const place of places) if (plan.bent[place]?.by === least) found[place] = Math.max(found[place] ?? 0, said);
      if (places.length > 0) return;
      if (amount > BENT_TOLERANCE) complain(`${sentence}, which the plan does not say.`);
    },
    close: () => {
      for (const [place, bent] of plan.bent.entries())
        if (!(Math.abs(bent.by - (found[place] ?? 0)) <= 1e-5 * Math.max(1, bent.by)))
          complain(`The plan says that it bends ${bent.limit} by ${bent.by}, and it is ${found[place]}.`);
      return price;
    },
  };
};
