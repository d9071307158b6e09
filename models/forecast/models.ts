import { createEnsembleModel } from '../ensemble/ensemble.ts';
import { loadDesign } from '../load/load-design.ts';
import { priceDesign } from '../price/price-design.ts';
import { solarDesign } from '../solar/solar-design.ts';
import { windDesign } from '../wind/wind-design.ts';
import type { ForecastModel, ForecastTarget } from './types.ts';

/** The one model of each quantity: what trains at night, serves, is evaluated and is measured by the bench. */
export const FORECAST_MODELS: Readonly<Record<ForecastTarget, ForecastModel>> = {
  solar: createEnsembleModel(solarDesign),
  wind: createEnsembleModel(windDesign),
  load: createEnsembleModel(loadDesign),
  price: createEnsembleModel(priceDesign),
};
