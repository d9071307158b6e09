import type { Metric, Quality } from '../../../preload/contract/base.ts';
import type { Reading } from '../../reading.ts';
import type { Block } from '../modbus/block.ts';
import { CHANNELS, type ChannelName } from './channels.ts';
import type { Family } from './model.ts';
import { singleFast, singleSlow } from './single-phase.ts';
import { threePhaseFast, threePhaseSlow } from './three-phase.ts';

export type Value = readonly [channel: ChannelName, metric: Metric, value: number, quality?: Quality];

/** What an inverter has shown of itself so far. */
export interface Shown {
  /** Strings 3 and 4 count once they delivered, or where the person says how many there are. */
  readonly strings: number;
  /** Whether the AUX port is a generator's; null until the settings were read. */
  readonly hasGenerator: boolean | null;
  /** Whether high words of the powers are filled: older models leave them 0. */
  readonly wide: boolean;
}

/** Blocks of one poll; `slow` is absent in most. */
export interface SolarkPoll {
  readonly fast: Block;
  readonly slow?: Block;
}

/** Readings in the product's signs: the family counts discharging as positive, so battery power and current turn round. */
export const solarkReadings = (
  family: Family,
  { fast, slow }: SolarkPoll,
  shown: Shown,
  times: { readonly measuredAt: number; readonly receivedAt: number },
): readonly Reading[] => {
  const values =
    family.phases === 1
      ? [...singleFast(fast, shown), ...(slow ? singleSlow(slow, shown) : [])]
      : [...threePhaseFast(fast, shown, family), ...(slow ? threePhaseSlow(slow) : [])];
  return values.map(([channel, metric, value, quality]) => ({
    channelId: CHANNELS[channel],
    metric,
    value: value === 0 ? 0 : value, // −0 is 0.
    quality: quality ?? 'good',
    ...times,
  }));
};
