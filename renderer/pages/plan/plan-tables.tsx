import { Fragment } from 'react';
import type { PlanBlock, PlanLane, PlanView } from '../../../preload/contract/plan.ts';
import { TableWrap } from '../../components/table-wrap.tsx';
import { currencySign } from '../../format/money.ts';
import { decimal } from '../../format/numbers.ts';
import { soon } from '../../format/time.ts';
import { blockState, blockTitle, inReadingOrder } from './plan-words.ts';

const STATES = { done: 'over', running: 'runs now', planned: 'planned' } as const;

const BlockRow = ({
  block,
  lane,
  now,
  zone,
  onChoose,
}: {
  block: PlanBlock;
  lane: PlanLane;
  now: number;
  zone: string;
  onChoose: (block: PlanBlock) => void;
}) => (
  <tr>
    <td className="num">{soon(block.from, now, zone)}</td>
    <td className="num">{soon(block.to, now, zone)}</td>
    <td>
      <button type="button" className="link" onClick={() => onChoose(block)}>
        {blockTitle(block, lane)}
      </button>{' '}
      {block.label && <span className="quiet">{block.label}</span>}
    </td>
    <td>{STATES[blockState(block, now)]}</td>
    <td className="right">{decimal(block.energyKwh, 1)}</td>
    <td className="right">{block.meanPrice === null ? '–' : decimal(block.meanPrice, 3)}</td>
    <td className="wrap second">{block.sentence}</td>
  </tr>
);

/** The same plan as numbers: what each thing does, then every step. */
export const PlanTables = ({
  plan,
  from,
  to,
  now,
  zone,
  currency,
  onChoose,
}: {
  plan: Pick<PlanView, 'blocks' | 'lanes' | 'steps' | 'soc' | 'sun'>;
  from: number;
  to: number;
  now: number;
  zone: string;
  currency: string;
  onChoose: (block: PlanBlock) => void;
}) => {
  const sign = currencySign(currency);
  const socAt = new Map(plan.soc.map((point) => [point.at, point]));
  const sunAt = new Map(plan.sun.map((point) => [point.at, point]));
  const steps = plan.steps.filter(({ at }) => at >= from && at < to);
  const battery = steps.some(({ batteryKw }) => batteryKw !== null);
  return (
    <div className="plan-tables">
      <h2>Steps</h2>
      <TableWrap label="What each thing does">
        <table className="table">
          <caption className="hidden">What each thing does, with its reason</caption>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">To</th>
              <th scope="col">What</th>
              <th scope="col">State</th>
              <th scope="col" className="right">
                kWh
              </th>
              <th scope="col" className="right">
                {sign} per kWh
              </th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {inReadingOrder(plan)
              .filter((block) => block.to > from && block.from < to)
              .map((block) => {
                const lane = plan.lanes.find(({ id }) => id === block.laneId);
                return (
                  lane && (
                    <BlockRow key={block.id} block={block} lane={lane} now={now} zone={zone} onChoose={onChoose} />
                  )
                );
              })}
          </tbody>
        </table>
      </TableWrap>
      <h2>Power, charge and price</h2>
      <TableWrap label="Power, charge and price of each step">
        <table className="table chart-table">
          <caption className="hidden">Mean power of each step in kW, charge in per cent, price per kWh</caption>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col" className="right">
                Sun, kW
              </th>
              <th scope="col" className="right">
                p10 to p90
              </th>
              <th scope="col" className="right">
                Household, kW
              </th>
              {battery && (
                <>
                  <th scope="col" className="right">
                    Battery, kW
                  </th>
                  <th scope="col" className="right">
                    SOC, %
                  </th>
                  <th scope="col" className="right">
                    p10 to p90
                  </th>
                </>
              )}
              <th scope="col" className="right">
                Import, kW
              </th>
              <th scope="col" className="right">
                Export, kW
              </th>
              <th scope="col" className="right">
                {sign} per kWh
              </th>
            </tr>
          </thead>
          <tbody>
            {steps.map((step) => {
              const soc = socAt.get(step.at);
              const sun = sunAt.get(step.at);
              return (
                <tr key={step.at}>
                  <td>
                    <time>{soon(step.at, now, zone)}</time>
                  </td>
                  <td className="right">{decimal(step.pvKw, 2)}</td>
                  <td className="right quiet">{sun ? `${decimal(sun.p10, 1)} to ${decimal(sun.p90, 1)}` : '–'}</td>
                  <td className="right">{decimal(step.householdKw, 2)}</td>
                  {battery && (
                    <Fragment>
                      <td className="right">{step.batteryKw === null ? '–' : decimal(step.batteryKw, 2)}</td>
                      <td className="right">{soc ? decimal(soc.p50, 0) : '–'}</td>
                      <td className="right quiet">{soc ? `${decimal(soc.p10, 0)} to ${decimal(soc.p90, 0)}` : '–'}</td>
                    </Fragment>
                  )}
                  <td className="right">{decimal(step.importKw, 2)}</td>
                  <td className="right">{decimal(step.exportKw, 2)}</td>
                  <td className="right">
                    {decimal(step.importPrice, 3)}
                    {!step.priceKnown && <span className="quiet"> guess</span>}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </TableWrap>
    </div>
  );
};
