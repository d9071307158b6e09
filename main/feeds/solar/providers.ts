import type { FeedProvider } from '../types.ts';
import { forecastSolar } from './forecast-solar.ts';
import { solcast } from './solcast.ts';

/** In the order in which a home asks them. */
export const SOLAR_PROVIDERS: readonly FeedProvider<'solar'>[] = [solcast, forecastSolar];
