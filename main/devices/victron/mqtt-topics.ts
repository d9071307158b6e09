import { z } from 'zod';

/** `N/<portal>/<service>/<instance>/<path>`: one path of the GX's own bus. */
export interface GxTopic {
  readonly kind: 'N' | 'R' | 'W';
  readonly portal: string;
  readonly service: string;
  readonly instance: number;
  /** As in `Dc/Battery/Soc`. */
  readonly path: string;
}

/** Null for everything else: `full_publish_completed`, `heartbeat`, `keepalive`, and other people's topics. */
export const parseTopic = (topic: string): GxTopic | null => {
  const [kind, portal, service, instance, ...path] = topic.split('/');
  if (kind !== 'N' && kind !== 'R' && kind !== 'W') return null;
  if (!portal || !service || !instance || path.length === 0 || path.some((part) => part === '')) return null;
  if (!/^\d{1,9}$/.test(instance)) return null;
  return { kind, portal, service, instance: Number(instance), path: path.join('/') };
};

/** What a notification says of its path. */
export type GxNotice =
  | { readonly kind: 'value'; readonly value: number | string }
  /** `null`, or something that is neither number nor text: there is no value now. */
  | { readonly kind: 'invalid' }
  /** No bytes at all: the device has left the bus. */
  | { readonly kind: 'gone' }
  /** No JSON, or JSON of another kind. */
  | { readonly kind: 'malformed' };

/** Beyond this nothing is a measurement, and sums and products would run out of numbers. */
const MOST = 1e15;

const payloadSchema = z.object({ value: z.unknown() });

export const parseNotice = (payload: Buffer): GxNotice => {
  if (payload.length === 0) return { kind: 'gone' };
  let json: unknown;
  try {
    json = JSON.parse(payload.toString('utf8'));
  } catch {
    return { kind: 'malformed' };
  }
  const parsed = payloadSchema.safeParse(json);
  if (!parsed.success || !('value' in parsed.data)) return { kind: 'malformed' };
  const { value } = parsed.data;
  return (typeof value === 'number' && Math.abs(value) <= MOST) || typeof value === 'string'
    ? { kind: 'value', value }
    : { kind: 'invalid' };
};

const completedSchema = z.object({ 'full-publish-completed-echo': z.string() });

/** What tells one's own full publish from somebody else's; null where the GX says none. */
export const echoOf = (payload: Buffer): string | null => {
  try {
    const parsed = completedSchema.safeParse(JSON.parse(payload.toString('utf8')));
    return parsed.success ? parsed.data['full-publish-completed-echo'] : null;
  } catch {
    return null; // No JSON says as little as no echo.
  }
};
