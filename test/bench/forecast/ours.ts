import { FORECAST_MODELS } from '../../../models/forecast/models.ts';
import type { ForecastModel, ForecastTarget } from '../../../models/forecast/types.ts';

/** The model that serves a target in the product. */
export const modelFor = (target: ForecastTarget): ForecastModel => FORECAST_MODELS[target];
