import { messageOf, ok } from '../../result.ts';
import { sendPatiently } from '../sending.ts';
import type { Messenger, MessengerDeps, OnAnswer } from '../types.ts';
import { createAsked } from './asked.ts';
import { watchInbox } from './inbox.ts';
import { judgeReply } from './judge-reply.ts';
import { answerMail, closingMail, noticeMail, type OutgoingMail, questionMail } from './outgoing.ts';
import type { ParsedMail } from './parse-mail.ts';
import { sendMail } from './smtp.ts';
import type { EmailAccount, EmailSettings } from './types.ts';

/** `authority`: see EmailAccount. */
export type EmailDeps = MessengerDeps<EmailSettings> & Pick<EmailAccount, 'authority'>;

/** E-mail: words go out by SMTP; replies come in by IMAP, and count only where the own mail server vouches for them. */
export const createEmail = (deps: EmailDeps): Messenger => {
  const { settings, clock, memory } = deps;
  const log = deps.log.room('email');
  const asked = createAsked(memory);
  const takesAnswers =
    settings.mayApprove && settings.imapHost !== '' && settings.authServer !== '' && settings.senders.length > 0;

  const send = (mail: OutgoingMail, signal: AbortSignal) =>
    sendPatiently(clock, signal, () => sendMail(deps, mail, new Date(clock.now()), signal));

  const onMail = async (
    mail: ParsedMail,
    messageId: string,
    onAnswer: OnAnswer,
    signal: AbortSignal,
  ): Promise<void> => {
    const judged = judgeReply(mail, asked.all(clock.now()), settings);
    if (!judged.counts) {
      log.info('A mail was left aside', { why: judged.why });
      return;
    }
    const { words, from, question } = judged;
    const sentence = await onAnswer({
      messenger: 'email',
      decision: words.decision,
      proof: { code: words.code },
      from,
      messageId,
      receivedAt: clock.now(),
    });
    // An answer that decided closes the question, and the closing line tells everybody.
    const stillOpen = question === null || asked.open(clock.now()).some(({ id }) => id === question.id);
    const isLate = question !== null && question.expiresAt <= clock.now();
    if (!stillOpen && !isLate) return;
    const sent = await send(answerMail(settings.from, from, mail.messageId, sentence), signal);
    if (!sent.ok) log.warn('What became of an answer could not be said', { why: sent.error.message });
  };

  return {
    kind: 'email',
    takesAnswers,
    tell: (message, signal) => send(noticeMail(settings.from, message), signal),
    ask: async (question, signal) => {
      const mail = questionMail(settings.from, question, takesAnswers);
      const { id, title, code, expiresAt } = question;
      const remembered = { id, title, code, expiresAt, messageId: mail.messageId, askedAt: clock.now(), closed: false };
      // Remembered before it is sent: the reply may be there before the server has said that it took the mail.
      asked.add(remembered);
      const sent = await send(mail, signal);
      if (!sent.ok) asked.close(id);
      return sent;
    },
    close: async (questionId, outcome, signal) => {
      const question = asked.find(questionId);
      // Never asked by mail, long ago, or closed already: there is nobody left to tell.
      if (question === undefined || question.closed) return ok(undefined);
      asked.close(questionId);
      const sent = await send(closingMail(settings.from, question, outcome), signal);
      return sent.ok ? ok(undefined) : sent;
    },
    listen: async (onAnswer, onTrouble, signal) => {
      if (!takesAnswers) return;
      await watchInbox(
        { account: deps, asked, clock, log, onTrouble, onMail: (mail, key) => onMail(mail, key, onAnswer, signal) },
        signal,
      ).catch((thrown: unknown) => {
        log.error('The inbox is no longer read', { why: messageOf(thrown) });
        onTrouble('The mailbox is no longer read.');
      });
    },
  };
};
