import { z } from 'zod';
import type { MessageSettings } from '../../../preload/contract/messages.ts';
import type { HttpClient } from '../../http/types.ts';
import { messageOf, ok, type Result } from '../../result.ts';
import { listenWhileAwaited } from '../listening.ts';
import { createNotebook } from '../notebook.ts';
import { cutTo, sendPatiently } from '../sending.ts';
import type { Messenger, MessengerDeps, OnAnswer } from '../types.ts';
import { createBot } from './bot-api.ts';
import { buttonData, type Press, parseButtonData, updatesSchema } from './presses.ts';

const LONG_POLL_S = 50;
/** A server that does not wait must not be asked without a breath. */
const PAUSE_MS = 300;
/** A button spins until it is answered; what takes longer to decide is told in the chat. */
const SPIN_MS = 2_000;
const TEXT_LENGTH = 4_000;
const TOAST_LENGTH = 190;

export type TelegramDeps = MessengerDeps<MessageSettings['telegram']> & {
  readonly http: HttpClient;
  readonly secret: string;
};

const sentSchema = z.object({ message_id: z.number().int() });

/** Notices and questions with buttons by a bot of the person's own: https://core.telegram.org/bots/api. */
export const createTelegram = ({ settings, secret, memory, http, clock, log }: TelegramDeps): Messenger => {
  const call = createBot({ server: settings.server, token: secret, http });
  const notebook = createNotebook({ memory, clock });
  const mayPress = new Set(settings.userIds);

  /** A lost answer may bring a message twice: the buttons of both mean the same. */
  const send = async (
    text: string,
    more: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Result<{ readonly messageId: string }>> => {
    const input = {
      chat_id: settings.chatId,
      text: cutTo(text, TEXT_LENGTH),
      link_preview_options: { is_disabled: true },
      ...more,
    };
    const sent = await sendPatiently(clock, signal, () => call('sendMessage', input, sentSchema, { signal }));
    return sent.ok ? ok({ messageId: String(sent.value.message_id) }) : sent;
  };

  /** Too late to be shown is no harm: the decision counts all the same. */
  const endSpinning = async (press: Press, text: string, signal: AbortSignal): Promise<void> => {
    const input = { callback_query_id: press.id, text: cutTo(text, TOAST_LENGTH) };
    const shown = await call('answerCallbackQuery', input, z.unknown(), { signal });
    if (!shown.ok) log.debug('A button could not be answered', { why: shown.error.message });
  };

  const onPress = async (press: Press, updateId: number, onAnswer: OnAnswer, signal: AbortSignal): Promise<void> => {
    // The presser counts, not the chat: anybody in a group sees the buttons.
    const chat = press.message?.chat.id;
    if (!mayPress.has(String(press.from.id)) || (chat !== undefined && String(chat) !== settings.chatId)) {
      log.warn('Somebody who is not on the list pressed a button in Telegram');
      return endSpinning(press, 'You are not on the list of people who may answer.', signal);
    }
    const wish = parseButtonData(press.data);
    if (wish === null) {
      log.warn('A button of Telegram came back altered');
      return endSpinning(press, 'This button is not known.', signal);
    }
    const outcome = onAnswer({
      messenger: 'telegram',
      decision: wish.decision,
      proof: { token: wish.token },
      from: String(press.from.id),
      messageId: String(updateId),
      receivedAt: clock.now(),
    });
    const decided = new AbortController();
    const slow = clock.sleep(SPIN_MS, decided.signal).then(() => 'Received. The outcome follows in the chat.');
    try {
      await endSpinning(press, await Promise.race([outcome, slow]), signal);
      await outcome;
    } finally {
      decided.abort();
    }
  };

  return {
    kind: 'telegram',
    takesAnswers: mayPress.size > 0,
    tell: ({ title, text, level }, signal) =>
      send(`${title}\n${text}`, level === 'info' ? { disable_notification: true } : {}, signal),
    ask: async (question, signal) => {
      const row = [
        { text: 'Approve', callback_data: buttonData('approve', question.approveToken) },
        { text: 'Deny', callback_data: buttonData('deny', question.denyToken) },
      ];
      const sent = await send(
        `${question.title}\n${question.text}`,
        { reply_markup: { inline_keyboard: [row] } },
        signal,
      );
      if (sent.ok) notebook.opened(question.id, { expiresAt: question.expiresAt, ref: sent.value.messageId });
      return sent;
    },
    close: async (questionId, outcome, signal) => {
      const messageId = notebook.closed(questionId);
      if (messageId === null) return ok(undefined);
      const edit = {
        chat_id: settings.chatId,
        message_id: Number(messageId),
        reply_markup: { inline_keyboard: [] },
      };
      const edited = await sendPatiently(clock, signal, () =>
        call('editMessageReplyMarkup', edit, z.unknown(), { signal }),
      );
      if (!edited.ok) log.info('The buttons under a question stayed', { why: edited.error.message });
      const reply = { message_id: Number(messageId), allow_sending_without_reply: true };
      const sent = await send(outcome, { reply_parameters: reply, disable_notification: true }, signal);
      return sent.ok ? ok(undefined) : sent;
    },
    listen: async (onAnswer, onTrouble, signal) => {
      const running = new Set<Promise<void>>();
      await listenWhileAwaited({
        clock,
        notebook,
        signal,
        onTrouble,
        pauseMs: () => PAUSE_MS,
        poll: async () => {
          const offset = Number(notebook.mark());
          const updates = await call(
            'getUpdates',
            {
              timeout: LONG_POLL_S,
              limit: 100,
              allowed_updates: ['callback_query'],
              ...(offset > 0 ? { offset } : {}),
            },
            updatesSchema,
            { signal, waitMs: LONG_POLL_S * 1000 },
          );
          if (!updates.ok) return updates;
          for (const { update_id: updateId, callback_query: press } of updates.value) {
            if (press !== undefined) {
              const work = onPress(press, updateId, onAnswer, signal)
                .catch((thrown: unknown) => log.error('A press could not be handled', { why: messageOf(thrown) }))
                .finally(() => running.delete(work));
              running.add(work);
            }
            notebook.setMark(String(updateId + 1));
          }
          return ok(undefined);
        },
      });
      await Promise.all(running);
    },
  };
};
