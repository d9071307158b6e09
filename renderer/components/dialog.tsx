import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Button } from './parts.tsx';

/** A modal panel on the browser's own dialog: Escape closes it, focus stays in it and goes back where it was. */
export const Dialog = ({
  title,
  wide,
  onClose,
  children,
}: {
  title: string;
  wide?: boolean;
  onClose: () => void;
  children: ReactNode;
}) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const shown = dialog.current;
    if (shown && !shown.open) shown.showModal();
    return () => shown?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the dialog's own key for the same thing
    <dialog
      ref={dialog}
      className={wide ? 'panel wide' : 'panel'}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="panel-head">
        <h2 id={heading}>{title}</h2>
        <Button icon="x" look="ghost" aria-label="Close" onClick={onClose} />
      </div>
      {children}
    </dialog>
  );
};
