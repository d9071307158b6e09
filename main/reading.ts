import type { ChannelId, Metric, Quality } from '../preload/contract/base.ts';

/** One measured value. It is there with all its parts or it is absent; nothing defaults to 0. The metric names the unit. */
export interface Reading {
  readonly channelId: ChannelId;
  readonly metric: Metric;
  readonly value: number;
  /** When the device measured it (from the data where the protocol says so), UTC epoch ms. */
  readonly measuredAt: number;
  /** When it reached us. */
  readonly receivedAt: number;
  readonly quality: Quality;
}
