import type { ReactNode } from 'react';

/** A table that scrolls sideways where it does not fit; reachable with the keyboard, since it scrolls. */
export const TableWrap = ({ label, children }: { label: string; children: ReactNode }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard
  <section className="table-wrap" aria-label={label} tabIndex={0}>
    {children}
  </section>
);
