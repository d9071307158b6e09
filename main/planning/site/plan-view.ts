import type { PlanTotals, PlanView } from '../../../preload/contract/plan.ts';
import type { SiteId } from '../../ids.ts';
import type { PlanPin } from '../../store/plans.ts';
import { localTime } from '../../zone.ts';
import type { Bent, Plan } from '../types.ts';
import { blocksOf } from './blocks.ts';
import { atOf, STEP_MS } from './grid-of-steps.ts';
import { socBands, totalsOf } from './totals.ts';
import type { AnsweredProblem, SiteProblem } from './types.ts';

export interface PlanViewInput extends AnsweredProblem {
  readonly planId: string;
  readonly state: 'ready' | 'kept' | 'simple' | 'stale';
  readonly nextAt: number | null;
  readonly expiresAt: number;
  readonly planning: boolean;
  /** Made before, and in a thread: `pictureOf` takes long. */
  readonly picture: PlanPicture;
}

/** What of a view takes long to make, and is the same whenever it is shown. */
export type PlanPicture = Pick<PlanView, 'soc' | 'totals' | 'steps' | 'blocks' | 'bent'>;

/** `0.1`, `0.03`: as many digits as it takes to be more than nothing. */
const gapText = (gap: number): string => String(Number((gap * 100).toPrecision(1)));

const sentenceOf = ({ site, plan, state, nextAt, expiresAt }: PlanViewInput): string => {
  const clock = (at: number): string => localTime(at, site.problem.zone);
  const again = nextAt === null ? '' : `, again at ${clock(nextAt)}`;
  const made = `ade ${clock(site.madeAt)}${again}.`;
  switch (state) {
    case 'ready':
      return plan.gap <= 1e-6
        ? `M${made} The best possible.`
        : `M${made} Within ${gapText(Math.max(plan.gap, 0.0001))} % of the best possible.`;
    case 'kept':
      return `The earlier plan stays: a new one would bring too little. Looked at ${clock(site.madeAt)}${again}.`;
    case 'simple':
      return `M${made} A simpler way of planning stands in, so a better plan may exist.`;
    case 'stale':
      return `The last plan ran out at ${clock(expiresAt)} and no newer one was made.`;
  }
};

const stepsOf = ({ site, plan }: AnsweredProblem): PlanView['steps'] => {
  const { problem, priceKnown } = site;
  const hasBattery = problem.batteries.length > 0;
  return plan.steps.map(({ importKw, exportKw, chargeKw, dischargeKw, curtailKw, socPct }, step) => ({
    at: atOf(problem, step),
    ...{ importKw, exportKw, curtailKw, socPct },
    pvKw: problem.pvKw[step] ?? 0,
    householdKw: problem.loadKw[step] ?? 0,
    batteryKw: hasBattery ? chargeKw - dischargeKw : null,
    importPrice: problem.importPrice[step] ?? 0,
    exportPrice: problem.exportPrice[step] ?? 0,
    priceKnown: priceKnown[step] ?? false,
  }));
};

/** The optimiser names loads by their ids; a person knows their names. */
const named = (site: SiteProblem, sentence: string): string =>
  site.parts.reduce((text, { id, name }) => text.replaceAll(`"${id}"`, name), sentence);

/** A reserve is there to be used: only when much of it is missing does anybody want to know. */
const TOLD_RESERVE_PCT = 5;
const isWorthTelling = ({ limit, by }: Bent): boolean => limit !== 'reserve' || by >= TOLD_RESERVE_PCT;

/** The parts of a view that a plan and a what-if have in common. */
export const pictureOf = (
  answered: AnsweredProblem,
  pins: readonly PlanPin[],
): PlanPicture & { readonly totals: PlanTotals } => {
  const { site, plan } = answered;
  const soc = [...socBands(answered)];
  return {
    soc,
    totals: totalsOf(answered, soc),
    steps: stepsOf(answered),
    blocks: [...blocksOf(answered, pins)],
    bent: [...site.unmet, ...plan.bent.filter(isWorthTelling).map(({ sentence }) => named(site, sentence))],
  };
};

/** What the page shows of a plan. */
export const planViewOf = (input: PlanViewInput): PlanView => {
  const { site, plan, planId, state, nextAt, expiresAt, planning, picture } = input;
  const { soc, totals, steps, blocks, bent } = picture;
  return {
    ...{ siteId: site.siteId, state, sentence: sentenceOf(input), planId, nextAt, expiresAt, planning },
    madeAt: site.madeAt,
    gapPct: state === 'simple' ? null : gapOf(plan),
    tookMs: plan.seconds * 1000,
    stepMs: site.problem.stepMs,
    reservePct: site.problem.batteries[0]?.minSocPct ?? null,
    ...{ soc, totals, steps, blocks, bent },
    sun: site.pvKw.map((band, step) => ({ at: atOf(site.problem, step), ...band })),
    lanes: [...site.lanes],
  };
};

const gapOf = ({ gap }: Plan): number => Math.max(0, gap) * 100;

/** The view while there is no plan. */
export const emptyPlanView = (
  siteId: SiteId,
  state: 'waiting' | 'off',
  sentence: string,
  planning: boolean,
): PlanView => ({
  ...{ siteId, state, sentence, planning, stepMs: STEP_MS },
  ...{ planId: null, madeAt: null, nextAt: null, expiresAt: null, gapPct: null, tookMs: null, reservePct: null },
  ...{ totals: null, soc: [], sun: [], steps: [], lanes: [], blocks: [], bent: [] },
});
