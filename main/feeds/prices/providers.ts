import type { FeedProvider } from '../types.ts';
import { amberPrices } from './amber.ts';
import { awattarAustria, awattarGermany } from './awattar.ts';
import { comedPrices } from './comed.ts';
import { elprisetJustNu, hvaKosterStrommen } from './daily-files.ts';
import { energyChartsPrices } from './energy-charts.ts';
import { entsoePrices } from './entsoe.ts';
import { nordPoolPrices } from './nordpool.ts';
import { octopusPrices } from './octopus.ts';
import { tibberPrices } from './tibber.ts';

/** In the order in which a home asks them: the customer's own supplier first, then the market, finer steps before hours. */
export const PRICE_PROVIDERS: readonly FeedProvider<'price'>[] = [
  tibberPrices,
  octopusPrices,
  amberPrices,
  comedPrices,
  nordPoolPrices,
  elprisetJustNu,
  hvaKosterStrommen,
  entsoePrices,
  energyChartsPrices,
  awattarGermany,
  awattarAustria,
];
