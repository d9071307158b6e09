import type { MessageSettings } from '../../../preload/contract/messages.ts';
import { retryAfterMs, statusFailure, troubleFailure } from '../../http/json-answer.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../http/types.ts';
import { type Failure, ok, permanent, type Result } from '../../result.ts';
import { listenWhileAwaited } from '../listening.ts';
import { createNotebook } from '../notebook.ts';
import { cutTo, sendPatiently } from '../sending.ts';
import type { Messenger, MessengerDeps, Question } from '../types.ts';
import { answersIn, publishedSchema } from './answers.ts';

/** The public server gives a visitor one request every 5 s. */
const POLL_EVERY_MS = 5_000;
/** A longer message would become an attachment. */
const MESSAGE_BYTES = 4_096;
const TITLE_LENGTH = 200;
/** 1 is lowest, 5 breaks through the phone's silence. */
const PRIORITY = { info: 3, attention: 4, critical: 5, question: 4, closing: 2 } as const;

type Exchange = Omit<HttpRequest, 'url' | 'headers' | 'signal'>;
export type NtfyDeps = MessengerDeps<MessageSettings['ntfy']> & { readonly http: HttpClient };

/** A name and password are written `name:password`; an access token stands alone. */
const authorizationOf = (secret: string): string =>
  secret.includes(':') ? `Basic ${Buffer.from(secret).toString('base64')}` : `Bearer ${secret}`;

/** The longest beginning of a text that fits into so many bytes of UTF-8. */
const cutToBytes = (text: string, bytes: number): string => {
  if (Buffer.byteLength(text) <= bytes) return text;
  let kept = cutTo(text, bytes);
  while (Buffer.byteLength(kept) > bytes) kept = cutTo(kept, Math.max(4, [...kept].length - 64));
  return kept;
};

/**
 * Notices through an ntfy server: https://docs.ntfy.sh/publish. A question has two buttons that post the decision and its
 * token to a second secret topic, which is read only while answers may come. Whoever can read the first topic could press.
 */
export const createNtfy = ({ settings, secret, memory, http, clock, log }: NtfyDeps): Messenger => {
  const server = settings.server.replace(/\/+$/, '');
  const notebook = createNotebook({ memory, clock });

  const failureOf = (answer: HttpAnswer): { ok: false; error: Failure } | null => {
    if (answer.status === 429) {
      const waitMs = retryAfterMs(answer.headers, clock.now());
      const error: Failure = {
        code: 'messenger.too-often',
        kind: 'temporary',
        message: 'The ntfy server says that it is asked too often.',
        advice: 'It is tried again by itself; the public server takes 250 messages a day.',
        retryAfterMs: waitMs ?? 10_000,
      };
      return { ok: false, error };
    }
    return statusFailure(
      answer,
      {
        room: 'messenger',
        name: 'The ntfy server',
        what: 'these topics',
        accessAdvice: 'Type an access token of the ntfy server that may write the first topic and read the second.',
      },
      clock.now(),
    );
  };

  const exchange = async (path: string, request: Exchange, signal: AbortSignal): Promise<Result<HttpAnswer>> => {
    const answer = await http.send({
      ...request,
      url: `${server}${path}`,
      headers: {
        ...(secret === null ? {} : { authorization: authorizationOf(secret) }),
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      signal,
    });
    if (!answer.ok)
      return troubleFailure(answer.error, {
        room: 'messenger',
        name: 'The ntfy server',
        what: 'its answer',
        accessAdvice: '',
      });
    return failureOf(answer.value) ?? ok(answer.value);
  };

  /** Answers the id and the server's time, s. A lost answer may bring a notice twice: two equal notices do no harm. */
  const publish = (
    words: { readonly title: string; readonly text: string; readonly priority: number },
    actions: readonly unknown[],
    signal: AbortSignal,
  ) =>
    sendPatiently(clock, signal, async () => {
      const body = JSON.stringify({
        topic: settings.topic,
        title: cutTo(words.title, TITLE_LENGTH),
        message: cutToBytes(words.text, MESSAGE_BYTES),
        priority: words.priority,
        ...(actions.length === 0 ? {} : { actions }),
      });
      const sent = await exchange('/', { method: 'POST', body }, signal);
      if (!sent.ok) return sent;
      const published = publishedSchema.safeParse(safeJson(sent.value.body));
      if (published.success) return ok({ messageId: published.data.id, timeS: published.data.time });
      return permanent(
        'messenger.malformed',
        'What answered is no ntfy server.',
        'Check the address of the ntfy server.',
      );
    });

  const button = (label: string, question: Question, decision: 'approve' | 'deny', token: string) => ({
    action: 'http',
    label,
    url: `${server}/${settings.answerTopic}`,
    method: 'POST',
    body: JSON.stringify({ id: question.id, decision, token }),
    clear: true,
  });

  return {
    kind: 'ntfy',
    takesAnswers: true,
    tell: async ({ title, text, level }, signal) => {
      const sent = await publish({ title, text, priority: PRIORITY[level] }, [], signal);
      return sent.ok ? ok({ messageId: sent.value.messageId }) : sent;
    },
    ask: async (question, signal) => {
      const sent = await publish(
        { title: question.title, text: question.text, priority: PRIORITY.question },
        [
          button('Approve', question, 'approve', question.approveToken),
          button('Deny', question, 'deny', question.denyToken),
        ],
        signal,
      );
      if (!sent.ok) return sent;
      const { messageId, timeS } = sent.value;
      // Nothing older than the first question can answer one.
      if (notebook.mark() === '') notebook.setMark(String(timeS));
      notebook.opened(question.id, { expiresAt: question.expiresAt, ref: question.title });
      return ok({ messageId });
    },
    close: async (questionId, outcome, signal) => {
      const title = notebook.closed(questionId);
      if (title === null) return ok(undefined);
      const sent = await publish({ title, text: outcome, priority: PRIORITY.closing }, [], signal);
      return sent.ok ? ok(undefined) : sent;
    },
    listen: (onAnswer, onTrouble, signal) =>
      listenWhileAwaited({
        clock,
        notebook,
        signal,
        onTrouble,
        pauseMs: () => POLL_EVERY_MS,
        poll: async () => {
          const path = `/${settings.answerTopic}/json?poll=1&since=${encodeURIComponent(notebook.mark())}`;
          const read = await exchange(path, {}, signal);
          if (!read.ok) return read;
          const { answers, unusable, lastId } = answersIn(read.value.body, clock.now());
          if (unusable > 0) log.warn('Something else than an answer was posted to the answer topic', { unusable });
          for (const answer of answers) {
            await onAnswer(answer);
            if (signal.aborted) return ok(undefined);
          }
          if (lastId !== null) notebook.setMark(lastId);
          return ok(undefined);
        },
      }),
  };
};

const safeJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
