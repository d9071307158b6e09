import { useState } from 'react';
import type { Overview, StopState } from '../../../preload/contract/site.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Button, Chip } from '../../components/parts.tsx';

const stoppedReason = (stop: StopState): string => {
  const safe = stop.devices.filter((device) => device.state === 'safe').length;
  const silent = stop.devices.filter((device) => device.state === 'no-answer');
  if (stop.devices.length === 0) return 'There is nothing here that could be switched.';
  const first = `${safe} of ${stop.devices.length} are confirmed in their safe state.`;
  if (silent.length === 0) return first;
  const names = silent.map((device) => device.name).join(', ');
  return `${first} ${names} ${silent.length === 1 ? 'does' : 'do'} not answer and ${silent.length === 1 ? 'is' : 'are'} asked again and again.`;
};

/** What the house does, and why; the code, the limits and the price of doing otherwise on request. */
export const Sentence = ({ overview, stop }: { overview: Overview | null; stop: StopState | null }) => {
  const [open, setOpen] = useState(false);
  if (stop)
    return (
      <div className="say">
        <p>
          Stopped. Nothing here switches anything until a person re-enables it. <span>{stoppedReason(stop)}</span>
        </p>
      </div>
    );
  if (!overview)
    return (
      <div className="say" aria-busy="true">
        <p>
          <span className="bar-skeleton" style={{ width: 'min(560px, 80%)' }} />
        </p>
      </div>
    );
  return (
    <div className="say">
      <p>
        {overview.sentence} <span>{overview.reason}</span>
      </p>
      <Button icon="info" size="small" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <span className="why-word">Why</span>
      </Button>
      {open && (
        <Dialog title="Why" onClose={() => setOpen(false)}>
          <p style={{ fontSize: 17, lineHeight: '25px', fontWeight: 530 }}>
            {overview.sentence} <span className="quiet">{overview.reason}</span>
          </p>
          {overview.because.length > 0 ? (
            <ul style={{ display: 'grid', gap: 8, margin: '14px 0' }}>
              {overview.because.map((line) => (
                <li key={line} className="second">
                  {line}
                </li>
              ))}
            </ul>
          ) : (
            <p className="second" style={{ margin: '14px 0' }}>
              Nothing bound this decision, and no price of doing otherwise is known.
            </p>
          )}
          <Chip look="outline">{overview.reasonCode}</Chip>
        </Dialog>
      )}
    </div>
  );
};
