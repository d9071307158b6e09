import { z } from 'zod';

/** A press of a button under one of our messages: https://core.telegram.org/bots/api#callbackquery. */
const callbackQuerySchema = z.object({
  id: z.string(),
  from: z.object({ id: z.number().int() }),
  message: z.object({ chat: z.object({ id: z.number().int() }) }).optional(),
  data: z.string().optional(),
});
export type Press = z.infer<typeof callbackQuerySchema>;

/** What getUpdates brings. An update that has another shape still counts as read. */
export const updatesSchema = z.array(
  z.object({ update_id: z.number().int(), callback_query: callbackQuerySchema.optional().catch(undefined) }),
);

/** At most 64 bytes, by the Bot API: a letter and a token of 128 bits have 23. */
const DATA_BYTES = 64;
const LETTERS = { approve: 'a', deny: 'd' } as const;

/** What stands in a button. A token that is too long for it is a bug. */
export const buttonData = (decision: 'approve' | 'deny', token: string): string => {
  const data = `${LETTERS[decision]}${token}`;
  if (Buffer.byteLength(data) > DATA_BYTES) throw new Error('The token does not fit into a button of Telegram.');
  return data;
};

/** Reads a button's data back; null where an altered client sent something else. */
export const parseButtonData = (
  data: string | undefined,
): { readonly decision: 'approve' | 'deny'; readonly token: string } | null => {
  const [, letter = '', token = ''] = /^([ad])([A-Za-z0-9_-]{16,63})$/.exec(data ?? '') ?? [];
  if (token === '') return null;
  return { decision: letter === 'a' ? 'approve' : 'deny', token };
};
