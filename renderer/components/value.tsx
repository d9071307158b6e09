import type { Measure } from '../../preload/contract/base.ts';
import { kilowatts, type Quantity, quantity } from '../format/numbers.ts';
import { span } from '../format/time.ts';
import { freshnessNow } from '../state/reducers.ts';
import { Icon } from './icon.tsx';

/** A number with its unit set small. */
export const Amount = ({ text, unit, className }: Quantity & { className?: string }) => (
  <span className={className ? `num ${className}` : 'num'}>
    {text}
    {unit && <span className="unit">{unit}</span>}
  </span>
);

export interface MeasureProps {
  readonly measure: Measure | null;
  readonly now: number;
  /** Shows size without direction, where words say the direction. */
  readonly absolute?: boolean;
  /** Always kW, so that a column shares one unit. */
  readonly inKilowatts?: boolean;
  readonly className?: string;
}

/** A measured value in all its states: fresh is quiet, stale is greyed and underlined, absent is "No value". */
export const MeasureValue = ({ measure, now, absolute, inKilowatts, className = '' }: MeasureProps) => {
  if (measure === null) return <span className="bar-skeleton" role="img" aria-label="Loading" />;
  const freshness = freshnessNow(measure, now);
  if (measure.value === null || freshness === 'absent')
    return <span className={`value absent ${className}`}>No value</span>;
  const value = absolute ? Math.abs(measure.value) : measure.value;
  const shown = inKilowatts && measure.unit === 'W' ? kilowatts(value) : quantity(value, measure.unit);
  return <Amount {...shown} className={`value${freshness === 'stale' ? ' stale' : ''} ${className}`} />;
};

/** The age of a value: nothing while fresh, a clock and the age when late or stale. */
export const MeasureAge = ({ measure, now, always }: { measure: Measure; now: number; always?: boolean }) => {
  const freshness = freshnessNow(measure, now);
  const age = measure.measuredAt === null ? null : now - measure.measuredAt;
  if (freshness === 'absent') return <span className="age">never read</span>;
  if (freshness === 'fresh') return always && age !== null ? <span className="age">{span(age)}</span> : null;
  return (
    <span className="age">
      <Icon name="clock" size={13} />
      {age === null
        ? 'age unknown'
        : freshness === 'late'
          ? `${span(age)}, limit ${span(measure.limitMs)}`
          : `${span(age)} old`}
    </span>
  );
};
