import { goTo, type Page } from '../state/ui.ts';
import type { UserAction } from './action.ts';

export const openPage: UserAction<{ readonly page: Page }> = {
  name: 'open-page',
  run: ({ page }) => goTo(page),
};
