import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, replayClock, systemClock } from '../../../main/clock.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { createEmail } from '../../../main/messengers/email/email.ts';
import { LOOK_EVERY_MS } from '../../../main/messengers/email/inbox.ts';
import type { Answer, Question } from '../../../main/messengers/types.ts';
import { DEFAULT_MESSAGE_SETTINGS } from '../../../preload/contract/messages.ts';
import { dovecotMissing, startDovecot } from '../../support/messengers/dovecot.ts';
import { type ImapServer, startImapServer } from '../../support/messengers/imap-server.ts';
import { mailOf, OWN_SERVER, WRITER } from '../../support/messengers/mails.ts';
import { startSmtpServer } from '../../support/messengers/smtp-server.ts';
import { ONE, OTHER } from '../../support/tls/pairs.ts';

type Encryption = 'tls' | 'starttls' | 'off';
const LOGIN = { user: 'house@home.example', password: 'a-long-password', accessToken: 'ya29.token' };
const signal = new AbortController().signal;
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const question = (id = 'p1', code = '482913'): Question => ({
  id,
  title: 'Turn the boiler on?',
  text: 'The sun gives 3 kW more than the house uses. Nothing happens when nobody answers by 14:05.',
  expiresAt: Date.now() + 300_000,
  approveToken: 'a',
  denyToken: 'd',
  code,
});

const bench = async (
  options: {
    readonly encryption?: Encryption;
    readonly idle?: boolean;
    readonly secret?: string;
    readonly refuse?: (recipient: string) => { readonly code: number; readonly text: string } | null;
    readonly mute?: boolean;
    readonly authority?: string;
    readonly mailboxPassword?: string;
    readonly clock?: Clock;
    /** Another mailbox than the one of the stand-in. */
    readonly imapPort?: number;
  } = {},
) => {
  const { encryption = 'tls', idle = true } = options;
  const smtp = await startSmtpServer({ encryption, pair: ONE, ...LOGIN, ...options });
  const imap = await startImapServer({
    ...{ encryption, pair: ONE, ...LOGIN, idle },
    password: options.mailboxPassword ?? LOGIN.password,
  });
  ends.push(smtp.close, imap.close);
  let kept: string | undefined;
  const sink = memorySink();
  const clock = options.clock ?? systemClock();
  const settings = {
    ...DEFAULT_MESSAGE_SETTINGS.email,
    enabled: true,
    smtpHost: 'localhost',
    smtpPort: smtp.port,
    smtpEncryption: encryption,
    imapHost: 'localhost',
    imapPort: options.imapPort ?? imap.port,
    imapEncryption: encryption,
    user: LOGIN.user,
    from: LOGIN.user,
    to: ['anna@home.example', 'ben@home.example'],
    senders: ['Anna@home.example'],
    authServer: OWN_SERVER,
    mayApprove: true,
  };
  const make = () =>
    createEmail({
      settings,
      secret: options.secret ?? LOGIN.password,
      authority: options.authority ?? ONE.cert,
      clock,
      log: createLog(sink, clock),
      memory: {
        get: () => kept,
        set: (text) => {
          kept = text;
        },
      },
    });
  return { smtp, imap, sink, make, email: make() };
};

/** Listens until the test ends, and gives answers one by one. */
const listening = (email: ReturnType<typeof createEmail>, said = 'Approved: the boiler is on.') => {
  const life = new AbortController();
  const answers: Answer[] = [];
  const troubles: (string | null)[] = [];
  const waiting: ((answer: Answer) => void)[] = [];
  const done = email.listen(
    async (answer) => {
      answers.push(answer);
      waiting.shift()?.(answer);
      return said;
    },
    (failure) => troubles.push(failure),
    life.signal,
  );
  const stop = async (): Promise<void> => {
    life.abort();
    await done;
  };
  ends.push(stop);
  return { answers, troubles, stop, next: () => new Promise<Answer>((resolve) => waiting.push(resolve)) };
};

/** Resolves when the client has looked through the mailbox and waits for more. */
const idling = (imap: ImapServer): Promise<void> => imap.whenCommand('IDLE');

describe('mails that go out', () => {
  it.each(['tls', 'starttls', 'off'] as const)('are plain, marked as automatic and entered with (%s)', async (kind) => {
    const { email, smtp } = await bench({ encryption: kind });
    const sent = await email.tell(
      { title: 'The meter\r\nBcc: x@y.z', text: 'It is silent.', level: 'critical' },
      signal,
    );
    expect(sent).toMatchObject({ ok: true });
    const [taken] = smtp.taken;
    expect(taken).toMatchObject({
      to: ['anna@home.example', 'ben@home.example'],
      user: LOGIN.user,
      secure: kind !== 'off',
    });
    expect(taken?.mail.subject).toBe('The meter Bcc: x@y.z');
    expect(taken?.mail.messageId).toBe(sent.ok ? sent.value.messageId : '');
    expect(taken?.source).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(taken?.source).toMatch(/^Content-Type: text\/plain/m);
    expect(taken?.source).not.toMatch(/^Bcc:/m);
  });

  it('enter with an access token', async () => {
    const { email, smtp } = await bench({ secret: `oauth:${LOGIN.accessToken}` });
    expect(await email.tell({ title: 'A', text: 'B', level: 'info' }, signal)).toMatchObject({ ok: true });
    expect(smtp.taken).toHaveLength(1);
  });

  it('ask with a code in the subject, and say how to answer only where an answer counts', async () => {
    const { email, smtp } = await bench();
    await email.ask(question(), signal);
    const [asked] = smtp.taken;
    expect(asked?.mail.subject).toBe('Turn the boiler on? [482913]');
    expect(asked?.mail.text).toContain('"YES 482913"');
    await email.close('p1', 'Approved by Anna in the window.', signal);
    expect(smtp.taken.at(-1)?.mail).toMatchObject({
      subject: 'Re: Turn the boiler on?',
      inReplyTo: asked?.mail.messageId,
      text: expect.stringContaining('Approved by Anna'),
    });
    expect(await email.close('p1', 'Again', signal)).toMatchObject({ ok: true });
    expect(smtp.taken).toHaveLength(2);
  });

  it.each([
    ['a wrong password', { secret: 'wrong' }, 'email.refused'],
    ['a wrong token', { secret: 'oauth:wrong' }, 'email.refused'],
    ['a certificate of nobody', { authority: OTHER.cert }, 'email.untrusted'],
    ['a refused address', { refuse: () => ({ code: 550, text: 'No such person' }) }, 'email.rejected'],
  ] as const)('say what is wrong: %s', async (_name, options, code) => {
    const { email, smtp, sink } = await bench(options);
    const sent = await email.tell({ title: 'A', text: 'B', level: 'info' }, signal);
    expect(sent).toMatchObject({ ok: false, error: { code, kind: 'permanent' } });
    expect(smtp.taken).toHaveLength(0);
    expect(JSON.stringify(sent) + sink.lines.join()).not.toContain(LOGIN.password);
  });

  it('try again what the server put off', async () => {
    let tries = 0;
    const { email, smtp } = await bench({
      refuse: () => {
        tries += 1;
        return tries <= 2 ? { code: 451, text: 'Come again' } : null;
      },
    });
    expect(await email.tell({ title: 'A', text: 'B', level: 'info' }, signal)).toMatchObject({ ok: true });
    expect(smtp.taken).toHaveLength(1);
  });

  it('end at once when they are no longer wanted', async () => {
    const { email } = await bench({ mute: true });
    const life = new AbortController();
    const sending = email.tell({ title: 'A', text: 'B', level: 'info' }, life.signal);
    setImmediate(() => life.abort());
    expect(await sending).toMatchObject({ ok: false, error: { code: 'messenger.cancelled' } });
  });
});

describe('replies', () => {
  it.each(['tls', 'starttls', 'off'] as const)(
    'count when the own server vouches for their sender (%s)',
    async (kind) => {
      const { email, imap, smtp } = await bench({ encryption: kind });
      await email.ask(question(), signal);
      const inReplyTo = smtp.taken[0]?.mail.messageId ?? '';
      const { next } = listening(email);
      const waits = idling(imap);
      const answer = next();
      await waits;
      imap.deliver(mailOf({ text: 'YES 482913\r\n\r\n> Turn the boiler on?\r\n> NO 482913', inReplyTo }));
      expect(await answer).toMatchObject({
        messenger: 'email',
        decision: 'approve',
        proof: { code: '482913' },
        from: WRITER,
      });
    },
  );

  it('count with an access token, from HTML, and by the code alone', async () => {
    const { email, imap } = await bench({ secret: `oauth:${LOGIN.accessToken}` });
    await email.ask(question(), signal);
    const { next } = listening(email);
    imap.deliver(mailOf({ html: '<div>No&nbsp;482913</div><blockquote>YES 482913</blockquote>' }));
    expect(await next()).toMatchObject({ decision: 'deny' });
  });

  it('do not count from others, without the own server, from programs, or in the quoted part', async () => {
    const { email, imap, smtp } = await bench();
    await email.ask(question(), signal);
    const inReplyTo = smtp.taken[0]?.mail.messageId ?? '';
    const text = 'YES 482913';
    const pass = 'dmarc=pass header.from=home.example';
    const { next, answers } = listening(email);
    for (const words of [
      { from: 'eve@evil.example', results: [`${OWN_SERVER}; dmarc=pass header.from=evil.example`] },
      { results: null },
      { results: [`mx.evil.example; ${pass}`] },
      { results: [`${OWN_SERVER}; dmarc=fail header.from=home.example`, `${OWN_SERVER}; ${pass}`] },
      { headers: ['Auto-Submitted: auto-replied'] },
      { headers: ['Precedence: bulk'] },
      { headers: ['Return-Path: <>'] },
      { headers: ['From: eve@evil.example'] },
      { text: `> ${text}` },
      { text: `I would say ${text}` },
    ])
      imap.deliver(mailOf({ text, inReplyTo, ...words }));
    imap.deliver(mailOf({ text: 'NO 482913', inReplyTo }));
    await next();
    expect(answers.map(({ decision }) => decision)).toEqual(['deny']);
  });

  it('are found by looking each minute where the server does not push', async () => {
    const clock = replayClock(Date.now());
    const { email, imap } = await bench({ idle: false, clock });
    await email.ask(question(), signal);
    const { next, answers } = listening(email);
    const answer = next();
    await imap.whenCommand('NOOP');
    imap.deliver(mailOf({ text: 'YES 482913' }));
    await clock.advance(LOOK_EVERY_MS - 1);
    expect(answers).toEqual([]);
    await clock.advance(1);
    expect(await answer).toMatchObject({ decision: 'approve' });
  });

  it('come once, also after a restart and when the server numbers its mails anew', async () => {
    const { make, email, imap } = await bench();
    await email.ask(question(), signal);
    const first = listening(email);
    const answered = first.next();
    for (const _ of [1, 2]) imap.deliver(mailOf({ from: 'eve@evil.example', text: 'Buy this' }));
    imap.deliver(mailOf({ text: 'YES 482913' }));
    await answered;
    await first.stop();
    imap.deliver(mailOf({ text: 'NO 482913' }));
    imap.renumber(2);
    const again = make();
    const second = listening(again);
    expect(await second.next()).toMatchObject({ decision: 'deny' });
    await second.stop();
    const third = listening(make());
    await idling(imap);
    expect([first, second, third].map(({ answers }) => answers.length)).toEqual([1, 1, 0]);
  });

  it('say so when the mailbox cannot be entered', async () => {
    const { email } = await bench({ mailboxPassword: 'another' });
    await email.ask(question(), signal);
    const { troubles } = listening(email);
    await expect.poll(() => troubles.at(0) ?? '').toContain('refused');
  });

  it('are waited for again when the connection breaks, and it is said meanwhile', async () => {
    const { email, imap } = await bench();
    await email.ask(question(), signal);
    const { next, troubles } = listening(email);
    await idling(imap);
    imap.dropConnections();
    const answer = next();
    imap.deliver(mailOf({ text: 'YES 482913' }));
    expect(await answer).toMatchObject({ decision: 'approve' });
    expect(troubles.some((trouble) => trouble !== null)).toBe(true);
  });

  it('leave the mailbox alone while nothing is asked', async () => {
    const { email, imap } = await bench();
    const { next } = listening(email);
    expect(imap.commands).toEqual([]);
    await email.ask(question(), signal);
    await idling(imap);
    await email.close('p1', 'Denied in the window.', signal);
    await expect.poll(imap.openConnections).toBe(0);
    const before = imap.commands.length;
    const answer = next();
    imap.deliver(mailOf({ text: 'YES 111111' }));
    await email.ask(question('p2', '111111'), signal);
    expect(await answer).toMatchObject({ proof: { code: '111111' } });
    expect(imap.commands.length).toBeGreaterThan(before);
    expect(imap.commands.some((command) => /^(UID )?(STORE|COPY|MOVE|EXPUNGE|SELECT)/i.test(command))).toBe(false);
  });

  it('are told what became of them, in their own thread, unless the closing line says it', async () => {
    const { email, imap, smtp } = await bench();
    await email.ask(question(), signal);
    const { next } = listening(email, 'This code is not the right one.');
    const answer = next();
    imap.deliver(mailOf({ text: 'YES 999999', messageId: '<m1@home.example>' }));
    expect(await answer).toMatchObject({ proof: { code: '999999' } });
    await expect.poll(() => smtp.taken.length).toBe(2);
    expect(smtp.taken[1]).toMatchObject({
      to: [WRITER],
      mail: { inReplyTo: '<m1@home.example>', text: expect.stringContaining('not the right one') },
    });
  });
});

describe.skipIf(dovecotMissing)('replies in a mailbox of Dovecot', () => {
  it('come once, pushed, over a restart, and when its index was lost', async () => {
    const dovecot = await startDovecot({ pair: ONE, password: LOGIN.password });
    ends.push(dovecot.close);
    const { email, make } = await bench({ imapPort: dovecot.port, secret: LOGIN.password });
    dovecot.deliver(mailOf({ from: 'eve@evil.example', text: 'Buy this' }));
    await email.ask(question(), signal);
    const first = listening(email);
    const answered = first.next();
    await expect.poll(() => first.troubles.at(-1), { timeout: 20_000 }).toBeNull();
    dovecot.deliver(mailOf({ text: 'YES 482913\r\n\r\n> NO 482913' }));
    expect(await answered).toMatchObject({ decision: 'approve' });
    await first.stop();
    dovecot.deliver(mailOf({ text: 'NO 482913' }));
    dovecot.renumber();
    const second = listening(make());
    expect(await second.next()).toMatchObject({ decision: 'deny' });
    expect([...first.answers, ...second.answers]).toHaveLength(2);
  });
});
