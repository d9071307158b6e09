import type { ForecastModel, ForecastTarget } from '../../../models/forecast/types.ts';

/** The model that is compared for a target; null where there is none yet. */
export const modelFor = (_target: ForecastTarget): ForecastModel | null => null;
