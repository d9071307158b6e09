import { chooseScheme, type SchemeChoice } from '../state/color-scheme.ts';
import type { UserAction } from './action.ts';

export const chooseLook: UserAction<{ readonly choice: SchemeChoice }> = {
  name: 'choose-scheme',
  run: ({ choice }) => chooseScheme(choice),
};
