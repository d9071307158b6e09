import type { ReactNode } from 'react';
import type { Hue } from '../components/roles.ts';

export interface LegendItem {
  readonly id: string;
  readonly label: string;
  readonly hue: Hue;
  readonly mark: 'line' | 'dashed' | 'band' | 'block';
}

const Mark = ({ mark }: { mark: LegendItem['mark'] }) => (
  <svg width="16" height="10" aria-hidden="true" className={`legend-mark ${mark}`}>
    {mark === 'band' || mark === 'block' ? <rect width="16" height="10" rx="2" /> : <path d="M0 5h16" />}
  </svg>
);

/** Names of the series; a press hides one and shows it again. Items without a series only explain. */
export const Legend = ({
  items,
  explain = [],
  hidden,
  onToggle,
  children,
}: {
  items: readonly LegendItem[];
  explain?: readonly LegendItem[];
  hidden: ReadonlySet<string>;
  onToggle: (id: string) => void;
  children?: ReactNode;
}) => (
  <div className="legend">
    {items.map((item) => (
      <button
        key={item.id}
        type="button"
        data-hue={item.hue}
        aria-pressed={!hidden.has(item.id)}
        onClick={() => onToggle(item.id)}
      >
        <Mark mark={item.mark} />
        {item.label}
      </button>
    ))}
    {explain.map((item) => (
      <span key={item.id} data-hue={item.hue}>
        <Mark mark={item.mark} />
        {item.label}
      </span>
    ))}
    {children}
  </div>
);

/** Toggles one name in a set. */
export const toggled = (set: ReadonlySet<string>, id: string): ReadonlySet<string> => {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
};
