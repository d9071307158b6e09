import type { Problem } from '../../../preload/contract/base.ts';
import type { Overview } from '../../../preload/contract/site.ts';
import { Head } from '../../components/parts.tsx';
import { Amount } from '../../components/value.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { money } from '../../format/money.ts';
import { decimal, kilowattHours, spoken } from '../../format/numbers.ts';

const Energy = ({ label, kwh }: { label: string; kwh: number | null }) => (
  <div>
    <span>{label}</span>
    <b>{kwh === null ? <span className="quiet">No value</span> : <Amount {...kilowattHours(kwh)} />}</b>
  </div>
);

const Bar = ({ share, label, against }: { share: number; label: string; against?: boolean }) => (
  <div>
    <span className={against ? 'track against' : 'track'}>
      <i style={{ transform: `scaleX(${Math.max(0.01, Math.min(1, share))})` }} />
    </span>
    <b className="num">{label}</b>
  </div>
);

const Cost = ({ today, currency }: { today: Overview['today']; currency: string }) => {
  if (today.cost === null)
    return (
      <div>
        <div className="figure quiet">No value</div>
        <div className="small second">needs a price in Settings</div>
      </div>
    );
  const without = today.costWithoutBattery;
  const saved = without === null ? null : without - today.cost;
  const largest = Math.max(Math.abs(today.cost), Math.abs(without ?? 0), 0.01);
  return (
    <div>
      <Amount {...money(today.cost, currency)} className="figure" />
      <div className="small second">
        {saved === null
          ? today.cost < 0
            ? 'earned'
            : 'paid'
          : `${spoken(money(Math.abs(saved), currency))} ${saved >= 0 ? 'saved' : 'more'}`}
      </div>
      {without !== null && (
        <div className="bars">
          <Bar share={Math.max(0, today.cost) / largest} label="" />
          <Bar share={Math.max(0, without) / largest} label={spoken(money(without, currency))} against />
        </div>
      )}
    </div>
  );
};

const Own = ({ today }: { today: Overview['today'] }) => {
  const own = today.selfSufficiencyPct;
  if (own === null) return <div />;
  const imported = today.importKwh;
  return (
    <div>
      <Amount text={decimal(own, 0)} unit="%" className="figure" />
      <div className="small second">of it from the own roof</div>
      <div className="bars">
        <Bar share={own / 100} label="" />
        <Bar share={1} label={imported === null ? '' : `${decimal(imported, 1)} kWh bought`} against />
      </div>
    </div>
  );
};

/** Energy and money since midnight, each beside what it would have been. */
export const TodayCard = ({
  overview,
  problem,
  currency,
  onRetry,
}: {
  overview: Overview | null;
  problem: Problem | null;
  currency: string;
  onRetry: () => void;
}) => {
  const today = overview?.today ?? null;
  return (
    <section className="card">
      <Head
        title="Today so far"
        note={
          today && today.coveragePct < 98
            ? `${decimal(today.coveragePct, 0)} % of the day has data`
            : today?.costWithoutBattery !== null
              ? 'against no battery'
              : null
        }
      />
      {today ? (
        <>
          <div className="today-figures">
            <Cost today={today} currency={currency} />
            <Own today={today} />
          </div>
          <div className="today-line">
            <Energy label="Solar" kwh={today.pvKwh} />
            <Energy label="Used" kwh={today.loadKwh} />
            <Energy label="Bought" kwh={today.importKwh} />
            <Energy label="Sold" kwh={today.exportKwh} />
          </div>
        </>
      ) : (
        <Waiting problem={problem} what="the day's sums" height={118} onRetry={onRetry} />
      )}
    </section>
  );
};
