import { z } from 'zod';
import { type Loopback, type Reply, startLoopback } from './loopback.ts';

const buttonSchema = z.object({ text: z.string().min(1), callback_data: z.string() });
const markupSchema = z.object({ inline_keyboard: z.array(z.array(buttonSchema)) });
const sendSchema = z.object({
  chat_id: z.union([z.number(), z.string()]).transform(String),
  text: z.string().min(1).max(4_096),
  reply_markup: markupSchema.optional(),
  disable_notification: z.boolean().optional(),
  reply_parameters: z.object({ message_id: z.number() }).optional(),
});
const editSchema = z.object({
  chat_id: z.union([z.number(), z.string()]).transform(String),
  message_id: z.number(),
  reply_markup: markupSchema,
});
const pollSchema = z.object({
  offset: z.number().int().optional(),
  timeout: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(100).default(100),
  allowed_updates: z.array(z.string()).optional(),
});

export interface TelegramMessage {
  readonly messageId: number;
  readonly chatId: string;
  readonly text: string;
  readonly replyTo: number | null;
  buttons: readonly { readonly text: string; readonly callback_data: string }[];
}

/** A Bot API for one bot: chats that pressed Start, messages with buttons, and updates that are kept until acknowledged. */
export interface TelegramServer extends Loopback {
  readonly messages: readonly TelegramMessage[];
  /** What was said to whoever pressed, by callback query. */
  readonly toasts: ReadonlyMap<string, string>;
  /** Presses a button; `data` is what an altered client sends instead. Answers the id of the callback query. */
  press(
    messageId: number,
    by: { readonly userId: number; readonly label?: string; readonly data?: string; readonly chatId?: number },
  ): string;
  /** What the next calls of a method get, one each. */
  refuse(method: string, status: number, description: string, retryAfterS?: number): void;
  /** Another program asks for updates too: it ends the poll that waits. */
  pollElsewhere(): void;
  /** Callback queries older than this call can no longer be answered. */
  ageQueries(): void;
  waitingPolls(): number;
  pendingUpdates(): number;
}

const refused = (error_code: number, description: string, parameters?: object): Reply => ({
  status: error_code,
  body: { ok: false, error_code, description, ...(parameters === undefined ? {} : { parameters }) },
});
const done = (result: unknown): Reply => ({ status: 200, body: { ok: true, result } });

export const startTelegramServer = async (bot: {
  readonly token: string;
  /** Chats that pressed Start. */
  readonly chats: readonly number[];
}): Promise<TelegramServer> => {
  const messages: TelegramMessage[] = [];
  const toasts = new Map<string, string>();
  const queries = new Set<string>();
  const refusals: { readonly method: string; readonly reply: Reply }[] = [];
  let updates: { readonly update_id: number; readonly callback_query: unknown }[] = [];
  let lastUpdate = 700_000;
  let lastQuery = 0;
  const polls = new Set<(reply: Reply) => void>();
  const CONFLICT = 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running';

  const getUpdates = (input: z.infer<typeof pollSchema>, gone: AbortSignal): Reply | Promise<Reply> => {
    for (const end of [...polls]) end(refused(409, CONFLICT));
    // An offset acknowledges everything before it.
    updates = updates.filter(({ update_id: id }) => id >= (input.offset ?? 0));
    if (updates.length > 0 || input.timeout === 0) return done(updates.slice(0, input.limit));
    return new Promise((resolve) => {
      const end = (reply: Reply): void => {
        polls.delete(end);
        resolve(reply);
      };
      polls.add(end);
      gone.addEventListener('abort', () => end(done([])), { once: true });
    });
  };
  const sendMessage = (input: z.infer<typeof sendSchema>): Reply => {
    const chat = bot.chats.find((each) => String(each) === input.chat_id);
    if (chat === undefined) return refused(400, 'Bad Request: chat not found');
    const buttons = input.reply_markup?.inline_keyboard.flat() ?? [];
    const isWrong = ({ callback_data: data }: { callback_data: string }): boolean =>
      Buffer.byteLength(data) < 1 || Buffer.byteLength(data) > 64;
    if (buttons.some(isWrong)) return refused(400, 'Bad Request: BUTTON_DATA_INVALID');
    const messageId = messages.length + 1;
    const { text, reply_parameters: reply } = input;
    messages.push({ messageId, chatId: input.chat_id, text, buttons, replyTo: reply?.message_id ?? null });
    return done({ message_id: messageId, chat: { id: chat }, date: 0, text });
  };
  const edit = (input: z.infer<typeof editSchema>): Reply => {
    const message = messages.find((each) => each.messageId === input.message_id && each.chatId === input.chat_id);
    if (message === undefined) return refused(400, 'Bad Request: message to edit not found');
    const buttons = input.reply_markup.inline_keyboard.flat();
    if (JSON.stringify(buttons) === JSON.stringify(message.buttons))
      return refused(400, 'Bad Request: message is not modified');
    message.buttons = buttons;
    return done({ message_id: message.messageId });
  };
  const answerQuery = (input: { readonly callback_query_id: string; readonly text?: string | undefined }): Reply => {
    if (!queries.delete(input.callback_query_id))
      return refused(400, 'Bad Request: query is too old and response timeout expired or query ID is invalid');
    toasts.set(input.callback_query_id, input.text ?? '');
    return done(true);
  };
  const querySchema = z.object({ callback_query_id: z.string(), text: z.string().max(200).optional() });

  const loopback = await startLoopback((asked) => {
    const [, token = '', method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(asked.path) ?? [];
    if (token !== bot.token) return refused(401, 'Unauthorized');
    const planned = refusals.findIndex((each) => each.method === method);
    const [refusal] = planned < 0 ? [] : refusals.splice(planned, 1);
    if (refusal !== undefined) return refusal.reply;
    const input: unknown = JSON.parse(asked.body);
    switch (method) {
      case 'getUpdates':
        return getUpdates(pollSchema.parse(input), asked.gone);
      case 'sendMessage':
        return sendMessage(sendSchema.parse(input));
      case 'editMessageReplyMarkup':
        return edit(editSchema.parse(input));
      case 'answerCallbackQuery':
        return answerQuery(querySchema.parse(input));
      default:
        return refused(404, 'Not Found');
    }
  });

  return {
    ...loopback,
    messages,
    toasts,
    press: (messageId, { userId, label, data, chatId }) => {
      const message = messages.find((each) => each.messageId === messageId);
      const pressed = data ?? message?.buttons.find(({ text }) => text === label)?.callback_data;
      if (message === undefined || pressed === undefined) throw new Error('There is no such button.');
      lastUpdate += 1;
      lastQuery += 1;
      const id = String(lastQuery);
      queries.add(id);
      const from = { id: userId, is_bot: false, first_name: 'Ann' };
      const about = { message_id: messageId, date: 0, chat: { id: chatId ?? Number(message.chatId), type: 'private' } };
      updates.push({
        update_id: lastUpdate,
        callback_query: { id, from, message: about, chat_instance: '1', data: pressed },
      });
      for (const end of [...polls]) end(done(updates));
      return id;
    },
    refuse: (method, status, description, retryAfterS) => {
      const parameters = retryAfterS === undefined ? undefined : { retry_after: retryAfterS };
      refusals.push({ method, reply: refused(status, description, parameters) });
    },
    pollElsewhere: () => {
      for (const end of [...polls]) end(refused(409, CONFLICT));
    },
    ageQueries: () => queries.clear(),
    waitingPolls: () => polls.size,
    pendingUpdates: () => updates.length,
  };
};
