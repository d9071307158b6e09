import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../../main/clock.ts';
import { type Asked, type Loopback, type Reply, startLoopback } from './loopback.ts';

const actionSchema = z.object({
  action: z.enum(['view', 'http', 'broadcast']),
  label: z.string().min(1),
  url: z.url(),
  method: z.string().default('POST'),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().optional(),
  clear: z.boolean().default(false),
});
const publishSchema = z.object({
  topic: z.string().regex(/^[-_A-Za-z0-9]{1,64}$/),
  title: z.string().optional(),
  message: z.string().default('triggered'),
  priority: z.number().int().min(1).max(5).optional(),
  actions: z.array(actionSchema).max(3).optional(),
});
type Published = Omit<z.infer<typeof publishSchema>, 'topic'>;

export interface NtfyMessage extends Published {
  readonly id: string;
  readonly time: number;
  readonly event: 'message';
  readonly topic: string;
  readonly attachment?: unknown;
}

/** An ntfy server with a cache, topics that may be protected by a token, and limits. */
export interface NtfyServer extends Loopback {
  messages(topic: string): readonly NtfyMessage[];
  /** Only with this token may the topic be read or written. */
  protect(topic: string, token: string): void;
  /** So many of the next requests are too many. */
  limit(requests: number, retryAfterS?: number): void;
  loseAnswers(answers: number): void;
  /** The cache of 12 h has run out. */
  forget(topic: string): void;
  /** What the phone does when a person presses a button. */
  press(
    message: NtfyMessage,
    label: string,
    change?: { readonly method?: string; readonly body?: string },
  ): Promise<number>;
}

const refusal = (http: number, code: number, error: string): Reply => ({
  status: http,
  body: { code, http, error, link: 'https://ntfy.sh/docs/publish/' },
});

export const startNtfyServer = async (clock: Clock): Promise<NtfyServer> => {
  const topics = new Map<string, NtfyMessage[]>();
  const tokens = new Map<string, string>();
  let tooMany = 0;
  let retryAfterS: number | undefined;
  let lost = 0;

  const mayUse = (topic: string, { headers }: Asked): boolean => {
    const token = tokens.get(topic);
    return token === undefined || headers.authorization === `Bearer ${token}`;
  };
  const store = (topic: string, published: Published): Reply => {
    const isLong = Buffer.byteLength(published.message) > 4_096;
    const message: NtfyMessage = {
      id: randomBytes(9).toString('base64url').replace(/[-_]/g, 'x'),
      time: Math.floor(clock.now() / 1000),
      event: 'message',
      topic,
      ...published,
      ...(isLong ? { message: 'You received a file: attachment.txt', attachment: { name: 'attachment.txt' } } : {}),
    };
    topics.set(topic, [...(topics.get(topic) ?? []), message]);
    if (lost > 0) {
      lost -= 1;
      return 'lost';
    }
    return { status: 200, body: message };
  };
  const since = (topic: string, from: string): readonly NtfyMessage[] => {
    const kept = topics.get(topic) ?? [];
    if (from === 'all' || from === '') return kept;
    if (/^\d+$/.test(from)) return kept.filter(({ time }) => time >= Number(from));
    // An unknown id brings everything, as the server does.
    return kept.slice(kept.findIndex(({ id }) => id === from) + 1);
  };

  const loopback = await startLoopback((asked) => {
    if (tooMany > 0) {
      tooMany -= 1;
      const reply = { status: 429, body: { code: 42901, http: 429, error: 'limit reached: too many requests' } };
      return retryAfterS === undefined ? reply : { ...reply, headers: { 'retry-after': String(retryAfterS) } };
    }
    const [, topic = '', format = ''] = asked.path.split('/');
    if (asked.method === 'POST' && topic === '') {
      let body: unknown;
      try {
        body = JSON.parse(asked.body);
      } catch {
        return refusal(400, 40024, 'invalid request: body must be valid JSON');
      }
      const parsed = publishSchema.safeParse(body);
      if (!parsed.success) return refusal(400, 40024, `invalid request: ${parsed.error.message}`);
      const { topic: named, ...published } = parsed.data;
      return mayUse(named, asked) ? store(named, published) : refusal(403, 40301, 'forbidden');
    }
    if (!mayUse(topic, asked)) return refusal(403, 40301, 'forbidden');
    if (asked.method === 'POST' || asked.method === 'PUT') return store(topic, { message: asked.body || 'triggered' });
    if (format !== 'json')
      return { status: 200, body: '<!doctype html><title>ntfy web</title>', headers: { 'content-type': 'text/html' } };
    const lines = since(topic, asked.query.get('since') ?? '').map((message) => JSON.stringify(message));
    return { status: 200, body: `${lines.join('\n')}\n`, headers: { 'content-type': 'application/x-ndjson' } };
  });

  return {
    ...loopback,
    messages: (topic) => topics.get(topic) ?? [],
    protect: (topic, token) => void tokens.set(topic, token),
    limit: (requests, seconds) => {
      tooMany = requests;
      retryAfterS = seconds;
    },
    loseAnswers: (answers) => {
      lost = answers;
    },
    forget: (topic) => void topics.delete(topic),
    press: async (message, label, change = {}) => {
      const action = message.actions?.find((each) => each.label === label);
      if (action === undefined) throw new Error(`There is no button ${label}.`);
      const method = change.method ?? action.method;
      const body = method === 'GET' || method === 'HEAD' ? undefined : (change.body ?? action.body);
      const answer = await fetch(action.url, {
        method,
        headers: action.headers,
        ...(body === undefined ? {} : { body }),
      });
      await answer.text();
      return answer.status;
    },
  };
};
