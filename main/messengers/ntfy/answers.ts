import { z } from 'zod';
import type { Answer } from '../types.ts';

/** What the server says of a message: https://docs.ntfy.sh/subscribe/api/#json-message-format. */
export const publishedSchema = z.object({ id: z.string().min(1).max(64), time: z.number().int().min(0) });

const lineSchema = publishedSchema.extend({ event: z.string(), message: z.string().max(4_096).optional() });
const bodySchema = z.strictObject({
  id: z.string().max(100),
  decision: z.enum(['approve', 'deny']),
  token: z.string().min(1).max(200),
});

const parse = <Shape>(text: string, schema: z.ZodType<Shape>): Shape | null => {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
};

/**
 * The answers in what a poll brought, one JSON object a line. A server that has forgotten the id which was read last sends
 * everything that it still keeps. Anybody who knows the topic can write to it, so that nothing here is believed yet.
 */
export const answersIn = (
  body: string,
  receivedAt: number,
): {
  readonly answers: readonly Answer[];
  readonly unusable: number;
  /** Where the next poll begins; null where nothing came. */
  readonly lastId: string | null;
} => {
  const answers: Answer[] = [];
  let unusable = 0;
  let lastId: string | null = null;
  for (const text of body.split('\n')) {
    if (text.trim() === '') continue;
    const line = parse(text, lineSchema);
    if (line === null) {
      unusable += 1;
      continue;
    }
    if (line.event !== 'message') continue;
    lastId = line.id;
    const answer = parse(line.message ?? '', bodySchema);
    if (answer === null) unusable += 1;
    else
      answers.push({
        messenger: 'ntfy',
        decision: answer.decision,
        proof: { token: answer.token },
        from: 'ntfy',
        messageId: line.id,
        receivedAt,
      });
  }
  return { answers, unusable, lastId };
};
