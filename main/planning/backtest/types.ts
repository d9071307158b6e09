import type { Policy as PolicyName, PolicyResult } from '../../../preload/contract/backtest.ts';
import type { Battery, GridLimits, PeakTariff } from '../types.ts';

export type { PolicyName, PolicyResult };

/** What the simulator knows of a battery. */
export type SimBattery = Omit<Battery, 'id' | 'reserveSocPct' | 'reservePricePerKwh'>;

/** When a load may run: on days by the home's wall clock (`to` not later than `from` is the next day; no days: every day), or once. */
export type SimTimes =
  | { readonly kind: 'daily'; readonly from: string; readonly to: string; readonly days: readonly number[] }
  | { readonly kind: 'once'; readonly fromAt: number; readonly toAt: number };

interface SimSwitched {
  readonly id: string;
  readonly name: string;
  readonly powerKw: number;
  /** Null: at any time. */
  readonly times: SimTimes | null;
  readonly minRunMinutes: number;
  readonly minPauseMinutes: number;
  /** In each of its windows, in each local day for one that runs by its value; null where any number will do. */
  readonly maxStarts: number | null;
  readonly startCost: number;
}

/**
 * A load that is played with the home. `value`: on or off, earns by the kWh. `run`: on or off, so long in each of its windows.
 * `heat`: kept between two temperatures with any power up to its own, since a thermostat switches within a step.
 */
export type SimLoad =
  | (SimSwitched & {
      readonly kind: 'value';
      readonly valuePerKwh: number;
      /** 1 is kept longest. */
      readonly priority: number;
    })
  | (SimSwitched & { readonly kind: 'run'; readonly runMinutes: number })
  | {
      readonly kind: 'heat';
      readonly id: string;
      readonly name: string;
      readonly powerKw: number;
      /** Heat per kWh; negative cools. */
      readonly heatPerKwh: number;
      readonly capacityKwhPerK: number;
      readonly lossKwPerK: number;
      /** What is around it: always the same, or as it was measured, in the order of time. */
      readonly ambientC: number | readonly { readonly at: number; readonly tempC: number }[];
      /** What else warms it, or is drawn from it (negative), at each hour of the local day, kW. */
      readonly gainKw: readonly number[];
      readonly initialC: number;
      readonly minC: number;
      readonly maxC: number;
    };

/** The home whose past is played again. */
export interface SimSite {
  /** IANA name: days and months are local. */
  readonly zone: string;
  readonly battery: SimBattery | null;
  readonly grid: GridLimits;
  readonly peakTariff: PeakTariff | null;
  /** They are played on top of the past's load, which is without them. */
  readonly loads: readonly SimLoad[];
  /** Between these charges the tiers start and pause miners; left out where nobody set them. */
  readonly miners?: { readonly pauseBelowSocPct: number; readonly resumeAboveSocPct: number };
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
  /** In the order of the site. */
  readonly loads: readonly LoadStanding[];
}

/** Where a load stands at the begin of a step, and what its own rules leave it. */
export interface LoadStanding {
  readonly on: boolean;
  /** Steps that it has run or paused. */
  readonly elapsed: number;
  /** Steps that it has run in its window. */
  readonly done: number;
  /** Since the begin of its window, or of the local day. */
  readonly starts: number;
  /** The least and the most that it may draw now, kW. */
  readonly leastKw: number;
  readonly mostKw: number;
  /** Null without a temperature. */
  readonly temperatureC: number | null;
}

/** What each load is to draw in a step, kW, in the order of the site; its own rules and the fuse come before the wish. */
export type LoadWishes = (step: number, standings: readonly LoadStanding[]) => readonly number[];

export interface SimPolicy {
  readonly name: PolicyName;
  /** Whether sun is held back where exporting costs money; every policy holds back what the grid does not take. */
  readonly holdsBack: boolean;
  decide(state: PolicyState): Intent;
  /** Asked each step after `decide`; left out where loads behave as if nobody planned them. */
  readonly wishes?: LoadWishes;
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
  /** What each load drew, kW, in the order of the site. */
  readonly loadsKw: readonly Float64Array[];
  /** What a decision took, ms. */
  readonly decideMs: readonly number[];
}
