import type { Reading } from '../../reading.ts';
import type { Block } from '../modbus/block.ts';
import { CHANNELS } from './channels.ts';
import type { Family } from './model.ts';
import { singleFast, singleSlow } from './single-phase.ts';
import { threePhaseFast, threePhaseSlow } from './three-phase.ts';
import type { Shown } from './values.ts';

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
