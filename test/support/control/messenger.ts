import type { Messenger, Messengers, OnAnswer, Question, Told } from '../../../main/messengers/types.ts';
import { ok, type Result, temporary } from '../../../main/result.ts';
import type { MessengerKind } from '../../../preload/contract/messages.ts';

/** A messenger in this process: it keeps what it was given, and a test answers with it or makes something up. */
export const createTestMessenger = (kind: MessengerKind, options: { readonly takesAnswers?: boolean } = {}) => {
  const asked: Question[] = [];
  const closed: { readonly id: string; readonly outcome: string }[] = [];
  const told: Told[] = [];
  let hear: OnAnswer | null = null;
  let number = 0;
  let down = false;
  let beforeSent: Promise<void> = Promise.resolve();

  const sent = async (): Promise<Result<{ readonly messageId: string }>> => {
    number += 1;
    const messageId = `${kind}-${number}`;
    await beforeSent;
    return down ? temporary('messenger.away', 'It does not answer.', 'Wait.') : ok({ messageId });
  };
  const messenger: Messenger = {
    kind,
    takesAnswers: options.takesAnswers ?? true,
    tell: (message) => {
      told.push(message);
      return sent();
    },
    ask: (question) => {
      asked.push(question);
      return sent();
    },
    close: async (id, outcome) => {
      closed.push({ id, outcome });
      return ok(undefined);
    },
    listen: async (onAnswer, _onTrouble, signal) => {
      hear = onAnswer;
      await new Promise<void>((resolve) => {
        if (signal.aborted) return resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      if (hear === onAnswer) hear = null;
    },
  };
  const send = (
    decision: 'approve' | 'deny',
    proof: { readonly token: string } | { readonly code: string },
    more: { readonly from?: string; readonly messageId?: string } = {},
  ): Promise<string> => {
    if (!hear) throw new Error(`Nobody listens to ${kind}.`);
    number += 1;
    const messageId = more.messageId ?? `answer-${kind}-${number}`;
    return hear({ messenger: kind, decision, proof, from: more.from ?? 'Ada', messageId, receivedAt: 0 });
  };
  const last = (): Question => {
    const question = asked.at(-1);
    if (!question) throw new Error(`${kind} was not asked.`);
    return question;
  };
  return {
    messenger,
    asked,
    closed,
    told,
    last,
    listens: () => hear !== null,
    send,
    press: (decision: 'approve' | 'deny', question = last()) =>
      send(decision, { token: decision === 'approve' ? question.approveToken : question.denyToken }),
    type: (decision: 'approve' | 'deny', code = last().code) => send(decision, { code }),
    /** From now on nothing can be sent. */
    goDown: () => {
      down = true;
    },
    /** What is sent from now on arrives only then. */
    holdUntil: (moment: Promise<void>) => {
      beforeSent = moment;
    },
  };
};
export type TestMessenger = ReturnType<typeof createTestMessenger>;

export const messengersOf = (...kinds: readonly TestMessenger[]) => {
  let ready = kinds.map(({ messenger }) => messenger);
  const listeners = new Set<() => void>();
  const messengers: Messengers = {
    ready: () => ready,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return {
    ...messengers,
    change: (...next: readonly TestMessenger[]): void => {
      ready = next.map(({ messenger }) => messenger);
      for (const listener of listeners) listener();
    },
  };
};
