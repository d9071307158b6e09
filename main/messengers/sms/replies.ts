import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { ok, type Result } from '../../result.ts';
import { parseTypedAnswer } from '../answer-words.ts';
import type { Notebook } from '../notebook.ts';
import type { Answer } from '../types.ts';
import type { Sms, Twilio } from './twilio.ts';

const HANDLED_KEPT = 200;

/**
 * Reads what the listed people wrote since the oldest open question, each message once. What is no answer is left alone.
 * Times are compared by Twilio's clock alone; it knows seconds.
 */
export const createReplies = (deps: {
  readonly twilio: Twilio;
  readonly settings: { readonly from: string; readonly to: readonly string[] };
  readonly notebook: Notebook;
  readonly clock: Clock;
  readonly log: Log;
}): {
  read(onAnswer: (answer: Answer) => Promise<void>, signal: AbortSignal): Promise<Result<void>>;
} => {
  const { twilio, settings, notebook, clock, log } = deps;
  const handled = new Set(notebook.mark().split(' ').filter(Boolean));

  const handle = async (reply: Sms, onAnswer: (answer: Answer) => Promise<void>): Promise<void> => {
    const typed = parseTypedAnswer(reply.body);
    if (typed === null) log.info('An SMS was no answer to a question');
    else
      await onAnswer({
        messenger: 'sms',
        decision: typed.decision,
        proof: { code: typed.code },
        from: reply.from,
        messageId: reply.sid,
        receivedAt: clock.now(),
      });
    handled.add(reply.sid);
    notebook.setMark([...handled].slice(-HANDLED_KEPT).join(' '));
  };

  return {
    read: async (onAnswer, signal) => {
      const askedAt = notebook.awaited().map((ref) => Number(ref.split('@')[0]));
      if (askedAt.length === 0) return ok(undefined);
      const firstAt = Math.min(...askedAt);
      const sinceDay = new Date(firstAt).toISOString().slice(0, 10);
      for (const person of settings.to) {
        const listed = await twilio.list({ to: settings.from, from: person, sinceDay }, signal);
        if (!listed.ok) return listed;
        const isNew = ({ sid, direction, from, date_sent: sentAt }: Sms): boolean =>
          direction === 'inbound' && from === person && sentAt !== null && sentAt >= firstAt && !handled.has(sid);
        for (const reply of listed.value.filter(isNew).reverse()) {
          if (signal.aborted) return ok(undefined);
          await handle(reply, onAnswer);
        }
      }
      return ok(undefined);
    },
  };
};
