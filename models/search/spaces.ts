import type { ForecastTarget } from '../forecast/types.ts';

/** One hyper-parameter that a search may change. */
export interface SettingRange {
  readonly name: string;
  readonly doc: string;
  readonly low: number;
  readonly high: number;
  readonly scale: 'linear' | 'log';
  readonly whole: boolean;
}

type Bounds = readonly [low: number, high: number];

const log = (name: string, doc: string, [low, high]: Bounds): SettingRange => ({
  ...{ name, doc, low, high, scale: 'log', whole: false },
});
const linear = (name: string, doc: string, [low, high]: Bounds): SettingRange => ({
  ...{ name, doc, low, high, scale: 'linear', whole: false },
});
const whole = (range: SettingRange): SettingRange => ({ ...range, whole: true });

const TREES = whole(log('trees', 'Boosted trees.', [50, 300]));
const DEPTH = whole(linear('depth', 'How many questions deep a boosted tree asks.', [2, 6]));
/** What the models of a home's own use and sun have in common. */
const OF_A_HOME: readonly SettingRange[] = [
  TREES,
  DEPTH,
  log('leafWeight', 'Hours that a leaf of a boosted tree needs.', [5, 120]),
  log('leafPenalty', 'How strongly the leaves of boosted trees are drawn to nothing.', [1, 80]),
  whole(log('extraLeaf', 'Hours that a leaf of an extremely randomised tree needs.', [4, 80])),
  log('ridgePenalty', 'Penalty of the ridge regression.', [0.005, 10]),
  whole(log('networkWidth', 'Width of the residual networks.', [8, 48])),
  log('networkDecay', 'Weight decay of the residual networks.', [0.01, 1]),
];

/** What a search may change of each model: the names that its design reads from its settings. */
export const SEARCH_SPACES: Readonly<Record<ForecastTarget, readonly SettingRange[]>> = {
  solar: OF_A_HOME,
  load: [
    ...OF_A_HOME,
    whole(log('networkEpochs', 'Passes of the residual networks at the full rate.', [2, 16])),
    log('networkRate', 'Rate at which the residual networks learn.', [5e-4, 1e-2]),
  ],
  wind: [
    TREES,
    DEPTH,
    whole(log('extraTrees', 'Extremely randomised trees.', [15, 120])),
    whole(log('gruEpochs', 'Passes of the recurrent network.', [4, 24])),
  ],
  price: [
    TREES,
    whole(log('extraTrees', 'Extremely randomised trees.', [8, 80])),
    log('hourPenalty', 'Penalty of the ridge of each hour.', [0.02, 5]),
    log('dayPenalty', 'Penalty of the ridge of the whole day.', [0.02, 5]),
    whole(log('epochs', 'Passes of the convolution over its days.', [6, 40])),
    whole(log('channels', 'Channels of the convolution.', [8, 32])),
    log('rate', 'Rate at which the convolution learns.', [1e-3, 2e-2]),
    log('decay', 'Weight decay of the convolution.', [1e-6, 1e-2]),
    linear('dropout', 'Share of the convolution that is left out of a pass.', [0, 0.5]),
  ],
};
