/** Mails as they lie in a mailbox. */
interface Words {
  readonly from?: string;
  readonly text?: string;
  readonly html?: string;
  readonly inReplyTo?: string;
  readonly messageId?: string;
  readonly subject?: string;
  /** Authentication-Results from the top down; null: none. */
  readonly results?: readonly string[] | null;
  readonly headers?: readonly string[];
}

export const OWN_SERVER = 'mx.home.example';
export const WRITER = 'anna@home.example';
export const VOUCHED = `${OWN_SERVER}; dkim=pass header.d=home.example; dmarc=pass header.from=home.example`;

let counter = 0;

export const mailOf = (words: Words): string => {
  counter += 1;
  const results = words.results === undefined ? [VOUCHED] : (words.results ?? []);
  return [
    ...results.map((result) => `Authentication-Results: ${result}`),
    ...(words.headers ?? []),
    `From: Anna <${words.from ?? WRITER}>`,
    'To: house@home.example',
    `Subject: ${words.subject ?? 'Re: something'}`,
    `Message-ID: ${words.messageId ?? `<reply-${counter}@home.example>`}`,
    ...(words.inReplyTo === undefined ? [] : [`In-Reply-To: ${words.inReplyTo}`]),
    `Content-Type: ${words.html === undefined ? 'text/plain' : 'text/html'}; charset=utf-8`,
    'MIME-Version: 1.0',
    '',
    words.html ?? words.text ?? '',
    '',
  ].join('\r\n');
};
