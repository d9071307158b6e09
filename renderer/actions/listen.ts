import { meaningOf } from './keyboard.ts';
import { openPage } from './open-page.ts';
import { openPalette } from './open-palette.ts';
import { stop } from './stop.ts';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.closest('input, textarea, select, [role="slider"], [role="radio"]') !== null);

/** Hears the keyboard for the whole window; answers the function that stops it. */
export const listenToKeyboard = (): (() => void) => {
  const hear = (event: KeyboardEvent): void => {
    const { key, ctrlKey, metaKey, altKey, shiftKey, repeat } = event;
    const typing = isTyping(event.target);
    const meaning = meaningOf({ key, ctrlKey, metaKey, altKey, shiftKey, repeat, typing });
    if (!meaning) return;
    event.preventDefault();
    if (meaning.action === 'stop') void stop.run({}, 'keyboard');
    else if (meaning.action === 'open-palette') void openPalette.run({}, 'keyboard');
    else void openPage.run({ page: meaning.page }, 'keyboard');
  };
  window.addEventListener('keydown', hear);
  return () => window.removeEventListener('keydown', hear);
};
