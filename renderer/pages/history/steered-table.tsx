import type { SavingsView } from '../../../preload/contract/backtest.ts';
import { TableWrap } from '../../components/table-wrap.tsx';
import { money } from '../../format/money.ts';
import { decimal, spoken } from '../../format/numbers.ts';

type Row = SavingsView['ab'][number];

const WORDS: Readonly<Record<Row['steeredBy'], string>> = { plan: 'the plan', rules: 'rules', nobody: 'nobody' };

export const steeredWords = (by: Row['steeredBy']): string => WORDS[by];

/** The difference of two means says something only where it is larger than the doubt in both. */
const verdict = (rows: readonly Row[], currency: string): string | null => {
  const plan = rows.find(({ steeredBy }) => steeredBy === 'plan');
  const rules = rows.find(({ steeredBy }) => steeredBy === 'rules');
  if (!plan || !rules) return null;
  const more = plan.meanSaving - rules.meanSaving;
  const doubt = 2 * Math.sqrt(plan.spread ** 2 / plan.days + rules.spread ** 2 / rules.days);
  if (Math.abs(more) <= doubt) return 'Too few days, or too unlike, to say which saves more.';
  return `A day under the plan saves ${spoken(money(Math.abs(more), currency))} ${more > 0 ? 'more' : 'less'} than one under rules.`;
};

/** Days under the plan beside days under rules and days under nobody. */
export const SteeredTable = ({ rows, currency }: { rows: readonly Row[]; currency: string }) => {
  const said = verdict(rows, currency);
  return (
    <div className="steered">
      <h3>Who steered</h3>
      {said && <p className="second">{said}</p>}
      <TableWrap label="Savings by who steered">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Steered by</th>
              <th scope="col" className="right">
                Days
              </th>
              <th scope="col" className="right">
                Saved a day
              </th>
              <th scope="col" className="right">
                Cycles a day
              </th>
              <th scope="col" className="right">
                Miners a day
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.steeredBy}>
                <th scope="row">{WORDS[row.steeredBy].replace(/^./, (letter) => letter.toUpperCase())}</th>
                <td className="right">{decimal(row.days, 0)}</td>
                <td className="right">
                  {spoken(money(row.meanSaving, currency))} <span className="quiet">± {decimal(row.spread, 2)}</span>
                </td>
                <td className="right">{row.cyclesADay === null ? '–' : decimal(row.cyclesADay, 2)}</td>
                <td className="right">{decimal(row.minerHoursADay, 1)} h</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableWrap>
    </div>
  );
};
