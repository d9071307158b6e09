import type { FeedTopic } from '../../../../preload/contract/feeds.ts';
import type { IconName } from '../../../components/icon-paths.ts';

/** What the house hears about the outside, in the order of the page. */
export const TOPICS: readonly { readonly topic: FeedTopic; readonly label: string; readonly icon: IconName }[] = [
  { topic: 'weather', label: 'Weather', icon: 'cloud-sun' },
  { topic: 'price', label: 'Price', icon: 'utility-pole' },
  { topic: 'carbon', label: 'Carbon', icon: 'activity' },
  { topic: 'solar', label: 'Solar services', icon: 'sun' },
  { topic: 'commodity', label: 'Commodities', icon: 'chart-line' },
];
