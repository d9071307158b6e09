import { useId, useState } from 'react';
import { releaseStop } from '../actions/release-stop.ts';
import { usePerson } from '../state/person.ts';
import { HoldButton } from './hold-button.tsx';

/** Ends a stop: a name typed by hand and 3 s of holding, so that nobody does it in passing. */
export const ReleaseForm = ({ onDone }: { onDone?: () => void }) => {
  const known = usePerson((state) => state.name);
  const [name, setName] = useState(known ?? '');
  const field = useId();
  return (
    <div className="hold-box">
      <div>
        <label className="field-label" htmlFor={field}>
          Your name, kept in the log
        </label>
        <input
          id={field}
          className="text-input"
          value={name}
          maxLength={80}
          autoComplete="name"
          onChange={(event) => setName(event.target.value)}
        />
      </div>
      <HoldButton
        label={name.trim() === '' ? 'Type your name to re-enable' : 'Hold 3 s to re-enable'}
        disabled={name.trim() === ''}
        onHeld={() => {
          void releaseStop.run({ who: name }, 'window');
          onDone?.();
        }}
      />
      <p className="small quiet">It comes back in Watch: it looks, and switches nothing.</p>
    </div>
  );
};
