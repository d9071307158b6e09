import type { PriceView } from '../../preload/contract/insight.ts';
import { price } from '../format/money.ts';
import { spoken } from '../format/numbers.ts';
import { clock } from '../format/time.ts';
import { PLOT_LEFT, PLOT_RIGHT } from './plot.ts';

/** Shares of the strip that the two words need to stand beside each other, wide and narrow. */
const CLOSE_PCT = 15;
const NEAR_PCT = 45;

/** The price over the day as a strip of cells, violet by strength, with the lowest and the highest written. */
export const PriceStrip = ({
  prices,
  from,
  to,
  now,
  zone,
}: {
  prices: PriceView;
  from: number;
  to: number;
  now: number;
  zone: string;
}) => {
  const cells = prices.prices.filter((cell) => cell.at >= from && cell.at < to);
  if (cells.length === 0) return null;
  const values = cells.map((cell) => cell.importPerKwh);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const lowest = cells.find((cell) => cell.importPerKwh === low);
  const highest = cells.find((cell) => cell.importPerKwh === high);
  const flat = high - low < 1e-6;
  const share = (at: number): number => ((at - from) / (to - from)) * 100;
  const apart = lowest && highest ? Math.abs(share(lowest.at) - share(highest.at)) : 100;
  // Words that lie so near that they would cover each other stand on two lines: `near` on a narrow strip only.
  const nearness = apart < CLOSE_PCT ? 'close' : apart < NEAR_PCT ? 'near' : '';
  const write = (value: number): string => spoken(price(value, prices.currency));
  const sentence = flat
    ? `One price all day: ${write(low)}.`
    : `Lowest ${write(low)} at ${clock(lowest?.at ?? from, zone)}, highest ${write(high)} at ${clock(highest?.at ?? from, zone)}.`;
  return (
    <div className="strip" style={{ paddingLeft: PLOT_LEFT, paddingRight: PLOT_RIGHT }}>
      <span className="strip-unit" aria-hidden="true">
        {price(0, prices.currency).unit}
      </span>
      <div className="strip-cells" role="img" aria-label={`Price of the day. ${sentence}`}>
        {cells.map((cell) => {
          const strength = flat ? 0.3 : (cell.importPerKwh - low) / (high - low);
          return (
            <i
              key={cell.at}
              style={{
                left: `${share(cell.at)}%`,
                width: `calc(${(cell.stepMs / (to - from)) * 100}% - 1px)`,
                opacity: 0.12 + 0.88 * strength * strength,
              }}
            />
          );
        })}
        {now >= from && now <= to && <b className="strip-now" style={{ left: `${share(now)}%` }} />}
      </div>
      <div className={`strip-words ${nearness}`} aria-hidden="true">
        {flat ? (
          <span style={{ left: '50%' }}>{write(low)} all day</span>
        ) : (
          [
            { cell: lowest, word: 'lowest' },
            { cell: highest, word: 'highest' },
          ].map(
            ({ cell, word }) =>
              cell && (
                <span key={word} style={{ left: `${Math.min(93, Math.max(7, share(cell.at + cell.stepMs / 2)))}%` }}>
                  {word} {write(cell.importPerKwh)}
                </span>
              ),
          )
        )}
      </div>
    </div>
  );
};
