import type { ChannelId, DeviceId, Origin, Setpoint, SiteId } from '../../preload/contract/base.ts';
import type { PendingProposal, SettledProposal } from '../../preload/contract/control.ts';
import type { MessengerKind } from '../../preload/contract/messages.ts';

/** How a question ended. */
export type Settlement = Omit<SettledProposal, 'proposal'>;

/** What a question needs beside what is shown of it, to become a command after a restart. */
export interface WishRest {
  readonly who: string;
  readonly holdMs: number | null;
  readonly leaseMs: number | null;
}

export interface StoredProposal {
  readonly proposal: PendingProposal;
  readonly wish: WishRest;
  /** Null while it waits. */
  readonly settlement: Settlement | null;
}

export interface ProposalRepository {
  add(proposal: PendingProposal, wish: WishRest): void;
  get(id: string): StoredProposal | undefined;
  /**
   * Only one caller ever settles a proposal: true for the one that moves it out of `pending`. The same transaction ends
   * the secrets of every message that asked about it.
   */
  settle(id: string, settlement: Settlement): boolean;
  pending(siteId: SiteId): readonly PendingProposal[];
  /** Newest first. */
  settled(siteId: SiteId, limit: number): readonly SettledProposal[];
  /** Every value that this origin has ever had approved for, or sent to, a channel. Booleans come as 1 and 0. */
  everDone(deviceId: DeviceId, channelId: ChannelId, origin: Origin): readonly Exclude<Setpoint, boolean>[];
}

/** A question as it went out by one messenger. */
export interface RemoteQuestion {
  readonly proposalId: string;
  readonly siteId: SiteId;
  readonly messenger: MessengerKind;
  readonly askedAt: number;
  readonly expiresAt: number;
  readonly approveHash: string;
  readonly denyHash: string;
  readonly codeHash: string;
  /** False once its secrets are void. */
  readonly open: boolean;
  readonly wrongTries: number;
  /** Null until the messenger has taken it. */
  readonly messageId: string | null;
  /** When its message was told the outcome. */
  readonly closedAt: number | null;
}

/** What came back by a messenger, believed or not: who, where, when, what exactly was asked, what became of it. */
export interface RemoteAnswer {
  readonly messenger: MessengerKind;
  readonly messageId: string;
  readonly siteId: SiteId;
  readonly proposalId: string | null;
  readonly who: string;
  readonly decision: 'approve' | 'deny';
  readonly receivedAt: number;
  readonly actionText: string | null;
  readonly outcome: string;
}

export interface RemoteQuestionRepository {
  /** An earlier question of the same proposal by the same messenger gives way, with its secrets. */
  put(question: RemoteQuestion): void;
  get(proposalId: string, messenger: MessengerKind): RemoteQuestion | undefined;
  /** Asked at or after `since`, open or not. */
  since(siteId: SiteId, since: number): readonly RemoteQuestion[];
  sent(proposalId: string, messenger: MessengerKind, messageId: string): void;
  /** Its secrets decide nothing any more. */
  void(proposalId: string, messenger: MessengerKind): void;
  /** Counts one wrong code; answers how many there were. */
  wrongTry(proposalId: string, messenger: MessengerKind): number;
  closed(proposalId: string, messenger: MessengerKind, at: number): void;
  /** The first record of a message stands. */
  record(answer: RemoteAnswer): void;
  /** What became of a message that was seen before. */
  answered(messenger: MessengerKind, messageId: string): string | undefined;
  /** Newest first. */
  answers(siteId: SiteId, limit: number): readonly RemoteAnswer[];
}
