import { parseTypedAnswer, type TypedAnswer } from '../answer-words.ts';

/** Where mail programs begin to repeat what was answered. */
const QUOTE_BEGINS = [
  /^>/,
  /^\|/,
  /^-{2,}\s*(original|forwarded)/i,
  /^_{10,}$/,
  /^(from|von|de|da|van|från|fra)\s*:\s/i,
  /^(on|am|le|el|il|op|den)\b.{4,200}:$/i,
  /\b(wrote|schrieb|écrit|escribió|ha scritto|schreef|skrev)\s*:$/i,
];

const INVISIBLE = /\p{Cf}/gu;

const linesOf = (text: string): readonly string[] =>
  text
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .split(/\r\n|\r|\n|\u2028|\u2029/)
    .map((line) => line.replace(/\s+/g, ' ').trim());

/** The typed lines before the quoted part, without empty ones. */
const ownLines = (text: string): readonly string[] => {
  const lines = linesOf(text).filter((line) => line !== '');
  const quote = lines.findIndex((line) => QUOTE_BEGINS.some((begins) => begins.test(line)));
  return quote < 0 ? lines : lines.slice(0, quote);
};

/**
 * The answer on the first line that the person typed, and nothing else on it; null where there is none, or another one
 * follows: a decision must not hang on a guess.
 */
export const readReply = (text: string): TypedAnswer | null => {
  const [first, ...others] = ownLines(text).map(parseTypedAnswer);
  return first && others.every((other) => other === null) ? first : null;
};

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
]);
const MAX_CODE_POINT = 0x10_ff_ff;

const decodeEntity = (whole: string, name: string): string => {
  if (!name.startsWith('#')) return ENTITIES.get(name.toLowerCase()) ?? whole;
  const digits = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  return Number.isInteger(digits) && digits >= 0 && digits <= MAX_CODE_POINT ? String.fromCodePoint(digits) : whole;
};

/** Words of a mail that has no plain text. A block quote begins a quoted part; what nobody sees is left out. */
export const textOfHtml = (html: string): string =>
  html
    .replace(/<!--[\s\S]*?(-->|$)/g, '')
    .replace(/<(head|style|script|title)\b[\s\S]*?(<\/\1\s*>|$)/gi, '')
    .replace(/\s+/g, ' ')
    .replace(/<(blockquote|hr)\b[^<>]*>/gi, '\n> ')
    .replace(/<div\b[^<>]{0,500}\b(gmail_quote|yahoo_quoted|appendonsend|divRplyFwdMsg)[^<>]*>/gi, '\n> ')
    .replace(/<(br|\/?(p|div|li|tr|h[1-6]|table|ul|ol))\b[^<>]*>/gi, '\n')
    .replace(/<[^>]*(>|$)/g, '')
    .replace(/&(#x?[0-9a-f]{1,7}|[a-z]{2,8});/gi, decodeEntity);
