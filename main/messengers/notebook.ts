import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { MessengerMemory } from './types.ts';

/** A press that comes a moment too late is still heard, so that the person is told. */
const GRACE_MS = 60_000;
/** A question that nobody closed is forgotten after this. */
const FORGOTTEN_MS = 2 * 86_400_000;

const pageSchema = z.strictObject({
  mark: z.string(),
  questions: z.record(
    z.string(),
    z.strictObject({ expiresAt: z.number(), closedAt: z.number().nullable(), ref: z.string() }),
  ),
});
type Page = z.infer<typeof pageSchema>;

/** What a messenger remembers over restarts: how far it has read, and which questions are open. */
export interface Notebook {
  /** How far answers were read, in the service's own terms; empty before the first. */
  mark(): string;
  setMark(mark: string): void;
  /** `ref`: what the service calls the question, so that it can be changed later. */
  opened(questionId: string, question: { readonly expiresAt: number; readonly ref: string }): void;
  isOpen(questionId: string): boolean;
  /** Marks a question as done and answers its ref; null where it is unknown or done already. */
  closed(questionId: string): string | null;
  /** The refs of questions whose answers may still come. */
  awaited(): readonly string[];
  /** Resolves when answers may come, or when the signal aborts. */
  untilAwaited(signal: AbortSignal): Promise<void>;
}

const readPage = (text: string | undefined): Page => {
  try {
    const parsed = pageSchema.safeParse(JSON.parse(text ?? ''));
    if (parsed.success) return parsed.data;
  } catch {
    // Nothing kept yet, or damaged: what was asked before is then answered in the window.
  }
  return { mark: '', questions: {} };
};

export const createNotebook = ({
  memory,
  clock,
}: {
  readonly memory: MessengerMemory;
  readonly clock: Clock;
}): Notebook => {
  const first = readPage(memory.get());
  let { mark } = first;
  const questions = new Map(Object.entries(first.questions));
  const waiting = new Set<() => void>();

  const save = (): void => {
    for (const [id, { expiresAt, closedAt }] of questions)
      if (clock.now() > (closedAt === null ? expiresAt + FORGOTTEN_MS : closedAt + GRACE_MS)) questions.delete(id);
    memory.set(JSON.stringify({ mark, questions: Object.fromEntries(questions) }));
  };
  const awaited = (): readonly string[] =>
    [...questions.values()]
      .filter(({ expiresAt, closedAt }) => clock.now() < (closedAt ?? expiresAt) + GRACE_MS)
      .map(({ ref }) => ref);

  return {
    mark: () => mark,
    setMark: (next) => {
      if (next === mark) return;
      mark = next;
      save();
    },
    opened: (id, { expiresAt, ref }) => {
      questions.set(id, { expiresAt, closedAt: null, ref });
      save();
      for (const wake of waiting) wake();
    },
    isOpen: (id) => questions.get(id)?.closedAt === null,
    closed: (id) => {
      const question = questions.get(id);
      if (question === undefined || question.closedAt !== null) return null;
      questions.set(id, { ...question, closedAt: clock.now() });
      save();
      return question.ref;
    },
    awaited,
    untilAwaited: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted || awaited().length > 0) return resolve();
        const done = (): void => {
          waiting.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        waiting.add(done);
        signal.addEventListener('abort', done, { once: true });
      }),
  };
};
