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

/** What a search may change of each model; a model whose designer fixed everything has nothing to search. */
export const SEARCH_SPACES: Readonly<Record<ForecastTarget, readonly SettingRange[]>> = {
  solar: [],
  wind: [],
  load: [],
  price: [
    { name: 'trees', doc: 'Boosted trees.', low: 80, high: 500, scale: 'log', whole: true },
    { name: 'extraTrees', doc: 'Extremely randomised trees.', low: 20, high: 120, scale: 'log', whole: true },
    { name: 'hourPenalty', doc: 'Penalty of the ridge of each hour.', low: 0.02, high: 5, scale: 'log', whole: false },
    {
      name: 'dayPenalty',
      doc: 'Penalty of the ridge of the whole day.',
      low: 0.02,
      high: 5,
      scale: 'log',
      whole: false,
    },
    { name: 'epochs', doc: 'Passes of the convolution over its days.', low: 8, high: 48, scale: 'log', whole: true },
    { name: 'channels', doc: 'Channels of the convolution.', low: 8, high: 32, scale: 'log', whole: true },
    { name: 'rate', doc: 'Rate at which the convolution learns.', low: 5e-4, high: 1e-2, scale: 'log', whole: false },
    { name: 'decay', doc: 'Weight decay of the convolution.', low: 1e-6, high: 1e-2, scale: 'log', whole: false },
    {
      name: 'dropout',
      doc: 'Share of the convolution that is left out of a pass.',
      low: 0,
      high: 0.5,
      scale: 'linear',
      whole: false,
    },
  ],
};
