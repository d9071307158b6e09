import type { MessengerKind } from '../../../../preload/contract/messages.ts';

/** As people call them. */
export const MESSENGERS: Readonly<Record<MessengerKind, string>> = {
  ntfy: 'ntfy',
  telegram: 'Telegram',
  email: 'E-mail',
  sms: 'SMS (Twilio)',
};
