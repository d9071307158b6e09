import { useState } from 'react';
import type { PlanBlock } from '../../../preload/contract/plan.ts';
import { pinBlock } from '../../actions/plan.ts';
import { Button } from '../../components/parts.tsx';
import { MoveForm } from './move-form.tsx';
import { blockState } from './plan-words.ts';

/** What a person may do about one step: keep it, move it, leave it out, or let the plan decide again. */
export const PinActs = ({
  block,
  now,
  zone,
  locked,
}: {
  block: PlanBlock;
  now: number;
  zone: string;
  /** Why nothing can be pinned now: the house is stopped, or this is only tried. */
  locked: string | null;
}) => {
  const [moving, setMoving] = useState(false);
  if (blockState(block, now) === 'done') return null;
  const pin = (wanted: 'keep' | 'skip' | 'none'): void =>
    void pinBlock.run({ blockId: block.id, pin: wanted }, 'window');
  if (locked !== null)
    return (
      <section className="pin-acts" aria-label="What you want of it">
        <p className="small quiet">{locked}</p>
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
