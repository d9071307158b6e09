import type { MessageSettings } from '../../../preload/contract/messages.ts';

export type EmailSettings = MessageSettings['email'];

/** Where the two servers are and how they are entered. */
export interface EmailAccount {
  readonly settings: EmailSettings;
  /** The password of both servers; with `oauth:` in front an OAuth access token, given by XOAUTH2. */
  readonly secret: string | null;
  /** Certificates (PEM) of an authority of one's own; the system's authorities where there is none. */
  readonly authority?: string;
}

/** A question that waits for a reply. */
export interface AskedQuestion {
  readonly id: string;
  /** The Message-ID under which it went out. */
  readonly messageId: string;
  readonly code: string;
  readonly title: string;
  readonly askedAt: number;
  readonly expiresAt: number;
  /** Answered or taken back. */
  readonly closed: boolean;
}
