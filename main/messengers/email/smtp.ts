import MailComposer from 'nodemailer/lib/mail-composer';
import SmtpConnection from 'nodemailer/lib/smtp-connection';
import XOAuth2 from 'nodemailer/lib/xoauth2';
import { ok, permanent, type Result, temporary } from '../../result.ts';
import { accountTrouble, said } from './account-trouble.ts';
import { credentialsOf, tlsOptionsOf } from './credentials.ts';
import type { OutgoingMail } from './outgoing.ts';
import type { EmailAccount } from './types.ts';

const CONNECT_TIMEOUT_MS = 15_000;
const SILENCE_TIMEOUT_MS = 30_000;

interface SmtpTrouble {
  readonly code?: unknown;
  readonly responseCode?: unknown;
}
const isTrouble = (thrown: unknown): thrown is SmtpTrouble => typeof thrown === 'object' && thrown !== null;

const failureOf = (thrown: unknown, host: string) => {
  const { code, responseCode } = isTrouble(thrown) ? thrown : {};
  const trouble = accountTrouble(thrown, host, code === 'EAUTH' || code === 'ENOAUTH');
  if (trouble) return trouble;
  if (code === 'ETLS')
    return permanent('email.encryption', `${host} does not encrypt: ${said(thrown)}.`, 'Choose another encryption.');
  // 4yz asks to come again, 5yz means it (RFC 5321, 4.2.1).
  if (typeof responseCode === 'number' && responseCode >= 500)
    return permanent('email.rejected', `${host} did not take the mail: ${said(thrown)}.`, 'Check the addresses.');
  return temporary('email.unreachable', `${host} could not be reached: ${said(thrown)}.`, 'It is tried again.');
};

const composed = (account: EmailAccount, mail: OutgoingMail, date: Date): Promise<Buffer> =>
  new MailComposer({
    from: { name: 'CommandCenter', address: account.settings.from },
    to: mail.to === undefined ? [...account.settings.to] : [mail.to],
    subject: mail.subject,
    text: mail.text,
    date,
    messageId: mail.messageId,
    ...(mail.inReplyTo === undefined ? {} : { inReplyTo: mail.inReplyTo, references: [mail.inReplyTo] }),
    // RFC 3834: programs leave this mail alone; Exchange needs to be told in its own words.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();

/** Hands one mail to the server over a connection of its own. An abort closes the connection at once. */
export const sendMail = async (
  account: EmailAccount,
  mail: OutgoingMail,
  date: Date,
  signal: AbortSignal,
): Promise<Result<{ readonly messageId: string }>> => {
  const { settings } = account;
  const { smtpHost: host } = settings;
  const cancelled = () => temporary('messenger.cancelled', 'Sending was ended.', 'Send it again.');
  if (signal.aborted) return cancelled();
  const connection = new SmtpConnection({
    host,
    port: settings.smtpPort,
    secure: settings.smtpEncryption === 'tls',
    requireTLS: settings.smtpEncryption === 'starttls',
    ignoreTLS: settings.smtpEncryption === 'off',
    tls: tlsOptionsOf(account),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
  });
  const ended = Promise.withResolvers<never>();
  // It may end while nobody waits for a step; the next step then hears of it.
  ended.promise.catch(() => undefined);
  const onAbort = (): void => {
    ended.reject(new Error('ended'));
    connection.close();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  connection.on('error', ended.reject);
  connection.once('end', () => ended.reject(new Error('the server closed the connection')));
  /** One step, or whatever ends the connection before. */
  const step = (begin: (done: (error?: Error | null) => void) => void): Promise<void> =>
    Promise.race([
      ended.promise,
      new Promise<void>((resolve, reject) => begin((error) => (error ? reject(error) : resolve()))),
    ]);
  try {
    const message = await composed(account, mail, date);
    const to = mail.to === undefined ? [...settings.to] : [mail.to];
    const credentials = credentialsOf(account);
    await step((done) => connection.connect(done));
    if (credentials !== null)
      await step((done) =>
        'pass' in credentials
          ? connection.login({ credentials }, done)
          : connection.login({ type: 'OAUTH2', method: 'XOAUTH2', oauth2: new XOAuth2(credentials) }, done),
      );
    await step((done) => connection.send({ from: settings.from, to }, message, done));
    connection.quit();
    return ok({ messageId: mail.messageId });
  } catch (thrown) {
    connection.close();
    return signal.aborted ? cancelled() : failureOf(thrown, host);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};
