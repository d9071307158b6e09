import { z } from 'zod';
import type { Notice } from '../../../preload/contract/house.ts';
import type { MessageSettings, MessengerKind, SentMessage } from '../../../preload/contract/messages.ts';
import {
  beginningDueAt,
  begun,
  ended,
  isForgotten,
  newSubject,
  recovered,
  recoveryDueAt,
  type SubjectMemory,
  subjectSchema,
  troubled,
} from './subject.ts';
import type { Saying } from './wording.ts';

/** What was not told, and why, for the log of messages. */
export interface Kept {
  readonly notice: Pick<Notice, 'level' | 'title' | 'text'>;
  readonly outcome: Extract<SentMessage['outcome'], 'held-quiet' | 'too-soon' | 'repeated'>;
}

/** The memory of all troubles of one home: notices go in, what is to be said comes out. No timers, no messengers. */
export interface RoutingDesk {
  hear(notice: Notice, settings: MessageSettings, now: number): readonly Kept[];
  /** What is to be said now. Until `quiet` ends only what is critical. */
  look(settings: MessageSettings, quiet: boolean, now: number): { say: readonly Saying[]; kept: readonly Kept[] };
  /** When something falls due at the earliest; null where nothing waits. What is held falls due with the end of quiet hours. */
  nextAt(settings: MessageSettings, now: number): number | null;
  /** Which messengers took the beginning: its end goes the same way. */
  toldBy(subject: string, kinds: readonly MessengerKind[]): void;
  /** Whether what was said is still so; what happened once stays so. */
  isStillSo(subject: string): boolean;
  text(): string;
}

const MAX_SUBJECTS = 500;
/** One row of a kind and subject an hour is enough for the log: flapping must not fill it. */
const NOTE_EVERY_MS = 3_600_000;
const MESSENGER = 'messenger/';

/** The subject under which trouble of a messenger is told; never by itself. */
export const messengerSubject = (kind: MessengerKind): string => `${MESSENGER}${kind}`;

const exceptOf = (subject: string): MessengerKind | null => {
  const kind = subject.startsWith(MESSENGER) ? subject.slice(MESSENGER.length) : '';
  return kind === 'ntfy' || kind === 'telegram' || kind === 'email' || kind === 'sms' ? kind : null;
};

const readSubjects = (text: string | undefined): ReadonlyMap<string, SubjectMemory> => {
  try {
    return new Map(Object.entries(z.record(z.string(), subjectSchema).parse(JSON.parse(text ?? '{}'))));
  } catch {
    return new Map(); // Damaged: as if nothing had been told, so that it is told once more.
  }
};

export const createRoutingDesk = (text: string | undefined): RoutingDesk => {
  const subjects = new Map(readSubjects(text));
  const noted = new Map<string, number>();

  const put = (subject: string, memory: SubjectMemory): void => {
    subjects.delete(subject);
    subjects.set(subject, memory);
    const [oldest] = subjects.keys();
    if (subjects.size > MAX_SUBJECTS && oldest !== undefined) subjects.delete(oldest);
  };
  const note = (subject: string, outcome: Kept['outcome'], notice: Kept['notice'], now: number): readonly Kept[] => {
    const key = `${outcome} ${subject}`;
    const last = noted.get(key);
    if (last !== undefined && now >= last && now - last < NOTE_EVERY_MS) return [];
    if (noted.size > MAX_SUBJECTS) noted.clear();
    noted.set(key, now);
    return [{ notice, outcome }];
  };

  const hear: RoutingDesk['hear'] = (notice, settings, now) => {
    const subject = notice.subject ?? `once: ${notice.title}\n${notice.text}`;
    const before = subjects.get(subject) ?? newSubject(notice.subject === undefined);
    if (notice.recovered === true) {
      if (!subjects.has(subject)) return [];
      put(subject, recovered(before, notice, now));
      const untold = before.trouble !== null && before.open === null && !before.held;
      return untold ? note(subject, 'too-soon', before.trouble ?? notice, now) : [];
    }
    const after = troubled(before, notice, now);
    const dueAt = beginningDueAt(after, settings, now);
    const isRepeat = dueAt === null || dueAt > now + settings.debounceMs;
    // What lasts is told when the span is over and it is still so; what happened once is not news by then.
    put(subject, isRepeat && after.once ? before : after);
    return isRepeat ? note(subject, 'repeated', notice, now) : [];
  };

  const lookAt = (
    subject: string,
    settings: MessageSettings,
    quiet: boolean,
    now: number,
  ): { readonly say: readonly Saying[]; readonly kept: readonly Kept[] } => {
    const memory = subjects.get(subject);
    if (memory === undefined) return { say: [], kept: [] };
    const common = { subject, except: exceptOf(subject) };
    const { trouble, over, open, missed } = memory;
    const say: Saying[] = [];
    const beginsAt = beginningDueAt(memory, settings, now);
    if (trouble !== null && beginsAt !== null && beginsAt <= now) {
      if (quiet && trouble.level !== 'critical') {
        if (memory.held) return { say, kept: [] };
        put(subject, { ...memory, held: true });
        return { say, kept: note(subject, 'held-quiet', trouble, now) };
      }
      const { level, title, text, since } = trouble;
      put(subject, begun(memory, now));
      return { say: [{ ...common, what: 'begins', level, title, text, at: since, only: null }], kept: [] };
    }
    if (quiet) return { say, kept: [] };
    const endsAt = recoveryDueAt(memory, settings, now);
    if (over !== null && open !== null && endsAt !== null && endsAt <= now) {
      const { title, text, since } = over;
      put(subject, ended(memory));
      if (settings.tellRecovery)
        say.push({ ...common, what: 'ends', level: 'info', title, text, at: since, only: open.by });
    }
    if (missed !== null) {
      put(subject, { ...(subjects.get(subject) ?? memory), missed: null });
      const { title, text, since } = missed;
      say.push({ ...common, what: 'passed', level: 'info', title, text, at: since, only: null });
    }
    return { say, kept: [] };
  };

  return {
    hear,
    look: (settings, quiet, now) => {
      for (const [subject, memory] of subjects) if (isForgotten(memory, now)) subjects.delete(subject);
      const looks = [...subjects.keys()].map((subject) => lookAt(subject, settings, quiet, now));
      return { say: looks.flatMap(({ say }) => say), kept: looks.flatMap(({ kept }) => kept) };
    },
    nextAt: (settings, now) => {
      const times = [...subjects.values()].flatMap((memory) => [
        beginningDueAt(memory, settings, now),
        recoveryDueAt(memory, settings, now),
        memory.missed === null ? null : now,
      ]);
      const known = times.filter((at) => at !== null);
      return known.length === 0 ? null : Math.min(...known);
    },
    toldBy: (subject, kinds) => {
      const memory = subjects.get(subject);
      if (memory?.open) put(subject, { ...memory, open: { ...memory.open, by: [...kinds] } });
    },
    isStillSo: (subject) => {
      const memory = subjects.get(subject);
      return memory !== undefined && (memory.once || memory.open !== null);
    },
    text: () => JSON.stringify(Object.fromEntries(subjects)),
  };
};
