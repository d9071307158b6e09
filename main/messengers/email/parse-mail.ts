import PostalMime, { type Email } from 'postal-mime';

/** What is looked at in a mail that came in. Header values as written, lists from the top down. */
export interface ParsedMail {
  /** Addresses of all From headers, lower case. More than one is a reason not to believe any. */
  readonly from: readonly string[];
  readonly messageId: string | null;
  /** Message-IDs that it answers: In-Reply-To first, then References. */
  readonly answers: readonly string[];
  readonly subject: string;
  /** Written by a program: out of office, list, bounce, delivery report. */
  readonly automatic: boolean;
  readonly authenticationResults: readonly string[];
  readonly text: string | null;
  readonly html: string | null;
}

const ID = /<[^<>\s]{3,900}>/g;
/** Bounded, so that a long header of nothing does not hold the house up. */
const ADDRESS = /[^\s<>",;:()]{1,64}@[^\s<>",;:()]{1,255}/g;

/** Reads only what a person wrote on purpose: RFC 3834 for Auto-Submitted, an empty return path for bounces. */
const isAutomatic = (valuesOf: (name: string) => readonly string[]): boolean => {
  const submitted = valuesOf('auto-submitted').some((value) => !/^no\b/i.test(value.trim()));
  const bulk = valuesOf('precedence').some((value) => /^(bulk|list|junk|auto_reply)\b/i.test(value.trim()));
  const bounced = valuesOf('return-path').some((value) => /^<\s*>$/.test(value.trim()));
  const report = valuesOf('content-type').some((value) => /^multipart\/report\b/i.test(value.trim()));
  return submitted || bulk || bounced || report || valuesOf('x-autoreply').length > 0;
};

const addressesOf = (from: Email['from']): readonly string[] => {
  if (from === undefined) return [];
  return from.group === undefined ? [from.address] : from.group.map(({ address }) => address);
};

/** The bracketed or bare addresses of a From header, counted so that a second one cannot hide. */
const fromOf = (email: Email, headers: readonly string[]): readonly string[] => {
  const parsed = addressesOf(email.from).filter((address) => address !== '');
  const written = headers.flatMap((value) => value.match(ADDRESS) ?? []);
  return [...new Set([...parsed, ...written].map((address) => address.toLowerCase()))];
};

/** Null for what is no mail. Never throws, whatever the bytes. */
export const parseMail = async (bytes: Uint8Array): Promise<ParsedMail | null> => {
  try {
    const email = await PostalMime.parse(bytes, {
      forceRfc822Attachments: true,
      maxNestingDepth: 20,
      maxHeadersSize: 262_144,
    });
    const valuesOf = (name: string): readonly string[] =>
      email.headers.filter(({ key }) => key === name).map(({ value }) => value);
    const idsIn = (name: string): readonly string[] => valuesOf(name).flatMap((value) => value.match(ID) ?? []);
    return {
      from: fromOf(email, valuesOf('from')),
      messageId: idsIn('message-id')[0] ?? null,
      answers: [...new Set([...idsIn('in-reply-to'), ...idsIn('references')])],
      subject: email.subject ?? '',
      automatic: isAutomatic(valuesOf),
      authenticationResults: valuesOf('authentication-results'),
      text: email.text ?? null,
      html: email.html ?? null,
    };
  } catch {
    return null; // Counted by the inbox as a mail that could not be read.
  }
};
