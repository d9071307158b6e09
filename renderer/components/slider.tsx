import { useId } from 'react';

/** A value on a line, moved by mouse, touch or arrow keys, with its words beside it. */
export const Slider = ({
  label,
  value,
  minimum,
  maximum,
  step,
  words,
  changed,
  disabled,
  onChange,
}: {
  label: string;
  value: number;
  minimum: number;
  maximum: number;
  step: number;
  words: string;
  /** It differs from what holds. */
  changed?: boolean;
  disabled?: boolean;
  onChange: (value: number) => void;
}) => {
  const id = useId();
  const share = ((value - minimum) / Math.max(maximum - minimum, 1e-9)) * 100;
  return (
    <div className={changed ? 'slider changed' : 'slider'}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={minimum}
        max={maximum}
        step={step}
        value={value}
        disabled={disabled}
        aria-valuetext={words}
        style={{ backgroundSize: `${Math.min(100, Math.max(0, share))}% 4px` }}
        onChange={(event) => onChange(Number(event.currentTarget.value))}
      />
      <span className="slider-words num" aria-hidden="true">
        {words}
      </span>
    </div>
  );
};
