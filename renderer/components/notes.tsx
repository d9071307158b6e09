import { closeNote, useNotes } from '../state/notes.ts';
import { Icon } from './icon.tsx';
import { Button } from './parts.tsx';

/** Short words about what an action did; problems say what to do and stay until they are closed. */
export const Notes = () => {
  const notes = useNotes((state) => state.notes);
  return (
    <div className="notes" role="status" aria-live="polite">
      {notes.map((note) => (
        <div className="note" key={note.id}>
          <Icon name={note.problem ? 'triangle-alert' : 'circle-check'} size={17} />
          <p>
            {note.text}
            {note.advice && <em>{note.advice}</em>}
          </p>
          <Button icon="x" look="ghost" size="small" aria-label="Close" onClick={() => closeNote(note.id)} />
        </div>
      ))}
    </div>
  );
};
