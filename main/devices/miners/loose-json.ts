/**
 * Reads the JSON that mining firmware writes. The defects below are all seen in the field, and each is mended while
 * reading instead of by search and replace, so that text inside strings stays as it is: a trailing NUL, raw line breaks
 * in strings, missing and spare commas, `nan` and `inf`, a list written with curly brackets, repeated names, a lost
 * opening bracket. What is cut short or no JSON at all is refused.
 */
export type LooseValue = string | number | boolean | null | readonly LooseValue[] | LooseObject;
/** A map, because names come from the network. Of a repeated name the last value keeps it; earlier ones get `name#1`, … */
export type LooseObject = ReadonlyMap<string, LooseValue>;

export type LooseAnswer =
  | { readonly ok: true; readonly value: LooseValue; readonly repaired: boolean }
  | { readonly ok: false; readonly why: 'cut-short' | 'not-json' };

const DEEPEST = 16;
const SPACE = new Set([' ', '\t', '\r', '\n', '\0']);
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };
const WORD = /[A-Za-z0-9+\-.]/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const WORDS: ReadonlyMap<string, LooseValue> = new Map<string, LooseValue>([
  ['true', true],
  ['false', false],
  ['null', null],
  // Not a number means not known.
  ['nan', null],
  ['-nan', null],
  ['inf', null],
  ['-inf', null],
  ['infinity', null],
]);

/** Thrown inside this file only, to leave the recursion. */
class Stop extends Error {
  readonly why: 'cut-short' | 'not-json';
  constructor(why: 'cut-short' | 'not-json') {
    super(why);
    this.why = why;
  }
}

const reader = (text: string) => {
  let at = 0;
  let repaired = false;

  const mend = (): void => {
    repaired = true;
  };
  const peek = (): string => {
    while (SPACE.has(text.charAt(at))) at += 1;
    return text.charAt(at);
  };
  const needed = (): string => {
    const next = peek();
    if (next === '') throw new Stop('cut-short');
    return next;
  };

  const string = (): string => {
    at += 1; // The opening quote.
    let read = '';
    for (;;) {
      const next = text.charAt(at);
      if (next === '') throw new Stop('cut-short');
      at += 1;
      if (next === '"') return read;
      if (next !== '\\') {
        if (next < ' ') mend();
        read += next;
        continue;
      }
      const escaped = text.charAt(at);
      at += 1;
      if (escaped === 'u') {
        const code = Number.parseInt(text.slice(at, at + 4), 16);
        at += 4;
        read += Number.isNaN(code) ? '' : String.fromCharCode(code);
      } else read += ESCAPES[escaped] ?? escaped;
    }
  };

  const bare = (): LooseValue => {
    const start = at;
    while (WORD.test(text.charAt(at))) at += 1;
    const word = text.slice(start, at);
    if (word === '') throw new Stop('not-json');
    if (at >= text.length) throw new Stop('cut-short');
    if (NUMBER.test(word)) {
      const value = Number(word);
      return Number.isFinite(value) ? value : null;
    }
    const known = WORDS.get(word.toLowerCase());
    if (known === undefined) throw new Stop('not-json');
    if (known === null && word !== 'null') mend();
    return known;
  };

  /** Steps over the commas before the next member; answers false at the end of the list. */
  const goOn = (closing: string, isFirst: boolean): boolean => {
    let commas = 0;
    while (needed() === ',') {
      commas += 1;
      at += 1;
    }
    const isEnd = needed() === closing;
    if (commas !== (isFirst || isEnd ? 0 : 1)) mend();
    if (isEnd) at += 1;
    return !isEnd;
  };

  const list = (closing: string, depth: number): readonly LooseValue[] => {
    const values: LooseValue[] = [];
    while (goOn(closing, values.length === 0)) values.push(value(depth));
    return values;
  };

  const object = (depth: number): LooseObject => {
    const members = new Map<string, LooseValue>();
    const times = new Map<string, number>();
    let isFirst = true;
    while (goOn('}', isFirst)) {
      isFirst = false;
      if (needed() !== '"') throw new Stop('not-json');
      const name = string();
      if (needed() !== ':') throw new Stop('not-json');
      at += 1;
      const earlier = members.get(name);
      if (earlier !== undefined) {
        const time = (times.get(name) ?? 0) + 1;
        times.set(name, time);
        members.set(`${name}#${time}`, earlier);
        mend();
      }
      members.set(name, value(depth));
    }
    return members;
  };

  const value = (depth: number): LooseValue => {
    if (depth > DEEPEST) throw new Stop('not-json');
    const next = needed();
    if (next === '"') return string();
    if (next === '[') {
      at += 1;
      return list(']', depth + 1);
    }
    if (next !== '{') return bare();
    at += 1;
    const first = needed();
    if (first !== '{' && first !== '[') return object(depth + 1);
    mend();
    return list('}', depth + 1);
  };

  return {
    read: (): { readonly value: LooseValue; readonly repaired: boolean } => {
      if (peek() === ',') {
        // The opening bracket was lost with the buffer's start.
        mend();
        return { value: object(0), repaired };
      }
      if (peek() !== '{' && peek() !== '[') throw new Stop('not-json');
      const read = value(0);
      if (peek() !== '') throw new Stop('not-json');
      return { value: read, repaired };
    },
  };
};

export const parseLoose = (text: string): LooseAnswer => {
  try {
    return { ok: true, ...reader(text).read() };
  } catch (thrown) {
    if (thrown instanceof Stop) return { ok: false, why: thrown.why };
    throw thrown;
  }
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x7b, 0x5b]);
const CLOSING = new Set([0x7d, 0x5d]);

/** Whether bytes hold a whole answer: a NUL ends it, or as many brackets are closed as were opened. */
export const isWholeAnswer = (bytes: Buffer): boolean => {
  let depth = 0;
  let seen = false;
  let inString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0) return true;
    if (inString) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (OPENING.has(byte)) {
      depth += 1;
      seen = true;
    } else if (CLOSING.has(byte)) depth -= 1;
  }
  return seen && depth <= 0;
};

/** A finite number, also where it comes as text; null for anything else. */
export const numberIn = (value: LooseValue | undefined): number | null => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || !NUMBER.test(value.trim())) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
};

export const textIn = (value: LooseValue | undefined): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : null;

export const isObject = (value: LooseValue | undefined): value is LooseObject => value instanceof Map;

export const isList = (value: LooseValue | undefined): value is readonly LooseValue[] => Array.isArray(value);
