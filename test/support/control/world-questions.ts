import type { Proposal } from '../../../main/control/types.ts';
import type { Action, PendingProposal } from '../../../preload/contract/control.ts';
import type { House } from './house.ts';
import { HOME } from './snapshots.ts';
import { LOADS, running } from './world-loads.ts';
import type { WorldState } from './world-state.ts';

interface Asked {
  readonly id: string;
  readonly holdMs: number | null;
  readonly leaseMs: number | null;
  untilMs: number;
  end: 'yes' | 'no' | 'over' | null;
  actionId: string | null;
}

/** A wish that nobody asked a person about, although it should have been. */
const shouldHaveAsked = (house: House, state: WorldState, { origin, deviceId, setpoint }: Proposal): boolean => {
  if (origin === 'manual' || origin === 'safety' || origin === 'stop') return false;
  if (origin === 'advisor' || state.mode === 'suggest') return true;
  const policy = house
    .store()
    .safety.get(HOME)
    .approvals.find(({ channel }) => channel.deviceId === deviceId);
  if (policy?.ask === 'always') return true;
  const ratedW = LOADS.find(({ id }) => id === deviceId)?.config?.ratedPowerW ?? 3000;
  return policy?.ask === 'sometimes' && policy.abovePowerW !== null && running(setpoint) && ratedW > policy.abovePowerW;
};

/** Follows the questions of the world: each has one end, and nothing is done without a yes. */
export const createQuestions = (state: WorldState) => {
  const asked: Asked[] = [];
  const cry = (name: string, id: string): void => void state.violations.push(`${name}: question ${id}`);

  const begun = (house: House, { action, done }: { action: Action; done: Promise<Action> }, one: Proposal | Asked) => {
    state.permitted.add(action.id);
    state.leases.set(action.id, one.leaseMs ?? 900_000);
    const begunMs = house.clock.monotonicMs();
    void done.then((ended) => state.settled(ended, one.holdMs, house, begunMs));
  };

  const over = (house: House, one: Asked): boolean =>
    one.end === null &&
    (state.stopped ||
      state.mode === 'watch' ||
      house.clock.monotonicMs() >= one.untilMs ||
      !house
        .commander()
        .pending(HOME)
        .some(({ id }) => id === one.id));

  const decide = (house: House, one: Asked, decision: 'approve' | 'deny'): void => {
    if (over(house, one)) one.end = 'over';
    if (decision === 'deny') {
      const denied = house.commander().deny(one.id, 'Ada', 'window');
      if (!denied.ok) return;
      if (one.end === 'yes') cry('no-after-yes', one.id);
      if (one.end === 'over') cry('no-after-its-end', one.id);
      one.end = 'no';
      return;
    }
    const approved = house.commander().approve(one.id, 'Ada', 'window');
    if (!approved.ok) return;
    const { action } = approved.value;
    if (one.end === 'no') cry('yes-after-no', one.id);
    if (one.end === 'over') cry('yes-after-its-end', one.id);
    if (one.actionId !== null && one.actionId !== action.id) cry('second-action', one.id);
    if (one.end === null) begun(house, approved.value, one);
    one.end ??= 'yes';
    one.actionId = action.id;
  };

  return {
    /** A wish was answered by the commander. */
    heard: (
      house: House,
      proposal: Proposal,
      answer: { action: Action; done: Promise<Action> } | { pending: PendingProposal },
    ): Asked | null => {
      if ('action' in answer) {
        if (answer.action.allowed !== null && answer.action.outcome === 'pending')
          if (shouldHaveAsked(house, state, proposal)) cry('not-asked', answer.action.id);
        begun(house, answer, proposal);
        return null;
      }
      const { id, createdAt, expiresAt } = answer.pending;
      if (['manual', 'safety', 'stop'].includes(proposal.origin)) cry('asked-in-vain', id);
      const known = asked.find((one) => one.id === id);
      if (known) return known;
      const { holdMs, leaseMs } = proposal;
      const untilMs = house.clock.monotonicMs() + (expiresAt - createdAt);
      const one: Asked = { id, holdMs, leaseMs, untilMs, end: null, actionId: null };
      asked.push(one);
      return one;
    },
    decide,
    /** A run that begins knows the wall clock alone: where that was set back, a question ends so much later. */
    restarted: (setBackMs: number): void => {
      for (const one of asked) if (one.end === null) one.untilMs += setBackMs;
    },
    /** One of the newest, however it ended. */
    pick: (which: number): Asked | undefined => asked.at(-1 - which),
  };
};
