import type { MessageSettings } from '../../../preload/contract/messages.ts';
import type { HttpClient } from '../../http/types.ts';
import { ok, type Result } from '../../result.ts';
import { listenWhileAwaited } from '../listening.ts';
import { createNotebook } from '../notebook.ts';
import type { Messenger, MessengerDeps } from '../types.ts';
import { createReplies } from './replies.ts';
import { createSender } from './sender.ts';
import { createTwilio } from './twilio.ts';
import { smsOf, smsQuestion } from './words.ts';

/** Replies are asked for quickly while a person is likely to answer, then slowly. */
const QUICK_EVERY_MS = 12_000;
const QUICK_FOR_MS = 120_000;
const SLOW_EVERY_MS = 60_000;
/** Each SMS costs money, and whoever forges a number could ask for many. */
const SAID_BACK_AN_HOUR = 6;
const HOUR_MS = 3_600_000;

export type SmsDeps = MessengerDeps<MessageSettings['sms']> & { readonly http: HttpClient; readonly secret: string };

/**
 * Short messages through Twilio. A number can be forged: what a reply may decide is for the approvals to say. Twilio has no
 * key against sending twice, so that a message whose answer was lost is looked for before it is sent again.
 */
export const createSms = ({ settings, secret, memory, http, clock, log }: SmsDeps): Messenger => {
  const twilio = createTwilio({ ...settings, secret, http, clock });
  const notebook = createNotebook({ memory, clock });
  const sender = createSender({ twilio, from: settings.from, clock });
  /** Which question a code answers; lost with a restart, when an outcome may be told twice. */
  const codes = new Map<string, string>();
  let askedMs = clock.monotonicMs();
  let saidBackMs: readonly number[] = [];

  /** To everybody on the list; it went out when one of them got it. */
  const sendToAll = async (
    body: string,
    mark: string,
    signal: AbortSignal,
  ): Promise<Result<{ readonly messageId: string; readonly sentAt: number }>> => {
    const results = await Promise.all(settings.to.map((to) => sender.send({ to, body, mark }, signal)));
    for (const sent of results) if (!sent.ok) log.warn('An SMS did not go out', { why: sent.error.message });
    return results.find((sent) => sent.ok) ?? results[0] ?? ok({ messageId: '', sentAt: clock.now() });
  };

  const replies = createReplies({ twilio, settings, notebook, clock, log });
  return {
    kind: 'sms',
    takesAnswers: settings.mayApprove,
    tell: async ({ title, text }, signal) => {
      const body = smsOf(title, text);
      const sent = await sendToAll(body, body, signal);
      return sent.ok ? ok({ messageId: sent.value.messageId }) : sent;
    },
    ask: async (question, signal) => {
      const body = smsQuestion(question, clock.now(), settings.mayApprove);
      const sent = await sendToAll(body, settings.mayApprove ? question.code : body, signal);
      if (!sent.ok) return sent;
      const { messageId, sentAt } = sent.value;
      askedMs = clock.monotonicMs();
      codes.set(question.code, question.id);
      notebook.opened(question.id, { expiresAt: question.expiresAt, ref: `${sentAt}@${messageId}` });
      return ok({ messageId });
    },
    close: async (questionId, outcome, signal) => {
      if (notebook.closed(questionId) === null) return ok(undefined);
      for (const [code, id] of codes) if (id === questionId) codes.delete(code);
      const body = smsOf('CommandCenter', outcome);
      const sent = await sendToAll(body, body, signal);
      return sent.ok ? ok(undefined) : sent;
    },
    listen: (onAnswer, onTrouble, signal) =>
      listenWhileAwaited({
        clock,
        notebook,
        signal,
        onTrouble,
        pauseMs: () => (clock.monotonicMs() - askedMs < QUICK_FOR_MS ? QUICK_EVERY_MS : SLOW_EVERY_MS),
        poll: () =>
          replies.read(async (answer) => {
            const questionId = 'code' in answer.proof ? codes.get(answer.proof.code) : undefined;
            const outcome = await onAnswer(answer);
            // An answer that decided closes the question, and the closing line tells everybody.
            if (questionId !== undefined && !notebook.isOpen(questionId)) return;
            const nowMs = clock.monotonicMs();
            saidBackMs = [...saidBackMs.filter((atMs) => nowMs - atMs < HOUR_MS), nowMs];
            if (saidBackMs.length > SAID_BACK_AN_HOUR) return;
            const body = smsOf('CommandCenter', outcome);
            const said = await sender.send({ to: answer.from, body, mark: body }, signal);
            if (!said.ok) log.info('A reply could not be answered', { why: said.error.message });
          }, signal),
      }),
  };
};
