import type { Rule } from '../../../preload/contract/rules.ts';
import { isWithin } from './local-day.ts';
import { sayLook } from './look-sentences.ts';
import { createTester, ownChannelsOf, type TestFinding } from './tests-of-rules.ts';
import { allOf, anyOf, type Truth } from './truth.ts';
import type { LookAtRule, RuleLook, RuleMemory, RuleWorld } from './types.ts';

/** Two looks further apart than this leave a gap: nobody knows whether a test held meanwhile. */
export const LONGEST_GAP_MS = 20 * 60_000;

/** A rule that has never been looked at. */
export const freshMemory = (rule: Pick<Rule, 'triggers'>): RuleMemory => ({
  triggerSince: rule.triggers.map(() => null),
  held: {},
  holdingSince: null,
  lastFiredAt: null,
});

/** Whether anything since the last look may have gone unseen, or the clock was set back. */
export const hasGap = ({ at, lookedAt }: Pick<RuleWorld, 'at' | 'lookedAt'>): boolean =>
  lookedAt === null || lookedAt > at || at - lookedAt > LONGEST_GAP_MS;

/** Paths of a rule's triggers: the same for every rule. */
const TRIGGER_PATHS = Array.from({ length: 16 }, (_, index) => `triggers.${index}.test`);
const pathOf = (index: number): string => TRIGGER_PATHS[index] ?? `triggers.${index}.test`;

/** What is remembered after a look; the same object where nothing changed, so that an idle rule costs nothing. */
const remembered = (before: RuleMemory, after: RuleMemory): RuleMemory =>
  before.held === after.held &&
  before.holdingSince === after.holdingSince &&
  before.lastFiredAt === after.lastFiredAt &&
  before.triggerSince.length === after.triggerSince.length &&
  before.triggerSince.every((since, index) => since === after.triggerSince[index])
    ? before
    : after;

const isForgotten = ({ held, holdingSince, triggerSince }: RuleMemory): boolean =>
  holdingSince === null && triggerSince.every((since) => since === null) && Object.keys(held).length === 0;

const switchedOff = (rule: Rule, memory: RuleMemory, lastFiredAt: number | null): RuleLook => ({
  state: 'off',
  edge: null,
  memory:
    isForgotten(memory) && memory.lastFiredAt === lastFiredAt && memory.triggerSince.length === rule.triggers.length
      ? memory
      : { ...freshMemory(rule), lastFiredAt },
  why: 'It is switched off.',
});

/**
 * Looks at one rule at one moment.
 *
 * It begins where any trigger has held for its time without a break and the condition holds, inside the active window and
 * after its rest. It goes on while the test of any trigger and the condition hold (the time of "for at least" is asked of
 * the beginning only). What is unknown begins nothing and ends nothing: then the state is `unknown` and there is no edge, so
 * that what the rule borrowed runs to the end of its lease. The rest counts from the last edge, so that a rule that has just
 * ended does not begin again at once.
 */
export const lookAtRule: LookAtRule = (rule, world, memory): RuleLook => {
  const { at } = world;
  const lastFiredAt = memory.lastFiredAt === null ? null : Math.min(memory.lastFiredAt, at);
  if (rule.mode === 'off') return switchedOff(rule, memory, lastFiredAt);

  const own = ownChannelsOf(rule);
  const tester = createTester(world, memory.held, own);
  const gap = hasGap(world);
  const tests = rule.triggers.map((trigger, index) => tester.test(trigger.test, pathOf(index)));
  const triggerSince = tests.map((truth, index) => {
    if (truth !== true) return null;
    const since = memory.triggerSince[index] ?? null;
    return since === null || gap || since > at ? at : since;
  });
  const due = tests.map((truth, index): Truth => {
    if (truth !== true) return truth;
    const since = triggerSince[index] ?? at;
    return at - since >= (rule.triggers[index]?.forMs ?? 0);
  });
  const condition = rule.condition === null ? true : tester.condition(rule.condition, 'condition');
  const awake = rule.activeWindow === null || isWithin(at, rule.activeWindow, world.zone);
  const restsUntil = lastFiredAt === null ? at : lastFiredAt + rule.cooldownMs;

  const was = memory.holdingSince === null ? null : Math.min(memory.holdingSince, at);
  const wish = allOf([awake, anyOf(was === null ? due : tests), condition]);
  const begins = was === null && wish === true && at >= restsUntil;
  const ends = was !== null && wish === false;
  const holds = begins || (was !== null && !ends);
  const state = !awake
    ? 'asleep'
    : wish === null
      ? 'unknown'
      : holds
        ? 'holding'
        : at < restsUntil
          ? 'resting'
          : 'waiting';
  return {
    state,
    edge: begins ? 'begins' : ends ? 'ends' : null,
    memory: remembered(memory, {
      triggerSince,
      held: tester.held(),
      holdingSince: begins ? at : ends ? null : was,
      lastFiredAt: begins || ends ? at : lastFiredAt,
    }),
    // Said only where somebody reads it, and looked at again for that: of a thousand rules few turn at once.
    get why() {
      const findings: TestFinding[] = [];
      const telling = createTester(world, memory.held, own, findings);
      for (const [index, { test }] of rule.triggers.entries()) telling.test(test, pathOf(index));
      if (rule.condition !== null) telling.condition(rule.condition, 'condition');
      return sayLook({ rule, world, state, findings, triggerSince, restsUntil });
    },
  };
};

/** When a trigger on its way will have held long enough, or the rest is over: the first such moment after `at`, or Infinity. */
export const nextTimerOf = (rule: Rule, memory: RuleMemory, at: number): number => {
  let next = Number.POSITIVE_INFINITY;
  const consider = (moment: number): void => {
    if (moment > at && moment < next) next = moment;
  };
  for (let index = 0; index < rule.triggers.length; index += 1) {
    const since = memory.triggerSince[index] ?? null;
    if (since !== null) consider(since + (rule.triggers[index]?.forMs ?? 0));
  }
  if (memory.lastFiredAt !== null) consider(memory.lastFiredAt + rule.cooldownMs);
  return next;
};

/** When the next trigger will have held long enough, if it goes on; null where none is on its way. */
export const nextDueAt = (rule: Rule, memory: RuleMemory, at: number): number | null => {
  if (rule.mode === 'off' || memory.holdingSince !== null) return null;
  let next: number | null = null;
  for (let index = 0; index < rule.triggers.length; index += 1) {
    const since = memory.triggerSince[index] ?? null;
    const dueAt = since === null ? at : since + (rule.triggers[index]?.forMs ?? 0);
    if (dueAt > at && (next === null || dueAt < next)) next = dueAt;
  }
  return next;
};
