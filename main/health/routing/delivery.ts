import type { MessengerKind } from '../../../preload/contract/messages.ts';
import type { Clock } from '../../clock.ts';
import type { Messenger, Messengers, Told } from '../../messengers/types.ts';
import { messageOf, type Result, temporary } from '../../result.ts';

const FIRST_RETRY_MS = 60_000;
const LONGEST_RETRY_MS = 3_600_000;
/** About a day. */
const MOST_TRIES = 28;

export interface Delivered {
  /** Those that took it. Empty: nobody did. */
  readonly by: readonly MessengerKind[];
  readonly sentence: string;
}

export interface DeliveryDeps {
  readonly messengers: Pick<Messengers, 'ready'>;
  readonly clock: Clock;
  /** Hears of each attempt whether the messenger works; null: it does. */
  onState(kind: MessengerKind, trouble: string | null): void;
}

interface Order {
  readonly message: Told;
  readonly kinds: readonly MessengerKind[];
  /** Asked in turn where none of `kinds` takes it. */
  readonly others: readonly MessengerKind[];
}

/** Hands messages over. One messenger that fails keeps no other from working. */
export interface Delivery {
  once(order: Order, signal: AbortSignal): Promise<Delivered>;
  /** Again and again with growing pauses while `wanted`; null where it was given up. */
  again(order: Order, wanted: () => boolean, signal: AbortSignal): Promise<Delivered | null>;
}

const NAMES: Readonly<Record<MessengerKind, string>> = {
  ntfy: 'ntfy',
  telegram: 'Telegram',
  email: 'E-mail',
  sms: 'SMS',
};
export const nameOf = (kind: MessengerKind): string => NAMES[kind];

export const createDelivery = ({ messengers, clock, onState }: DeliveryDeps): Delivery => {
  const tell = async (messenger: Messenger, message: Told, signal: AbortSignal): Promise<Result<unknown>> => {
    const sent = await messenger
      .tell(message, signal)
      .catch((thrown: unknown) => temporary('messenger.broken', messageOf(thrown), 'It is tried again.'));
    if (!signal.aborted) onState(messenger.kind, sent.ok ? null : `${sent.error.message} ${sent.error.advice}`);
    return sent;
  };

  const once: Delivery['once'] = async ({ message, kinds, others }, signal) => {
    const ready = (kind: MessengerKind): readonly Messenger[] =>
      messengers.ready().filter((messenger) => messenger.kind === kind);
    const results = await Promise.all(
      kinds.flatMap(ready).map(async (messenger) => ({
        kind: messenger.kind,
        sent: await tell(messenger, message, signal),
      })),
    );
    const by = results.filter(({ sent }) => sent.ok).map(({ kind }) => kind);
    const failed = results.filter(({ sent }) => !sent.ok).map(({ kind }) => kind);
    for (const messenger of by.length > 0 ? [] : others.flatMap(ready)) {
      if (signal.aborted) break;
      const sent = await tell(messenger, message, signal);
      (sent.ok ? by : failed).push(messenger.kind);
      if (sent.ok) break;
    }
    const sentences = [
      ...(by.length > 0 ? [`Sent by ${by.map(nameOf).join(' and ')}.`] : ['Not sent.']),
      ...(failed.length > 0 ? [`${failed.map(nameOf).join(' and ')} did not take it.`] : []),
    ];
    return { by, sentence: sentences.join(' ') };
  };

  return {
    once,
    again: async (order, wanted, signal) => {
      for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
        await clock.sleep(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 4 ** attempt), signal);
        if (signal.aborted || !wanted()) return null;
        const delivered = await once(order, signal);
        if (delivered.by.length > 0) return delivered;
      }
      return null;
    },
  };
};
