import { z } from 'zod';
import type { MessengerMemory } from '../types.ts';
import type { AskedQuestion } from './types.ts';

/** How far a mailbox has been read. UIDs mean nothing under another UIDVALIDITY (RFC 3501, 2.3.1.1). */
export interface ReadUpTo {
  readonly uidValidity: string;
  readonly lastUid: number;
}

const memorySchema = z.object({
  asked: z.array(
    z.object({
      id: z.string(),
      messageId: z.string(),
      code: z.string(),
      title: z.string(),
      askedAt: z.number(),
      expiresAt: z.number(),
      closed: z.boolean(),
    }),
  ),
  handled: z.array(z.string()),
  readUpTo: z.object({ uidValidity: z.string(), lastUid: z.number() }).nullable(),
});

/** A question's thread is remembered this long after its end, so that a late reply is told that it came too late. */
const LATE_MS = 15 * 60_000;
const MAX_ASKED = 50;
const MAX_HANDLED = 300;

/** The memory of the messenger. Everything that changes is written at once: a restart asks nobody twice. */
export interface Asked {
  /** Open ones, and those that ended a little while ago. Newest last. */
  all(now: number): readonly AskedQuestion[];
  /** Those that may still be answered. */
  open(now: number): readonly AskedQuestion[];
  find(id: string): AskedQuestion | undefined;
  add(question: AskedQuestion): void;
  close(id: string): void;
  wasHandled(key: string): boolean;
  handle(key: string): void;
  readUpTo(): ReadUpTo | null;
  setReadUpTo(value: ReadUpTo): void;
  /** Called when a question comes or goes; answers the function that removes the listener. */
  onChange(listener: () => void): () => void;
}

const readMemory = (memory: MessengerMemory): z.infer<typeof memorySchema> => {
  const empty = { asked: [], handled: [], readUpTo: null };
  const text = memory.get();
  if (text === undefined) return empty;
  try {
    return memorySchema.catch(empty).parse(JSON.parse(text));
  } catch {
    return empty; // No JSON: like a mailbox that was never read, found again by date.
  }
};

export const createAsked = (memory: MessengerMemory): Asked => {
  let state = readMemory(memory);
  const listeners = new Set<() => void>();
  const change = (changes: Partial<typeof state>): void => {
    state = { ...state, ...changes };
    memory.set(JSON.stringify(state));
  };
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const all: Asked['all'] = (now) => state.asked.filter(({ expiresAt }) => expiresAt + LATE_MS > now);
  return {
    all,
    open: (now) => state.asked.filter(({ closed, expiresAt }) => expiresAt > now && !closed),
    find: (id) => state.asked.find((question) => question.id === id),
    add: (question) => {
      const others = all(question.askedAt).filter(({ id }) => id !== question.id);
      change({ asked: [...others, question].slice(-MAX_ASKED) });
      tell();
    },
    close: (id) => {
      change({ asked: state.asked.map((each) => (each.id === id ? { ...each, closed: true } : each)) });
      tell();
    },
    wasHandled: (key) => state.handled.includes(key),
    handle: (key) => change({ handled: [...state.handled, key].slice(-MAX_HANDLED) }),
    readUpTo: () => state.readUpTo,
    setReadUpTo: (value) => change({ readUpTo: value }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};
