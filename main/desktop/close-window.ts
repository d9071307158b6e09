import { type BrowserWindow, dialog } from 'electron';
import type { Preferences } from './preferences.ts';

const CHOICES = ['Keep running', 'Quit', 'Cancel'];

interface CloseDeps {
  readonly preferences: Preferences;
  readonly isQuitting: () => boolean;
  /** Whether a tray was confirmed, so that a hidden window can be found again. */
  readonly hasTray: () => boolean;
  readonly quit: () => void;
}

/**
 * What closing the window means. With a tray it hides; without one it never hides silently: the person is asked, and
 * may have the answer kept.
 */
export const createCloseRule =
  ({ preferences, isQuitting, hasTray, quit }: CloseDeps) =>
  (window: BrowserWindow): 'hide' | 'close' | 'wait' => {
    if (isQuitting()) return 'close';
    if (hasTray() || preferences.get().onClose === 'hide') return 'hide';
    if (preferences.get().onClose === 'quit') {
      quit();
      return 'wait';
    }
    void dialog
      .showMessageBox(window, {
        type: 'question',
        message: 'Keep running without a window?',
        detail:
          'No tray was found on this desktop. CommandCenter would go on running the home; start it again to see the window.',
        buttons: CHOICES,
        defaultId: 0,
        cancelId: 2,
        checkboxLabel: 'Do not ask again',
      })
      .then(({ response, checkboxChecked }) => {
        if (response === 2) return;
        if (checkboxChecked) preferences.set({ onClose: response === 0 ? 'hide' : 'quit' });
        if (response === 0) window.hide();
        else quit();
      });
    return 'wait';
  };
