/** A mail's ENVELOPE (RFC 3501, 7.4.2): date, subject, from, sender, reply-to, to, cc, bcc, in-reply-to, message-id. */
const quoted = (text: string | undefined): string =>
  text === undefined ? 'NIL' : `"${text.replace(/\p{Cc}/gu, ' ').replace(/["\\]/g, '\\$&')}"`;

const addresses = (header: string | undefined): string => {
  const found = header?.match(/[^\s<>",]+@[^\s<>",]+/g) ?? [];
  if (found.length === 0) return 'NIL';
  const each = found.map((address) => {
    const [mailbox, host] = address.split('@');
    return `(NIL NIL ${quoted(mailbox)} ${quoted(host)})`;
  });
  return `(${each.join('')})`;
};

export const envelopeOf = (source: Buffer): string => {
  const [head = ''] = source.toString('latin1').split(/\r?\n\r?\n/);
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const header = (name: string): string | undefined =>
    lines
      .find((line) => line.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  const from = addresses(header('from'));
  const to = addresses(header('to'));
  const ids = `${quoted(header('in-reply-to'))} ${quoted(header('message-id'))}`;
  return `(${quoted(header('date'))} ${quoted(header('subject'))} ${from} ${from} ${from} ${to} NIL NIL ${ids})`;
};
