import { describe, expect, it } from 'vitest';
import { isVouchedFor, parseAuthenticationResults } from '../../../main/messengers/email/authentication-results.ts';
import { judgeReply } from '../../../main/messengers/email/judge-reply.ts';
import { parseMail } from '../../../main/messengers/email/parse-mail.ts';
import { readReply, textOfHtml } from '../../../main/messengers/email/reply-words.ts';

const OWN = 'mx.google.com';
const GMAIL = `mx.google.com;
       dkim=pass header.i=@home.example header.s=20230601 header.b="Ab;c (d";
       spf=pass (google.com: domain of anna@home.example designates 209.85.220.41 as permitted sender) smtp.mailfrom=anna@home.example;
       dmarc=pass (p=NONE sp=QUARANTINE dis=NONE) header.from=home.example`;

describe('what the own server says of the sender', () => {
  it('is read with comments, quotes and folded lines', () => {
    const parsed = parseAuthenticationResults(GMAIL);
    expect(parsed?.server).toBe(OWN);
    expect(parsed?.results.map(({ method, result }) => `${method}=${result}`)).toEqual([
      'dkim=pass',
      'spf=pass',
      'dmarc=pass',
    ]);
    expect(parsed?.results[2]?.properties.get('header.from')).toBe('home.example');
    expect(isVouchedFor([GMAIL], OWN, 'home.example')).toBe(true);
  });

  it.each([
    ['another domain', [GMAIL], 'evil.example'],
    ['another server', [GMAIL.replace(OWN, 'mx.evil.example')], 'home.example'],
    ['a server whose name only begins alike', [GMAIL.replace(OWN, `${OWN}.evil.example`)], 'home.example'],
    ['only SPF', [`${OWN}; spf=pass smtp.mailfrom=anna@home.example`], 'home.example'],
    ['a failure above a forged pass', [`${OWN}; dmarc=fail header.from=home.example`, GMAIL], 'home.example'],
    ['nothing above a forged pass', [`${OWN}; none`, GMAIL], 'home.example'],
    ['a pass inside a comment', [`${OWN}; dmarc=fail (dmarc=pass header.from=home.example)`], 'home.example'],
    ['a pass inside quotes', [`${OWN}; dkim=fail reason="; dmarc=pass header.from=home.example"`], 'home.example'],
    ['a signer above all', [`${OWN}; dkim=pass header.d=example`], 'home.example'],
    ['a signer below', [`${OWN}; dkim=pass header.d=evil.home.example`], 'home.example'],
    ['no signer', [`${OWN}; dkim=pass`], 'home.example'],
  ])('does not count: %s', (_name, headers, domain) => {
    expect(isVouchedFor(headers, OWN, domain)).toBe(false);
  });

  it('counts where the signer stands above the sender, in any case', () => {
    expect(isVouchedFor([`MX.Google.com 1; DKIM=Pass Header.D=Home.Example`], OWN, 'mail.home.example')).toBe(true);
    expect(isVouchedFor([GMAIL], '', 'home.example')).toBe(false);
  });
});

describe('the typed lines', () => {
  it.each([
    [
      '\r\n\r\nYES 482913\r\n\r\nAnna\r\n\r\nOn Mon, 2 Nov 2026 at 14:00, House <h@x.y> wrote:\r\n> NO 111111',
      'approve',
    ],
    ['no 482913', 'deny'],
    ['\u200bYES\u00a0４８２９１３', 'approve'],
    ['Yes 482913\n\n-----Original Message-----\nNO 482913', 'approve'],
  ])('answer with their first one: %j', (text, decision) => {
    expect(readReply(text)).toEqual({ decision, code: '482913' });
  });

  it.each([
    ['', 'nothing'],
    ['> YES 482913', 'quoted'],
    ['On Monday House wrote:\nYES 482913', 'below the line that begins the quoted part'],
    ['Hello\nYES 482913', 'not first'],
    ['YES 482913\nNO 482913', 'both'],
    ['YES NO 482913', 'two words'],
    ['YES 48291', 'five digits'],
    ['YES', 'no code'],
    ['Do not YES 482913', 'words around it'],
  ])('do not answer: %j (%s)', (text) => {
    expect(readReply(text)).toBeNull();
  });

  it('are found in HTML, without what is hidden or quoted', () => {
    const html =
      '<head><style>NO 111111</style></head><!-- NO 222222 --><div dir="ltr">YES&nbsp;&#52;82913</div><br><div class="gmail_quote">NO 482913</div>';
    expect(readReply(textOfHtml(html))).toEqual({ decision: 'approve', code: '482913' });
    expect(readReply(textOfHtml('<blockquote type="cite"><p>YES 482913</p></blockquote>'))).toBeNull();
  });
});

describe('the sender', () => {
  it.each([
    ['twice, the stranger below', ['Anna <anna@home.example>', 'eve@evil.example'], false],
    ['twice, the stranger above', ['eve@evil.example', 'Anna <anna@home.example>'], false],
    ['with another address for a name', ['"eve@evil.example" <anna@home.example>'], false],
    ['in a group', ['House: anna@home.example, eve@evil.example;'], false],
    ['alone', ['"anna@home.example" <Anna@Home.Example>'], true],
  ])('is believed only alone: %s', async (_name, senders, counts) => {
    const head = senders.map((sender) => `From: ${sender}`).join('\r\n');
    const mail = await parseMail(Buffer.from(`Authentication-Results: ${GMAIL}\r\n${head}\r\n\r\nYES 482913\r\n`));
    const judged = mail && judgeReply(mail, [], { senders: ['anna@home.example'], authServer: OWN });
    expect(judged?.counts).toBe(counts);
  });
});
