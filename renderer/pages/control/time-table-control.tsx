import { useState } from 'react';
import { Button } from '../../components/parts.tsx';
import type { ChannelCard } from './device-state.ts';
import { TimeTableDialog } from './time-table-dialog.tsx';

/** Opens the table of a day; nothing to open before it was read. */
export const TimeTableControl = ({ card }: { card: ChannelCard }) => {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="small" disabled={typeof card.channel.setpoint !== 'string'} onClick={() => setOpen(true)}>
        Look and change
      </Button>
      {open && <TimeTableDialog card={card} onClose={() => setOpen(false)} />}
    </>
  );
};
