import type { Clock } from '../../clock.ts';
import type { EventBus } from '../../events.ts';
import { newId, type SiteId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import { messageOf, ok, permanent, type Result } from '../../result.ts';
import type { Store } from '../../store/types.ts';
import { type ActingDeps, createActing } from './acting.ts';
import { type Decision, type DecisionInput, decide, standingOf, type Ways } from './decide.ts';
import { createDecisionRows } from './decision-rows.ts';
import { nextBoundary, stepAt } from './desired.ts';
import { AS_PLANNED, type DeviationMemory, deviates } from './deviation.ts';
import type { PlanInForce, Planner, SiteRoom } from './types.ts';
import { conditionOf, nextStepsOf, waitingSentence } from './words.ts';

/** A plan is made so often, and at once on events. */
export const PLAN_EVERY_MS = 5 * 60_000;
/** Without a newer judgement a plan is followed so long and no longer. */
const VALID_MS = 60 * 60_000;
/** Events within this span are answered by one plan; readings alone ask for one no sooner than this after the last. */
const DEBOUNCE_MS = 2_000;
const READINGS_PAUSE_MS = 2 * 60_000;
/** How often the house is looked at between plans. */
const LOOK_EVERY_MS = 10_000;
/** What a plan may take, and how near to the best it must be. Past the time the stand-ins are asked. */
const SOLVER = { gap: 0.001, timeLimitSeconds: 10 } as const;
const PATIENCE_MS = 15_000;

export interface PlannerDeps extends ActingDeps {
  readonly store: ActingDeps['store'] & Pick<Store, 'plans' | 'sites'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly site: SiteRoom;
  readonly ways: Ways;
  siteIds(): readonly SiteId[];
}

interface SiteState {
  plan: PlanInForce | null;
  /** What stands in the way of a plan; null while plans are made. */
  trouble: string | null;
  planning: boolean;
  nextAt: number | null;
  lastEndMs: number;
  deviation: DeviationMemory;
  /** A person changed what is wanted: the plan in force answers another question. */
  anew: boolean;
  soon: (() => void) | null;
  cancelBoundary: () => void;
}

/**
 * Keeps a plan in force for each home: plans every five minutes and on events, one at a time and in a thread, judges what comes,
 * keeps what is in force unless the new one wins, and lets the house act on it between plans. When no plan comes the last one
 * stays until it expires; then nothing is planned, and tiers and rules go on alone.
 */
export const createPlanner = (deps: PlannerDeps): Planner => {
  const { store, clock, bus, site, ways, commander } = deps;
  const log = deps.log.room('planner');
  const rows = createDecisionRows(store.plans, ways, log);
  const acting = createActing({ ...deps, log });
  const states = new Map<SiteId, SiteState>();
  let life: AbortController | null = null;
  let ends: (() => void)[] = [];
  /** One solve at a time, whoever asks: plans and what-ifs share the thread's core. */
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };

  const stateOf = (siteId: SiteId): SiteState => {
    const known = states.get(siteId);
    if (known) return known;
    const state: SiteState = {
      ...{ plan: null, trouble: null, planning: false, nextAt: null, lastEndMs: Number.NEGATIVE_INFINITY },
      ...{ deviation: AS_PLANNED, anew: false, soon: null, cancelBoundary: () => undefined },
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

  const tell = (siteId: SiteId, sentence: string): void =>
    bus.emit('plan', { siteId, about: 'plan', share: null, sentence });

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
    if (!plan || !life || !deps.siteIds().includes(siteId)) return;
    const now = clock.now();
    state.cancelBoundary = clock.after(Math.min(nextBoundary(plan, now), plan.expiresAt) - now, () => {
      act(siteId);
      armBoundary(siteId);
    });
  };

  const viewOf = (siteId: SiteId, plan: PlanInForce) =>
    site.view({
      ...{ site: plan.site, plan: plan.plan, planId: plan.id, expiresAt: plan.expiresAt },
      state: inForce(siteId) === plan ? plan.state : 'stale',
      nextAt: stateOf(siteId).nextAt,
      planning: stateOf(siteId).planning,
      pins: store.plans.pins(siteId, clock.now()),
    });

  const adopt = (siteId: SiteId, plan: Omit<PlanInForce, 'blocks'>): void => {
    const state = stateOf(siteId);
    state.plan = { ...plan, blocks: [] };
    state.plan = { ...plan, blocks: viewOf(siteId, state.plan).blocks };
    state.deviation = AS_PLANNED;
    armBoundary(siteId);
    act(siteId);
  };

  const taken = (siteId: SiteId, input: DecisionInput, decision: Decision): void => {
    const madeAt = clock.now();
    const id = newId('plan');
    const expiresAt = madeAt + VALID_MS;
    const state = decision.chosen === 'before' ? 'kept' : decision.by === 'solver' ? 'ready' : 'simple';
    const { plan, intents, by, chosen } = decision;
    // A plan that is kept is the same plan to a person: what is pinned on it stays pinned.
    const planId = chosen === 'before' ? (input.before?.id ?? id) : id;
    rows.put({ id, planId, siteId, madeAt, expiresAt, state, input, decision });
    for (const why of decision.troubles) log.warn('A way of planning failed', { site: siteId, why });
    adopt(siteId, { id: planId, site: input.site, plan, intents, by, state, madeAt, expiresAt });
  };

  const planOnce = async (siteId: SiteId, why: string): Promise<Result<void>> => {
    const state = stateOf(siteId);
    if (!store.plans.settings(siteId).enabled) {
      state.plan = null;
      act(siteId);
      return permanent('plan.off', 'Planning is switched off.', 'Switch it on in the settings of the plan.');
    }
    const made = site.problem(siteId, clock.now());
    if (!made.ok) {
      state.trouble = waitingSentence(made.error);
      return made;
    }
    const before = state.anew ? null : inForce(siteId);
    state.anew = false;
    const input: DecisionInput = {
      site: { ...made.value, problem: { ...made.value.problem, solver: SOLVER } },
      before: before && standingOf(before),
      keepUnlessBetterBy: store.plans.settings(siteId).keepUnlessBetterBy,
    };
    const budget = new AbortController();
    const onEnd = (): void => budget.abort();
    life?.signal.addEventListener('abort', onEnd, { once: true });
    const cancel = clock.after(PATIENCE_MS, onEnd);
    try {
      const decision = await decide(ways, input, budget.signal);
      if (!life || life.signal.aborted) return ok(undefined);
      if (!decision.ok) {
        state.trouble = waitingSentence(decision.error);
        log.warn('No plan could be made', { site: siteId, why: decision.error.message });
        return decision;
      }
      state.trouble = null;
      // A change that came meanwhile answers another question: the next plan does.
      if (!state.anew) taken(siteId, input, decision.value);
      log.info('Planned', { site: siteId, because: why, chosen: decision.value.chosen, by: decision.value.by });
      return ok(undefined);
    } finally {
      cancel();
      life?.signal.removeEventListener('abort', onEnd);
    }
  };

  const plan = (siteId: SiteId, why: string): Promise<Result<void>> => {
    const state = stateOf(siteId);
    state.soon?.();
    state.soon = null;
    return inTurn(async () => {
      if (!life || life.signal.aborted) return ok(undefined);
      state.planning = true;
      tell(siteId, 'A plan is being made.');
      try {
        return await planOnce(siteId, why);
      } catch (thrown) {
        log.error('Planning ended with a bug', { site: siteId, why: messageOf(thrown) });
        state.trouble = 'Planning ended with a bug: the log says more.';
        return permanent('plan.bug', 'Planning ended with a bug.', 'The log says more.');
      } finally {
        state.planning = false;
        state.lastEndMs = clock.monotonicMs();
        tell(siteId, state.trouble ?? 'The plan is ready.');
      }
    });
  };

  const soon = (siteId: SiteId, why: string): void => {
    const state = stateOf(siteId);
    if (state.soon || !life || !deps.siteIds().includes(siteId)) return;
    state.soon = clock.after(DEBOUNCE_MS, () => void plan(siteId, why));
  };

  const look = (): void => {
    for (const siteId of deps.siteIds()) act(siteId);
  };
  const allSoon = (why: string): void => {
    for (const siteId of deps.siteIds()) soon(siteId, why);
  };

  const onLive: Parameters<typeof bus.on<'live'>>[1] = (live) => {
    const state = states.get(live.siteId);
    const current = inForce(live.siteId);
    if (!state || !current) return;
    const { memory, why } = deviates(current, live, state.deviation, clock.monotonicMs());
    state.deviation = memory;
    if (why !== null && clock.monotonicMs() - state.lastEndMs >= READINGS_PAUSE_MS) soon(live.siteId, why);
  };

  /** What an earlier run left is taken up if it can still be followed: the house does not wait for the first solve. */
  const takeUp = (siteId: SiteId): void => {
    const left = rows.last(siteId, clock.now());
    if (left) adopt(siteId, left);
  };

  const repeat = (everyMs: number, work: () => void): void => {
    let cancel: () => void = () => undefined;
    const arm = (): void => {
      cancel = clock.after(everyMs, () => {
        arm();
        work();
      });
    };
    arm();
    ends.push(() => cancel());
  };

  const stop = async (): Promise<void> => {
    life?.abort();
    life = null;
    for (const end of ends.splice(0)) end();
    for (const state of states.values()) {
      state.soon?.();
      state.soon = null;
      state.cancelBoundary();
    }
    await turn;
  };

  return {
    start: (signal) => {
      if (signal.aborted || life) return;
      life = new AbortController();
      const onAbort = (): void => void stop();
      signal.addEventListener('abort', onAbort, { once: true });
      ends = [
        () => signal.removeEventListener('abort', onAbort),
        bus.on('live', onLive),
        bus.on('forecast', ({ siteId }) => soon(siteId, 'A new forecast came.')),
        bus.on('feeds', ({ siteId, topic }) => {
          if (topic === 'price' || topic === 'carbon') soon(siteId, 'New prices came.');
        }),
        bus.on('settings', ({ siteId }) => {
          stateOf(siteId).anew = true;
          soon(siteId, 'Settings were changed.');
        }),
        bus.on('mode', ({ siteId }) => {
          acting.forget();
          act(siteId);
          soon(siteId, 'The mode was changed.');
        }),
        bus.on('deviceState', ({ siteId, state }) => {
          if (state === 'online') soon(siteId, 'A device is back.');
        }),
        bus.on('stop', (state) => {
          look();
          if (state === null) allSoon('The stop was released.');
        }),
        bus.on('proposals', () => acting.forget()),
        // Missed boundaries are not made up for: what holds now is done now.
        bus.on('timeJump', () => {
          for (const siteId of deps.siteIds()) {
            armBoundary(siteId);
            act(siteId);
          }
          allSoon('The clock jumped, or the machine slept.');
        }),
      ];
      repeat(LOOK_EVERY_MS, look);
      repeat(PLAN_EVERY_MS, () => {
        for (const siteId of deps.siteIds()) {
          stateOf(siteId).nextAt = clock.now() + PLAN_EVERY_MS;
          if (!stateOf(siteId).planning) void plan(siteId, 'Five minutes have passed.');
        }
      });
      for (const siteId of deps.siteIds()) {
        stateOf(siteId).nextAt = clock.now() + PLAN_EVERY_MS;
        takeUp(siteId);
      }
      allSoon('CommandCenter started.');
    },
    stop,
    view: (siteId) => {
      const state = stateOf(siteId);
      if (!store.plans.settings(siteId).enabled)
        return site.emptyView(siteId, 'off', 'Planning is switched off: rules and tiers go on as before.', false);
      if (state.plan) return viewOf(siteId, state.plan);
      return site.emptyView(siteId, 'waiting', state.trouble ?? 'The first plan is being made.', state.planning);
    },
    replan: (siteId, why, options) => {
      if (options?.anew) stateOf(siteId).anew = true;
      return plan(siteId, why);
    },
    whatIf: (siteId, changes) =>
      inTurn(async () => {
        const current = inForce(siteId);
        const made = current ? ok(current.site) : site.problem(siteId, clock.now());
        if (!made.ok) return made;
        const budget = new AbortController();
        const cancel = clock.after(PATIENCE_MS, () => budget.abort());
        const answer = (problem: typeof made.value) =>
          ways.solve({ ...problem.problem, solver: SOLVER }, budget.signal);
        try {
          const asPlanned = current ? ok(current.plan) : await answer(made.value);
          if (!asPlanned.ok) return asPlanned;
          const changed = site.whatIf(made.value, changes);
          const other = await answer(changed);
          if (!other.ok) return other;
          return ok(site.whatIfView({ site: made.value, plan: asPlanned.value }, { site: changed, plan: other.value }));
        } finally {
          cancel();
        }
      }),
    covers: (siteId, deviceId, channelId) => {
      if (commander.mode(siteId) === 'watch') return false;
      const lane = inForce(siteId)?.site.lanes.find((one) => one.id === `${deviceId}/${channelId}`);
      return lane?.controllable ?? false;
    },
    inForce,
    nextSteps: (siteId) => {
      const current = inForce(siteId);
      return current && commander.mode(siteId) !== 'watch' ? nextStepsOf(current, clock.now()) : [];
    },
    condition: (siteId) => {
      const { enabled } = store.plans.settings(siteId);
      const state = stateOf(siteId);
      return conditionOf({ enabled, plan: inForce(siteId), last: state.plan, trouble: state.trouble }, clock.now());
    },
    idle: async () => {
      await turn;
    },
  };
};
