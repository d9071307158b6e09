import type { TypedAnswer } from '../answer-words.ts';
import { isVouchedFor } from './authentication-results.ts';
import type { ParsedMail } from './parse-mail.ts';
import { readReply, textOfHtml } from './reply-words.ts';
import type { AskedQuestion, EmailSettings } from './types.ts';

export type Judged =
  | { readonly counts: false; readonly why: string }
  | {
      readonly counts: true;
      readonly words: TypedAnswer;
      readonly from: string;
      /** Which question it answers; null where neither thread nor code names an open one. */
      readonly question: AskedQuestion | null;
    };

const no = (why: string): Judged => ({ counts: false, why });

const textOf = ({ text, html }: ParsedMail): string =>
  text !== null && text.trim() !== '' ? text : textOfHtml(html ?? '');

/**
 * Whether a mail is an answer that may be handed on. All are required: written by a person, by one listed sender, for
 * whom the own server vouches, with one keyword and a code on the first line that is not quoted.
 */
export const judgeReply = (
  mail: ParsedMail,
  open: readonly AskedQuestion[],
  settings: Pick<EmailSettings, 'senders' | 'authServer'>,
): Judged => {
  if (mail.automatic) return no('A program wrote it.');
  const [from, ...more] = mail.from;
  if (from === undefined || more.length > 0) return no('It does not have exactly one sender.');
  if (!settings.senders.some((sender) => sender.toLowerCase() === from)) return no('Its sender is not on the list.');
  const domain = from.slice(from.lastIndexOf('@') + 1);
  if (!isVouchedFor(mail.authenticationResults, settings.authServer, domain))
    return no('The own mail server does not vouch for its sender.');
  const words = readReply(textOf(mail));
  if (words === null) return no('Its first line is not one word and a code.');
  const byThread = mail.answers.flatMap((id) => open.filter(({ messageId }) => messageId === id)).at(0);
  const byCode = open.find(({ code }) => code === words.code);
  if (byThread && byCode && byThread !== byCode) return no('It answers one question with the code of another.');
  return { counts: true, words, from, question: byThread ?? byCode ?? null };
};
