import type { GlobalShortcut } from 'electron';
import type { Missing } from './missing.ts';

/** Offered where the person asks for it; another program may hold it already. */
export const STOP_SHORTCUT = 'CommandOrControl+Alt+.';

/**
 * STOP from any application. Answers whether the system granted it; never promised: Wayland asks for consent, and a
 * taken shortcut is refused.
 */
export const createStopShortcut = (
  shortcuts: Pick<GlobalShortcut, 'register' | 'unregister'>,
  missing: Missing,
  stop: () => void,
) => {
  let held: string | null = null;
  return {
    hold: (accelerator: string | null): boolean => {
      if (held) shortcuts.unregister(held);
      held = null;
      missing.clear('shortcut');
      if (accelerator === null) return false;
      if (shortcuts.register(accelerator, stop)) {
        held = accelerator;
        return true;
      }
      missing.report('shortcut', `The system did not grant ${accelerator} for STOP: use the window or the tray.`);
      return false;
    },
  };
};
