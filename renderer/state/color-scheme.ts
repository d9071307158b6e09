import { create } from 'zustand';

const KEY = 'commandcenter.theme';

export type SchemeChoice = 'system' | 'light' | 'dark';
export type Scheme = 'light' | 'dark';

/** Which of the two looks is on: the person's choice, or the system's. */
export interface SchemeState {
  readonly choice: SchemeChoice;
  readonly scheme: Scheme;
}

const system = (): Scheme => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

const stored = (): SchemeChoice => {
  try {
    const text = localStorage.getItem(KEY);
    return text === 'light' || text === 'dark' ? text : 'system';
  } catch (error) {
    if (error instanceof DOMException) return 'system';
    throw error;
  }
};

const browser = typeof window !== 'undefined';

export const useScheme = create<SchemeState>()(() => {
  const choice = browser ? stored() : 'system';
  return { choice, scheme: choice === 'system' ? (browser ? system() : 'light') : choice };
});

const apply = (choice: SchemeChoice): void => {
  const scheme = choice === 'system' ? system() : choice;
  document.documentElement.dataset['theme'] = scheme;
  useScheme.setState({ choice, scheme });
};

export const chooseScheme = (choice: SchemeChoice): void => {
  try {
    localStorage.setItem(KEY, choice);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
  apply(choice);
};

/** Follows the system while nothing else is chosen; answers the function that stops it. */
export const followScheme = (): (() => void) => {
  const media = matchMedia('(prefers-color-scheme: dark)');
  const follow = (): void => apply(useScheme.getState().choice);
  follow();
  media.addEventListener('change', follow);
  return () => media.removeEventListener('change', follow);
};
