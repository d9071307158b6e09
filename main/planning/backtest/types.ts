import type { Policy as PolicyName, PolicyResult } from '../../../preload/contract/backtest.ts';
import type { Battery, GridLimits, PeakTariff } from '../types.ts';

export type { PolicyName, PolicyResult };

/** What the simulator knows of a battery. */
export type SimBattery = Omit<Battery, 'id' | 'reserveSocPct' | 'reservePricePerKwh'>;

/** The home whose past is played again. */
export interface SimSite {
  /** IANA name: days and months are local. */
  readonly zone: string;
  readonly battery: SimBattery | null;
  readonly grid: GridLimits;
  readonly peakTariff: PeakTariff | null;
}

/** Measurements on equal steps; NaN is a gap. kW are means over a step, prices are per kWh, carbon is g per imported kWh. */
export interface RawSeries {
  readonly startAt: number;
  readonly stepMs: number;
  readonly loadKw: Float64Array;
  readonly pvKw: Float64Array;
  readonly importPrice: Float64Array;
  readonly exportPrice: Float64Array;
  readonly carbonG: Float64Array | null;
}

/**
 * A past that can be played: no gaps any more, and what the calendar says of each step. Steps from `first` to before `end`
 * are played, those before are history to learn from.
 */
export interface Past extends RawSeries {
  readonly zone: string;
  readonly steps: number;
  readonly first: number;
  readonly end: number;
  readonly hours: number;
  /** 1 where load and price were measured, 0 where a gap was filled from what was known before it. */
  readonly measured: Uint8Array;
  /** Local days since the first step. */
  readonly day: Int32Array;
  /** The step of the local clock's day: an hour that comes twice has the same slots twice. */
  readonly slot: Int32Array;
  readonly slotsPerDay: number;
  /** Of each local day: its month `YYYY-MM`, whether it is a Saturday or Sunday, its first step and the one after its last. */
  readonly days: readonly {
    readonly month: string;
    readonly weekend: boolean;
    readonly from: number;
    readonly to: number;
  }[];
}

/** What the battery is to do until the next decision; the simulator's fast loop follows load and sun within it. */
export type Intent =
  /** Nothing goes in or out. */
  | { readonly kind: 'rest' }
  /** Surplus in, deficit out, each where it is allowed. */
  | { readonly kind: 'follow'; readonly charge: boolean; readonly discharge: boolean }
  /** + is charging, at the terminals. */
  | { readonly kind: 'power'; readonly kw: number; readonly curtailKw?: number }
  /** By what a stored kWh is worth after each step. */
  | { readonly kind: 'value'; readonly dispatch: Dispatch };

/** Chooses the battery's power of one step from what the meters say in it. kWh of stored energy at the start. */
export type Dispatch = (
  step: number,
  now: { readonly loadKw: number; readonly pvKw: number; readonly energyKwh: number },
) => number;

/** What a policy may look at before step `step`: everything measured before it, and prices as published. */
export interface PolicyState {
  readonly step: number;
  readonly at: number;
  readonly energyKwh: number;
  readonly socPct: number;
  /** Highest import of each local day of this month so far, kW: today's is the last. */
  readonly dailyPeaksKw: readonly number[];
}

export interface SimPolicy {
  readonly name: PolicyName;
  /** Whether sun is held back where exporting costs money; every policy holds back what the grid does not take. */
  readonly holdsBack: boolean;
  decide(state: PolicyState): Intent;
}

/** What happened in the played steps, by step from `first` on. */
export interface Played {
  readonly importKw: Float64Array;
  readonly exportKw: Float64Array;
  /** + is charging. */
  readonly batteryKw: Float64Array;
  readonly curtailKw: Float64Array;
  /** Stored at the end of the step. */
  readonly energyKwh: Float64Array;
  /** What a decision took, ms. */
  readonly decideMs: readonly number[];
}
