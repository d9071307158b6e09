import { useState } from 'react';
import { Dialog } from './dialog.tsx';
import { Button } from './parts.tsx';

/** Asks once for the person's name; each action is written down with it. */
export const NameDialog = ({ answer }: { answer: (name: string | null) => void }) => {
  const [name, setName] = useState('');
  return (
    <Dialog title="Who are you?" onClose={() => answer(null)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') answer(name);
        }}
      >
        <label className="field-label" htmlFor="person-name">
          Your name. It is kept on this computer and in the log with each action.
        </label>
        <input
          id="person-name"
          className="text-input"
          value={name}
          maxLength={80}
          autoComplete="name"
          data-autofocus
          onChange={(event) => setName(event.target.value)}
        />
        <div className="row" style={{ justifyContent: 'flex-end', marginTop: 16 }}>
          <Button look="ghost" onClick={() => answer(null)}>
            Not now
          </Button>
          <Button look="primary" type="submit" disabled={name.trim() === ''}>
            Go on
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
