import type { ForecastView, Point } from '../../../preload/contract/insight.ts';
import { Amount } from '../../components/value.tsx';
import { decimal, kilowattHours, type Quantity } from '../../format/numbers.ts';
import { type Scale, written } from '../../format/scale.ts';
import { soon } from '../../format/time.ts';

const Sum = ({ name, value, note, soft }: { name: string; value: Quantity | null; note?: string; soft?: boolean }) => (
  <div>
    <span className="small quiet">{name}</span>
    {value === null ? (
      <span className="v soft">No value</span>
    ) : (
      <Amount {...value} className={soft ? 'v soft' : 'v'} />
    )}
    {note && <span className="small quiet num">{note}</span>}
  </div>
);

const energy = (kwh: number | null): Quantity | null => (kwh === null ? null : kilowattHours(kwh));
const range = (band: ForecastView['todayKwh']): { note: string } | Record<string, never> =>
  band === null ? {} : { note: `${decimal(band.p10, 0)} to ${decimal(band.p90, 0)}` };

/** What the expectation adds up to; of a price, which adds up to nothing, its extremes. */
export const ExpectedSums = ({
  view,
  scale,
  now,
  to,
  zone,
}: {
  view: ForecastView;
  scale: Scale;
  now: number;
  to: number;
  zone: string;
}) => {
  if (view.kind !== 'price')
    return (
      <>
        <Sum name="Today" value={energy(view.todayKwh?.p50 ?? null)} {...range(view.todayKwh)} />
        <Sum name="Tomorrow" value={energy(view.tomorrowKwh?.p50 ?? null)} {...range(view.tomorrowKwh)} />
      </>
    );
  const [lowest, ...rest] = view.points
    .filter(({ at }) => at + view.stepMs > now && at < to)
    .sort((a, b) => a.p50 - b.p50);
  const highest = rest.at(-1) ?? lowest;
  if (!lowest || !highest) return null;
  const of = (value: number): Quantity => ({ text: written(value, scale), unit: scale.unit });
  return (
    <>
      <Sum name="Lowest" value={of(lowest.p50)} note={soon(lowest.at, now, zone)} />
      <Sum name="Highest" value={of(highest.p50)} note={soon(highest.at, now, zone)} />
    </>
  );
};

const meanOf = (values: readonly (number | null)[]): number | null => {
  const known = values.flatMap((value) => (value === null ? [] : [value]));
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
};

/** Yesterday as it came and as it was expected: energy, or the mean of a price. */
export const YesterdaySums = ({ view, scale }: { view: ForecastView; scale: Scale }) => {
  const { yesterday } = view;
  if (view.kind !== 'price')
    return (
      <>
        <Sum name="Measured" value={energy(yesterday.measuredKwh)} />
        <Sum name="Expected" value={energy(yesterday.expectedKwh)} soft />
      </>
    );
  const of = (value: number | null): Quantity | null =>
    value === null ? null : { text: written(value, scale), unit: scale.unit };
  return (
    <>
      <Sum name="Mean" value={of(meanOf(yesterday.measured.map(({ value }: Point) => value)))} />
      <Sum name="Expected" value={of(meanOf(yesterday.expected.map(({ p50 }) => p50)))} soft />
    </>
  );
};
