import type { PlanBlock } from '../../../../preload/contract/plan.ts';
import { type BlockState, blockState } from '../plan-words.ts';
import { type Geometry, stretchOf, xOf } from './geometry.ts';

export interface PlacedBlock {
  readonly block: PlanBlock;
  readonly state: BlockState;
  readonly left: number;
  readonly width: number;
  /** Null where it does not fit: a label is left out, never cut. */
  readonly label: string | null;
  /** Where the label begins, px from the block's left edge. */
  readonly indent: number;
  readonly arrow: boolean;
}

const PAD_PX = 7;
const ARROW_PX = 16;

/** Blocks of one lane with their place and the label that fits; a running one is written right of the now line. */
export const placeBlocks = (
  blocks: readonly PlanBlock[],
  frame: Geometry,
  now: number,
  widthOf: (text: string) => number,
): PlacedBlock[] =>
  blocks.flatMap((block) => {
    const place = stretchOf(frame, block.from, block.to);
    if (!place) return [];
    const state = blockState(block, now);
    const left = place.left;
    const width = Math.max(4, place.width - 1.5);
    const start = state === 'running' ? Math.max(0, xOf(frame, now) - left) : 0;
    const room = width - start - 2 * PAD_PX;
    const moves = block.does === 'charge' || block.does === 'discharge';
    const words = widthOf(block.label);
    const fits = state !== 'done' && block.label !== '' && words <= room;
    // The words say more than the arrow: it goes first where both are too wide.
    const arrow = moves && state !== 'done' && (fits ? words + ARROW_PX <= room : room >= ARROW_PX - 4);
    return [{ block, state, left, width, label: fits ? block.label : null, indent: start + PAD_PX, arrow }];
  });
