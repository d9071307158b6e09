import type { Problem } from '../../../preload/contract/base.ts';
import type { Overview } from '../../../preload/contract/site.ts';
import { Head } from '../../components/parts.tsx';
import { Amount } from '../../components/value.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { money } from '../../format/money.ts';
import { decimal, spoken } from '../../format/numbers.ts';
import { SavedLine } from './saved-line.tsx';

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
  const word = (kwh: number | null): string => (kwh === null ? 'No value' : `${decimal(kwh, 1)}\u00a0kWh`);
  return (
    <div>
      <Amount text={decimal(own, 0)} unit="% own power" className="figure" />
      <div className="small second num">{word(today.loadKwh)} used</div>
      <div className="bars">
        <div>
          <span>Bought</span>
          <b className="num">{word(today.importKwh)}</b>
        </div>
        <div>
          <span>Sold</span>
          <b className="num">{word(today.exportKwh)}</b>
        </div>
      </div>
    </div>
  );
};

/** Money and energy since midnight, beside what it would have been. */
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
        <div className="today-figures">
          <Cost today={today} currency={currency} />
          <Own today={today} />
        </div>
      ) : (
        <Waiting problem={problem} what="the day's sums" height={110} onRetry={onRetry} />
      )}
      <SavedLine />
    </section>
  );
};
