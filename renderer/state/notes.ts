import { create } from 'zustand';
import type { Problem } from '../../preload/contract/base.ts';

/** A short word about what an action did, at the lower edge; problems stay until they are closed. */
export interface Note {
  readonly id: number;
  readonly text: string;
  readonly advice: string | null;
  readonly problem: boolean;
}

export const useNotes = create<{ readonly notes: readonly Note[] }>()(() => ({ notes: [] }));

let last = 0;
const KEPT = 3;
const QUIET_MS = 6000;

export const closeNote = (id: number): void =>
  useNotes.setState((state) => ({ notes: state.notes.filter((note) => note.id !== id) }));

const add = (text: string, advice: string | null, problem: boolean): void => {
  last += 1;
  const id = last;
  useNotes.setState((state) => ({
    notes: [...state.notes.filter((note) => note.text !== text), { id, text, advice, problem }].slice(-KEPT),
  }));
  if (!problem) window.setTimeout(() => closeNote(id), QUIET_MS);
};

export const say = (text: string): void => add(text, null, false);
export const sayProblem = (problem: Pick<Problem, 'message' | 'advice'>): void =>
  add(problem.message, problem.advice, true);
