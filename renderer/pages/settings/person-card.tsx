import { useState } from 'react';
import { Button, Head } from '../../components/parts.tsx';
import { say } from '../../state/notes.ts';
import { rememberPerson, usePerson } from '../../state/person.ts';

/** The name that goes into the log with each action at this window. */
export const PersonCard = () => {
  const known = usePerson((state) => state.name);
  const [name, setName] = useState(known ?? '');
  return (
    <section className="card">
      <Head title="You" note="kept on this computer" />
      <form
        className="row"
        style={{ marginTop: 10 }}
        onSubmit={(event) => {
          event.preventDefault();
          rememberPerson(name);
          say(`Actions at this window are written down for ${name.trim()}.`);
        }}
      >
        <input
          className="text-input"
          aria-label="Your name"
          placeholder="Your name"
          autoComplete="name"
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" disabled={name.trim() === '' || name.trim() === known}>
          Save
        </Button>
      </form>
    </section>
  );
};
