import type { ChannelId, DeviceId } from '../../../preload/contract/base.ts';
import type { ControlKind } from '../../../preload/contract/devices.ts';
import type { PlanLane } from '../../../preload/contract/plan.ts';
import type { LoadWish } from '../../../preload/contract/plan-settings.ts';
import type { PeakCharge, Tariff } from '../../../preload/contract/tariff.ts';
import type { Commander } from '../../control/types.ts';
import type { Feeds } from '../../feeds/service-types.ts';
import type { MeteredInterval } from '../../feeds/tariff/peaks.ts';
import type { Tariffs } from '../../feeds/tariff/types.ts';
import type { SiteId } from '../../ids.ts';
import type { Learning } from '../../learning/types.ts';
import type { Store } from '../../store/types.ts';
import type { Telemetry } from '../../telemetry/types.ts';
import type { Plan, Problem } from '../types.ts';
import type { InPieces } from './in-pieces.ts';

/** The months that a peak charge of a home looks at, from `from` to now. */
export interface PeakQuestion {
  readonly siteId: SiteId;
  readonly zone: string;
  readonly charge: PeakCharge;
  readonly holidays: Tariff['holidays'];
  readonly from: number;
  readonly now: number;
}

/** What the grid took in the months that a peak charge looks at, as far as it can make a peak. */
export type PastPeaks = (question: PeakQuestion) => InPieces<readonly MeteredInterval[]>;

/** What of the house is read to make its problem. */
export interface SiteDeps {
  readonly store: Pick<
    Store,
    'sites' | 'devices' | 'settings' | 'safety' | 'series' | 'readings' | 'rollups' | 'prices' | 'plans'
  >;
  readonly telemetry: Pick<Telemetry, 'live' | 'latest'>;
  readonly learning: Pick<Learning, 'outlook'>;
  readonly feeds: Pick<Feeds, 'carbonFor' | 'weatherFor'>;
  readonly tariffs: Pick<Tariffs, 'ratesOf' | 'tariffAt'>;
  readonly commander: Pick<Commander, 'channels'>;
  readonly pastPeaks: PastPeaks;
}

/** Mean power over a step, kW: poor, middle and good for the sun, little, middle and much for the load. */
export interface PowerBand {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

/** A flexible load, a modulating load or a heat store of the problem, and what it is in the house. */
export interface PlannedPart {
  /** Its id in the problem; a load with several windows has a part for each. */
  readonly id: string;
  readonly kind: 'on-off' | 'modulating' | 'heat';
  readonly laneId: string;
  readonly deviceId: DeviceId;
  readonly channelId: ChannelId;
  readonly name: string;
  readonly wish: LoadWish;
  /** The way in which the channel is commanded; null where nobody may. */
  readonly control: ControlKind | null;
  /** What it draws when it runs fully, kW. */
  readonly powerKw: number;
  /** By when it has to be done, and from when it may begin; null where neither is asked. */
  readonly deadlineAt: number | null;
  readonly windowAt: number | null;
  /** Who holds the channel as it is, against the plan, and until when; left out where nobody does. */
  readonly held?: Held | undefined;
}

/** A person or a rule whose wish for a channel comes before the plan's. */
export interface Held {
  readonly by: string;
  readonly untilAt: number;
}

/** Where the numbers come from, in words: "sun forecast of 13:05". Null where there is none. */
export interface LeansOn {
  readonly prices: string | null;
  readonly sun: string | null;
  readonly load: string;
}

/** The problem of a real home with what is needed to explain a plan of it. */
export interface SiteProblem {
  readonly siteId: SiteId;
  readonly currency: string;
  /** When it was made; the first step may have begun before. */
  readonly madeAt: number;
  readonly problem: Problem;
  readonly lanes: readonly PlanLane[];
  readonly parts: readonly PlannedPart[];
  /** One each a step, kW. `load` is the house without the loads that are planned. */
  readonly pvKw: readonly PowerBand[];
  readonly loadKw: readonly PowerBand[];
  readonly priceKnown: readonly boolean[];
  readonly leansOn: LeansOn;
  /** What cannot be had although somebody wished it, a sentence each: shown with the limits that the plan bends. */
  readonly unmet: readonly string[];
  /** What was assumed, a sentence each. */
  readonly notes: readonly string[];
}

/** A plan with the problem that it answers. */
export interface AnsweredProblem {
  readonly site: SiteProblem;
  readonly plan: Plan;
}
