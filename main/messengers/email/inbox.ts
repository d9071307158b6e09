import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { messageOf } from '../../result.ts';
import type { Asked } from './asked.ts';
import { type Mailbox, openMailbox, type ReceivedMail } from './mailbox.ts';
import { type ParsedMail, parseMail } from './parse-mail.ts';
import type { EmailAccount } from './types.ts';

/** Looked at again at least so often while a question is open, whether or not the server pushes. */
export const LOOK_EVERY_MS = 60_000;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 5 * 60_000;

export interface InboxDeps {
  readonly account: EmailAccount;
  readonly asked: Asked;
  readonly clock: Clock;
  readonly log: Log;
  /** Each mail once, in the order in which it came; `key` names it for good. */
  onMail(mail: ParsedMail, key: string): Promise<void>;
  onTrouble(failure: string | null): void;
}

/** A promise that resolves when `signal` aborts, with its listener's end. */
const aborted = (signal: AbortSignal): { readonly promise: Promise<void>; end(): void } => {
  const end = Promise.withResolvers<void>();
  const onAbort = (): void => end.resolve();
  if (signal.aborted) end.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  return { promise: end.promise, end: () => signal.removeEventListener('abort', onAbort) };
};

/**
 * Reads the mailbox while questions are open, and leaves it alone otherwise. Every mail is handed on once, also over
 * restarts and when the server numbers its mails anew; one that could not be handed on comes again at the next look.
 */
export const watchInbox = async (deps: InboxDeps, signal: AbortSignal): Promise<void> => {
  const { account, asked, clock } = deps;
  const log = deps.log.room('inbox');

  const hasOpen = (): boolean => asked.open(clock.now()).length > 0;
  const untilChange = (waitMs: number, others: readonly Promise<void>[]): Promise<void> => {
    const waking = new AbortController();
    const wake = (): void => waking.abort();
    const off = asked.onChange(wake);
    const ends = aborted(signal);
    return Promise.race([clock.sleep(waitMs, waking.signal), ends.promise, ...others]).finally(() => {
      off();
      ends.end();
      wake();
    });
  };

  const hand = async (box: Mailbox, { uid, source }: ReceivedMail): Promise<void> => {
    const mail = await parseMail(source);
    if (mail === null) {
      log.warn('A mail could not be read', { bytes: source.length });
      return;
    }
    const key = mail.messageId ?? `${box.uidValidity}/${uid}`;
    if (asked.wasHandled(key)) return;
    await deps.onMail(mail, key);
    asked.handle(key);
  };

  const look = async (box: Mailbox): Promise<void> => {
    const known = asked.readUpTo();
    const above = known?.uidValidity === box.uidValidity ? known.lastUid : null;
    const first = Math.min(clock.now(), ...asked.all(clock.now()).map(({ askedAt }) => askedAt));
    const senders = account.settings.senders.map((sender) => sender.toLowerCase());
    const { lastUid, mails } = await box.newMails({ above, since: first, senders });
    for (const mail of mails) await hand(box, mail);
    if (above !== lastUid) asked.setReadUpTo({ uidValidity: box.uidValidity, lastUid });
  };

  /** One connection from its opening to its end; answers whether it worked at all. */
  const session = async (): Promise<boolean> => {
    let lost: string | null = null;
    const opened = await openMailbox(account, signal, (why) => {
      lost ??= why;
    });
    if (!opened.ok) {
      if (!signal.aborted) deps.onTrouble(opened.error.message);
      return false;
    }
    const box = opened.value;
    let worked = false;
    try {
      while (hasOpen() && !signal.aborted && lost === null) {
        await look(box);
        worked = true;
        deps.onTrouble(null);
        if (signal.aborted || lost !== null || !hasOpen()) break;
        const change = box.changed();
        await untilChange(LOOK_EVERY_MS, [change.promise]);
        change.end();
      }
      if (lost !== null && !signal.aborted) deps.onTrouble(lost);
    } catch (thrown) {
      if (!signal.aborted) deps.onTrouble(`The mailbox could not be read: ${messageOf(thrown).slice(0, 200)}.`);
      worked = false;
    } finally {
      box.close();
    }
    return worked;
  };

  let retryMs = FIRST_RETRY_MS;
  while (!signal.aborted) {
    if (!hasOpen()) {
      await untilChange(LOOK_EVERY_MS * 60, []);
      continue;
    }
    const worked = await session();
    retryMs = worked ? FIRST_RETRY_MS : Math.min(LONGEST_RETRY_MS, retryMs * 2);
    if (hasOpen() && !signal.aborted) await clock.sleep(retryMs, signal);
  }
};
