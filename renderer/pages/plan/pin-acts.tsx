import { useState } from 'react';
import type { PlanBlock, PlanLane } from '../../../preload/contract/plan.ts';
import { pinBlock } from '../../actions/plan.ts';
import { Button } from '../../components/parts.tsx';
import { MoveForm } from './move-form.tsx';
import { blockState } from './plan-words.ts';

/** Battery and heat have no steps of their own to keep or move: they follow from everything else. */
const followsBecause = ({ code, pinned }: PlanBlock, { role }: PlanLane): string | null => {
  if (pinned !== null) return null;
  if (role === 'battery')
    return 'The battery follows what everything else needs. Change the reserve in Wishes instead.';
  return code.startsWith('HEAT_') ? 'Heat follows the temperatures in Wishes. Change those instead.' : null;
};

/** What a person may do about one step: keep it, move it, leave it out, or let the plan decide again. */
export const PinActs = ({
  block,
  lane,
  now,
  zone,
  locked,
}: {
  block: PlanBlock;
  lane: PlanLane;
  now: number;
  zone: string;
  /** Why nothing can be pinned now: the house is stopped, or this is only tried. */
  locked: string | null;
}) => {
  const [moving, setMoving] = useState(false);
  if (blockState(block, now) === 'done') return null;
  const follows = followsBecause(block, lane);
  const pin = (wanted: 'keep' | 'skip' | 'none'): void =>
    void pinBlock.run({ blockId: block.id, pin: wanted }, 'window');
  if (locked !== null || follows !== null)
    return (
      <section className="pin-acts" aria-label="What you want of it">
        <p className="small quiet">{follows ?? locked}</p>
      </section>
    );
  if (moving)
    return (
      <section className="pin-acts" aria-label="What you want of it">
        <MoveForm block={block} now={now} zone={zone} onClose={() => setMoving(false)} />
      </section>
    );
  return (
    <section className="pin-acts" aria-label="What you want of it">
      {block.pinned ? (
        <Button icon="undo-2" onClick={() => pin('none')}>
          Let the plan decide
        </Button>
      ) : (
        <Button icon="lock" onClick={() => pin('keep')}>
          Keep
        </Button>
      )}
      {block.pinned !== 'skip' && (
        <Button icon="clock" onClick={() => setMoving(true)}>
          Move
        </Button>
      )}
      <span className="grow" />
      {!block.pinned && (
        <Button look="ghost" onClick={() => pin('skip')}>
          Skip
        </Button>
      )}
    </section>
  );
};
