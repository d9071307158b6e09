import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

const WIDTH_PX = 280;
const EDGE_PX = 8;

/**
 * A word of the trade with its plain meaning: shown on hover and focus, closed with Escape, read out with the word. The
 * meaning stands apart from the word, so that a heading of a table keeps its short name.
 */
export const Term = ({ means, children }: { means: string; children: ReactNode }) => {
  const id = useId();
  const word = useRef<HTMLButtonElement>(null);
  const [at, setAt] = useState<{ readonly left: number; readonly top: number } | null>(null);
  const open = (): void => {
    const box = word.current?.getBoundingClientRect();
    if (!box) return;
    const left = Math.max(EDGE_PX, Math.min(box.left, window.innerWidth - WIDTH_PX - EDGE_PX));
    setAt({ left, top: box.bottom });
  };
  const close = (): void => setAt(null);
  const hear = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || at === null) return;
    event.preventDefault();
    close();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the tip stays while the pointer rests on it; the word is a button
    <span className="term" onMouseEnter={open} onMouseLeave={close}>
      <button
        ref={word}
        type="button"
        aria-describedby={at === null ? undefined : id}
        onFocus={open}
        onBlur={close}
        onClick={open}
        onKeyDown={hear}
      >
        {children}
      </button>
      {at !== null &&
        createPortal(
          <span id={id} role="tooltip" className="term-tip" style={at}>
            {means}
          </span>,
          document.body,
        )}
    </span>
  );
};
