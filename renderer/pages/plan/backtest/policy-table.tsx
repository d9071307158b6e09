import type { BacktestAsk, BacktestView, PolicyResult } from '../../../../preload/contract/backtest.ts';
import { Icon } from '../../../components/icon.tsx';
import { TableWrap } from '../../../components/table-wrap.tsx';
import { Term } from '../../../components/term.tsx';
import { currencySign } from '../../../format/money.ts';
import { decimal } from '../../../format/numbers.ts';
import { took } from '../../../format/time.ts';
import { inPolicyOrder, POLICIES, policyLabel } from './policy-words.ts';

type Result = NonNullable<BacktestView['result']>;

interface Column {
  readonly id: string;
  readonly name: string;
  readonly means?: string;
  readonly cell: (one: PolicyResult) => string;
  readonly shown?: (results: readonly PolicyResult[]) => boolean;
}

const amount = (value: number): string => decimal(value, 2);
const some =
  (pick: (one: PolicyResult) => number | null) =>
  (results: readonly PolicyResult[]): boolean =>
    results.some((one) => Math.abs(pick(one) ?? 0) > 1e-9);

const columnsOf = (money: string, baseline: string): readonly Column[] => [
  { id: 'cost', name: `Cost, ${money}`, cell: ({ cost }) => amount(cost) },
  {
    id: 'saving',
    name: `Saved, ${money}`,
    means: `Against ${baseline.toLowerCase()} in the same days.`,
    cell: ({ saving }) => amount(saving),
  },
  {
    id: 'cycles',
    name: 'Cycles',
    means: 'Charged energy over the usable capacity: what wears the battery.',
    cell: ({ cycles }) => decimal(cycles, 1),
  },
  {
    id: 'violations',
    name: 'Limits crossed',
    means:
      'Steps in which charge, power or grid crossed a limit, and loads that broke their own rules or came too late. A sound policy has none.',
    cell: ({ violations }) => decimal(violations, 0),
  },
  {
    id: 'lowest',
    name: 'Lowest SOC, %',
    cell: ({ lowestSocPct }) => (lowestSocPct === null ? '–' : decimal(lowestSocPct, 0)),
  },
  { id: 'energy', name: `Energy, ${money}`, cell: ({ energyCost }) => amount(energyCost) },
  { id: 'peak', name: `Peak, ${money}`, cell: ({ peakCost }) => amount(peakCost), shown: some((one) => one.peakCost) },
  { id: 'wear', name: `Wear, ${money}`, cell: ({ wearCost }) => amount(wearCost) },
  { id: 'earned', name: `Earned, ${money}`, cell: ({ earned }) => amount(earned), shown: some((one) => one.earned) },
  { id: 'import', name: 'Bought, kWh', cell: ({ importKwh }) => decimal(importKwh, 0) },
  { id: 'export', name: 'Sold, kWh', cell: ({ exportKwh }) => decimal(exportKwh, 0) },
  {
    id: 'curtailed',
    name: 'Held back, kWh',
    means: 'Sun that could have been used or sold and was not.',
    cell: ({ curtailedKwh }) => decimal(curtailedKwh, 0),
    shown: some((one) => one.curtailedKwh),
  },
  {
    id: 'carbon',
    name: 'CO₂, kg',
    cell: ({ carbonKg }) => (carbonKg === null ? '–' : decimal(carbonKg, 1)),
    shown: some((one) => one.carbonKg),
  },
  {
    id: 'miners',
    name: 'Miners, h',
    cell: ({ minerHours }) => decimal(minerHours, 0),
    shown: some((one) => one.minerHours),
  },
  {
    id: 'comfort',
    name: 'Too cold or warm, °C·h',
    cell: ({ comfortMissKh }) => (comfortMissKh === null ? '–' : decimal(comfortMissKh, 1)),
    shown: (results) => results.some((one) => one.comfortMissKh !== null),
  },
  { id: 'decide', name: 'A decision takes', cell: ({ decideMs }) => took(decideMs) },
];

const Possible = ({ share }: { share: number | null }) =>
  share === null ? (
    <span className="quiet">–</span>
  ) : (
    <span className="possible">
      <span className="track" aria-hidden="true">
        <i style={{ transform: `scaleX(${Math.min(1, Math.max(0, share / 100))})` }} />
      </span>
      <b className="num">{decimal(share, 1)}&nbsp;%</b>
    </span>
  );

/** Policies beside each other on the same days; the best of those that could really act is marked. */
export const PolicyTable = ({ result, asked, money }: { result: Result; asked: BacktestAsk; money: string }) => {
  const rows = inPolicyOrder(result.policies);
  const columns = columnsOf(currencySign(money), policyLabel(asked.baseline)).filter(
    ({ shown }) => shown?.(rows) ?? true,
  );
  const possible = rows.filter(({ policy }) => policy !== 'prescient');
  const least = Math.min(...possible.map(({ cost }) => cost));
  const best = possible.length > 1 ? possible.find(({ cost }) => cost === least) : undefined;
  return (
    <TableWrap label="Policies beside each other">
      <table className="table policy-table">
        <caption className="hidden">What each policy would have cost in the same days</caption>
        <thead>
          <tr>
            <th scope="col">Policy</th>
            <th scope="col">
              <Term means="Of what perfect foresight saves over no battery, this is the share that the policy saves.">
                Of what is possible
              </Term>
            </th>
            {columns.map(({ id, name, means }) => (
              <th scope="col" key={id} className="right">
                {means === undefined ? name : <Term means={means}>{name}</Term>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <tr key={one.policy} className={one === best ? 'best' : undefined}>
              <th scope="row">
                <span title={POLICIES.find(({ policy }) => policy === one.policy)?.means}>
                  {policyLabel(one.policy)}
                </span>
                {one === best && (
                  <>
                    {' '}
                    <Icon name="check" size={14} />
                    <span className="hidden">costs least</span>
                  </>
                )}
                {one.policy === asked.baseline && <span className="small quiet"> baseline</span>}
              </th>
              <td>
                <Possible share={one.ofPossiblePct} />
              </td>
              {columns.map(({ id, cell }) => (
                <td key={id} className={id === 'violations' && one.violations > 0 ? 'right crossed' : 'right'}>
                  {cell(one)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableWrap>
  );
};
