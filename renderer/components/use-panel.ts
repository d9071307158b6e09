import { useFocusTrap } from '@mantine/hooks';
import { useCallback, useLayoutEffect, useRef } from 'react';

/** Open panels, the newest last: Escape belongs to that one alone. */
const open: symbol[] = [];

/**
 * What a floating panel needs: focus goes in, stays in and comes back where it was; Escape closes it, wherever the focus
 * is. It is not modal to the pointer on purpose: STOP stays in sight and in reach above it.
 */
export const usePanel = (onClose: () => void) => {
  const trap = useFocusTrap(true);
  const panel = useRef<HTMLElement | null>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useLayoutEffect(() => {
    const before = document.activeElement;
    // At once: the first letter of a quick typist belongs to the panel, not to the page below.
    const first = panel.current?.querySelector('[data-autofocus]');
    if (first instanceof HTMLElement) first.focus();
    const me = Symbol('panel');
    open.push(me);
    const hear = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented || open.at(-1) !== me) return;
      event.preventDefault();
      close.current();
    };
    document.addEventListener('keydown', hear);
    return () => {
      document.removeEventListener('keydown', hear);
      open.splice(open.indexOf(me), 1);
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return useCallback(
    (node: HTMLElement | null) => {
      panel.current = node;
      trap(node);
    },
    [trap],
  );
};
