import { create } from 'zustand';

export const PAGES = [
  'overview',
  'history',
  'forecast',
  'control',
  'automation',
  'approvals',
  'models',
  'health',
  'settings',
] as const;
export type Page = (typeof PAGES)[number];

const isPage = (text: string): text is Page => PAGES.some((page) => page === text);

/** `#/control/part` names the page and, where one is open, its part. */
export const pageOf = (hash: string): Page => {
  const name = hash.replace(/^#\/?/, '').split('/')[0] ?? '';
  return isPage(name) ? name : 'overview';
};

export interface UiState {
  readonly page: Page;
  readonly paletteOpen: boolean;
  readonly menuOpen: boolean;
  readonly noticesOpen: boolean;
  /** The panel that ends a stop, opened from a page other than the overview. */
  readonly releaseOpen: boolean;
}

export const useUi = create<UiState>()(() => ({
  page: typeof location === 'undefined' ? 'overview' : pageOf(location.hash),
  paletteOpen: false,
  menuOpen: false,
  noticesOpen: false,
  releaseOpen: false,
}));

export const goTo = (page: Page): void => {
  useUi.setState({ page, menuOpen: false, paletteOpen: false, noticesOpen: false });
  if (pageOf(location.hash) !== page || location.hash === '') location.hash = `/${page}`;
};

/** Follows the browser's back and forward; answers the function that stops it. */
export const followHash = (): (() => void) => {
  const follow = (): void => useUi.setState({ page: pageOf(location.hash), menuOpen: false });
  window.addEventListener('hashchange', follow);
  return () => window.removeEventListener('hashchange', follow);
};
