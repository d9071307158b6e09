import { useUi } from '../state/ui.ts';
import type { UserAction } from './action.ts';

export const openPalette: UserAction<Record<string, never>> = {
  name: 'open-palette',
  run: () => useUi.setState((state) => ({ paletteOpen: !state.paletteOpen, menuOpen: false })),
};
