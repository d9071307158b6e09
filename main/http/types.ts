import type { Result } from '../result.ts';

/** One exchange with a server that may be far away, slow or lying. */
export interface HttpRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute, `http:` or `https:`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** For the whole exchange, from connecting to the last byte: a trickle does not keep it alive. Default 15 s. */
  readonly timeoutMs?: number;
  /** Beyond it the answer is dropped, counted after unpacking. Default 4 MiB. */
  readonly maxBytes?: number;
  /** SHA-256 of the one certificate that a person agreed to; without it the system's authorities decide. */
  readonly fingerprint?: string | undefined;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; repeated ones joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** UTF-8 text, unpacked. */
  readonly body: string;
}

/** Why there is no answer at all. `cause` is in plain words where the system gives a code. */
export interface HttpTrouble {
  readonly kind: 'unreachable' | 'timed-out' | 'cancelled' | 'too-large' | 'cut-short' | 'untrusted';
  readonly cause: string;
  /** With `untrusted`: the certificate that was shown. */
  readonly fingerprint?: string;
}

/** Answers whatever status came; an answer with an error status is still an answer. Never throws. */
export interface HttpClient {
  send(request: HttpRequest): Promise<Result<HttpAnswer, HttpTrouble>>;
}
