import type { LearntPolicy } from '../../../../preload/contract/backtest.ts';
import { money } from '../../../format/money.ts';
import { decimal, spoken } from '../../../format/numbers.ts';

const WIDTH = 320;
const HEIGHT = 72;

/** How the cost of a day fell over the training: first, best and last are said, the line shows the way. */
export const LearningCurve = ({ episodes, currency }: { episodes: LearntPolicy['episodes']; currency: string }) => {
  const first = episodes[0];
  const last = episodes.at(-1);
  if (!first || !last || episodes.length < 2) return null;
  const costs = episodes.map(({ meanCost }) => meanCost);
  const least = Math.min(...costs);
  const most = Math.max(...costs);
  const x = (episode: number): number =>
    3 + ((episode - first.episode) / Math.max(1, last.episode - first.episode)) * (WIDTH - 6);
  const y = (cost: number): number => 4 + ((most - cost) / Math.max(most - least, 1e-9)) * (HEIGHT - 8);
  const line = episodes
    .map(
      ({ episode, meanCost }, index) => `${index === 0 ? 'M' : 'L'}${x(episode).toFixed(1)} ${y(meanCost).toFixed(1)}`,
    )
    .join('');
  const write = (cost: number): string => spoken(money(cost, currency));
  return (
    <div>
      <h3>How it learnt</h3>
      <p className="small quiet num">
        A day in the simulator cost {write(first.meanCost)} at first and {write(last.meanCost)} after{' '}
        {decimal(last.episode, 0)} episodes.
      </p>
      <svg className="learning-curve" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        <line className="gl" x1={0} x2={WIDTH} y1={HEIGHT - 1} y2={HEIGHT - 1} />
        <path d={line} />
        <circle cx={x(last.episode)} cy={y(last.meanCost)} r={3} />
      </svg>
    </div>
  );
};
