import { z } from 'zod';
import { type MessageSettings, messengerKindSchema } from '../../../preload/contract/messages.ts';

/**
 * What is remembered of one trouble, and what follows from it: nothing is told before it has lasted, nothing twice
 * within the repeat span, and its end only where its beginning was told. All of it is pure; times are UTC ms.
 */
const levelSchema = z.enum(['info', 'attention', 'critical']);
export type Level = z.infer<typeof levelSchema>;
const RANK: Readonly<Record<Level, number>> = { info: 0, attention: 1, critical: 2 };
export const isAtLeast = (level: Level, other: Level): boolean => RANK[level] >= RANK[other];
const LEVELS: readonly Level[] = ['info', 'attention', 'critical'];

/** A person who believes that a critical trouble is over must hear soon that it is back. */
const CRITICAL_REPEAT_MS = 3_600_000;
/** What happens once and does not last is not told again for so long. */
const ONCE_REPEAT_MS = 3_600_000;
/** How long a trouble that is over is remembered at least. */
const FORGOTTEN_MS = 8 * 86_400_000;

const wordsSchema = z.object({ title: z.string(), text: z.string() });
const troubleSchema = wordsSchema.extend({ level: levelSchema, since: z.number() });

export const subjectSchema = z.object({
  /** True for what happens at one moment: it has no end. */
  once: z.boolean(),
  /** What is wrong now; null while all is well. */
  trouble: troubleSchema.nullable(),
  /** A notice of the same trouble came after it was told. */
  again: z.boolean(),
  /** The told beginning whose end is not told yet, and by which messengers it went. */
  open: z.object({ level: levelSchema, at: z.number(), by: z.array(messengerKindSchema) }).nullable(),
  /** Over since then, while its beginning is open. */
  over: wordsSchema.extend({ since: z.number() }).nullable(),
  /** Began and ended while it was held back by quiet hours. */
  missed: troubleSchema.nullable(),
  held: z.boolean(),
  /** When a beginning of each level was last told. */
  told: z.partialRecord(levelSchema, z.number()),
  lastAt: z.number(),
});
export type SubjectMemory = z.infer<typeof subjectSchema>;

export const newSubject = (once: boolean): SubjectMemory => ({
  ...{ once, trouble: null, again: false, open: null, over: null, missed: null, held: false, told: {}, lastAt: 0 },
});

export type Timing = Pick<MessageSettings, 'debounceMs' | 'repeatAfterMs' | 'tellRecovery'>;

export interface Heard {
  readonly level: Level;
  readonly title: string;
  readonly text: string;
}

/** A notice of trouble came in. */
export const troubled = (memory: SubjectMemory, { level, title, text }: Heard, now: number): SubjectMemory => ({
  ...memory,
  trouble: { level, title, text, since: memory.trouble?.since ?? now },
  again: memory.open !== null,
  over: null,
  lastAt: now,
});

/** A notice that it is over came in. What was held back is kept for the digest; what was not told yet is dropped. */
export const recovered = (memory: SubjectMemory, { title, text }: Heard, now: number): SubjectMemory => ({
  ...memory,
  trouble: null,
  again: false,
  held: false,
  missed: memory.held ? memory.trouble : memory.missed,
  over: memory.open === null ? null : (memory.over ?? { title, text, since: now }),
  lastAt: now,
});

/** When a beginning may be told at the earliest; null where there is none to tell. A clock that was set back holds nothing up. */
export const beginningDueAt = (memory: SubjectMemory, timing: Timing, now: number): number | null => {
  const { trouble, open, once } = memory;
  if (trouble === null) return null;
  if (open !== null && isAtLeast(open.level, trouble.level) && !memory.again) return null;
  const isCritical = trouble.level === 'critical';
  const lastTold = LEVELS.filter((level) => isAtLeast(level, trouble.level))
    .map((level) => memory.told[level] ?? Number.NEGATIVE_INFINITY)
    .filter((at) => at <= now);
  const shortest = isCritical ? CRITICAL_REPEAT_MS : once ? ONCE_REPEAT_MS : timing.repeatAfterMs;
  const repeatMs = Math.min(timing.repeatAfterMs, shortest);
  const debounceMs = isCritical || once ? 0 : timing.debounceMs;
  return Math.max(Math.min(trouble.since, now) + debounceMs, ...lastTold.map((at) => at + repeatMs));
};

/** When the end may be told: it has to last as well, or flapping would be told as ends. */
export const recoveryDueAt = ({ over, open }: SubjectMemory, timing: Timing, now: number): number | null =>
  over === null || open === null ? null : Math.min(over.since, now) + timing.debounceMs;

/** The beginning goes out now, to these messengers. What happened once is done with that. */
export const begun = (memory: SubjectMemory, now: number): SubjectMemory => {
  const { trouble } = memory;
  if (trouble === null) return memory;
  return {
    ...memory,
    trouble: memory.once ? null : trouble,
    again: false,
    held: false,
    missed: null,
    open: memory.once ? null : { level: trouble.level, at: now, by: memory.open?.by ?? [] },
    told: { ...memory.told, [trouble.level]: now },
  };
};

export const ended = (memory: SubjectMemory): SubjectMemory => ({ ...memory, open: null, over: null });

/** Nothing of it matters any more. */
export const isForgotten = (memory: SubjectMemory, now: number): boolean =>
  memory.trouble === null && memory.open === null && memory.missed === null && now - memory.lastAt > FORGOTTEN_MS;
