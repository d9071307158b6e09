import type { FeedProvider } from '../types.ts';
import { commodityEndpoint } from './endpoint.ts';
import { typedCommodities } from './typed-commodities.ts';

/** Each stands for itself: series of several sources are kept beside each other. */
export const COMMODITY_PROVIDERS: readonly FeedProvider<'commodity'>[] = [typedCommodities, commodityEndpoint];
