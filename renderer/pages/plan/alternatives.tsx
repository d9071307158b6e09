import type { PlanBlock } from '../../../preload/contract/plan.ts';
import { money } from '../../format/money.ts';
import { spoken } from '../../format/numbers.ts';
import { carbonMore, moneyMore } from './plan-words.ts';

/** What doing otherwise would cost, each beside the step as it is planned. */
export const Alternatives = ({ block, currency }: { block: PlanBlock; currency: string }) => {
  const withCarbon = block.alternatives.some(({ carbonMoreKg }) => carbonMoreKg !== null);
  return (
    <table className="instead">
      <caption className="hidden">What doing otherwise would cost more or less</caption>
      <thead>
        <tr>
          <th scope="col">Instead</th>
          <th scope="col">cost</th>
          {withCarbon && (
            <th scope="col">
              CO<sub>2</sub>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {block.meanPrice !== null && (
          <tr className="as-planned">
            <th scope="row">As planned</th>
            <td>{spoken(money(block.energyKwh * block.meanPrice, currency))}</td>
            {withCarbon && <td>–</td>}
          </tr>
        )}
        {block.alternatives.map((one) => (
          <tr key={one.label}>
            <th scope="row">{one.label}</th>
            <td className="more">{moneyMore(one.costMore, currency)}</td>
            {withCarbon && <td>{one.carbonMoreKg === null ? '–' : carbonMore(one.carbonMoreKg)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
};
