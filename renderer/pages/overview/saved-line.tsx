import type { SavingsView } from '../../../preload/contract/backtest.ts';
import { openPage } from '../../actions/open-page.ts';
import { Icon } from '../../components/icon.tsx';
import { Button } from '../../components/parts.tsx';
import { Term } from '../../components/term.tsx';
import { money } from '../../format/money.ts';
import { decimal, spoken } from '../../format/numbers.ts';
import { savings } from '../../state/planning.ts';

const saved = (amount: number, currency: string): string =>
  `${amount >= 0 ? 'saved' : 'lost'} ${spoken(money(Math.abs(amount), currency))}`;

/** "Yesterday saved 1.42 €": what that is measured against, how much of the day was, and the month so far. */
const words = ({ yesterday, month, currency, baseline, sentence }: SavingsView) => {
  if (!yesterday) return <span className="quiet">{sentence}</span>;
  const { saving, coveragePct } = yesterday;
  return (
    <>
      <b className="num">Yesterday {saved(saving, currency)}</b>{' '}
      <span className="second">
        against <Term means={baseline}>self-consumption only</Term>
        {coveragePct < 99.5 && `, ${decimal(coveragePct, 0)} % of it measured`}.
      </span>
      {month && month.days > 1 && (
        <span className="quiet">
          {' '}
          {spoken(money(month.saving, currency))} in {month.days} days of this month.
        </span>
      )}
    </>
  );
};

/** What the day before brought, beside the same day on self-consumption only; nothing before the first night. */
export const SavedLine = () => {
  const view = savings.use((state) => state.value);
  if (!view) return null;
  return (
    <div className="saved-line">
      <Icon name="coins" size={16} />
      <p>{words(view)}</p>
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
