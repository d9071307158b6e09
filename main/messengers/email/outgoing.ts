import { randomUUID } from 'node:crypto';
import type { Question, Told } from '../types.ts';
import type { AskedQuestion } from './types.ts';

/** A mail to be sent, plain text. Whoever receives it is the sender's business. */
export interface OutgoingMail {
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
  /** The Message-ID that it follows, in the same thread. */
  readonly inReplyTo?: string;
  /** Only this person, where it is for one. */
  readonly to?: string;
}

const MAX_SUBJECT = 150;

/** One line, however the words came. */
const subjectLine = (text: string): string =>
  text
    .replace(/\p{C}+/gu, ' ')
    .trim()
    .slice(0, MAX_SUBJECT);

/** A Message-ID of our own (RFC 5322, 3.6.4), so that replies can be told apart by thread. */
const newMessageId = (from: string): string => {
  const domain = /@([a-z0-9.-]+)$/i.exec(from)?.[1] ?? 'commandcenter.invalid';
  return `<cc.${randomUUID()}@${domain}>`;
};

export const noticeMail = (from: string, { title, text }: Told): OutgoingMail => ({
  messageId: newMessageId(from),
  subject: subjectLine(title),
  text,
});

/** The lines that say how to answer never look like an answer: a mail program may repeat them unmarked. */
export const questionMail = (from: string, question: Question, takesAnswers: boolean): OutgoingMail => {
  const how = takesAnswers
    ? [
        'Answer this mail. The first line must be nothing but one of these:',
        `  to approve: "YES ${question.code}"`,
        `  to deny: "NO ${question.code}"`,
        'No answer means no.',
      ]
    : ['This cannot be answered by mail: answer in CommandCenter.'];
  const code = takesAnswers ? ` [${question.code}]` : '';
  return {
    messageId: newMessageId(from),
    subject: `${subjectLine(question.title)}${code}`,
    text: [question.text, '', ...how].join('\n'),
  };
};

export const closingMail = (from: string, question: AskedQuestion, outcome: string): OutgoingMail => ({
  messageId: newMessageId(from),
  subject: `Re: ${subjectLine(question.title)}`,
  text: outcome,
  inReplyTo: question.messageId,
});

/** What became of a reply, said to its writer alone. */
export const answerMail = (from: string, to: string, inReplyTo: string | null, outcome: string): OutgoingMail => ({
  messageId: newMessageId(from),
  subject: 'Re: your answer',
  text: outcome,
  to,
  ...(inReplyTo === null ? {} : { inReplyTo }),
});
