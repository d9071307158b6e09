import type { FeedProvider } from '../types.ts';
import { electricityMaps } from './electricity-maps.ts';
import { energyChartsCarbon } from './energy-charts-carbon.ts';
import { gbCarbon } from './gb-carbon.ts';

/** In the order in which a home asks them. */
export const CARBON_PROVIDERS: readonly FeedProvider<'carbon'>[] = [gbCarbon, energyChartsCarbon, electricityMaps];
