import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';

const WIDTH_PX = 280;
const EDGE_PX = 8;

/** A word of the trade with its plain meaning: shown on hover and focus, closed with Escape, read out with the word. */
export const Term = ({ means, children }: { means: string; children: ReactNode }) => {
  const id = useId();
  const word = useRef<HTMLButtonElement>(null);
  const [at, setAt] = useState<{ readonly left: number; readonly top: number } | null>(null);
  const open = (): void => {
    const box = word.current?.getBoundingClientRect();
    if (!box) return;
    const left = Math.max(EDGE_PX, Math.min(box.left, window.innerWidth - WIDTH_PX - EDGE_PX));
    setAt({ left, top: box.bottom + 4 });
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
        aria-describedby={id}
        onFocus={open}
        onBlur={close}
        onClick={open}
        onKeyDown={hear}
      >
        {children}
      </button>
      <span
        id={id}
        role="tooltip"
        className={at === null ? 'hidden' : 'term-tip'}
        style={at === null ? undefined : { left: at.left, top: at.top }}
      >
        {means}
      </span>
    </span>
  );
};
