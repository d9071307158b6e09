import { type KeyboardEvent, useRef } from 'react';

/** A choice of one out of a few, as radio buttons: arrows move, the choice follows. */
export const Segment = <Value extends string | number>({
  label,
  value,
  options,
  onChange,
  disabled,
  className = '',
}: {
  label: string;
  value: Value;
  options: readonly { readonly value: Value; readonly label: string }[];
  onChange: (value: Value) => void;
  disabled?: boolean;
  className?: string;
}) => {
  const group = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent, index: number): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = (index + step + options.length) % options.length;
    const option = options[next];
    const button = group.current?.children[next];
    if (!option || !(button instanceof HTMLElement)) return;
    button.focus();
    onChange(option.value);
  };
  return (
    <div className={`segment ${className}`} role="radiogroup" aria-label={label} ref={group}>
      {options.map((option, index) => (
        // A radio input cannot carry the pressed look without a second element; the pattern is the ARIA radio group.
        // biome-ignore lint/a11y/useSemanticElements: see above
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          tabIndex={option.value === value ? 0 : -1}
          disabled={disabled}
          onClick={() => onChange(option.value)}
          onKeyDown={(event) => move(event, index)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
};
