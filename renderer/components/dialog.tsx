import { type ReactNode, useId } from 'react';
import { Button } from './parts.tsx';
import { usePanel } from './use-panel.ts';

/** A panel that floats over the page but under STOP: Escape closes it, focus stays in it and goes back where it was. */
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
  const heading = useId();
  const trap = usePanel(onClose);
  return (
    <>
      <div className="veil" onPointerDown={onClose} />
      <dialog open ref={trap} className={wide ? 'panel wide' : 'panel'} aria-labelledby={heading} tabIndex={-1}>
        <div className="panel-head">
          <h2 id={heading}>{title}</h2>
          <Button icon="x" look="ghost" aria-label="Close" onClick={onClose} />
        </div>
        {children}
      </dialog>
    </>
  );
};
