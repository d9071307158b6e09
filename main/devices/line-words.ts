/** The words of one line: a name, then `key=value` pairs; a value with spaces stands in single or double quotes. */
export interface LineWords {
  readonly name: string;
  readonly pairs: readonly (readonly [string, string])[];
}

const PAIR = /\s+([a-z-]+)=(?:"([^"]*)"|'([^']*)'|([^\s"'][^\s]*))/y;
const NAME = /^\s*([^\s=]+)(?=\s|$)/;

/** Reads one line, or says what is wrong with it. */
export const wordsOf = (line: string): LineWords | { readonly problem: string } => {
  const name = NAME.exec(line)?.[1];
  if (name === undefined) return { problem: 'it does not begin with a name' };
  const pairs: [string, string][] = [];
  let at = line.indexOf(name) + name.length;
  while (line.slice(at).trim() !== '') {
    PAIR.lastIndex = at;
    const found = PAIR.exec(line);
    if (!found) return { problem: `"${line.slice(at).trim().slice(0, 40)}" is not of the form key=value` };
    const [, key = '', double, single, bare] = found;
    if (pairs.some(([known]) => known === key)) return { problem: `"${key}" stands there twice` };
    pairs.push([key, double ?? single ?? bare ?? '']);
    at = PAIR.lastIndex;
  }
  return { name, pairs };
};
