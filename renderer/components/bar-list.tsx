import type { ReactNode } from 'react';

export interface Bar {
  readonly id: string;
  readonly label: ReactNode;
  /** The length; below zero it goes to the left of the middle. */
  readonly value: number;
  readonly text: string;
  readonly note?: string;
}

/** Amounts as bars with their words: a list to a screen reader. Where one is below zero, all start from the middle. */
export const BarList = ({ bars, label }: { bars: readonly Bar[]; label: string }) => {
  const most = Math.max(...bars.map((bar) => Math.abs(bar.value)), 1e-12);
  const signed = bars.some((bar) => bar.value < 0);
  const share = (value: number): number => Math.abs(value) / most;
  return (
    <ul className={signed ? 'bar-list signed' : 'bar-list'} aria-label={label}>
      {bars.map((bar) => (
        <li key={bar.id}>
          <span className="bar-name">
            {bar.label}
            {bar.note && <em>{bar.note}</em>}
          </span>
          <span className="bar-track" aria-hidden="true">
            <i
              className={bar.value < 0 ? 'below' : undefined}
              style={{ width: `${Math.max(share(bar.value) * (signed ? 50 : 100), bar.value === 0 ? 0 : 0.8)}%` }}
            />
          </span>
          <span className="num bar-value">{bar.text}</span>
        </li>
      ))}
    </ul>
  );
};
