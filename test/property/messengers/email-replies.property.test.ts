import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isVouchedFor, parseAuthenticationResults } from '../../../main/messengers/email/authentication-results.ts';
import { judgeReply } from '../../../main/messengers/email/judge-reply.ts';
import { parseMail } from '../../../main/messengers/email/parse-mail.ts';
import { readReply, textOfHtml } from '../../../main/messengers/email/reply-words.ts';
import { mailOf, OWN_SERVER, VOUCHED, WRITER } from '../../support/messengers/mails.ts';

const SETTINGS = { senders: [WRITER], authServer: OWN_SERVER };
const ASKED = {
  id: 'p1',
  messageId: '<q1@home.example>',
  code: '482913',
  title: 'Boiler',
  askedAt: 0,
  expiresAt: 1,
  closed: false,
};
const judged = async (source: string | Uint8Array) => {
  const mail = await parseMail(Buffer.from(source));
  return mail === null ? null : judgeReply(mail, [ASKED], SETTINGS);
};

/** Bits of which mails and their headers are made, in any disorder. */
const scraps = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          'From: ',
          WRITER,
          'Content-Type: multipart/mixed; boundary=b',
          '--b',
          '\r\n',
          '\r\n\r\n',
          ' ',
          '\t',
          '<',
          '>',
        ],
        ...[
          'Authentication-Results: ',
          OWN_SERVER,
          '; dmarc=pass',
          '(',
          ')',
          '"',
          '\\',
          ';',
          '=',
          'YES 482913',
          '&#x0;',
        ],
        ...['Content-Transfer-Encoding: base64', '=?utf-8?q?', '<div', '<!--', '<blockquote>', '&#1114112;', '\0'],
      ),
      fc.string({ maxLength: 8 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

describe('mails that come in', () => {
  it('never throw, whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 2_000 }),
          scraps.map((text) => Buffer.from(text)),
        ),
        async (bytes) => {
          await judged(bytes);
        },
      ),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(scraps, (text) => {
        parseAuthenticationResults(text);
        readReply(textOfHtml(text));
        readReply(text);
      }),
    );
  });

  it('are judged quickly, however long a line of nothing is', () => {
    for (const scrap of ['<div ', '<hr', '&#', '(', '"', ' ', 'a', '=', '<!--', '> ', '\\', '<style', 'on ']) {
      const long = scrap.repeat(100_000);
      readReply(textOfHtml(long));
      readReply(long);
      expect(isVouchedFor([long, `${OWN_SERVER}; ${long}`], OWN_SERVER, 'home.example')).toBe(false);
    }
  });

  it('count as they were written', async () => {
    const positive = fc.constantFrom(['YES', 'approve'] as const, ['no', 'deny'] as const);
    await fc.assert(
      fc.asyncProperty(positive, fc.boolean(), async ([word, decision], threaded) => {
        const answer = await judged(
          mailOf({ text: `${word} 482913`, ...(threaded ? { inReplyTo: ASKED.messageId } : {}) }),
        );
        expect(answer).toMatchObject({ counts: true, words: { decision }, question: { id: 'p1' } });
      }),
      { numRuns: 20 },
    );
  });

  it('are not believed by what another server wrote, or what lies below what the own one wrote', async () => {
    const server = fc
      .oneof(
        fc.domain(),
        fc.constantFrom(`${OWN_SERVER}.evil.example`, `x${OWN_SERVER}`, `"${OWN_SERVER}x"`, `(${OWN_SERVER}) a.b`),
      )
      .filter((name) => name.toLowerCase() !== OWN_SERVER);
    const forged = server.map((name) => VOUCHED.replace(OWN_SERVER, name));
    const honest = fc.constantFrom(
      `${OWN_SERVER}; none`,
      `${OWN_SERVER}; dmarc=fail header.from=home.example`,
      `${OWN_SERVER}; spf=pass; dkim=pass header.d=evil.example`,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(forged, { maxLength: 4 }),
        fc.option(honest),
        fc.array(forged),
        async (above, own, below) => {
          const results = own === null ? [...above, ...below] : [...above, own, VOUCHED, ...below];
          expect(await judged(mailOf({ text: 'YES 482913', results }))).toMatchObject({ counts: false });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('never count by what is quoted', async () => {
    const word = fc.constantFrom('YES 482913', 'NO 482913', 'yes 482913.');
    const prefix = fc.constantFrom('> ', '>', '>> ', '> > ', '| ', ' > ');
    const quotes = fc.array(fc.tuple(prefix, word), { minLength: 1, maxLength: 5 });
    const before = fc.constantFrom(
      '',
      '\r\n',
      'On Mon, 2 Nov 2026, House wrote:\r\n',
      '-----Original Message-----\r\n',
      'Hello\r\n',
    );
    await fc.assert(
      fc.asyncProperty(before, quotes, word, async (head, lines, bare) => {
        const text = `${head}${lines.map(([mark, words]) => `${mark}${words}`).join('\r\n')}\r\n${bare}`;
        expect(await judged(mailOf({ text }))).toMatchObject({ counts: false });
        const html = `<p>${head}</p><blockquote>${lines.map(([, words]) => `<div>${words}</div>`).join('')}</blockquote>`;
        expect(await judged(mailOf({ html }))).toMatchObject({ counts: false });
      }),
      { numRuns: 200 },
    );
  });
});
