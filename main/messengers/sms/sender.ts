import type { Clock } from '../../clock.ts';
import { type Failure, fail, ok, type Result } from '../../result.ts';
import { sendPatiently } from '../sending.ts';
import { errorOf, type Sms, type Twilio } from './twilio.ts';

/** Networks say within seconds when they refuse a message that Twilio took. */
const DELIVERY_CHECK_MS = 3_000;
/** How far the clocks of two machines may be apart when a message is looked for. */
const SKEW_MS = 300_000;
const UNSURE_KEPT_MS = 3_600_000;

interface Outgoing {
  readonly to: string;
  readonly body: string;
  /** By what the message is known among those that went to the same person: the code, or all of it. */
  readonly mark: string;
}

const undeliveredOf = ({ status, error_code: code }: Sms): Failure | null => {
  if (status !== 'failed' && status !== 'undelivered') return null;
  return (
    (code === null ? null : errorOf(code)) ?? {
      code: 'messenger.undelivered',
      kind: 'permanent',
      message: `The SMS did not arrive${code === null ? '' : ` (${code})`}.`,
      advice: 'Check the number, and look at the message in the Twilio console.',
    }
  );
};

/**
 * Sends each message once. Where an answer was lost nobody knows whether it went out, so that it is looked for before
 * another try; where even that fails nothing is sent.
 */
export const createSender = (deps: {
  readonly twilio: Twilio;
  readonly from: string;
  readonly clock: Clock;
}): {
  /** Answers Twilio's name of the message and when it was made, by Twilio's clock. */
  send(
    message: Outgoing,
    signal: AbortSignal,
  ): Promise<Result<{ readonly messageId: string; readonly sentAt: number }>>;
} => {
  const { twilio, from, clock } = deps;
  /** Messages that may have gone out, with the time of the first try. */
  const unsure = new Map<string, number>();

  const lookFor = async ({ to, mark }: Outgoing, triedAt: number, signal: AbortSignal): Promise<Result<Sms | null>> => {
    const listed = await twilio.list({ to, from, pages: 1 }, signal);
    if (!listed.ok) return listed;
    const isIt = ({ direction, body, date_created: createdAt }: Sms): boolean =>
      direction.startsWith('outbound') && body.includes(mark) && (createdAt ?? triedAt) >= triedAt - SKEW_MS;
    return ok(listed.value.find(isIt) ?? null);
  };

  const sendOnce = async (message: Outgoing, signal: AbortSignal): Promise<Result<Sms>> => {
    const key = `${message.to} ${message.mark}`;
    const triedAt = unsure.get(key);
    if (triedAt !== undefined) {
      const found = await lookFor(message, triedAt, signal);
      if (!found.ok) return found;
      unsure.delete(key);
      if (found.value !== null) return ok(found.value);
    }
    const sent = await twilio.send(message, signal);
    if (!sent.ok && sent.error.kind === 'temporary') unsure.set(key, triedAt ?? clock.now());
    return sent;
  };

  return {
    send: async (message, signal) => {
      for (const [key, triedAt] of unsure) if (clock.now() - triedAt > UNSURE_KEPT_MS) unsure.delete(key);
      const sent = await sendPatiently(clock, signal, () => sendOnce(message, signal));
      if (!sent.ok) return sent;
      const { sid: messageId, date_created: createdAt } = sent.value;
      await clock.sleep(DELIVERY_CHECK_MS, signal);
      const now = await twilio.get(messageId, signal);
      const undelivered = now.ok ? undeliveredOf(now.value) : null;
      return undelivered === null ? ok({ messageId, sentAt: createdAt ?? clock.now() }) : fail(undelivered);
    },
  };
};
