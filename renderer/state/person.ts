import { create } from 'zustand';

const KEY = 'commandcenter.person';
const MAX_NAME = 80;

/** The person at this window. The name is asked once and kept on this computer; it goes into the log with each action. */
export interface PersonState {
  readonly name: string | null;
  /** Set while the name is being asked; called with null when the person walks away. */
  readonly asking: ((name: string | null) => void) | null;
}

const isName = (text: string | null): text is string => text !== null && text.trim().length > 0;

const read = (): string | null => {
  try {
    const text = localStorage.getItem(KEY);
    return isName(text) ? text.trim().slice(0, MAX_NAME) : null;
  } catch (error) {
    // A browser that forbids storage asks again at the next visit.
    if (error instanceof DOMException) return null;
    throw error;
  }
};

export const usePerson = create<PersonState>()(() => ({
  name: typeof localStorage === 'undefined' ? null : read(),
  asking: null,
}));

export const rememberPerson = (text: string): void => {
  const name = text.trim().slice(0, MAX_NAME);
  if (!isName(name)) return;
  usePerson.setState({ name });
  try {
    localStorage.setItem(KEY, name);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
};

/** Answers the known name, or asks for it; null where the person gave none. */
export const askPerson = (): Promise<string | null> => {
  const { name, asking } = usePerson.getState();
  if (name !== null) return Promise.resolve(name);
  asking?.(null);
  return new Promise((resolve) => {
    usePerson.setState({
      asking: (given) => {
        usePerson.setState({ asking: null });
        if (given !== null) rememberPerson(given);
        resolve(isName(given) ? given.trim() : null);
      },
    });
  });
};
