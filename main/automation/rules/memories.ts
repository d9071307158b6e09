import { z } from 'zod';
import type { Rule } from '../../../preload/contract/rules.ts';
import type { SiteId } from '../../ids.ts';
import type { Store } from '../../store/types.ts';
import { freshMemory } from './look.ts';
import type { RuleMemory } from './types.ts';

const memorySchema = z.strictObject({
  triggerSince: z.array(z.number().nullable()),
  held: z.record(z.string(), z.boolean()),
  holdingSince: z.number().nullable(),
  lastFiredAt: z.number().nullable(),
});

/** Unreadable text is the same as none: the rule is looked at as if for the first time. */
const parse = (text: string): RuleMemory | null => {
  try {
    const parsed = memorySchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
};

const sameList = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((value, index) => value === other[index]);

const sameHeld = (one: RuleMemory['held'], other: RuleMemory['held']): boolean => {
  const paths = Object.keys(one);
  return paths.length === Object.keys(other).length && paths.every((path) => one[path] === other[path]);
};

const same = (one: RuleMemory, other: RuleMemory): boolean =>
  one.holdingSince === other.holdingSince &&
  one.lastFiredAt === other.lastFiredAt &&
  sameList(one.triggerSince, other.triggerSince) &&
  sameHeld(one.held, other.held);

export interface Memories {
  of(rule: Rule): RuleMemory;
  /** Keeps what changed, on disk in one transaction. An idle house writes nothing. */
  keep(
    looked: readonly { readonly stored: { readonly rule: Rule }; readonly look: { readonly memory: RuleMemory } }[],
  ): void;
}

/** What is remembered of the rules of one site, across restarts. */
export const createMemories = (store: Pick<Store, 'rules'>, siteId: SiteId): Memories => {
  const known = new Map<string, RuleMemory>();
  for (const [ruleId, text] of store.rules.memories(siteId)) {
    const memory = parse(text);
    if (memory) known.set(ruleId, memory);
  }
  return {
    of: (rule) => {
      const memory = known.get(rule.id);
      return memory && memory.triggerSince.length === rule.triggers.length ? memory : freshMemory(rule);
    },
    keep: (looked) => {
      const changed = new Map<string, string>();
      for (const {
        stored: {
          rule: { id: ruleId },
        },
        look: { memory },
      } of looked) {
        const before = known.get(ruleId);
        if (before && (before === memory || same(before, memory))) continue;
        known.set(ruleId, memory);
        changed.set(ruleId, JSON.stringify(memory));
      }
      if (changed.size > 0) store.rules.setMemories(siteId, changed);
    },
  };
};
