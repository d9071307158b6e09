import { createHash } from 'node:crypto';
import type { Action } from '../../../preload/contract/control.ts';
import type { Rule, RuleSuggestion } from '../../../preload/contract/rules.ts';
import type { ApprovalPolicy, ChannelRef } from '../../../preload/contract/safety.ts';
import type { Clock } from '../../clock.ts';
import type { EventBus } from '../../events.ts';
import type { SiteId } from '../../ids.ts';
import { ok, permanent, type Result } from '../../result.ts';
import type { Store } from '../../store/types.ts';
import { localTime } from '../../zone.ts';
import { type AlwaysApproved, alwaysApproved } from './approvals.ts';
import { type ClockHabit, clockHabits, clockText, type HandAct, oppositeOf, ruleOfHabit, sayAct } from './habits.ts';

const LOOK_BACK_MS = 28 * 86_400_000;
const ACTIONS_READ = 3_000;
const SETTLED_READ = 500;

export interface SuggestionsDeps {
  readonly store: Pick<Store, 'workflows' | 'actions' | 'proposals' | 'sites' | 'rules' | 'safety'>;
  readonly clock: Clock;
  readonly bus: EventBus;
  /** Saves a rule as a person would, with its check. */
  saveRule(siteId: SiteId, rule: Rule, who: string): Promise<Result<unknown>>;
}

export interface LearntSuggestions {
  list(siteId: SiteId): readonly RuleSuggestion[];
  /** Looks through the last four weeks; answers one sentence for the report of the flow. */
  learn(siteId: SiteId): Result<string>;
  answer(siteId: SiteId, suggestionId: string, answer: 'accept' | 'decline', who: string): Promise<Result<void>>;
}

/** The same habit has the same id each night, so that what was declined stays away. */
const idOf = (...parts: readonly unknown[]): string =>
  `habit_${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24)}`;

const isByHand = ({ origin, outcome, reasonCode }: Action): boolean =>
  origin === 'manual' && (outcome === 'confirmed' || outcome === 'limited') && reasonCode === 'MANUAL';

const handActOf = ({ createdAt, who, deviceId, channelId, deviceName, asked }: Action): HandAct => ({
  at: createdAt,
  who,
  channel: { deviceId, channelId },
  channelName: deviceName,
  setpoint: asked,
});

const DAYS_WORDS = (days: readonly number[]): string =>
  days.length === 0 ? 'on most days' : days.includes(6) ? 'at weekends' : 'on working days';

const deed = ({ channelName, setpoint }: Pick<ClockHabit, 'channelName' | 'setpoint'>): string =>
  typeof setpoint === 'boolean'
    ? `switch ${channelName} ${setpoint ? 'on' : 'off'}`
    : `set ${channelName} to ${String(setpoint)}`;

/** Learns from what people do by hand and what they approve, and proposes; it never acts and never asks twice. */
export const createSuggestions = (deps: SuggestionsDeps): LearntSuggestions => {
  const { store, clock } = deps;
  const tell = (siteId: SiteId): void => deps.bus.emit('rules', { siteId, at: clock.now() });

  const ofHabit = (siteId: SiteId, habit: ClockHabit, habits: readonly ClockHabit[], zone: string): RuleSuggestion => {
    const opposite = oppositeOf(habit, habits);
    const id = idOf('clock', siteId, habit.channel, habit.setpoint);
    const back = opposite ? `, and back around ${clockText(opposite.minute)}` : '';
    return {
      id,
      siteId,
      at: clock.now(),
      title: `${habit.channelName} ${typeof habit.setpoint === 'boolean' ? (habit.setpoint ? 'on' : 'off') : String(habit.setpoint)} at ${clockText(habit.minute)}`,
      sentence: `You ${deed(habit)} around ${clockText(habit.minute)} ${DAYS_WORDS(habit.days)}${back}. Shall it be done for you?`,
      support: habit.support,
      chances: habit.chances,
      confidencePct: habit.confidencePct,
      evidence: habit.evidence.map((act) => ({ at: act.at, sentence: sayAct(act, zone) })),
      rule: { ...ruleOfHabit(habit, opposite), id: `rule_${id.slice(6)}` },
      stopAsking: null,
      state: 'open',
    };
  };

  const ofApprovals = (siteId: SiteId, found: AlwaysApproved, zone: string): RuleSuggestion => ({
    id: idOf('approvals', siteId, found.channel),
    siteId,
    at: clock.now(),
    title: `Ask no more about ${found.deviceName}`,
    sentence: `You approved ${found.support} of ${found.chances} questions about ${found.deviceName}. In Automate it would act without asking; in Suggest you are still asked.`,
    support: found.support,
    chances: found.chances,
    confidencePct: found.confidencePct,
    evidence: found.evidence.map(({ settledAt, who, proposal }) => ({
      at: settledAt,
      sentence: `${who ?? 'Somebody'} approved at ${localTime(settledAt, zone)}: ${proposal.reason}`,
    })),
    rule: null,
    stopAsking: found.channel,
    state: 'open',
  });

  const policyOf = (siteId: SiteId, { deviceId, channelId }: ChannelRef): ApprovalPolicy | undefined =>
    store.safety
      .get(siteId)
      .approvals.find(({ channel }) => channel.deviceId === deviceId && channel.channelId === channelId);

  const neverAsk = (siteId: SiteId, channel: ChannelRef, who: string): void => {
    const safety = store.safety.get(siteId);
    const others = safety.approvals.filter(
      (one) => one.channel.deviceId !== channel.deviceId || one.channel.channelId !== channel.channelId,
    );
    const policy: ApprovalPolicy = { channel, ask: 'never', firstTime: false, abovePowerW: null };
    store.safety.set(siteId, { ...safety, approvals: [...others, policy] }, who, clock.now());
    deps.bus.emit('settings', { siteId });
  };

  return {
    list: (siteId) => store.workflows.suggestions(siteId).filter(({ state }) => state === 'open'),
    learn: (siteId) => {
      const zone = store.sites.get(siteId)?.timeZone ?? 'UTC';
      const since = clock.now() - LOOK_BACK_MS;
      const acts = store.actions
        .list(siteId, ACTIONS_READ)
        .filter((action) => action.createdAt >= since && isByHand(action))
        .map(handActOf)
        .toReversed();
      const habits = clockHabits(acts, clock.now(), zone);
      const settled = store.proposals.settled(siteId, SETTLED_READ).filter(({ settledAt }) => settledAt >= since);
      const ruleIds = new Set(store.rules.list(siteId).map(({ rule }) => rule.id));
      const found = [
        // Of a pair one rule does both; the other half would only repeat it.
        ...habits
          .filter((habit, index) => {
            const opposite = oppositeOf(habit, habits);
            return opposite === undefined || habits.indexOf(opposite) > index;
          })
          .map((habit) => ofHabit(siteId, habit, habits, zone))
          .filter(({ rule }) => rule !== null && !ruleIds.has(rule.id)),
        ...alwaysApproved(settled)
          .filter(({ channel }) => policyOf(siteId, channel)?.ask !== 'never')
          .map((one) => ofApprovals(siteId, one, zone)),
      ];
      const known = new Map(store.workflows.suggestions(siteId).map((one) => [one.id, one]));
      let fresh = 0;
      for (const one of found) {
        const before = known.get(one.id);
        if (before !== undefined && before.state !== 'open') continue;
        if (before === undefined) fresh += 1;
        store.workflows.putSuggestion({ ...one, at: before?.at ?? one.at });
      }
      // What is no habit any more is not proposed any more.
      const still = new Set(found.map(({ id }) => id));
      for (const one of known.values())
        if (one.state === 'open' && !still.has(one.id)) store.workflows.removeSuggestion(siteId, one.id);
      tell(siteId);
      const open = found.filter(({ id }) => (known.get(id)?.state ?? 'open') === 'open').length;
      return ok(
        `${acts.length} things done by hand and ${settled.length} answers looked at: ${open === 0 ? 'nothing to propose' : `${open} to propose, ${fresh} of them new`}.`,
      );
    },
    answer: async (siteId, suggestionId, answer, who) => {
      const one = store.workflows.suggestion(siteId, suggestionId);
      if (one?.state !== 'open')
        return permanent('suggestion.gone', 'This suggestion is not open any more.', 'Look at the list again.');
      if (answer === 'accept') {
        if (one.rule !== null) {
          const saved = await deps.saveRule(siteId, one.rule, who);
          if (!saved.ok) return saved;
        }
        if (one.stopAsking !== null) neverAsk(siteId, one.stopAsking, who);
      }
      store.workflows.putSuggestion({ ...one, state: answer === 'accept' ? 'accepted' : 'declined' });
      tell(siteId);
      return ok(undefined);
    },
  };
};
