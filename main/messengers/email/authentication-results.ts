/**
 * Authentication-Results (RFC 8601): what a receiving server found out about who sent a mail. The text comes with the
 * mail, so anybody can write one; only the topmost that carries the own server's name was put there by that server.
 */
interface MethodResult {
  readonly method: string;
  readonly result: string;
  /** `header.from`, `header.d`, `header.i`, … in lower case. */
  readonly properties: ReadonlyMap<string, string>;
}
export interface AuthenticationResults {
  /** The name of the server that wrote it, in lower case. */
  readonly server: string;
  readonly results: readonly MethodResult[];
}

const QUOTE = '"';
/** No server writes more; a sender might. */
const MAX_LENGTH = 8_000;

/** Takes comments out, nested ones too, and leaves quoted strings and escapes as they are. An open comment swallows the rest. */
const withoutComments = (text: string): string => {
  let kept = '';
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const escaped = character === '\\';
    if (depth === 0) kept += escaped ? text.slice(at, at + 2) : character === '(' && !quoted ? ' ' : character;
    if (escaped) at += 1;
    else if (character === QUOTE && depth === 0) quoted = !quoted;
    else if (character === '(' && !quoted) depth += 1;
    else if (character === ')' && depth > 0) depth -= 1;
  }
  return kept;
};

/** Cuts at `separator` wherever it is outside quotes. */
const splitOutsideQuotes = (text: string, separator: RegExp): readonly string[] => {
  const parts: string[] = [''];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const escaped = character === '\\';
    if (character === QUOTE) quoted = !quoted;
    if (!quoted && separator.test(character)) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${escaped ? text.slice(at, at + 2) : character}`);
    if (escaped) at += 1;
  }
  return parts.map((part) => part.trim());
};

const unquoted = (text: string): string => text.replace(/^"(.*)"$/s, '$1').replace(/\\(.)/gs, '$1');

const pairOf = (word: string): readonly [string, string] | null => {
  const at = word.indexOf('=');
  if (at < 1 || at === word.length - 1) return null;
  return [word.slice(0, at).toLowerCase(), unquoted(word.slice(at + 1)).toLowerCase()];
};

const methodOf = (part: string): MethodResult | null => {
  const [first, ...properties] = splitOutsideQuotes(part.replace(/\s*=\s*/g, '='), /\s/)
    .filter((word) => word !== '')
    .map(pairOf);
  if (!first) return null;
  const [method = ''] = first[0].split('/');
  return { method, result: first[1], properties: new Map(properties.filter((pair) => pair !== null)) };
};

/** Null where it is no such header at all. Never throws. */
export const parseAuthenticationResults = (header: string): AuthenticationResults | null => {
  const [head = '', ...parts] = splitOutsideQuotes(withoutComments(header.slice(0, MAX_LENGTH)), /;/);
  const server = unquoted(head.split(/\s+/)[0] ?? '').toLowerCase();
  if (server === '') return null;
  return { server, results: parts.map(methodOf).filter((result) => result !== null) };
};

/** DKIM alignment: the signing domain is that of the sender or one that it lies under; a bare top-level domain signs for nobody. */
const isAligned = (signer: string, domain: string): boolean =>
  signer === domain || (signer.includes('.') && domain.endsWith(`.${signer}`));

const vouches = ({ method, result, properties }: MethodResult, domain: string): boolean => {
  if (result !== 'pass') return false;
  if (method === 'dmarc') return (properties.get('header.from') ?? domain) === domain;
  if (method !== 'dkim') return false;
  const signer = properties.get('header.d') ?? properties.get('header.i')?.split('@').at(-1);
  return signer !== undefined && isAligned(signer, domain);
};

/**
 * Whether the own server vouches that the mail is from `domain`. `headers` are all Authentication-Results of the mail
 * from the top down. Of those under the own server's name only the topmost counts: servers add at the top, and
 * whatever the sender wrote lies below.
 */
export const isVouchedFor = (headers: readonly string[], ownServer: string, domain: string): boolean => {
  const own = ownServer.trim().toLowerCase();
  if (own === '' || domain === '') return false;
  const topmost = headers.map(parseAuthenticationResults).find((each) => each?.server === own);
  return topmost?.results.some((result) => vouches(result, domain.toLowerCase())) ?? false;
};
