import type { MessengerKind } from '../../preload/contract/messages.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Result } from '../result.ts';

/** One way to reach a person outside the window: ntfy, Telegram, e-mail, SMS. It carries words and answers; it decides nothing. */

export interface Told {
  readonly title: string;
  readonly text: string;
  readonly level: 'info' | 'attention' | 'critical';
}

/** A question with the words that answer it. Each messenger gets tokens and a code of its own. */
export interface Question {
  /** Of the proposal; short enough for a button's data together with a token. */
  readonly id: string;
  readonly title: string;
  /** The exact action, why, what happens when nobody answers, and until when. */
  readonly text: string;
  readonly expiresAt: number;
  /** Single-use secrets of 128 bits or more, base64url, for buttons. */
  readonly approveToken: string;
  readonly denyToken: string;
  /** Six digits for words that a person types: `YES 482913`, `NO 482913`. */
  readonly code: string;
}

/** What came back, not yet believed: the approvals check it against what was asked. */
export interface Answer {
  readonly messenger: MessengerKind;
  readonly decision: 'approve' | 'deny';
  /** The token of a button, or the typed code. */
  readonly proof: { readonly token: string } | { readonly code: string };
  /** The name or address that the service vouches for. */
  readonly from: string;
  readonly messageId: string;
  readonly receivedAt: number;
}

/** What became of an answer, in one sentence, so that a messenger can say it back (a button stops spinning). */
export type OnAnswer = (answer: Answer) => Promise<string>;

export interface Messenger {
  readonly kind: MessengerKind;
  /** Whether a person can answer on this way at all. */
  readonly takesAnswers: boolean;
  tell(message: Told, signal: AbortSignal): Promise<Result<{ readonly messageId: string }>>;
  ask(question: Question, signal: AbortSignal): Promise<Result<{ readonly messageId: string }>>;
  /** Takes the buttons away or sends a closing line: the question has its outcome. */
  close(questionId: string, outcome: string, signal: AbortSignal): Promise<Result<void>>;
  /** Listens for answers while questions are open; ends with the signal. Failures are reported, and it goes on with back-off. */
  listen(onAnswer: OnAnswer, onTrouble: (failure: string | null) => void, signal: AbortSignal): Promise<void>;
}

/** The messengers that are set up for a site. */
export interface Messengers {
  /** Enabled and complete ones. */
  ready(): readonly Messenger[];
  /** Told when settings or secrets change, so that listeners start anew. */
  onChange(listener: () => void): () => void;
}

/** A small text that a messenger keeps over restarts: how far it has read, which of its messages are open. */
export interface MessengerMemory {
  get(): string | undefined;
  set(value: string): void;
}

/** What every messenger is built of. It is built anew when its settings or its secret change. */
export interface MessengerDeps<Settings> {
  readonly settings: Settings;
  /** Token or password; null where none is kept. Never in a log, a failure or an address that is shown. */
  readonly secret: string | null;
  readonly memory: MessengerMemory;
  readonly clock: Clock;
  readonly log: Log;
}
