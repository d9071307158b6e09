import type { WhatIf, WhatIfChanges } from '../../../preload/contract/plan.ts';
import type { EventBus } from '../../events.ts';
import { newId, type SiteId } from '../../ids.ts';
import { messageOf, ok, permanent, type Result } from '../../result.ts';
import type { Store } from '../../store/types.ts';
import type { PicturedDecision } from '../plan-asks.ts';
import { pinsToTakeBack } from '../site/pins.ts';
import { type ActingDeps, createActing } from './acting.ts';
import { createBook, VALID_MS } from './book.ts';
import { type DecisionInput, standingOf, type Ways } from './decide.ts';
import { createDecisionRows } from './decision-rows.ts';
import { deviates } from './deviation.ts';
import { hearHouse } from './house-events.ts';
import { SOLVER } from './patience.ts';
import type { PlanMaker } from './plan-maker.ts';
import type { Planner, SiteRoom } from './types.ts';
import { conditionOf, nextStepsOf, saysOf, waitingSentence } from './words.ts';

/** A plan is made so often, and at once on events. */
const PLAN_EVERY_MS = 5 * 60_000;
/** Events within this span are answered by one plan; what comes and goes asks for one no sooner than this after the last. */
const DEBOUNCE_MS = 2_000;
const RESTLESS_PAUSE_MS = 2 * 60_000;
/** How often the house is looked at between plans. */
const LOOK_EVERY_MS = 10_000;

export interface PlannerDeps extends ActingDeps {
  readonly store: ActingDeps['store'] & Pick<Store, 'plans'>;
  readonly bus: EventBus;
  readonly site: SiteRoom;
  readonly maker: PlanMaker;
  readonly validate: Ways['validate'];
  siteIds(): readonly SiteId[];
}

/**
 * Keeps a plan in force for each home: plans every five minutes and on events, one at a time and in a thread, judges what comes,
 * keeps what is in force unless the new one wins, and lets the house act on it between plans. When no plan comes the last one
 * stays until it expires; then nothing is planned, and tiers and rules go on alone.
 */
export const createPlanner = (deps: PlannerDeps): Planner => {
  const { store, clock, bus, site, maker, commander } = deps;
  const log = deps.log.room('planner');
  const rows = createDecisionRows(store.plans, deps, log);
  const acting = createActing({ ...deps, log });
  let life: AbortController | null = null;
  let ends: (() => void)[] = [];
  const isAlive = (siteId: SiteId): boolean => life !== null && deps.siteIds().includes(siteId);
  const book = createBook({ store, clock, log, site, acting, isAlive });
  const { stateOf, inForce } = book;
  /** One solve at a time, whoever asks: plans and what-ifs share the thread's core. */
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };

  const tell = (siteId: SiteId, sentence: string): void =>
    bus.emit('plan', { siteId, about: 'plan', share: null, sentence });

  const taken = (siteId: SiteId, input: DecisionInput, { decision, picture }: PicturedDecision): void => {
    const madeAt = clock.now();
    const id = newId('plan');
    // A plan that no new one was weighed against gains no time by being looked at.
    const unweighed = decision.chosen === 'before' && decision.other === null;
    const expiresAt = (unweighed ? stateOf(siteId).plan?.expiresAt : undefined) ?? madeAt + VALID_MS;
    const state = decision.chosen === 'before' ? 'kept' : decision.by === 'solver' ? 'ready' : 'simple';
    const { plan, intents, by, chosen, troubles } = decision;
    // A plan that is kept is the same plan to a person: what is pinned on it stays pinned.
    const planId = chosen === 'before' ? (input.before?.id ?? id) : id;
    rows.put({ id, planId, siteId, madeAt, expiresAt, state, input, decision });
    for (const why of troubles) log.warn('A way of planning failed', { site: siteId, why });
    book.adopt(siteId, { id: planId, site: input.site, plan, intents, by, state, madeAt, expiresAt }, picture);
  };

  const planOnce = async (siteId: SiteId, why: string): Promise<void> => {
    const state = stateOf(siteId);
    const { enabled, keepUnlessBetterBy } = store.plans.settings(siteId);
    if (!enabled) {
      state.plan = null;
      return book.act(siteId);
    }
    const asked = await site.problem(siteId, clock.now());
    if (!asked.ok) {
      state.trouble = waitingSentence(asked.error);
      return;
    }
    const before = state.anew ? null : inForce(siteId);
    state.anew = false;
    const problem = { ...asked.value.problem, solver: SOLVER };
    const input = { site: { ...asked.value, problem }, before: before && standingOf(before), keepUnlessBetterBy };
    const made = await maker.decide(input, store.plans.pins(siteId, clock.now()), life?.signal);
    if (!isAlive(siteId)) return;
    if (!made.ok) {
      state.trouble = waitingSentence(made.error);
      return log.warn('No plan could be made', { site: siteId, why: made.error.message });
    }
    state.trouble = null;
    // A change that came meanwhile makes it an answer to another question: the next plan is the one.
    if (!state.anew) taken(siteId, input, made.value);
    const { chosen, by } = made.value.decision;
    log.info('Planned', { site: siteId, because: why, chosen, by });
  };

  const takeUp = async (siteId: SiteId): Promise<void> => {
    const left = rows.last(siteId, clock.now());
    if (!left) return;
    try {
      const picture = await maker.picture(left, store.plans.pins(siteId, clock.now()), life?.signal);
      if (isAlive(siteId)) book.adopt(siteId, left, picture);
    } catch (thrown) {
      log.warn('The plan of the last run is not taken up', { site: siteId, why: messageOf(thrown) });
    }
  };

  const whatIf = async (siteId: SiteId, changes: WhatIfChanges): Promise<Result<WhatIf>> => {
    const current = inForce(siteId);
    const made = current ? ok(current.site) : await site.problem(siteId, clock.now());
    if (!made.ok) return made;
    return maker.whatIf({ site: made.value, plan: current?.plan ?? null, changes }, life?.signal);
  };

  const planNow: Planner['planNow'] = (siteId, why, options) => {
    const state = stateOf(siteId);
    if (options?.anew) state.anew = true;
    state.cancelSoon?.();
    state.cancelSoon = null;
    void inTurn(async () => {
      if (!isAlive(siteId)) return;
      state.planning = true;
      tell(siteId, 'A plan is being made.');
      try {
        await planOnce(siteId, why);
      } catch (thrown) {
        log.error('Planning ended with a bug', { site: siteId, why: messageOf(thrown) });
        state.trouble = 'Planning ended with a bug: the log says more.';
      } finally {
        state.planning = false;
        state.lastEndMs = clock.monotonicMs();
        tell(siteId, state.trouble ?? 'The plan is ready.');
      }
    });
  };

  const soon = (siteId: SiteId, why: string): void => {
    const state = stateOf(siteId);
    if (!isAlive(siteId) || state.cancelSoon) return;
    state.cancelSoon = clock.after(DEBOUNCE_MS, () => planNow(siteId, why));
  };
  /** For what may come and go all the time. */
  const soonIfRested = (siteId: SiteId, why: string): void => {
    if (clock.monotonicMs() - stateOf(siteId).lastEndMs >= RESTLESS_PAUSE_MS) soon(siteId, why);
  };
  const look = (): void => {
    for (const siteId of deps.siteIds()) book.act(siteId);
  };

  const onLive: Parameters<typeof bus.on<'live'>>[1] = (live) => {
    const current = inForce(live.siteId);
    if (!current) return;
    const state = stateOf(live.siteId);
    const { memory, why } = deviates(current, live, state.deviation, clock.monotonicMs());
    state.deviation = memory;
    if (why !== null) soonIfRested(live.siteId, why);
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
  const everyPeriod = (): void => {
    for (const siteId of deps.siteIds()) {
      const state = stateOf(siteId);
      state.nextAt = clock.now() + PLAN_EVERY_MS;
      // One that still computes is given its time.
      if (!state.planning) planNow(siteId, 'Five minutes have passed.');
    }
  };

  const stop = async (): Promise<void> => {
    life?.abort();
    life = null;
    for (const end of ends.splice(0)) end();
    book.close();
    await turn;
  };

  return {
    start: (signal) => {
      if (signal.aborted || life) return;
      life = new AbortController();
      const onAbort = (): void => void stop();
      signal.addEventListener('abort', onAbort, { once: true });
      const allSoon = (why: string): void => {
        for (const siteId of deps.siteIds()) soon(siteId, why);
      };
      ends = [
        () => signal.removeEventListener('abort', onAbort),
        bus.on('live', onLive),
        ...hearHouse(bus, {
          ...{ soon, soonIfRested, allSoon, look, forget: acting.forget },
          changed: (siteId) => {
            stateOf(siteId).anew = true;
          },
          jumped: () => {
            for (const siteId of deps.siteIds()) book.armBoundary(siteId);
            look();
          },
        }),
      ];
      repeat(LOOK_EVERY_MS, look);
      repeat(PLAN_EVERY_MS, everyPeriod);
      for (const siteId of deps.siteIds()) {
        stateOf(siteId).nextAt = clock.now() + PLAN_EVERY_MS;
        // What an earlier run left is taken up if it still holds: the house does not wait for the first solve.
        void inTurn(() => takeUp(siteId));
      }
      allSoon('CommandCenter started.');
    },
    stop,
    view: (siteId) => {
      if (!store.plans.settings(siteId).enabled)
        return site.emptyView(siteId, 'off', 'Planning is switched off: rules and tiers go on as before.', false);
      const { trouble, planning } = stateOf(siteId);
      const waits = trouble ?? 'The first plan is being made.';
      return book.view(siteId) ?? site.emptyView(siteId, 'waiting', waits, planning);
    },
    planNow,
    pin: (siteId, wish) => {
      const last = stateOf(siteId).plan;
      if (!last) return permanent('plan.pin', 'There is no plan yet.', 'Wait for the first one.');
      const pinned = site.pinOf(last.view, wish, clock.now());
      if (!pinned.ok) return pinned;
      const pins = store.plans.pins(siteId, clock.now());
      if (pinned.value !== null) store.plans.putPin(pinned.value);
      else for (const id of pinsToTakeBack(last.view, wish.blockId, pins)) store.plans.removePin(siteId, id);
      planNow(siteId, `${wish.who} changed the plan.`, { anew: true });
      return ok(undefined);
    },
    whatIf: (siteId, changes) => inTurn(() => whatIf(siteId, changes)),
    covers: (siteId, deviceId, channelId) => {
      if (commander.mode(siteId) === 'watch') return false;
      return inForce(siteId)?.site.lanes.find(({ id }) => id === `${deviceId}/${channelId}`)?.controllable ?? false;
    },
    inForce,
    nextSteps: (siteId) => {
      const current = inForce(siteId);
      return current && commander.mode(siteId) !== 'watch' ? nextStepsOf(current, clock.now()) : [];
    },
    says: (siteId) => {
      const current = inForce(siteId);
      return current && commander.mode(siteId) !== 'watch' ? saysOf(current, clock.now()) : [];
    },
    condition: (siteId) => {
      const { plan, trouble } = stateOf(siteId);
      const { enabled } = store.plans.settings(siteId);
      return conditionOf({ enabled, plan: inForce(siteId), last: plan, trouble }, clock.now());
    },
    idle: async () => {
      await turn;
    },
  };
};
