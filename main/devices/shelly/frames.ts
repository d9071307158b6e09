import { z } from 'zod';
import { unixS } from './components.ts';

/** Everything that a Shelly of generation 2 or later sends, checked before it is used. Unknown members are let be. */
export const deviceInfoSchema = z.object({
  id: z.string().min(1),
  mac: z.string().regex(/^[0-9A-Fa-f]{12}$/),
  model: z.string(),
  gen: z.number().int().min(2),
  ver: z.string().optional(),
  app: z.string().optional(),
  auth_en: z.boolean().optional(),
});

/** Generation 1 answers the same address without `gen`. */
export const firstGenerationSchema = z.object({
  type: z.string().min(1),
  mac: z.string().regex(/^[0-9A-Fa-f]{12}$/),
  gen: z.undefined().optional(),
  fw: z.string().optional(),
});

export const switchSetResultSchema = z.object({ was_on: z.boolean() });

const rpcErrorSchema = z.object({ code: z.number(), message: z.string().default('') });

const replySchema = z.object({
  id: z.number(),
  src: z.string().optional(),
  result: z.unknown().optional(),
  error: rpcErrorSchema.optional(),
});

const notificationSchema = z.object({
  src: z.string().optional(),
  method: z.enum(['NotifyStatus', 'NotifyFullStatus', 'NotifyEvent']),
  params: z.looseObject({ ts: unixS.nullish() }),
});

export type Reply = z.infer<typeof replySchema>;
export type Notification = z.infer<typeof notificationSchema>;
export type Frame =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'notification'; readonly notification: Notification }
  /** A well-formed request of the device's own (newer firmware may add notifications): not an error, not for us. */
  | { readonly kind: 'other' };

const otherSchema = z.object({ method: z.string() });

/** Null where the text is no frame at all. */
export const parseFrame = (text: string): Frame | null => {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return null; // The caller counts it.
  }
  const notification = notificationSchema.safeParse(data);
  if (notification.success) return { kind: 'notification', notification: notification.data };
  const reply = replySchema.safeParse(data);
  if (reply.success && ('result' in reply.data || reply.data.error)) return { kind: 'reply', reply: reply.data };
  return otherSchema.safeParse(data).success ? { kind: 'other' } : null;
};

type Tree = { readonly [name: string]: unknown };

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A partial notification over the last full status: only named members change, a null clears. */
export const deepMerge = (base: unknown, patch: unknown): unknown => {
  if (!isTree(base) || !isTree(patch)) return patch;
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(patch)) merged[name] = deepMerge(base[name], value);
  return merged;
};
