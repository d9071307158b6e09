import type { ReactNode } from 'react';
import { Button } from '../../../components/parts.tsx';

/** A list whose entries are edited in place: one row each, with a button that takes it away and one that adds. */
export const ListEditor = <Item,>({
  title,
  note,
  items,
  keyOf,
  add,
  addLabel,
  error,
  onChange,
  row,
}: {
  title: string;
  note: string;
  items: readonly Item[];
  keyOf: (item: Item) => string;
  /** A new entry; null where the home has nothing for one. */
  add: () => Item | null;
  addLabel: string;
  /** What is wrong with an entry by its place. */
  error: (index: number) => string | undefined;
  onChange: (items: Item[]) => void;
  row: (item: Item, change: (item: Item) => void) => ReactNode;
}) => {
  const fresh = add();
  return (
    <fieldset className="rule-block">
      <legend>{title}</legend>
      <p className="small quiet">{note}</p>
      {items.map((item, index) => (
        <div key={keyOf(item)}>
          <div className="rule-line">
            {row(item, (changed) => onChange(items.map((old, place) => (place === index ? changed : old))))}
            <span className="grow" />
            <Button
              size="small"
              look="ghost"
              icon="x"
              aria-label="Remove this entry"
              onClick={() => onChange(items.filter((_, place) => place !== index))}
            />
          </div>
          {error(index) !== undefined && (
            <p className="small" role="alert">
              {error(index)}
            </p>
          )}
        </div>
      ))}
      <Button
        size="small"
        look="ghost"
        icon="plus"
        disabled={fresh === null}
        onClick={() => fresh !== null && onChange([...items, fresh])}
      >
        {addLabel}
      </Button>
    </fieldset>
  );
};
