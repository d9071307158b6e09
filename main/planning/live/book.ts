import type { PlanView } from '../../../preload/contract/plan.ts';
import type { Clock } from '../../clock.ts';
import type { SiteId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import { messageOf } from '../../result.ts';
import type { Store } from '../../store/types.ts';
import type { PlanPicture } from '../site/plan-view.ts';
import type { Acting } from './acting.ts';
import { nextBoundary, stepAt } from './desired.ts';
import { AS_PLANNED, type DeviationMemory } from './deviation.ts';
import type { PlanInForce, SiteRoom } from './types.ts';

/** Without a newer judgement a plan is followed so long and no longer. */
export const VALID_MS = 60 * 60_000;

/** What is known of the planning of one home. */
export interface SiteState {
  /** The last plan, whether or not it may still be followed. */
  plan: PlanInForce | null;
  /** What stands in the way of a plan; null while plans are made. */
  trouble: string | null;
  planning: boolean;
  nextAt: number | null;
  lastEndMs: number;
  deviation: DeviationMemory;
  /** A person changed what is wanted: the plan in force answers another question. */
  anew: boolean;
  cancelSoon: (() => void) | null;
  cancelBoundary: () => void;
}

export interface BookDeps {
  readonly store: Pick<Store, 'plans'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly site: Pick<SiteRoom, 'view'>;
  readonly acting: Acting;
  /** False once nobody acts any more. */
  isAlive(siteId: SiteId): boolean;
}

/** The plans in force, and what is done on them as time goes on. No planner is asked here. */
export const createBook = (deps: BookDeps) => {
  const { store, clock, log, site, acting } = deps;
  const states = new Map<SiteId, SiteState>();

  const stateOf = (siteId: SiteId): SiteState => {
    const known = states.get(siteId);
    if (known) return known;
    const state: SiteState = {
      ...{ plan: null, trouble: null, planning: false, nextAt: null, lastEndMs: Number.NEGATIVE_INFINITY },
      ...{ deviation: AS_PLANNED, anew: false, cancelSoon: null, cancelBoundary: () => undefined },
    };
    states.set(siteId, state);
    return state;
  };

  /** The plan that may be followed now. */
  const inForce = (siteId: SiteId): PlanInForce | null => {
    const plan = states.get(siteId)?.plan ?? null;
    const now = clock.now();
    if (plan === null || now >= plan.expiresAt || now < plan.madeAt - VALID_MS || stepAt(plan, now) === null)
      return null;
    return store.plans.settings(siteId).enabled ? plan : null;
  };

  const act = (siteId: SiteId): void => {
    try {
      acting.act(siteId, inForce(siteId));
    } catch (thrown) {
      log.error('The plan could not be acted on', { site: siteId, why: messageOf(thrown) });
    }
  };

  /** Boundaries are armed by the clock: no solver is asked when one comes. */
  const armBoundary = (siteId: SiteId): void => {
    const state = stateOf(siteId);
    state.cancelBoundary();
    const plan = inForce(siteId);
    if (!plan || !deps.isAlive(siteId)) return;
    const now = clock.now();
    state.cancelBoundary = clock.after(Math.min(nextBoundary(plan, now), plan.expiresAt) - now, () => {
      act(siteId);
      armBoundary(siteId);
    });
  };

  const viewOf = (
    siteId: SiteId,
    plan: Omit<PlanInForce, 'view' | 'blocks'>,
    picture: PlanPicture,
    isStale = false,
  ): PlanView => {
    const view = site.view({
      ...{ site: plan.site, plan: plan.plan, planId: plan.id, expiresAt: plan.expiresAt, planning: false },
      state: isStale ? 'stale' : plan.state,
      nextAt: stateOf(siteId).nextAt,
      picture,
    });
    // Whether the battery can be steered is known by who steers it.
    const steered = acting.steersBattery(siteId);
    const lanes = view.lanes.map((lane) => (lane.role === 'battery' ? { ...lane, controllable: steered } : lane));
    return { ...view, lanes };
  };

  return {
    stateOf,
    inForce,
    act,
    armBoundary,
    adopt: (siteId: SiteId, plan: Omit<PlanInForce, 'view' | 'blocks'>, picture: PlanPicture): void => {
      const state = stateOf(siteId);
      const view = viewOf(siteId, plan, picture);
      state.plan = { ...plan, view, blocks: view.blocks };
      state.deviation = AS_PLANNED;
      armBoundary(siteId);
      act(siteId);
    },
    /** The page's picture of the last plan; null before the first. */
    view: (siteId: SiteId): PlanView | null => {
      const { plan, planning } = stateOf(siteId);
      if (!plan) return null;
      return { ...(inForce(siteId) === plan ? plan.view : viewOf(siteId, plan, plan.view, true)), planning };
    },
    /** Ends every timer. */
    close: (): void => {
      for (const state of states.values()) {
        state.cancelSoon?.();
        state.cancelSoon = null;
        state.cancelBoundary();
      }
    },
  };
};
