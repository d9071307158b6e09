import { PAGES, type Page } from '../state/ui.ts';

/** What a key press means, if anything. */
export type KeyMeaning =
  | { readonly action: 'stop' }
  | { readonly action: 'open-palette' }
  | { readonly action: 'open-page'; readonly page: Page };

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  /** True while the person types in a field. */
  readonly typing: boolean;
  readonly repeat: boolean;
}

/**
 * Ctrl/Cmd+. stops, also while typing; Ctrl/Cmd+K opens the palette; 1 to 9 change pages when nothing is being typed.
 */
export const meaningOf = (press: KeyPress): KeyMeaning | null => {
  if (press.repeat) return null;
  const command = (press.ctrlKey || press.metaKey) && !press.altKey;
  if (command && press.key === '.') return { action: 'stop' };
  if (command && press.key.toLowerCase() === 'k' && !press.shiftKey) return { action: 'open-palette' };
  if (press.ctrlKey || press.metaKey || press.altKey || press.typing) return null;
  if (!/^[1-9]$/.test(press.key)) return null;
  const page = PAGES[Number(press.key) - 1];
  return page ? { action: 'open-page', page } : null;
};
