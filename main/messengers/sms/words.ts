import { cutTo } from '../sending.ts';
import type { Question } from '../types.ts';
import { toGsm } from './gsm.ts';

/** One short message; two are sent as parts of 153. */
const ONE = 160;
const TWO = 306;
const MINUTE_MS = 60_000;

/** Title and text in two short messages at most. */
export const smsOf = (title: string, text: string): string => cutTo(toGsm(`${title}: ${text}`), TWO);

/**
 * A question in one short message where that can be: the title says what is asked and is never cut, nor are the words that
 * answer it; the reasons get what room is left.
 */
export const smsQuestion = (question: Question, now: number, mayAnswer: boolean): string => {
  const minutes = Math.max(1, Math.round((question.expiresAt - now) / MINUTE_MS));
  const how = mayAnswer
    ? `Reply YES ${question.code} or NO ${question.code} within ${minutes} min.`
    : `Answer in the app within ${minutes} min.`;
  const title = toGsm(question.title);
  const room = ONE - title.length - how.length - 2;
  const text = room < 12 ? '' : cutTo(toGsm(question.text), room);
  return [title, text, how].filter((part) => part !== '').join(' ');
};
