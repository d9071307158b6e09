import type { MessageSettings, MessengerKind } from '../../preload/contract/messages.ts';
import type { HttpClient } from '../http/types.ts';
import { createEmail } from './email/email.ts';
import { createNtfy } from './ntfy/ntfy.ts';
import { createSms } from './sms/sms.ts';
import { createTelegram } from './telegram/telegram.ts';
import type { Messenger, MessengerDeps } from './types.ts';

type Common = Omit<MessengerDeps<unknown>, 'settings'> & { readonly http: HttpClient };

/** One kind of messenger, as the desk handles it. */
export interface Kind {
  /** How sentences call it. */
  readonly name: string;
  /** What a person has to type so that it works; null where it works without. */
  secretNeeded(settings: MessageSettings): string | null;
  /** What is wrong with a typed secret; null where nothing is. */
  secretProblem(secret: string): string | null;
  /** To whom the secret is shown: another one must not get it unasked. */
  account(settings: MessageSettings): string;
  /** Where messages lie: what was read there says nothing of another place. */
  place(settings: MessageSettings): string;
  /** Null where it is incomplete. */
  build(settings: MessageSettings, common: Common): Messenger | null;
}

const plain = (secret: string): string | null =>
  /^[\x20-\x7e]+$/.test(secret) ? null : 'This has signs that cannot be sent, such as a line break. Copy it again.';
const joined = (...parts: readonly (string | number)[]): string => parts.join('\n');

export const KINDS: Readonly<Record<MessengerKind, Kind>> = {
  ntfy: {
    name: 'ntfy',
    secretNeeded: () => null,
    secretProblem: plain,
    account: ({ ntfy }) => ntfy.server,
    place: ({ ntfy }) => joined(ntfy.server, ntfy.topic, ntfy.answerTopic),
    build: ({ ntfy }, common) => createNtfy({ ...common, settings: ntfy }),
  },
  telegram: {
    name: 'Telegram',
    secretNeeded: () => 'Type the token of the bot. BotFather in Telegram gives one.',
    secretProblem: (secret) =>
      /^\d+:[\w-]{20,}$/.test(secret) ? null : 'A bot token looks like 123456789:AAE…; copy it from BotFather.',
    account: ({ telegram }) => telegram.server,
    place: ({ telegram }) => joined(telegram.server, telegram.chatId),
    build: ({ telegram }, { secret, ...common }) =>
      secret === null ? null : createTelegram({ ...common, secret, settings: telegram }),
  },
  email: {
    name: 'E-mail',
    secretNeeded: ({ email }) => (email.user === '' ? null : 'Type the password of the mailbox.'),
    secretProblem: (secret) => (/[\r\n\0]/.test(secret) ? 'A password has no line break. Copy it again.' : null),
    account: ({ email }) => joined(email.smtpHost, email.imapHost, email.user),
    place: ({ email }) => joined(email.imapHost, email.imapPort, email.user),
    build: ({ email }, { http: _, ...common }) => createEmail({ ...common, settings: email }),
  },
  sms: {
    name: 'SMS',
    secretNeeded: () => 'Type the auth token of the Twilio account.',
    secretProblem: plain,
    account: ({ sms }) => joined(sms.server, sms.accountSid),
    place: ({ sms }) => joined(sms.server, sms.accountSid, sms.from),
    build: ({ sms }, { secret, ...common }) =>
      secret === null ? null : createSms({ ...common, secret, settings: sms }),
  },
};
export const KIND_NAMES = ['ntfy', 'telegram', 'email', 'sms'] as const satisfies readonly MessengerKind[];
