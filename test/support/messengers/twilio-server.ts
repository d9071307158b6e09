import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../main/clock.ts';
import { type Asked, type Loopback, type Reply, startLoopback } from './loopback.ts';

export interface TwilioMessage {
  readonly sid: string;
  readonly direction: 'inbound' | 'outbound-api';
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly at: number;
  readonly status: string;
  readonly errorCode: number | null;
}

/** The Messages of one Twilio account, with its paging, its dates and its errors. */
export interface TwilioServer extends Loopback {
  readonly messages: readonly TwilioMessage[];
  /** A person writes to our number; `at` is Twilio's time. */
  reply(from: string, body: string, at?: number): void;
  /** The next messages are taken, and the answers get lost. */
  loseAnswers(answers: number): void;
  /** The next requests fail before anything is done. */
  failWith(status: number, code: number, requests: number): void;
  /** Lists hold all messages, whoever wrote them. */
  ignoreFilters(): void;
  /** What lists name as their next page. */
  pointElsewhere(uri: string): void;
  /** Messages to this number are refused at once. */
  refuse(to: string, code: number): void;
  /** Messages to this number are taken and not delivered. */
  undeliver(to: string, code: number): void;
}

/** RFC 2822, whole seconds, UTC. */
const rfc2822 = (at: number): string => new Date(at).toUTCString().replace('GMT', '+0000');

const errorReply = (status: number, code: number): Reply => ({
  status,
  body: { code, message: `Error ${code}`, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
});

export const startTwilioServer = async (
  clock: Clock,
  account: { readonly sid: string; readonly token: string; readonly pageSize?: number },
): Promise<TwilioServer> => {
  const messages: TwilioMessage[] = [];
  const refusals = new Map<string, number>();
  const undelivered = new Map<string, number>();
  let lost = 0;
  let filters = true;
  let elsewhere: string | null = null;
  let failing: { readonly reply: Reply; left: number } | null = null;
  const root = `/2010-04-01/Accounts/${account.sid}/Messages`;

  const show = (message: TwilioMessage) => ({
    account_sid: account.sid,
    api_version: '2010-04-01',
    body: message.body,
    date_created: rfc2822(message.at),
    date_sent: rfc2822(message.at),
    date_updated: rfc2822(message.at),
    direction: message.direction,
    error_code: message.errorCode,
    error_message: null,
    from: message.from,
    messaging_service_sid: null,
    num_media: '0',
    num_segments: '1',
    price: null,
    price_unit: 'USD',
    sid: message.sid,
    status: message.status,
    to: message.to,
    uri: `${root}/${message.sid}.json`,
  });
  const add = (message: Omit<TwilioMessage, 'sid'>): TwilioMessage => {
    const stored = { ...message, sid: `SM${randomBytes(16).toString('hex')}` };
    messages.push(stored);
    return stored;
  };
  const send = ({ body }: Asked): Reply => {
    const form = new URLSearchParams(body);
    const [to, from, text] = ['To', 'From', 'Body'].map((name) => form.get(name) ?? '');
    if (!to || !from || !text) return errorReply(400, 21604);
    const refusal = refusals.get(to);
    if (refusal !== undefined) return errorReply(400, refusal);
    const code = undelivered.get(to) ?? null;
    const status = code === null ? 'delivered' : 'undelivered';
    const stored = add({ direction: 'outbound-api', from, to, body: text, at: clock.now(), status, errorCode: code });
    if (lost > 0) {
      lost -= 1;
      return 'lost';
    }
    return { status: 201, body: { ...show(stored), status: 'queued', error_code: null, date_sent: null } };
  };
  const list = ({ query }: Asked): Reply => {
    const wants = (name: string, value: string): boolean =>
      !filters || query.get(name) === null || query.get(name) === value;
    const day = query.get('DateSent>');
    const found = messages
      .filter(({ to, from }) => wants('To', to) && wants('From', from))
      .filter(({ at }) => day === null || new Date(at).toISOString().slice(0, 10) >= day)
      .reverse();
    const size = Math.min(account.pageSize ?? 1000, Number(query.get('PageSize') ?? 50));
    const page = Number(query.get('Page') ?? 0);
    const next = new URLSearchParams(query);
    next.set('Page', String(page + 1));
    const hasMore = (page + 1) * size < found.length;
    return {
      status: 200,
      body: {
        messages: found.slice(page * size, (page + 1) * size).map(show),
        page,
        page_size: size,
        first_page_uri: `${root}.json?Page=0`,
        next_page_uri: elsewhere ?? (hasMore ? `${root}.json?${next}` : null),
        previous_page_uri: null,
        start: page * size,
        end: page * size,
        uri: `${root}.json`,
      },
    };
  };

  const expected = `Basic ${Buffer.from(`${account.sid}:${account.token}`).toString('base64')}`;
  const loopback = await startLoopback((asked) => {
    if (asked.headers.authorization !== expected) return errorReply(401, 20003);
    if (failing !== null && failing.left > 0) {
      failing.left -= 1;
      return failing.reply;
    }
    if (asked.path === `${root}.json`) return asked.method === 'POST' ? send(asked) : list(asked);
    const message = messages.find(({ sid }) => asked.path === `${root}/${sid}.json`);
    return message === undefined ? errorReply(404, 20404) : { status: 200, body: show(message) };
  });

  return {
    ...loopback,
    messages,
    reply: (from, body, at = clock.now()) => {
      add({ direction: 'inbound', from, to: '+15550001111', body, at, status: 'received', errorCode: null });
    },
    loseAnswers: (answers) => {
      lost = answers;
    },
    failWith: (status, code, requests) => {
      failing = { reply: errorReply(status, code), left: requests };
    },
    ignoreFilters: () => {
      filters = false;
    },
    pointElsewhere: (uri) => {
      elsewhere = uri;
    },
    refuse: (to, code) => void refusals.set(to, code),
    undeliver: (to, code) => void undelivered.set(to, code),
  };
};
