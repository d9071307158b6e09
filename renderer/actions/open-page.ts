import { goTo, type Page } from '../state/ui.ts';
import type { UserAction } from './action.ts';

export const openPage: UserAction<{ readonly page: Page; readonly part?: string }> = {
  name: 'open-page',
  run: ({ page, part }) => goTo(page, part ?? null),
};
