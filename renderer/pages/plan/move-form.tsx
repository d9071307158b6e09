import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { PlanBlock } from '../../../preload/contract/plan.ts';
import { pinBlock } from '../../actions/plan.ts';
import { Button } from '../../components/parts.tsx';
import { soon } from '../../format/time.ts';
import { clockField, nextClock } from './clock-field.ts';

/** A new start for one step: the next time that the clock shows what is typed. */
export const MoveForm = ({
  block,
  now,
  zone,
  onClose,
}: {
  block: PlanBlock;
  now: number;
  zone: string;
  onClose: () => void;
}) => {
  const [typed, setTyped] = useState(() => clockField(block.from, zone));
  const start = nextClock(typed, now, zone);
  const move = async (): Promise<void> => {
    if (start === null) return;
    await pinBlock.run({ blockId: block.id, pin: 'move', toAt: start }, 'window');
    onClose();
  };
  return (
    <form
      className="move-form"
      onSubmit={(event) => {
        event.preventDefault();
        void move();
      }}
    >
      <TextInput
        label="New start"
        type="time"
        step={900}
        required
        withAsterisk={false}
        data-autofocus
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <span className="small quiet num">{start === null ? 'Type a time.' : soon(start, now, zone)}</span>
      <span className="grow" />
      <Button type="submit" look="primary" disabled={start === null}>
        Move
      </Button>
      <Button look="ghost" onClick={onClose}>
        Leave it
      </Button>
    </form>
  );
};
