import type { HistoryView } from '../../../preload/contract/insight.ts';
import { Icon } from '../../components/icon.tsx';
import type { IconName } from '../../components/icon-paths.ts';
import type { Hue } from '../../components/roles.ts';
import { Amount } from '../../components/value.tsx';
import { money } from '../../format/money.ts';
import { kilowattHours, percent, type Quantity } from '../../format/numbers.ts';

interface Sum {
  readonly name: string;
  readonly hue: Hue;
  readonly icon: IconName;
  readonly shown: Quantity | null;
}

const kwh = (value: number | null): Quantity | null => (value === null ? null : kilowattHours(value));
const share = (value: number | null): Quantity | null => (value === null ? null : percent(value));

/** The sums of the shown span; where nothing is known it says so. */
export const HistorySums = ({ totals, currency }: { totals: HistoryView['totals']; currency: string }) => {
  const sums: readonly Sum[] = [
    { name: 'Solar', hue: 'solar', icon: 'sun', shown: kwh(totals.pvKwh) },
    { name: 'Used', hue: 'home', icon: 'house', shown: kwh(totals.loadKwh) },
    { name: 'Bought', hue: 'grid', icon: 'arrow-down', shown: kwh(totals.importKwh) },
    { name: 'Sold', hue: 'grid', icon: 'arrow-up', shown: kwh(totals.exportKwh) },
    { name: 'Charged', hue: 'battery', icon: 'battery-charging', shown: kwh(totals.chargeKwh) },
    { name: 'Discharged', hue: 'battery', icon: 'battery', shown: kwh(totals.dischargeKwh) },
    { name: 'Self-used', hue: 'none', icon: 'house', shown: share(totals.selfConsumptionPct) },
    { name: 'Own power', hue: 'none', icon: 'zap', shown: share(totals.selfSufficiencyPct) },
    { name: 'Cost', hue: 'none', icon: 'coins', shown: totals.cost === null ? null : money(totals.cost, currency) },
  ];
  return (
    <section className="card sums" aria-label="Sums">
      {sums.map((sum) => (
        <div key={sum.name} data-hue={sum.hue}>
          <span className="name">
            <Icon name={sum.icon} size={15} />
            {sum.name}
          </span>
          {sum.shown ? <Amount {...sum.shown} className="v" /> : <span className="v quiet">No value</span>}
        </div>
      ))}
    </section>
  );
};
