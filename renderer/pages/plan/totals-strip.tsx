import type { ReactNode } from 'react';
import type { PlanTotals } from '../../../preload/contract/plan.ts';
import { Amount } from '../../components/value.tsx';
import { money } from '../../format/money.ts';
import { decimal, type Quantity, spoken } from '../../format/numbers.ts';
import { soon } from '../../format/time.ts';

const Tile = ({
  name,
  value,
  note,
  stale,
}: {
  name: ReactNode;
  value: Quantity | null;
  note: string | null;
  stale: boolean;
}) => (
  <div>
    <span className="small quiet">{name}</span>
    <div className="total-line">
      {value === null ? (
        <span className="v value absent">No value</span>
      ) : (
        <Amount {...value} className={stale ? 'v value stale' : 'v'} />
      )}
      {note && <span className="second">{note}</span>}
    </div>
  </div>
);

const kg = (value: number): Quantity => ({ text: decimal(value, 1), unit: 'kg' });
const kw = (value: number): Quantity => ({ text: decimal(value, 1), unit: 'kW' });
const percentOf = (value: number): Quantity => ({ text: decimal(value, 0), unit: '%' });

/**
 * What the plan comes to, beside what would be without it; while something else is tried, beside what is planned. A value
 * that is not known is said, never 0.
 */
export const TotalsStrip = ({
  totals,
  planned,
  currency,
  now,
  zone,
  stale,
}: {
  totals: PlanTotals;
  /** Set while something else is tried: the totals of the plan itself. */
  planned: PlanTotals | null;
  currency: string;
  now: number;
  zone: string;
  stale: boolean;
}) => {
  const { lowestSoc, highestImport, importLimitKw, carbonKg, carbonIdleKg } = totals;
  const beside = (write: (of: PlanTotals) => string | null, idle: string | null): string | null => {
    if (!planned) return idle;
    const before = write(planned);
    return before === null ? null : `${before} as planned`;
  };
  const limit = importLimitKw === null ? '' : `of ${spoken(kw(importLimitKw))}`;
  return (
    <section className={planned ? 'card totals-strip tried' : 'card totals-strip'} aria-label="What the plan comes to">
      <Tile
        name={`Cost, next ${decimal(totals.hours, 0)} h`}
        value={money(totals.cost, currency)}
        note={beside(
          ({ cost }) => spoken(money(cost, currency)),
          `${spoken(money(totals.costIdle, currency))} if nothing is done`,
        )}
        stale={stale}
      />
      <Tile
        name={
          <>
            Carbon, CO<sub>2</sub>
          </>
        }
        value={carbonKg === null ? null : kg(carbonKg)}
        note={beside(
          (of) => (of.carbonKg === null ? null : spoken(kg(of.carbonKg))),
          carbonIdleKg === null ? null : `${spoken(kg(carbonIdleKg))} if nothing is done`,
        )}
        stale={stale}
      />
      <Tile
        name="Lowest SOC, likely"
        value={lowestSoc === null ? null : percentOf(lowestSoc.p10Pct)}
        note={beside(
          (of) => (of.lowestSoc === null ? null : spoken(percentOf(of.lowestSoc.p10Pct))),
          lowestSoc === null ? null : `p10, ${soon(lowestSoc.at, now, zone)}`,
        )}
        stale={stale}
      />
      <Tile
        name="Highest import"
        value={highestImport === null ? null : kw(highestImport.kw)}
        note={beside(
          (of) => (of.highestImport === null ? null : spoken(kw(of.highestImport.kw))),
          highestImport === null ? null : limit === '' ? soon(highestImport.at, now, zone) : limit,
        )}
        stale={stale}
      />
    </section>
  );
};
