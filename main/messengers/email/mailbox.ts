import { ImapFlow } from 'imapflow';
import { ok, permanent, type Result, temporary } from '../../result.ts';
import { accountTrouble, said } from './account-trouble.ts';
import { credentialsOf, tlsOptionsOf } from './credentials.ts';
import type { EmailAccount } from './types.ts';

const CONNECT_TIMEOUT_MS = 15_000;
const SILENCE_TIMEOUT_MS = 120_000;
/** A server may drop a silent client after 30 min: IDLE is asked for again before (RFC 2177). */
const IDLE_MS = 28 * 60_000;
/** A reply is short; what is longer is cut, and a cut mail answers nothing. */
const MAX_MAIL_BYTES = 300_000;

/** A new mail of somebody who may answer, in whole. */
export interface ReceivedMail {
  readonly uid: number;
  readonly source: Uint8Array;
}

/** An open mailbox. It is only looked at: nothing is marked as read, moved or deleted. */
export interface Mailbox {
  readonly uidValidity: string;
  /** Mails of these senders with a UID above `above` (all where it is null) that came on or after the day of `since`. */
  newMails(options: {
    readonly above: number | null;
    readonly since: number;
    readonly senders: readonly string[];
  }): Promise<{ readonly lastUid: number; readonly mails: readonly ReceivedMail[] }>;
  /** Resolves when something came in, or when the connection ends; `end` takes the listener away. */
  changed(): { readonly promise: Promise<void>; end(): void };
  close(): void;
}

const troubleOf = (thrown: unknown, host: string) => {
  const refused = typeof thrown === 'object' && thrown !== null && 'authenticationFailed' in thrown;
  return (
    accountTrouble(thrown, host, refused) ??
    temporary('email.unreachable', `The mailbox on ${host} could not be read: ${said(thrown)}.`, 'It is tried again.')
  );
};

/** IMAP's SINCE knows days only, in a zone that nobody names: one day earlier misses nothing. */
const dayBefore = (at: number): Date => new Date(at - 86_400_000);

const mailboxOf = (client: ImapFlow, uidValidity: string, uidNext: number): Mailbox => {
  const listed = async (uids: readonly number[], senders: readonly string[]): Promise<readonly number[]> => {
    const wanted: number[] = [];
    for await (const mail of client.fetch([...uids].join(','), { uid: true, envelope: true }, { uid: true }))
      if (mail.envelope?.from?.some(({ address }) => senders.includes(address?.toLowerCase() ?? '')))
        wanted.push(mail.uid);
    return wanted;
  };
  return {
    uidValidity,
    newMails: async ({ above, since, senders }) => {
      const range = above === null ? {} : { uid: `${above + 1}:*` };
      const found = (await client.search({ ...range, since: dayBefore(since) }, { uid: true })) || [];
      // `n:*` always names the newest mail, even where its UID is below n (RFC 3501, 6.4.8).
      const uids = found.filter((uid) => above === null || uid > above);
      const mails: ReceivedMail[] = [];
      for (const uid of uids.length === 0 ? [] : await listed(uids, senders)) {
        const mail = await client.fetchOne(
          `${uid}`,
          { uid: true, source: { maxLength: MAX_MAIL_BYTES } },
          { uid: true },
        );
        const source = mail ? mail.source : undefined;
        if (source && source.length < MAX_MAIL_BYTES) mails.push({ uid, source });
      }
      return { lastUid: Math.max(above ?? uidNext - 1, ...uids), mails };
    },
    changed: () => {
      const change = Promise.withResolvers<void>();
      const done = (): void => change.resolve();
      client.on('exists', done);
      client.on('close', done);
      // Where the server has no IDLE this waits too, and the caller looks again by itself.
      client.idle().catch(done);
      return {
        promise: change.promise,
        end: () => {
          client.off('exists', done);
          client.off('close', done);
        },
      };
    },
    close: () => client.close(),
  };
};

/** Opens the inbox to look only. `onLost` hears once when the connection ends by itself. */
export const openMailbox = async (
  account: EmailAccount,
  signal: AbortSignal,
  onLost: (why: string) => void,
): Promise<Result<Mailbox>> => {
  const { imapHost: host, imapPort: port, imapEncryption } = account.settings;
  const credentials = credentialsOf(account);
  if (credentials === null)
    return permanent('email.no-user', 'No user name is set for the mailbox.', 'Type it in Settings.');
  if (signal.aborted) return temporary('messenger.cancelled', 'Reading was ended.', 'It starts again.');
  const client = new ImapFlow({
    host,
    port,
    secure: imapEncryption === 'tls',
    doSTARTTLS: imapEncryption === 'starttls',
    auth: credentials,
    tls: tlsOptionsOf(account),
    logger: false,
    disableAutoIdle: true,
    maxIdleTime: IDLE_MS,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
  });
  const onAbort = (): void => client.close();
  signal.addEventListener('abort', onAbort, { once: true });
  client.on('error', (thrown) => onLost(troubleOf(thrown, host).error.message));
  client.once('close', () => {
    signal.removeEventListener('abort', onAbort);
    onLost(`${host} closed the connection.`);
  });
  try {
    await client.connect();
    const box = await client.mailboxOpen('INBOX', { readOnly: true });
    return ok(mailboxOf(client, String(box.uidValidity), box.uidNext));
  } catch (thrown) {
    signal.removeEventListener('abort', onAbort);
    client.close();
    return troubleOf(thrown, host);
  }
};
