import type { Action, ActionOutcome } from '../../preload/contract/control.ts';
import type { RuleAction } from '../../preload/contract/rules.ts';
import type { Clock } from '../clock.ts';
import type { Commander } from '../control/types.ts';
import type { EventBus } from '../events.ts';
import type { SiteId } from '../ids.ts';
import type { Result } from '../result.ts';
import type { Store } from '../store/types.ts';
import type { Telemetry } from '../telemetry/types.ts';
import { offSetpointOf } from './off-setpoint.ts';
import { actOnce } from './rules/edge-acts.ts';

/** What came of one action: whether it is as wished now, and one sentence. */
export interface Acted {
  readonly done: boolean;
  readonly sentence: string;
  /** A person said no, or nobody answered: it is not tried again. */
  readonly declined?: true;
}

export interface ActingDeps {
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly store: Pick<Store, 'actions' | 'proposals' | 'events'>;
  readonly commander: Pick<Commander, 'submit' | 'withdraw' | 'mode' | 'setMode'>;
  readonly telemetry: Pick<Telemetry, 'channels'>;
  runWorkflow(siteId: SiteId, workflowId: string, who: string): Result<{ readonly runId: string }>;
}

/** Who wants it, why, and for how long it is borrowed. */
export interface Wanting {
  readonly who: string;
  readonly reason: string;
  readonly reasonCode: string;
  readonly leaseMs: number;
}

const GOOD: ReadonlySet<ActionOutcome> = new Set<ActionOutcome>(['confirmed', 'limited', 'unchanged']);
/** A question is looked at a little after it expired, in case nobody says so. */
const LATE_MS = 2_000;

const given = (): Acted => ({ done: false, sentence: 'It was broken off.' });

/**
 * Does one action of a schedule or a workflow and waits until it is known what came of it: the commander's verdict, or a
 * person's answer where one is asked. It knows no way to a device but the commander.
 */
export const createActing = (deps: ActingDeps) => {
  const { clock, bus, store, commander } = deps;

  /** Waits until `look` answers something; looks again at each event and once at `untilAt`. */
  const waitFor = async <Value>(
    look: () => Value | null,
    hear: (again: () => void) => () => void,
    untilAt: number | null,
    signal: AbortSignal,
  ): Promise<Value | null> => {
    const first = look();
    if (first !== null || signal.aborted) return first;
    return new Promise((resolve) => {
      const ends: (() => void)[] = [];
      const finish = (value: Value | null): void => {
        for (const end of ends.splice(0)) end();
        resolve(value);
      };
      const again = (): void => {
        const value = look();
        if (value !== null) finish(value);
      };
      const giveUp = (): void => finish(null);
      ends.push(hear(again));
      if (untilAt !== null) ends.push(clock.after(Math.max(0, untilAt - clock.now()), () => finish(look())));
      signal.addEventListener('abort', giveUp, { once: true });
      ends.push(() => signal.removeEventListener('abort', giveUp));
    });
  };

  const finished = (actionId: string, signal: AbortSignal): Promise<Action | null> =>
    waitFor(
      () => {
        const action = store.actions.get(actionId);
        return action && action.finishedAt !== null ? action : null;
      },
      (again) => bus.on('action', ({ id }) => id === actionId && again()),
      null,
      signal,
    );

  const ended = (action: Action | null): Acted =>
    action === null ? given() : { done: GOOD.has(action.outcome), sentence: action.sentence };

  /** A person is asked: no answer is a no. */
  const answered = async (proposalId: string, expiresAt: number, signal: AbortSignal): Promise<Acted> => {
    const settlement = await waitFor(
      () => store.proposals.get(proposalId)?.settlement ?? null,
      (again) => bus.on('proposals', again),
      expiresAt + LATE_MS,
      signal,
    );
    if (settlement === null) return given();
    if (settlement.state !== 'approved' || settlement.actionId === null)
      return { done: false, sentence: settlement.sentence, declined: true };
    return ended(await finished(settlement.actionId, signal));
  };

  const command = async (
    siteId: SiteId,
    action: Extract<RuleAction, { do: 'switch' | 'set' | 'pause' }>,
    wanting: Wanting,
    signal: AbortSignal,
  ): Promise<Acted> => {
    const setpoint =
      action.do === 'switch'
        ? action.on
        : action.do === 'set'
          ? action.value
          : offSetpointOf(deps.telemetry.channels(siteId), action.channel);
    const submitted = commander.submit({
      siteId,
      ...action.channel,
      setpoint,
      origin: 'rule',
      who: wanting.who,
      surface: 'system',
      reason: wanting.reason,
      reasonCode: wanting.reasonCode,
      ifIgnored: 'It is not done.',
      holdMs: null,
      leaseMs: action.do === 'pause' ? action.minutes * 60_000 : wanting.leaseMs,
    });
    if (!submitted.ok) return { done: false, sentence: submitted.error.message };
    if ('pending' in submitted.value) {
      const { id, expiresAt } = submitted.value.pending;
      const acted = await answered(id, expiresAt, signal);
      // Broken off while a person was asked: the question goes, so that a late yes does nothing.
      if (signal.aborted)
        commander.withdraw(
          { siteId, ...action.channel, origin: 'rule', who: wanting.who },
          'It is not wanted any more.',
        );
      return acted;
    }
    return ended(await submitted.value.done);
  };

  return async (siteId: SiteId, action: RuleAction, wanting: Wanting, signal: AbortSignal): Promise<Acted> => {
    if (action.do === 'switch' || action.do === 'set' || action.do === 'pause')
      return command(siteId, action, wanting, signal);
    const once = actOnce(deps, siteId, { name: wanting.who }, action);
    return { done: once?.how === 'asked', sentence: once?.note ?? 'Done.' };
  };
};
export type Acting = ReturnType<typeof createActing>;
