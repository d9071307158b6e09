import type { SavingsView } from '../../../preload/contract/backtest.ts';
import { openPage } from '../../actions/open-page.ts';
import { Icon } from '../../components/icon.tsx';
import { Button } from '../../components/parts.tsx';
import { Term } from '../../components/term.tsx';
import { money } from '../../format/money.ts';
import { decimal, spoken } from '../../format/numbers.ts';
import { savings } from '../../state/planning.ts';

/** "Yesterday saved 1.42 €": what that is measured against, how much of the day was, and the month so far. */
const Words = ({ view }: { view: SavingsView }) => {
  const { yesterday, month, currency, baseline, sentence } = view;
  if (!yesterday) return <p className="quiet">{sentence}</p>;
  const { saving, coveragePct } = yesterday;
  const amount = spoken(money(Math.abs(saving), currency));
  const rests = [
    ...(coveragePct < 99.5 ? [`${decimal(coveragePct, 0)} % of it measured`] : []),
    ...(month && month.days > 1
      ? [`${spoken(money(month.saving, currency))} in ${month.days} days of this month`]
      : []),
  ];
  return (
    <div>
      <p>
        <b>{saving >= 0 ? `Yesterday saved ${amount}` : `Yesterday cost ${amount} more`}</b>{' '}
        <span className="second">
          {saving >= 0 ? 'against' : 'than'} <Term means={baseline}>self-consumption only</Term>
        </span>
      </p>
      {rests.length > 0 && <p className="small quiet">{rests.join(', ')}</p>}
    </div>
  );
};

/** What the day before brought, beside the same day on self-consumption only; nothing before the first night. */
export const SavedLine = () => {
  const view = savings.use((state) => state.value);
  if (!view) return null;
  return (
    <div className="saved-line">
      <Icon name="coins" size={16} />
      <Words view={view} />
      {view.yesterday && (
        <Button
          size="small"
          look="ghost"
          icon="chevron-right"
          aria-label="All days in History"
          onClick={() => void openPage.run({ page: 'history' }, 'window')}
        />
      )}
    </div>
  );
};
