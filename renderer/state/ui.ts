import { create } from 'zustand';

export const PAGES = [
  'overview',
  'history',
  'forecast',
  'plan',
  'control',
  'automation',
  'approvals',
  'models',
  'health',
  'settings',
] as const;
export type Page = (typeof PAGES)[number];

const isPage = (text: string): text is Page => PAGES.some((page) => page === text);

const namesIn = (hash: string): string[] => hash.replace(/^#\/?/, '').split('/');

/** `#/control/part` names the page and, where one is open, its part. */
export const pageOf = (hash: string): Page => {
  const [name = ''] = namesIn(hash);
  return isPage(name) ? name : 'overview';
};

/** The part of the page that is open, such as `backtest` of the plan. */
export const partOf = (hash: string): string | null => namesIn(hash)[1] || null;

export interface UiState {
  readonly page: Page;
  readonly part: string | null;
  readonly paletteOpen: boolean;
  readonly menuOpen: boolean;
  readonly noticesOpen: boolean;
  /** The panel that ends a stop, opened from a page other than the overview. */
  readonly releaseOpen: boolean;
}

export const useUi = create<UiState>()(() => ({
  page: typeof location === 'undefined' ? 'overview' : pageOf(location.hash),
  part: typeof location === 'undefined' ? null : partOf(location.hash),
  paletteOpen: false,
  menuOpen: false,
  noticesOpen: false,
  releaseOpen: false,
}));

export const goTo = (page: Page, part: string | null = null): void => {
  useUi.setState({ page, part, menuOpen: false, paletteOpen: false, noticesOpen: false });
  const { hash } = location;
  if (hash === '' || pageOf(hash) !== page || partOf(hash) !== part)
    location.hash = part === null ? `/${page}` : `/${page}/${part}`;
};

/** Follows the browser's back and forward; answers the function that stops it. */
export const followHash = (): (() => void) => {
  const follow = (): void =>
    useUi.setState({ page: pageOf(location.hash), part: partOf(location.hash), menuOpen: false });
  window.addEventListener('hashchange', follow);
  return () => window.removeEventListener('hashchange', follow);
};
